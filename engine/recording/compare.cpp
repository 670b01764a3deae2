#include "engine/recording/compare.hpp"

#include <algorithm>
#include <tuple>

#include "engine/base/error.hpp"

namespace v1::recording {
namespace {

Difference in_shape(std::string what) { return {std::move(what), {}, {}, "", {}}; }

std::optional<Difference> shape_difference(const RunReader& a, const RunReader& b) {
  const network::Neurons& left = a.network().neurons;
  const network::Neurons& right = b.network().neurons;
  if (left.id != right.id || left.populations.size() != right.populations.size()) {
    return in_shape(
        left.size() == right.size()
            ? fmt::format("both networks have {} neurons, but not the same ones", left.size())
            : fmt::format("the networks differ: {} neurons there, {} here", left.size(),
                          right.size()));
  }
  for (std::size_t p = 0; p < left.populations.size(); ++p) {
    if (left.populations[p].name != right.populations[p].name ||
        left.populations[p].end != right.populations[p].end) {
      return in_shape(fmt::format("population '{}' is '{}' in the other run, or of another size",
                                  left.populations[p].name, right.populations[p].name));
    }
  }
  if (a.dt_ms() != b.dt_ms()) {
    return in_shape(fmt::format("dt differs: {} ms and {} ms", a.dt_ms(), b.dt_ms()));
  }
  if (a.steps_per_trial() != b.steps_per_trial()) {
    return in_shape(fmt::format("steps of a trial differ: {} and {}", a.steps_per_trial(),
                                b.steps_per_trial()));
  }
  if (a.spike_positions() != b.spike_positions()) {
    return in_shape("the runs stored the spikes of different neurons");
  }
  return std::nullopt;
}

struct Place {
  std::string population;
  std::uint32_t id = 0;
};

Place place_of(const network::Network& network, std::uint32_t block, std::uint32_t position) {
  if (block != V1E_BLOCK_NEURONS) {
    return {network.blocks[block].name, network.blocks[block].source_id.at(position)};
  }
  return {network::population_of(network.neurons, position).name, network.neurons.id.at(position)};
}

// (step, position, count) of event i; beyond the end: later than everything.
std::tuple<std::uint64_t, std::uint32_t, std::uint32_t> event(const SpikeEvents& events,
                                                              std::size_t i) {
  if (i >= events.step.size()) return {~std::uint64_t{0}, 0, 0};
  return {events.step[i], events.position[i], events.count.empty() ? 1u : events.count[i]};
}

std::optional<Difference> events_difference(const RunReader& a, const RunReader& b,
                                            std::uint32_t trial, std::uint32_t block_a,
                                            std::uint32_t block_b) {
  const SpikeEvents left = a.spikes(trial, block_a);
  const SpikeEvents right = b.spikes(trial, block_b);
  const std::size_t end = std::max(left.step.size(), right.step.size());
  for (std::size_t i = 0; i < end; ++i) {
    const auto there = event(left, i), here = event(right, i);
    if (there == here) continue;
    const bool left_first = there < here;
    const auto [step, position, count] = left_first ? there : here;
    const Place place = left_first ? place_of(a.network(), block_a, position)
                                   : place_of(b.network(), block_b, position);
    Difference difference;
    difference.trial = trial;
    difference.step = static_cast<std::int64_t>(step);
    difference.population = place.population;
    difference.neuron_id = place.id;
    difference.what = fmt::format(
        "trial {}, step {}: {} {} spikes {} in {} only", trial, step, place.population, place.id,
        count > 1 ? fmt::format("{} times", count) : "once", (left_first ? a : b).path().string());
    return difference;
  }
  return std::nullopt;
}

// Index of the stored input block of that name, if the sources are the same.
std::optional<std::uint32_t> matching_block(const RunReader& run, const network::EdgeBlock& block) {
  for (const std::uint32_t index : run.spike_blocks()) {
    const network::EdgeBlock& candidate = run.network().blocks[index];
    if (candidate.name == block.name && candidate.source_id == block.source_id) return index;
  }
  return std::nullopt;
}

std::optional<Difference> trial_difference(const RunReader& a, const RunReader& b,
                                           std::uint32_t trial) {
  std::optional<Difference> first =
      events_difference(a, b, trial, V1E_BLOCK_NEURONS, V1E_BLOCK_NEURONS);
  for (const std::uint32_t block : a.spike_blocks()) {
    const auto other = matching_block(b, a.network().blocks[block]);
    if (!other) continue;
    std::optional<Difference> found = events_difference(a, b, trial, block, *other);
    // Input comes before its effect: on a tie of steps the input is the first difference.
    if (found && (!first || *found->step <= *first->step)) first = std::move(found);
  }
  return first;
}

}  // namespace

std::optional<Difference> first_difference(const RunReader& a, const RunReader& b) {
  if (auto difference = shape_difference(a, b)) return difference;
  for (const std::uint32_t trial : a.finished_trials()) {
    const auto& others = b.finished_trials();
    if (!std::binary_search(others.begin(), others.end(), trial)) continue;
    if (auto difference = trial_difference(a, b, trial)) return difference;
  }
  if (a.finished_trials() != b.finished_trials()) {
    return in_shape(fmt::format("finished trials differ: {} there, {} here; common ones are equal",
                                a.finished_trials().size(), b.finished_trials().size()));
  }
  return std::nullopt;
}

}  // namespace v1::recording
