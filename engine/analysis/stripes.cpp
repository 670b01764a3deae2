#include "engine/analysis/stripes.hpp"

#include <algorithm>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::analysis {
namespace {

bool same_neurons(const Request& a, const Request& b) {
  if (!a.neurons || !b.neurons) return a.neurons == b.neurons;
  return a.block == b.block && (a.neurons == b.neurons || *a.neurons == *b.neurons);
}

bool same_window(const Request& a, const Request& b) {
  return a.step_begin == b.step_begin && a.step_end == b.step_end && a.halo == b.halo &&
         a.trial_begin == b.trial_begin && a.trial_end == b.trial_end;
}

Family::Kind kind_of(const Request& request) {
  if (request.source == V1E_SRC_TABLE) return Family::Kind::table;
  if (request.source == V1E_SRC_SYNAPSES) return Family::Kind::slices;
  return request.stripes == V1E_STRIPE_NEURONS ? Family::Kind::neurons : Family::Kind::trials;
}

// Bytes of one neuron in one step (or bin) of a dense chunk; events are guessed at 100 Hz.
std::int64_t bytes_per_neuron_and_trial(const Request& request) {
  const std::int64_t steps = request.step_end - request.step_begin + 2 * request.halo;
  if (request.layout == V1E_LAYOUT_COUNTS) return 4 * request.bins();
  return request.dense() ? 4 * steps : std::max<std::int64_t>(12 * steps / 10, 64);
}

void check_groups(const std::vector<Request>& requests) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Request& a = requests[i];
    if (a.group == 0) continue;
    for (std::size_t j = i + 1; j < requests.size(); ++j) {
      const Request& b = requests[j];
      if (b.group != a.group || b.dataset != a.dataset) continue;
      if (a.stripes != b.stripes || !same_window(a, b) || !same_neurons(a, b)) {
        throw error(ExitCode::plugin,
                    "requests {} and {} of group {} differ in neurons, window, trials or stripes; "
                    "expected the same, since they are delivered together",
                    a.index, b.index, a.group);
      }
    }
  }
}

bool belongs(const Family& family, const Request& first, const Request& request) {
  if (family.dataset != request.dataset || family.kind != kind_of(request)) return false;
  switch (family.kind) {
    case Family::Kind::trials:
      return true;
    case Family::Kind::neurons:
      return same_neurons(first, request);
    default:
      return false;  // one family per request
  }
}

void add_to_units(Family& family, const Request& request, const std::vector<Request>& requests) {
  if (family.kind == Family::Kind::neurons && !family.units.empty()) {
    family.units.front().push_back(request.index);
    return;
  }
  if (request.group != 0) {
    for (auto& unit : family.units) {
      if (requests[unit.front()].group == request.group) {
        unit.push_back(request.index);
        return;
      }
    }
  }
  family.units.push_back({request.index});
}

void size_blocks(Family& family, const std::vector<Request>& requests, std::uint64_t budget) {
  std::uint64_t target = default_chunk_bytes;
  for (const std::size_t index : family.units.front()) {
    const Request& request = requests[index];
    family.bytes_per_neuron += bytes_per_neuron_and_trial(request);
    if (request.chunk_bytes > 0) target = std::min(target, request.chunk_bytes);
  }
  const auto per_neuron = static_cast<std::uint64_t>(family.bytes_per_neuron);
  target = std::min(target, budget / 6);
  if (per_neuron > budget / 6) {
    throw error(ExitCode::memory,
                "one trial of a single neuron takes {}, which does not fit the budget of {}; "
                "raise [limits] analysis_memory",
                format_bytes(per_neuron), format_bytes(budget));
  }
  family.neuron_count = requests[family.units.front().front()].neurons->size();
  family.block_neurons = std::clamp<std::size_t>(target / per_neuron, 1,
                                                 std::max<std::size_t>(family.neuron_count, 1));
}

}  // namespace

std::vector<Family> make_families(const std::vector<Request>& requests, std::uint64_t budget) {
  check_groups(requests);
  std::vector<Family> families;
  for (const Request& request : requests) {
    Family* home = nullptr;
    for (Family& family : families) {
      if (belongs(family, requests[family.units.front().front()], request)) home = &family;
    }
    if (!home) {
      home = &families.emplace_back();
      home->kind = kind_of(request);
      home->dataset = request.dataset;
      home->trial_begin = request.trial_begin;
      home->trial_end = request.trial_end;
    }
    home->trial_begin = std::min(home->trial_begin, request.trial_begin);
    home->trial_end = std::max(home->trial_end, request.trial_end);
    add_to_units(*home, request, requests);
  }
  for (Family& family : families) {
    if (family.kind == Family::Kind::neurons) size_blocks(family, requests, budget);
  }
  return families;
}

std::size_t stripe_count(const Family& family) {
  if (family.kind == Family::Kind::trials) return family.trial_end - family.trial_begin;
  if (family.kind != Family::Kind::neurons) return 1;
  return (family.neuron_count + family.block_neurons - 1) / family.block_neurons;
}

std::int64_t steps_per_chunk(const std::vector<const Request*>& unit, std::uint64_t budget,
                             std::int64_t stored_chunk_steps) {
  const Request& first = *unit.front();
  const std::int64_t window = first.step_end - first.step_begin;
  std::int64_t bytes_per_step = 0, whole = 1;
  std::uint64_t wish = 0;
  for (const Request* request : unit) {
    const auto neurons = static_cast<std::int64_t>(request->neurons->size());
    if (request->dense())
      bytes_per_step += std::max<std::int64_t>(4 * neurons / request->bin_steps, 1);
    whole = std::lcm(whole, request->bin_steps);
    if (request->chunk_bytes > 0) {
      wish = wish == 0 ? request->chunk_bytes : std::min(wish, request->chunk_bytes);
    }
  }
  if (bytes_per_step == 0) return window;  // events: a trial at a time
  const std::uint64_t most = budget / 16;
  std::uint64_t target = std::min(wish > 0 ? wish : default_chunk_bytes, most);
  const auto stored = static_cast<std::uint64_t>(stored_chunk_steps * bytes_per_step);
  if (wish == 0 && stored <= most) target = std::max(target, stored);
  std::int64_t steps = static_cast<std::int64_t>(target) / bytes_per_step;
  if (stored_chunk_steps > 1 && steps > stored_chunk_steps) steps -= steps % stored_chunk_steps;
  steps = std::max(steps - steps % whole, whole);
  return std::min(steps, window);
}

}  // namespace v1::analysis
