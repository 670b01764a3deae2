#pragma once
#include <string>
#include <v1e_sdk/error.hpp>
#include <vector>

#include "plugins/backends/cpu/instance_of.hpp"
#include "plugins/backends/cpu/named_arrays.hpp"

namespace v1::cpu {

/// "v" is relative to e_l, like the state itself: an absolute potential could not be taken back
/// without rounding.

namespace detail {
inline constexpr const char* class_names[3] = {"recurrent", "bottom_up", "background"};
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::save(std::uint32_t lane_index, const v1e_state_writer& writer) {
  const State& state = lane_at(lane_index).state;
  const NamedArrays arrays(layout_);
  arrays.put(writer, "v", state.u);
  std::vector<Real> asc(state.asc0.begin(), state.asc0.end());
  asc.insert(asc.end(), state.asc1.begin(), state.asc1.end());
  arrays.put(writer, "asc", asc, {2});
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
    const std::string name = std::string("psc_") + detail::class_names[c];
    arrays.put(writer, name + "_y1", state.class_y1[c], {pscs});
    arrays.put(writer, name + "_y2", state.class_y2[c], {pscs});
  }
  // The slots in the order in which the coming updates read them.
  const std::int64_t slots = shape_.ring_slots - 1;
  std::vector<std::int64_t> ring;
  for (std::uint32_t c = 0; c < shape_.class_count; ++c) {
    for (std::int64_t s = 0; s < slots; ++s) {
      const std::size_t slot = (state.cursor + static_cast<std::size_t>(s)) % shape_.ring_slots;
      const Sum* row =
          state.ring.data() + (c * shape_.ring_slots + slot) * shape_.receptors * shape_.places;
      ring.insert(ring.end(), row, row + shape_.receptors * shape_.places);
    }
  }
  arrays.put(writer, "input_ring", ring,
             {static_cast<std::int64_t>(shape_.class_count), slots,
              static_cast<std::int64_t>(shape_.receptors)});
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::load(std::uint32_t lane_index, const v1e_state_reader& reader) {
  LaneType& lane = lane_at(lane_index);
  State state(shape_);
  const NamedArrays arrays(layout_);
  arrays.get(reader, "v", state.u);
  std::vector<Real> asc(2 * shape_.places);
  arrays.get(reader, "asc", asc, {2});
  std::copy_n(asc.begin(), shape_.places, state.asc0.begin());
  std::copy_n(asc.begin() + static_cast<std::ptrdiff_t>(shape_.places), shape_.places,
              state.asc1.begin());
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
    const std::string name = std::string("psc_") + detail::class_names[c];
    arrays.get(reader, name + "_y1", state.class_y1[c], {pscs});
    arrays.get(reader, name + "_y2", state.class_y2[c], {pscs});
  }
  load_ring(arrays, reader, state);

  lane.uses_current = !pulses_of(lane.condition).empty();
  for (const Real current : state.current) lane.uses_current = lane.uses_current || current != 0;
  lane.state = std::move(state);
}

// A checkpoint may tell the current classes apart when this instance does not: their sum counts.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::load_ring(const NamedArrays& arrays, const v1e_state_reader& reader,
                                      State& state) const {
  const std::int64_t slots = shape_.ring_slots - 1;
  const std::int64_t saved = arrays.first_extent(reader, "input_ring");
  if (saved != shape_.class_count && !(saved == 3 && shape_.class_count == 1)) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "the checkpoint does not tell current classes apart, but a probe records one");
  }
  const std::size_t row = shape_.receptors * shape_.places;
  std::vector<std::int64_t> ring(static_cast<std::size_t>(saved * slots) * row);
  arrays.get(reader, "input_ring", ring,
             {saved, slots, static_cast<std::int64_t>(shape_.receptors)});
  for (std::int64_t c = 0; c < saved; ++c) {
    const std::size_t to = shape_.class_count == 1 ? 0 : static_cast<std::size_t>(c);
    for (std::size_t i = 0; i < static_cast<std::size_t>(slots) * row; ++i) {
      state.ring[to * shape_.ring_slots * row + i] +=
          static_cast<Sum>(ring[static_cast<std::size_t>(c * slots) * row + i]);
    }
  }
}

}  // namespace v1::cpu
