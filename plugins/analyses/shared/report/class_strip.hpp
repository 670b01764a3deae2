#pragma once
#include <cstdint>
#include <string>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/figure.hpp>
#include <vector>

/// The response classes of the rows of a heat map over time, as a strip at its left.
namespace v1::analyses {

inline constexpr double class_strip_share = 0.04;  // of a trial

/// Where the time axis of a heat map with a strip begins.
inline double class_strip_begin_ms(double trial_ms) { return -class_strip_share * trial_ms; }

/// Columns for a table with one class per row of the map: the row reaches from low to high, the
/// strip from 0 to `strip`.
inline void add_class_strip(v1e::Table& table, const std::vector<std::int64_t>& rows,
                            const std::vector<double>& trial_ms) {
  std::vector<double> low, high, strip;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    low.push_back(static_cast<double>(rows[k]) - 0.5);
    high.push_back(static_cast<double>(rows[k]) + 0.5);
    strip.push_back(class_strip_begin_ms(trial_ms[k]));
  }
  table.column("low", "1", low).column("high", "1", high).column("strip", "ms", strip);
}

/// Draws it; `group`: the column with the classes.
inline v1e::Mark& draw_class_strip(v1e::Panel& panel, const std::string& table,
                                   const std::string& group,
                                   const std::vector<std::string>& order) {
  return panel.binned_histogram(table, "low", "high", "strip")
      .group(group)
      .group_order(order)
      .colors("classes")
      .alpha(1.0)
      .horizontal()
      .stacked();
}

}  // namespace v1::analyses
