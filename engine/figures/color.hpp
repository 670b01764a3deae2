#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace v1::figures {

struct Rgb {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  bool operator==(const Rgb&) const = default;
};

/// "#RRGGBB" or one of a few names (color_names()); nothing for anything else.
std::optional<Rgb> parse_color(std::string_view text);
std::vector<std::string> color_names();
std::string hex(Rgb color);  // "#rrggbb"

/// Colour of group value `key`, the index-th group, in a scheme (scheme_names()). Field schemes
/// recognise names ("i4Pvalb" -> blue); what they do not know gets the colour of "cycle".
Rgb scheme_color(std::string_view scheme, std::string_view key, std::size_t index);
const std::vector<std::string>& scheme_names();
/// Place of a colour of the scheme "classes" in legends: dVf, unclassified, hVf, all others.
int class_rank(Rgb color);

/// A table of colours, linear in RGB between stops.
class ColorMap {
 public:
  /// At least two stops, spread evenly.
  ColorMap(const std::vector<Rgb>& stops, std::size_t steps);
  /// A map of map_names(); nothing for an unknown name.
  static std::optional<ColorMap> named(std::string_view name);
  /// fraction 0 (first stop) to 1 (last); clipped. NaN gives the colour of missing values.
  Rgb at(double fraction) const;

 private:
  std::vector<Rgb> table_;
};
const std::vector<std::string>& map_names();

}  // namespace v1::figures
