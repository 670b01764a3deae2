#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/network/generator/column.hpp"
#include "engine/network/generator/draws.hpp"

namespace v1::network::generator {
namespace {

/// The n candidates with the smallest (key, id), ids ascending.
template <class Key>
std::vector<std::uint32_t> smallest(const std::vector<std::uint32_t>& candidates, std::uint32_t n,
                                    const Key& key) {
  using Entry = std::pair<decltype(key(0u)), std::uint32_t>;
  std::vector<Entry> order;
  order.reserve(candidates.size());
  for (const std::uint32_t id : candidates) order.emplace_back(key(id), id);
  std::nth_element(order.begin(), order.begin() + (n - 1), order.end());
  std::vector<std::uint32_t> chosen(n);
  for (std::uint32_t i = 0; i < n; ++i) chosen[i] = order[i].second;
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<std::uint32_t> candidates_of(const Model& model, const Column& column,
                                         const std::string& selection) {
  std::vector<std::uint32_t> ids(column.size());
  std::iota(ids.begin(), ids.end(), 0u);
  if (selection == "core") {
    const double limit = model.core_radius_um * model.core_radius_um;
    std::erase_if(ids, [&](std::uint32_t id) { return column.radius_squared_um2(id) >= limit; });
  }
  return ids;
}

}  // namespace

std::uint32_t check_selection(const Model& model, const std::string& selection, std::uint32_t n) {
  const std::vector<std::string> known = {"radial", "random", "core"};
  if (std::find(known.begin(), known.end(), selection) == known.end()) {
    throw error(ExitCode::config,
                "network.selection: expected \"radial\", \"random\" or "
                "\"core\", found \"{}\"{}",
                selection, did_you_mean(selection, known));
  }
  const bool core = selection == "core";
  const std::uint32_t most = core ? model.core_count() : model.neuron_count();
  if (n == 0 || n > most) {
    throw error(ExitCode::config, "network.neurons: expected 1 to {} ({} of {}), found {}", most,
                core ? "the core" : "the full column", model.name, n);
  }
  return most;
}

std::vector<std::uint32_t> select_members(const Model& model, const Column& column,
                                          const std::string& selection, std::uint32_t n,
                                          std::uint64_t seed) {
  check_selection(model, selection, n);
  const std::vector<std::uint32_t> candidates = candidates_of(model, column, selection);
  if (selection == "radial") {
    return smallest(candidates, n, [&](std::uint32_t id) { return column.radius_squared_um2(id); });
  }
  return smallest(candidates, n,
                  [&](std::uint32_t id) { return shuffle_key(seed, stream::selection, id); });
}

}  // namespace v1::network::generator
