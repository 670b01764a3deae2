#include "luminance_range.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stimulus_math {
namespace {

std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// "picture 12, row 3, column 7"
std::string place_of(const v1e::ArrayFile& stack, std::int64_t first, std::size_t index) {
  const auto rows = static_cast<std::size_t>(stack.shape()[1]);
  const auto cols = static_cast<std::size_t>(stack.shape()[2]);
  return "picture " + std::to_string(first + static_cast<std::int64_t>(index / (rows * cols))) +
         ", row " + std::to_string(index / cols % rows) + ", column " +
         std::to_string(index % cols);
}

}  // namespace

std::string LuminanceRange::text() const { return number(black) + " to " + number(white); }

std::optional<LuminanceRange> given_range(const std::vector<double>& values, const char* param) {
  if (values.empty()) return std::nullopt;
  if (values.size() == 2 && values[0] != values[1]) return LuminanceRange{values[0], values[1]};
  throw v1e::Error(V1E_E_INVALID, param,
                   "expected two different numbers [black, white], or [] for a guess");
}

LuminanceRange guess_range(const v1e::ArrayFile& stack) {
  if (stack.dtype() == V1E_U8) return {0.0, 255.0};
  double low = std::numeric_limits<double>::infinity(), high = -low;
  const auto size = static_cast<std::size_t>(stack.shape()[1] * stack.shape()[2]);
  std::vector<float> picture(size);
  for (std::int64_t i = 0; i < stack.shape()[0]; ++i) {
    stack.read(i, 1, picture.data());
    for (std::size_t pixel = 0; pixel < size; ++pixel) {
      if (!std::isfinite(picture[pixel])) {
        throw stack.problem(place_of(stack, i, pixel) + " is " + number(picture[pixel]) +
                            "; luminance must be finite");
      }
    }
    const auto [least, most] = std::minmax_element(picture.begin(), picture.end());
    low = std::min<double>(low, *least);
    high = std::max<double>(high, *most);
  }
  if (low >= 0.0 && high <= 1.0) return {0.0, 1.0};
  if (low >= -1.0 && high <= 1.0) return {-1.0, 1.0};
  if (low >= 0.0 && high <= 255.0) return {0.0, 255.0};
  throw stack.problem("has values from " + number(low) + " to " + number(high) +
                      "; say with range = [black, white] which are black and white");
}

void check_values(const v1e::ArrayFile& stack, const LuminanceRange& range) {
  std::vector<float> picture(static_cast<std::size_t>(stack.shape()[1] * stack.shape()[2]));
  for (std::int64_t i = 0; i < stack.shape()[0]; ++i) {
    stack.read(i, 1, picture.data());
    to_luminance(stack, range, 1.0, i, picture);
  }
}

void to_luminance(const v1e::ArrayFile& stack, const LuminanceRange& range, double contrast,
                  std::int64_t first, std::vector<float>& pictures) {
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const double value = pictures[i];
    if (!range.contains(value)) {  // nor is NaN
      throw stack.problem(place_of(stack, first, i) + " is " + number(value) +
                          ", outside the range " + range.text());
    }
    pictures[i] = static_cast<float>(contrast * range.luminance(value));
  }
}

}  // namespace stimulus_math
