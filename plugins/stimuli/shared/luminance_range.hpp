#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <v1e_sdk/arrays.hpp>
#include <vector>

namespace stimulus_math {

/// Values of a picture that stand for black and for white.
struct LuminanceRange {
  double black = -1.0;
  double white = 1.0;

  /// -1 at black, 1 at white; values between are in proportion.
  double luminance(double value) const { return -1.0 + 2.0 * (value - black) / (white - black); }
  bool contains(double value) const {
    const double low = black < white ? black : white, high = black < white ? white : black;
    return value >= low && value <= high;
  }
  std::string text() const;
};

/// The range that a user gave ([] = none, else [black, white]). Throws v1e::Error naming
/// parameter `param` unless there are two different numbers.
std::optional<LuminanceRange> given_range(const std::vector<double>& values, const char* param);

/// The range that the numbers of a stack [picture][row][col] suggest: 0 to 255 when stored as
/// 8-bit integers; otherwise by smallest and largest value 0 to 1, -1 to 1, or 0 to 255. The whole
/// file is read once, picture by picture. Throws v1e::Error for values that are not finite and for
/// any other range, which the user has to give.
LuminanceRange guess_range(const v1e::ArrayFile& stack);

/// Reads the whole stack once: throws v1e::Error naming the place of the first value that is not
/// finite or lies outside the range.
void check_values(const v1e::ArrayFile& stack, const LuminanceRange& range);

/// Turns pictures into luminance around gray, in place; `contrast` scales the distance from gray.
/// Throws v1e::Error naming the stack, picture and pixel of a value that is not finite or lies
/// outside the range. `first`: number of the first picture.
void to_luminance(const v1e::ArrayFile& stack, const LuminanceRange& range, double contrast,
                  std::int64_t first, std::vector<float>& pictures);

}  // namespace stimulus_math
