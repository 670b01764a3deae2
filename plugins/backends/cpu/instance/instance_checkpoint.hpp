#pragma once
#include <algorithm>
#include <v1e_sdk/error.hpp>
#include <vector>

#include "plugins/backends/cpu/instance/instance_of.hpp"
#include "plugins/backends/cpu/instance/named_arrays.hpp"
#include "plugins/backends/shared/checkpoint.hpp"

namespace v1::cpu {

/// "v" is relative to e_l, like the state itself: an absolute potential could not be taken back
/// without rounding.

template <class Real, class Sum>
void InstanceOf<Real, Sum>::save(std::uint32_t lane_index, const v1e_state_writer& into) {
  const v1e::StateWriter writer(into);
  const State& state = lane_at(lane_index).state;
  const NamedArrays arrays(layout_);
  arrays.put(writer, "v", state.u);
  std::vector<Real> asc(state.asc0.begin(), state.asc0.end());
  asc.insert(asc.end(), state.asc1.begin(), state.asc1.end());
  arrays.put(writer, "asc", asc, {2});
  if (shape_.moving_threshold) {
    std::vector<Real> theta(state.theta_spike.begin(), state.theta_spike.end());
    theta.insert(theta.end(), state.theta_voltage.begin(), state.theta_voltage.end());
    arrays.put(writer, "theta", theta, {2});
  }
  arrays.put(writer, "current", state.current);
  if (shape_.billeh_tf) {
    arrays.put(writer, "refractory", state.refractory_ms);
    arrays.put(writer, "spiked",
               std::vector<std::uint8_t>(state.spiked.begin(), state.spiked.end()));
  } else {
    arrays.put(writer, "refractory", state.refractory);
  }
  const std::int64_t pscs = shape_.psc_count;
  arrays.put(writer, "psc_y1", state.y1, {pscs});
  arrays.put(writer, "psc_y2", state.y2, {pscs});
  for (std::size_t c = 0; c < 3; ++c) {
    if (!shape_.recorded[c]) continue;
    arrays.put(writer, backend::class_array_name(c, "y1"), state.class_y1[c], {pscs});
    arrays.put(writer, backend::class_array_name(c, "y2"), state.class_y2[c], {pscs});
  }
  arrays.put(writer, "input_ring", ring_of(lane_at(lane_index)),
             {static_cast<std::int64_t>(shape_.class_count),
              static_cast<std::int64_t>(shape_.max_delay_steps),
              static_cast<std::int64_t>(shape_.receptors)});
}

// The input under way, as sums by the step that will read them, the next first.
template <class Real, class Sum>
std::vector<std::int64_t> InstanceOf<Real, Sum>::ring_of(const LaneType& lane) const {
  const std::size_t row = shape_.places;
  std::vector<std::int64_t> ring(std::size_t{shape_.class_count} * shape_.max_delay_steps *
                                 shape_.receptors * row);
  const DeliverFunction<Sum> deliver = deliver_function(kernels_, Sum{});
  for_each_thread([&](std::uint32_t thread) {
    const Chunk& chunk = layout_.chunks[thread];
    std::vector<Sum> sums;
    for (std::size_t k = 0; k < std::size_t{shape_.class_count} * shape_.max_delay_steps; ++k) {
      const auto& due =
          lane.input[thread].queue.at(static_cast<std::uint32_t>(k / shape_.max_delay_steps),
                                      static_cast<std::uint32_t>(k % shape_.max_delay_steps));
      sums.assign(chunk.input_count, 0);
      deliver(sums.data(), due.data(), due.size());
      for (const TypeRun& run : chunk.runs) {
        const std::vector<std::uint32_t>& receptors = census_.inputs[run.type].receptors;
        for (std::size_t r = 0; r < receptors.size(); ++r) {
          const Sum* from = sums.data() + run.input_begin + r * run.row_length();
          std::copy_n(from, run.end - run.begin,
                      ring.data() + (k * shape_.receptors + receptors[r]) * row + run.begin);
        }
      }
    }
  });
  return ring;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::load(std::uint32_t lane_index, const v1e_state_reader& from) {
  const v1e::StateReader reader(from);
  LaneType& lane = lane_at(lane_index);
  State state(shape_);
  reset(state);
  const NamedArrays arrays(layout_);
  arrays.get(reader, "v", state.u);
  std::vector<Real> asc(2 * shape_.places);
  arrays.get(reader, "asc", asc, {2});
  std::copy_n(asc.begin(), shape_.places, state.asc0.begin());
  std::copy_n(asc.begin() + static_cast<std::ptrdiff_t>(shape_.places), shape_.places,
              state.asc1.begin());
  if (shape_.moving_threshold) {
    std::vector<Real> theta(2 * shape_.places);
    arrays.get(reader, "theta", theta, {2});
    std::copy_n(theta.begin(), shape_.places, state.theta_spike.begin());
    std::copy_n(theta.begin() + static_cast<std::ptrdiff_t>(shape_.places), shape_.places,
                state.theta_voltage.begin());
  }
  arrays.get(reader, "current", state.current);
  if (shape_.billeh_tf) {
    arrays.get(reader, "refractory", state.refractory_ms);
    std::vector<std::uint8_t> spiked(shape_.places);
    arrays.get(reader, "spiked", spiked);
    std::copy(spiked.begin(), spiked.end(), state.spiked.begin());
  } else {
    arrays.get(reader, "refractory", state.refractory);
  }
  const std::int64_t pscs = shape_.psc_count;
  arrays.get(reader, "psc_y1", state.y1, {pscs});
  arrays.get(reader, "psc_y2", state.y2, {pscs});
  for (std::size_t c = 0; c < 3; ++c) {
    if (!shape_.recorded[c]) continue;
    arrays.get(reader, backend::class_array_name(c, "y1"), state.class_y1[c], {pscs});
    arrays.get(reader, backend::class_array_name(c, "y2"), state.class_y2[c], {pscs});
  }
  require_fed(state.y1, -1);
  require_fed(state.y2, -1);
  for (int c = 0; c < 3; ++c) {
    require_fed(state.class_y1[static_cast<std::size_t>(c)], c);
    require_fed(state.class_y2[static_cast<std::size_t>(c)], c);
  }
  carry_ring(read_ring(arrays, reader), lane);
  lane.uses_current = !pulses_of(lane.condition).empty();
  for (const Real current : state.current) lane.uses_current = lane.uses_current || current != 0;
  lane.state = std::move(state);
}

// Currents that this network never feeds are not advanced, so they must be zero.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::require_fed(const AlignedVector<Real>& y, int current_class) const {
  for (const Chunk& chunk : layout_.chunks) {
    for (const TypeRun& run : chunk.runs) {
      const TypeInputs& inputs = census_.inputs[run.type];
      const std::vector<PscUse>& fed =
          current_class < 0 ? inputs.pscs
                            : inputs.class_pscs[static_cast<std::size_t>(current_class)];
      for (std::uint32_t p = 0; p * shape_.places < y.size(); ++p) {
        const auto is_p = [p](const PscUse& use) { return use.psc == p; };
        if (std::any_of(fed.begin(), fed.end(), is_p)) continue;
        for (std::uint32_t place = run.begin; place < run.end; ++place) {
          if (y[p * shape_.places + place] != 0) throw backend::fed_elsewhere();
        }
      }
    }
  }
}

// Sums [class][step][receptor][place]. A checkpoint may tell the current classes apart when this
// instance does not: their sum counts.
template <class Real, class Sum>
std::vector<std::int64_t> InstanceOf<Real, Sum>::read_ring(const NamedArrays& arrays,
                                                           const v1e::StateReader& reader) const {
  const std::int64_t slots = shape_.max_delay_steps;
  const std::int64_t saved = backend::saved_classes(reader, shape_);
  const std::size_t size = static_cast<std::size_t>(slots) * shape_.receptors * shape_.places;
  std::vector<std::int64_t> ring(static_cast<std::size_t>(saved) * size);
  arrays.get(reader, "input_ring", ring,
             {saved, slots, static_cast<std::int64_t>(shape_.receptors)});
  if (saved == shape_.class_count) return ring;
  for (std::size_t i = 0; i < size; ++i) ring[i] += ring[size + i] + ring[2 * size + i];
  ring.resize(size);
  return ring;
}

// Queues the sums as if a spike of an unseen source had made them.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::carry_ring(const std::vector<std::int64_t>& ring,
                                       LaneType& lane) const {
  for_each_thread([&](std::uint32_t thread) {
    ThreadInput<Sum>& input = lane.input[thread];
    input.queue.clear();
    input.carried.clear();
    for (std::uint32_t c = 0; c < shape_.class_count; ++c) {
      for (std::uint32_t slot = 0; slot < shape_.max_delay_steps; ++slot) {
        carry_slot(ring, c, slot, thread, input);
      }
    }
  });
}

// Whether sums of this class and row are looked at, and cleared, by the update.
template <class Real, class Sum>
bool InstanceOf<Real, Sum>::feeds(const TypeInputs& inputs, std::uint32_t current_class,
                                  std::uint32_t row) const {
  if (row == TypeInputs::unused || shape_.class_count == 1) return row != TypeInputs::unused;
  const std::vector<std::uint32_t>& rows = inputs.class_rows[current_class];
  return std::find(rows.begin(), rows.end(), row) != rows.end();
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::carry_slot(const std::vector<std::int64_t>& ring,
                                       std::uint32_t current_class, std::uint32_t slot,
                                       std::uint32_t thread, ThreadInput<Sum>& input) const {
  // A sum may be wider than a weight: sum = part 0 + 2^15 part 1 + 2^30 part 2.
  std::vector<Synapse> parts[3];
  const std::size_t first =
      (std::size_t{current_class} * shape_.max_delay_steps + slot) * shape_.receptors;
  for (const TypeRun& run : layout_.chunks[thread].runs) {
    const TypeInputs& inputs = census_.inputs[run.type];
    for (std::uint32_t r = 0; r < shape_.receptors; ++r) {
      for (std::uint32_t place = run.begin; place < run.end; ++place) {
        std::int64_t sum = ring[(first + r) * shape_.places + place];
        if (sum == 0) continue;
        if (!feeds(inputs, current_class, inputs.rank[r])) throw backend::fed_elsewhere();
        const std::uint32_t at =
            run.input_begin + inputs.rank[r] * run.row_length() + (place - run.begin);
        for (int part = 0; part < 3; ++part, sum >>= 15) {
          const std::int64_t weight = part < 2 ? sum & 0x7FFF : sum;
          if (weight != 0) parts[part].push_back({at, static_cast<std::int32_t>(weight)});
        }
      }
    }
  }
  for (int part = 0; part < 3; ++part) {
    if (parts[part].empty()) continue;
    const std::vector<Synapse>& kept = input.carried.emplace_back(std::move(parts[part]));
    input.queue.at(current_class, slot)
        .push_back({kept.data(), static_cast<std::uint32_t>(kept.size()), 0, 1 << (15 * part)});
  }
}

}  // namespace v1::cpu
