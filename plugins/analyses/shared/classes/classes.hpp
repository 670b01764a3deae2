#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Response classes of Galvan Fraile et al. (2024).
namespace v1::analyses {

enum class ResponseClass : std::uint8_t { dvf, unclassified, hvf };
inline constexpr std::size_t class_count = 3;
inline constexpr std::array<ResponseClass, class_count> all_classes = {
    ResponseClass::dvf, ResponseClass::unclassified, ResponseClass::hvf};

inline constexpr std::array<std::string_view, class_count> class_names = {"dVf", "unclassified",
                                                                          "hVf"};
inline constexpr std::array<std::string_view, class_count> class_colors = {"#33ABA2", "#9CB0AE",
                                                                           "#F06233"};

/// The names in the order of every table and figure: from rising to falling input.
inline const std::vector<std::string>& class_order() {
  static const std::vector<std::string> order(class_names.begin(), class_names.end());
  return order;
}

std::string name_of(ResponseClass c);

enum class Criterion { input_current, v, firing_rate, modulation_index };

inline constexpr double v_threshold_mv = 1.0;
inline constexpr double ratio_threshold = 2.0;
inline constexpr double modulation_threshold = 0.25;
inline constexpr double rheobase_fraction = 0.05;

/// dVf above the threshold, hVf below its negative (firing_rate: its inverse); both strictly, so
/// a value on the threshold and NaN are unclassified.
constexpr ResponseClass classify(Criterion criterion, double value, double threshold) {
  const double low = criterion == Criterion::firing_rate ? 1.0 / threshold : -threshold;
  if (value > threshold) return ResponseClass::dvf;
  if (value < low) return ResponseClass::hvf;
  return ResponseClass::unclassified;
}

/// response / baseline; NaN without a baseline.
double rate_ratio(double baseline, double response);
/// (response - baseline) / (response + baseline); NaN when both are 0.
double modulation_index(double baseline, double response);

}  // namespace v1::analyses
