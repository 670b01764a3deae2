#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/base/error.hpp"
#include "engine/cli/commands.hpp"
#include "engine/process/signals.hpp"
#include "engine/recording/compare.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/run_reader.hpp"
#include "engine/recording/sweep_folder.hpp"

namespace v1::cli {
namespace {

std::map<std::string, std::uint64_t> counts_by_population(const recording::RunReader& run) {
  std::map<std::string, std::uint64_t> counts;
  const std::vector<std::uint64_t> of_type = run.totals().types;
  for (std::size_t t = 0; t < of_type.size(); ++t) {
    counts[run.network().types[t].population] += of_type[t];
  }
  return counts;
}

// Every run counts the spikes of each population, stored or not.
std::optional<std::string> difference_of_counts(const recording::RunReader& a,
                                                const recording::RunReader& b) {
  if (!a.spike_positions()) return std::nullopt;  // all have been compared
  auto others = counts_by_population(b);
  for (const auto& [population, count] : counts_by_population(a)) {
    if (count == others[population]) continue;
    return fmt::format("{} spiked {} and {} times in all (not all spikes are stored)", population,
                       count, others[population]);
  }
  return std::nullopt;
}

// What "identical" does not cover.
std::string unstored(const recording::RunReader& run) {
  if (!run.spike_positions()) return "";
  return fmt::format(
      "; of {} neurons no spikes are stored, only their counts by population compared",
      run.network().neurons.size() - run.spike_positions()->size());
}

// `label` names the pair where there are several.
int compare_runs(const std::filesystem::path& a, const std::filesystem::path& b,
                 const std::string& label) {
  const recording::RunReader run_a(a);
  const recording::RunReader run_b(b);
  const auto difference = recording::first_difference(run_a, run_b);
  const auto what = difference ? difference->what : difference_of_counts(run_a, run_b);
  if (!what) {
    fmt::print("{}identical: {} spikes in {} trials{}\n", label, run_a.totals().neuron_spikes(),
               run_a.finished_trials().size(), unstored(run_a));
    return 0;
  }
  fmt::print("{}different: {}\n", label, *what);
  return static_cast<int>(ExitCode::difference);
}

// Point by point; a point that only one of them has is a difference.
int compare_sweeps(const std::filesystem::path& a, const std::filesystem::path& b) {
  int code = 0;
  std::set<std::string> names;
  for (const auto& folder : {a, b}) {
    for (const auto& point : recording::read_sweep_points(folder)) names.insert(point.name);
  }
  for (const std::string& name : names) {
    const auto in_a = recording::point_path(a, name), in_b = recording::point_path(b, name);
    if (recording::is_run_folder(in_a) && recording::is_run_folder(in_b)) {
      code = std::max(code, compare_runs(in_a, in_b, name + ": "));
    } else {
      fmt::print("{}: different: not simulated in {}\n", name,
                 recording::is_run_folder(in_a) ? b.string() : a.string());
      code = static_cast<int>(ExitCode::difference);
    }
  }
  return code;
}

}  // namespace

int compare_command(const std::filesystem::path& a, const std::filesystem::path& b) {
  const NothingToKeep at_once;
  const bool sweep_a = recording::is_sweep_folder(a), sweep_b = recording::is_sweep_folder(b);
  if (sweep_a && sweep_b) return compare_sweeps(a, b);
  if (sweep_a || sweep_b) {
    throw error(
        ExitCode::data, "{}: is a sweep; expected two sweeps or two runs, such as its point {}",
        (sweep_a ? a : b).string(), recording::point_path(sweep_a ? a : b, "NAME").string());
  }
  return compare_runs(a, b, "");
}

}  // namespace v1::cli
