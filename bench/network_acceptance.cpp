#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/estimate.hpp"
#include "engine/network/generator/generate.hpp"
#include "engine/network/generator/model.hpp"

/// Builds the full column of a model and holds it to the numbers in its folder acceptance/:
/// connections per population pair, mean in-degrees, totals. docs/networks.md tells the bounds.
///   network_acceptance [MODEL] [SEED] [DROP_BELOW_PA]
namespace v1::bench {
namespace {

using network::GenerateReport;

/// Largest deviation from the expected numbers in units of what is allowed.
struct Verdict {
  double worst = 0.0;
  std::string where = "-";
  int compared = 0, failed = 0;

  void add(const std::string& what, double found, double expected, double allowed) {
    ++compared;
    const double share = std::fabs(found - expected) / allowed;
    if (share > 1.0) {
      ++failed;
      fmt::print("  {}: found {}, expected {}\n", what, found, expected);
    }
    if (share > worst) {
      worst = share;
      where = what;
    }
  }
  bool print(const char* name) const {
    fmt::print(
        "{:<28} {:>4} compared, {} outside; largest deviation {:.2f} of the allowance ({})\n", name,
        compared, failed, worst, where);
    return failed == 0;
  }
};

std::size_t position(const GenerateReport& report, const std::string& population) {
  const auto& names = report.populations;
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), population) -
                                  names.begin());
}

Verdict check_pairs(const GenerateReport& report, const CsvTable& table) {
  Verdict verdict;
  const std::size_t n = report.populations.size();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t pair = position(report, table.text(row, "source")) * n +
                             position(report, table.text(row, "target"));
    const double expected = table.number(row, "full");
    verdict.add(table.text(row, "source") + " -> " + table.text(row, "target"),
                static_cast<double>(report.recurrent.at(pair)), expected,
                5.0 * std::sqrt(expected) + 0.01 * expected);
  }
  return verdict;
}

// Relative standard error of the mean size of a population's cells.
double size_error(const network::generator::Population& population) {
  const double shape2 = population.size_shape * population.size_shape;
  return std::sqrt(std::expm1(shape2) / population.count());
}

Verdict check_rules(const GenerateReport& report, const network::generator::Model& model) {
  const auto expected = network::generator::expected_connections(
      model, network::generator::cells_of(model, false), model.outer_radius_um);
  Verdict verdict;
  const std::size_t n = report.populations.size();
  for (std::size_t pair = 0; pair < n * n; ++pair) {
    if (expected[pair] < 100.0) continue;
    verdict.add(report.populations[pair / n] + " -> " + report.populations[pair % n],
                static_cast<double>(report.recurrent[pair]), expected[pair],
                5.0 * std::sqrt(expected[pair]) +
                    (0.04 + 4.0 * size_error(model.populations[pair % n])) * expected[pair]);
  }
  return verdict;
}

Verdict check_indegrees(const GenerateReport& report, const network::generator::Model& model,
                        const CsvTable& table, const char* column,
                        const std::vector<std::uint64_t>& connections, double share,
                        double absolute) {
  Verdict verdict;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t p = position(report, table.text(row, "population"));
    const double expected = table.number(row, column);
    verdict.add(table.text(row, "population"),
                static_cast<double>(connections[p]) / static_cast<double>(report.neurons[p]),
                expected,
                (share + 1.0 / std::sqrt(static_cast<double>(report.neurons[p])) +
                 4.0 * size_error(model.populations[p])) *
                        expected +
                    absolute);
  }
  return verdict;
}

std::vector<std::uint64_t> onto(const GenerateReport& report) {
  const std::size_t n = report.populations.size();
  std::vector<std::uint64_t> sums(n, 0);
  for (std::size_t pair = 0; pair < n * n; ++pair) sums[pair % n] += report.recurrent[pair];
  return sums;
}

int run(int count, char** arguments) {
  network::GenerateOptions options;
  options.model = count > 1 ? arguments[1] : "billeh2020";
  if (count > 2) options.seed = std::strtoull(arguments[2], nullptr, 10);
  if (count > 3) options.drop_below_pa = std::strtod(arguments[3], nullptr);
  const auto folder = network::generator::find_model_directory(options.model);
  const auto model = network::generator::load_model(folder);
  options.neurons = model.neuron_count();
  ThreadPool pool;
  GenerateReport report;
  const auto begin = std::chrono::steady_clock::now();
  const network::Network network = network::generate(options, pool, &report);
  const double wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{}, {} neurons, seed {}: {:.1f} s on {} threads ({:.1f} s of processor time), peak "
      "{:.2f} GB\n",
      model.name, options.neurons, options.seed, wall_s, pool.size(),
      static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec),
      static_cast<double>(usage.ru_maxrss) * 1024e-9);
  fmt::print(
      "recurrent {} drawn, {} below {} pA dropped; LGN {} connections with {} synapses, {} "
      "dropped; background {}\n",
      report.recurrent_made, report.recurrent_dropped, report.drop_below_pa, report.lgn_made,
      report.lgn_synapses, report.lgn_dropped, report.background_made);
  bool good = check_rules(report, model).print("pairs against the rules");
  if (std::filesystem::exists(folder / "acceptance/edges.csv")) {
    good &= check_pairs(report, CsvTable::read(folder / "acceptance/edges.csv"))
                .print("pairs against the release");
  }
  const CsvTable table = CsvTable::read(folder / "acceptance/indegree.csv");
  good &= check_indegrees(report, model, table, "recurrent", onto(report), 0.02, 0.0)
              .print("recurrent in-degree");
  good &=
      check_indegrees(report, model, table, "lgn", report.lgn, 0.06, 0.5).print("LGN in-degree");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace v1::bench

int main(int count, char** arguments) {
  try {
    return v1::bench::run(count, arguments);
  } catch (const v1::Error& failure) {
    fmt::print(stderr, "error: {}\n", failure.what());
    return static_cast<int>(failure.code());
  }
}
