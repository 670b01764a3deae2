#include "plugins/analyses/tuning/neuropixels.hpp"

#include <v1e_sdk/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "plugins/analyses/shared/report/layers.hpp"
#include "plugins/analyses/tuning/csv_cells.hpp"

namespace v1::analyses {
namespace {

// Index of a metric by the header of its column, or none.
std::size_t metric_of(const std::string& header) {
  static constexpr std::array<const char*, similarity_metrics.size()> public_names = {
      "Ave_Rate", "max_mean_rate", "Spont_Rate", "OSI", "DSI"};
  const std::string plain = header.substr(0, header.find("(Hz)"));
  for (std::size_t m = 0; m < similarity_metrics.size(); ++m) {
    if (plain == public_names[m] || plain == similarity_metrics[m]) return m;
  }
  return similarity_metrics.size();
}

}  // namespace

std::string neuropixels_type(const std::string& population) {
  const std::string layer = layer_of_group(population);
  if (layer.empty()) return "";
  if (population[0] == 'e') return layer + " Exc";
  const auto has = [&](const char* word) { return population.find(word) != std::string::npos; };
  if (layer == "L1") return "L1 Htr3a";
  if (has("Pvalb") || has("PV")) return layer + " PV";
  if (has("Sst") || has("SST")) return layer + " SST";
  if (has("Htr3a") || has("Vip") || has("VIP")) return layer + " VIP";
  return "";
}

UnitTable UnitTable::read(const std::string& path) {
  const auto fail = [&](const std::string& what) {
    return v1e::Error(V1E_E_IO, "units", path + ": " + what);
  };
  std::ifstream file(path);
  if (!file) throw fail("the file cannot be read");
  UnitTable table;
  std::vector<std::size_t> metric;
  std::size_t type = 0;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> cells = csv_cells(line);
    if (metric.empty()) {
      const std::string twice = repeated_name(cells);
      if (!twice.empty()) {
        throw fail("line " + std::to_string(number) + ": two columns are named '" + twice + "'");
      }
      for (const std::string& cell : cells) metric.push_back(metric_of(cell));
      const auto found = std::find(cells.begin(), cells.end(), "cell_type");
      const bool any = std::any_of(metric.begin(), metric.end(),
                                   [](std::size_t m) { return m < similarity_metrics.size(); });
      if (found == cells.end() || !any) {
        throw fail("line " + std::to_string(number) +
                   ": expected a column cell_type and some of Ave_Rate(Hz), max_mean_rate(Hz), "
                   "Spont_Rate(Hz), OSI, DSI");
      }
      type = static_cast<std::size_t>(found - cells.begin());
      continue;
    }
    if (cells.size() != metric.size()) {
      throw fail("line " + std::to_string(number) + ": expected " + std::to_string(metric.size()) +
                 " cells, found " + std::to_string(cells.size()));
    }
    Unit& unit = table.units_[cells[type]].emplace_back();
    unit.fill(std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < cells.size(); ++k) {
      if (metric[k] == similarity_metrics.size()) continue;
      char* end = nullptr;
      const double value = std::strtod(cells[k].c_str(), &end);
      if (end != cells[k].c_str() && *end == '\0') unit[metric[k]] = value;
    }
  }
  if (table.units_.empty()) throw fail("it holds no units");
  return table;
}

std::vector<double> UnitTable::values(const std::string& cell_type, std::size_t metric,
                                      double least_rate) const {
  constexpr std::size_t best_rate = 1, first_selectivity = 3;
  std::vector<double> out;
  const auto found = units_.find(cell_type);
  if (found == units_.end()) return out;
  for (const Unit& unit : found->second) {
    if (std::isnan(unit[metric])) continue;
    if (metric >= first_selectivity && unit[best_rate] < least_rate) continue;
    out.push_back(unit[metric]);
  }
  return out;
}

std::vector<std::string> UnitTable::unknown_types() const {
  std::vector<std::string> out;
  for (const auto& entry : units_) {
    const std::string& type = entry.first;
    const bool known = std::any_of(neuropixels_medians.begin(), neuropixels_medians.end(),
                                   [&](const MedianRow& row) { return row.cell_type == type; });
    if (!known) out.push_back(type);
  }
  return out;
}

}  // namespace v1::analyses
