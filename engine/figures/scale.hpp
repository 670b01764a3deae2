#pragma once
#include <string>
#include <vector>

#include "engine/figures/spec.hpp"

namespace v1::figures {

/// Maps values of an axis to 0 (start) .. 1 (end).
struct Scale {
  ScaleKind kind = ScaleKind::linear;
  double low = 0.0;  // low < high; positive on a log scale
  double high = 1.0;
  double linear_width = 1.0;  // symlog
  bool reverse = false;
  double map(double value) const;  // NaN for what the scale cannot show
  double invert(double fraction) const;

 private:
  double forward(double value) const;
  double backward(double value) const;
};

struct Tick {
  double value = 0.0;
  std::string label;
  bool minor = false;
};

/// Round numbers for an axis that has room for about `room` labels.
std::vector<Tick> make_ticks(const Scale& scale, double room);
/// Ticks at multiples of `step`.
std::vector<Tick> step_ticks(const Scale& scale, double step);
/// Labels for given positions, with the digits that tell them apart.
std::vector<Tick> label_ticks(const std::vector<double>& values);

/// 1500 -> "1500", -0.5 with a real minus sign, 2e6 -> "2x10^6" typeset.
std::string format_number(double value, int decimals);
/// "10^-2 um" -> with superscripts, micro and degree signs.
std::string typeset(const std::string& text);
/// "Firing rate (Hz)".
std::string axis_title(const std::string& label, const std::string& unit);
/// Estimated width of a line of sans-serif text.
double text_width_mm(const std::string& text, double size_pt);
constexpr double mm_per_pt = 25.4 / 72.0;

}  // namespace v1::figures
