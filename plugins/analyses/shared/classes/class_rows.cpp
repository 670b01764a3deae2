#include "plugins/analyses/shared/classes/class_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace v1::analyses {
namespace {

std::vector<double> sorted(const std::vector<double>& values,
                           const std::vector<std::size_t>& order) {
  std::vector<double> out;
  for (const std::size_t i : order) {
    out.push_back(i < values.size() ? values[i] : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

ResponseClass class_named(const std::string& word) {
  for (const ResponseClass c : all_classes) {
    if (word == class_names[static_cast<std::size_t>(c)]) return c;
  }
  throw v1e::Error(V1E_E_INVALID, "classification", "'" + word + "' is no response class");
}

}  // namespace

std::size_t ClassRows::count(ResponseClass c) const {
  return static_cast<std::size_t>(std::count(label.begin(), label.end(), c));
}

std::vector<std::size_t> ClassRows::sample() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < size(); ++i) {
    if (!std::isnan(heatmap_rank[i])) out.push_back(i);
  }
  std::sort(out.begin(), out.end(),
            [&](std::size_t a, std::size_t b) { return heatmap_rank[a] < heatmap_rank[b]; });
  return out;
}

ClassRows read_class_rows(const v1e_chunk& chunk, const v1e_network& network,
                          const std::string& run) {
  const ClassifiedNeurons table = classified_neurons(chunk, network, run);
  std::vector<std::size_t> order(table.position.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return table.position[a] < table.position[b]; });
  ClassRows out;
  for (const std::size_t i : order) {
    out.position.push_back(table.position[i]);
    out.label.push_back(class_named(table.word[i]));
  }
  const auto column = [&](const char* name) {
    return v1e::find_column(chunk.columns, chunk.column_count, name);
  };
  out.response_pa = sorted(v1e::numbers(column("response_input_current")), order);
  out.preferred_angle = sorted(v1e::numbers(column("preferred_angle")), order);
  out.rheobase_pa = sorted(v1e::numbers(column("rheobase")), order);
  out.heatmap_rank = sorted(v1e::numbers(column("heatmap_neurons")), order);
  return out;
}

std::vector<std::uint32_t> read_sample(const v1e_chunk& chunk) {
  const auto column = [&](const char* name) {
    return v1e::numbers(v1e::find_column(chunk.columns, chunk.column_count, name));
  };
  const std::vector<double> position = column("neuron"), rank = column("heatmap_neurons");
  std::vector<std::pair<double, std::uint32_t>> rows;
  for (std::size_t i = 0; i < std::min(position.size(), rank.size()); ++i) {
    if (!std::isnan(rank[i])) rows.emplace_back(rank[i], static_cast<std::uint32_t>(position[i]));
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::uint32_t> out;
  for (const auto& [at, neuron] : rows) out.push_back(neuron);
  return out;
}

void require_same_neurons(const ClassRows& a, const std::string& run_a, const ClassRows& b,
                          const std::string& run_b) {
  if (a.position == b.position) return;
  throw v1e::Error(V1E_E_INVALID, "classification",
                   "the classifications of '" + run_a + "' and '" + run_b +
                       "' hold different neurons (" + std::to_string(a.size()) + " and " +
                       std::to_string(b.size()) +
                       "); run both with the same population and recordings");
}

void require_responses(const ClassRows& rows, const std::string& run) {
  const auto known = [](double v) { return std::isfinite(v); };
  if (std::any_of(rows.response_pa.begin(), rows.response_pa.end(), known)) return;
  throw v1e::Error(V1E_E_INVALID, "classification",
                   "the classification of '" + run +
                       "' has no response of the input current; add \"input_current\" to [record] "
                       "variables");
}

}  // namespace v1::analyses
