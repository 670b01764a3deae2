#pragma once
#include <filesystem>
#include <string>

namespace v1::figures {

/// A CSV table with a row per point of a sweep: swept values, status, trials, spikes, rates by
/// population and the scalars of the point's analyses ("ANALYSIS.SCALAR [unit]"). Cells of what a
/// point lacks are empty. Empty for a folder without a sweep.
std::string points_csv(const std::filesystem::path& run_dir);

/// The scalars of the points' analyses as an HTML table, a row for each and a column for each
/// point. Empty where there are none.
std::string point_scalars_table(const std::filesystem::path& run_dir);

}  // namespace v1::figures
