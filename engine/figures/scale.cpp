#include "engine/figures/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace v1::figures {

double Scale::forward(double value) const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (kind == ScaleKind::log) return value > 0.0 ? std::log10(value) : nan;
  if (kind == ScaleKind::symlog) {
    const double size = std::abs(value) / linear_width;
    return std::copysign(size <= 1.0 ? size : 1.0 + std::log10(size), value);
  }
  return value;
}

double Scale::backward(double value) const {
  if (kind == ScaleKind::log) return std::pow(10.0, value);
  if (kind == ScaleKind::symlog) {
    const double size = std::abs(value);
    return std::copysign(linear_width * (size <= 1.0 ? size : std::pow(10.0, size - 1.0)), value);
  }
  return value;
}

double Scale::map(double value) const {
  const double start = forward(low);
  const double fraction = (forward(value) - start) / (forward(high) - start);
  return reverse ? 1.0 - fraction : fraction;
}

double Scale::invert(double fraction) const {
  const double start = forward(low);
  return backward(start + (reverse ? 1.0 - fraction : fraction) * (forward(high) - start));
}

namespace {

std::string superscript(const std::string& digits) {
  static const char* const raised[] = {
      "\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",     "\xE2\x81\xB4",
      "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7", "\xE2\x81\xB8", "\xE2\x81\xB9"};
  std::string out;
  for (const char c : digits) {
    if (c == '-') out += "\xE2\x81\xBB";
    if (c >= '0' && c <= '9') out += raised[c - '0'];
  }
  return out;
}

constexpr const char* minus = "\xE2\x88\x92";
constexpr const char* times = "\xC3\x97";

int decimals_for(double step) {
  int decimals = 0;
  double scaled = step;
  while (decimals < 8 && std::abs(scaled - std::round(scaled)) > 1e-6 * std::abs(scaled)) {
    scaled *= 10.0;
    ++decimals;
  }
  return decimals;
}

/// The smallest round step that is at least `least`.
double nice_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0})
    if (factor * power >= least * 0.999) return factor * power;
  return 10.0 * power;
}

std::string power_of_ten(int exponent) {
  if (exponent >= -3 && exponent <= 4) return fmt::format("{}", std::pow(10.0, exponent));
  return "10" + superscript(std::to_string(exponent));
}

std::vector<Tick> log_ticks(const Scale& scale, double room) {
  std::vector<Tick> ticks;
  const int first = static_cast<int>(std::floor(std::log10(scale.low)));
  const int last = static_cast<int>(std::ceil(std::log10(scale.high)));
  const double decades = std::log10(scale.high) - std::log10(scale.low);
  const auto inside = [&](double value) {
    return value >= scale.low * 0.9999 && value <= scale.high * 1.0001;
  };
  const auto labelled = [&](int every) {
    int count = 0;
    for (int exponent = first; exponent <= last; ++exponent) {
      if (exponent % every == 0 && inside(std::pow(10.0, exponent))) ++count;
    }
    return count;
  };
  int every = std::max(1, static_cast<int>(std::ceil(decades / std::max(room, 1.0))));
  while (every > 1 && labelled(every) < 2) --every;  // a single label tells no scale
  for (int exponent = first; exponent <= last; ++exponent) {
    for (int digit = 1; digit <= 9; ++digit) {
      const double value = digit * std::pow(10.0, exponent);
      if (!inside(value)) continue;
      const bool major = digit == 1 && exponent % every == 0;
      const bool extra = decades < 1.6 && (digit == 2 || digit == 5);
      if (major) ticks.push_back({value, power_of_ten(exponent), false});
      if (!major && extra) ticks.push_back({value, fmt::format("{:.6g}", value), false});
      if (!major && !extra && (digit == 1 || every == 1)) ticks.push_back({value, "", true});
    }
  }
  return ticks;
}

std::vector<Tick> symlog_ticks(const Scale& scale, double room) {
  std::vector<double> values = {0.0};
  const double reach = std::max(std::abs(scale.low), std::abs(scale.high));
  const double decades = std::max(1.0, std::log10(reach / scale.linear_width));
  const int every = std::max(1, static_cast<int>(std::ceil(2.0 * decades / std::max(room, 1.0))));
  const int first = static_cast<int>(std::round(std::log10(scale.linear_width)));
  for (int exponent = first; std::pow(10.0, exponent) <= reach * 1.0001; exponent += every)
    for (const double sign : {-1.0, 1.0}) values.push_back(sign * std::pow(10.0, exponent));
  std::sort(values.begin(), values.end());
  std::vector<Tick> ticks;
  for (const double value : values) {
    if (value < scale.low || value > scale.high) continue;
    const int exponent =
        value == 0.0 ? 0 : static_cast<int>(std::round(std::log10(std::abs(value))));
    ticks.push_back(
        {value, value == 0.0 ? "0" : (value < 0.0 ? minus : "") + power_of_ten(exponent), false});
  }
  return ticks;
}

}  // namespace

std::vector<Tick> step_ticks(const Scale& scale, double step) {
  std::vector<Tick> ticks;
  const double first = std::ceil(scale.low / step - 1e-9);
  const double last = std::floor(scale.high / step + 1e-9);
  if (last - first > 1000.0) return ticks;
  for (double i = first; i <= last; i += 1.0)
    ticks.push_back({i * step, format_number(i * step, decimals_for(step)), false});
  return ticks;
}

std::vector<Tick> make_ticks(const Scale& scale, double room) {
  if (scale.kind == ScaleKind::log) return log_ticks(scale, room);
  if (scale.kind == ScaleKind::symlog) return symlog_ticks(scale, room);
  double step = nice_step((scale.high - scale.low) / std::max(room, 1.0));
  std::vector<Tick> ticks = step_ticks(scale, step);
  for (int finer = 0; ticks.size() < 2 && finer < 3; ++finer) {  // a single label tells no scale
    step = nice_step(step / 2.0);
    ticks = step_ticks(scale, step);
  }
  return ticks;
}

std::vector<Tick> label_ticks(const std::vector<double>& values) {
  int decimals = 0;
  for (const double value : values) decimals = std::max(decimals, std::min(decimals_for(value), 4));
  std::vector<Tick> ticks;
  for (const double value : values) {
    const bool whole = value == std::round(value);
    ticks.push_back(
        {value, format_number(value, whole && decimals_for(value) == 0 ? 0 : decimals), false});
  }
  return ticks;
}

std::string format_number(double value, int decimals) {
  if (value == 0.0) return "0";
  const double size = std::abs(value);
  std::string text;
  if (size >= 1e6 || size < 1e-4) {
    const int exponent = static_cast<int>(std::floor(std::log10(size) + 1e-9));
    text = fmt::format("{:.3g}{}10{}", size / std::pow(10.0, exponent), times,
                       superscript(std::to_string(exponent)));
  } else {
    text = fmt::format("{:.{}f}", size, decimals);
  }
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  return (value < 0.0 && !zero ? minus : "") + text;
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// "90 deg" becomes 90 with a degree sign, a hyphen before a number or between spaces a minus.
std::string with_signs(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char before = i > 0 ? text[i - 1] : ' ', after = i + 1 < text.size() ? text[i + 1] : ' ';
    const bool degrees = is_digit(before) && text.compare(i, 4, " deg") == 0 &&
                         (i + 4 == text.size() || !is_letter(text[i + 4]));
    const bool apart = before == ' ' || before == '(' || before == '[';
    if (degrees) {
      out += "\xC2\xB0";
      i += 3;
    } else if (text[i] == '-' && apart && (is_digit(after) || (i > 0 && after == ' '))) {
      out += minus;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string typeset(const std::string& plain) {
  const std::string text = with_signs(plain);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '^') {
      out += text[i];
      continue;
    }
    std::size_t end = i + 1;
    if (end < text.size() && text[end] == '-') ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::string digits = text.substr(i + 1, end - i - 1);
    const bool number = !digits.empty() && digits != "-";
    out += number ? superscript(digits) : "^";
    if (number) i = end - 1;
  }
  return out;
}

std::string axis_title(const std::string& label, const std::string& unit) {
  if (unit.empty() || unit == "1") return typeset(label);
  std::string shown = typeset(unit);
  if (shown == "deg") shown = "\xC2\xB0";
  for (const char* micro : {"um", "us", "uV", "uA"}) {  // as a word of the unit
    const std::size_t at = shown.find(micro);
    if (at == std::string::npos || (at > 0 && is_letter(shown[at - 1]))) continue;
    if (at + 2 < shown.size() && is_letter(shown[at + 2])) continue;
    shown.replace(at, 1, "\xC2\xB5");
  }
  return label.empty() ? shown : typeset(label) + " (" + shown + ")";
}

double text_width_mm(const std::string& text, double size_pt) {
  double ems = 0.0;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if ((code & 0xC0) == 0x80) continue;  // further bytes of one character
    if (code == 0xE2) {                   // the minus sign, mostly
      ems += 0.84;
      continue;
    }
    if (std::string_view("ijl.,:;'|!()[] ").find(c) != std::string_view::npos) {
      ems += 0.34;
    } else if (std::string_view("mwMW@%").find(c) != std::string_view::npos) {
      ems += 0.92;
    } else if (c >= '0' && c <= '9') {
      ems += 0.66;  // of the widest common font
    } else {
      ems += c >= 'A' && c <= 'Z' ? 0.68 : 0.60;
    }
  }
  return ems * size_pt * mm_per_pt;
}

}  // namespace v1::figures
