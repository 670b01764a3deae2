#pragma once
#include <algorithm>
#include <string>
#include <v1e_sdk/backend.hpp>
#include <vector>

#include "plugins/backends/cuda/instance/instance_of.hpp"
#include "plugins/backends/cuda/instance/parallel.hpp"
#include "plugins/backends/shared/checkpoint.hpp"

namespace v1::cuda {

/// "v" is relative to e_l, like the state itself: an absolute potential could not be taken back
/// without rounding. Currents and sums that are never fed are not kept here; they are written as
/// the zeros they are elsewhere.

namespace detail {

template <class T>
backend::AlignedVector<T> stored(const v1e::StateReader& reader, const std::string& name,
                                 const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  backend::AlignedVector<T> values(static_cast<std::size_t>(count));
  reader.get(name, values, shape);
  return values;
}

}  // namespace detail

// A row of an array of a lane: [place] on the device, [neuron] here.
template <class Real, class Sum>
template <class T>
void InstanceOf<Real, Sum>::read_row(std::uint32_t lane, std::uint64_t offset, T* to) {
  const std::size_t n = layout_.places();
  const std::uint32_t* const place = layout_.place_of_position.data();
  const auto visit = [&](std::uint64_t, std::uint64_t, const unsigned char* data) {
    const T* const from = reinterpret_cast<const T*>(data);
    for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) to[i] = from[place[i]];
    });
  };
  copies_.read(state_.data() + lane * at_.end + offset, n * sizeof(T), 1, visit);
}

template <class Real, class Sum>
template <class T>
void InstanceOf<Real, Sum>::write_row(std::uint32_t lane, std::uint64_t offset, const T* from) {
  const std::size_t n = layout_.places();
  const std::uint32_t* const place = layout_.place_of_position.data();
  T* const to = reinterpret_cast<T*>(copies_.lend(n * sizeof(T)));
  for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to[place[i]] = from[i];
  });
  copies_.send(state_.data() + lane * at_.end + offset, n * sizeof(T));
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::save(std::uint32_t lane, const v1e_state_writer& into) {
  const v1e::StateWriter writer(into);
  lane_at(lane);
  settle_all();
  const std::int64_t neurons = layout_.places();
  const std::size_t n = layout_.places();
  // An array of as many rows as there are offsets.
  const auto put = [&](const char* name, const std::vector<std::uint64_t>& offsets) {
    backend::AlignedVector<Real> values(offsets.size() * n);
    for (std::size_t r = 0; r < offsets.size(); ++r) {
      read_row(lane, offsets[r], values.data() + r * n);
    }
    std::vector<std::int64_t> shape = {static_cast<std::int64_t>(offsets.size()), neurons};
    if (offsets.size() == 1) shape = {neurons};
    writer.put(name, values, shape);
  };
  put("v", {at_.u});
  put("asc", {at_.asc0, at_.asc1});
  put("current", {at_.current});
  backend::AlignedVector<std::uint16_t> hold(n);
  read_row(lane, at_.hold, hold.data());
  if (shape_.billeh_tf) {
    backend::AlignedVector<float> ms(n);
    read_row(lane, at_.refractory_ms, ms.data());
    writer.put("refractory", ms, {neurons});
    backend::AlignedVector<std::uint8_t> spiked(n);
    for (std::size_t i = 0; i < n; ++i) spiked[i] = hold[i] & 1u;
    writer.put("spiked", spiked, {neurons});
  } else {
    const backend::AlignedVector<std::int32_t> refractory(hold.begin(), hold.end());
    writer.put("refractory", refractory, {neurons});
  }
  if (shape_.moving_threshold) put("theta", {at_.theta_spike, at_.theta_voltage});
  put_currents(writer, lane, "psc_y1", at_.y1);
  put_currents(writer, lane, "psc_y2", at_.y2);
  for (std::size_t c = 0; c < 3; ++c) {
    if (!shape_.recorded[c]) continue;
    put_currents(writer, lane, backend::class_array_name(c, "y1"), at_.class_y1[c]);
    put_currents(writer, lane, backend::class_array_name(c, "y2"), at_.class_y2[c]);
  }
  put_ring(writer, lane);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::put_currents(const v1e::StateWriter& writer, std::uint32_t lane,
                                         const std::string& name, std::uint64_t offset) {
  const std::size_t n = layout_.places();
  const std::uint64_t all = all_currents_;
  backend::AlignedVector<Real> ordered(all * n);
  for_each_range(env_.host, ordered.size(), [&](std::size_t begin, std::size_t end) {
    std::fill(ordered.data() + begin, ordered.data() + end, Real(0));
  });
  const auto visit = [&](std::uint64_t first, std::uint64_t count, const unsigned char* data) {
    const Real* const from = reinterpret_cast<const Real*>(data);
    for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const std::vector<std::uint32_t>& active = active_[network_.neuron_type[i]];
        for (std::uint64_t r = 0; r < count && first + r < active.size(); ++r) {
          ordered[active[first + r] * n + i] = from[r * n + layout_.place_of_position[i]];
        }
      }
    });
  };
  copies_.read(state_.data() + lane * at_.end + offset, n * sizeof(Real), shape_.currents, visit);
  writer.put(name, ordered, {static_cast<std::int64_t>(all), static_cast<std::int64_t>(n)});
}

// Where in a slot of the ring the sums of [receptor][neuron] lie; FedReceptors::none: nowhere.
template <class Real, class Sum>
backend::AlignedVector<std::uint32_t> InstanceOf<Real, Sum>::places_in_slot() const {
  const std::size_t n = layout_.places();
  backend::AlignedVector<std::uint32_t> places(fed_.receptors * n);
  for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
    for (std::uint32_t r = 0; r < fed_.receptors; ++r) {
      for (std::size_t i = begin; i < end; ++i) {
        const std::uint32_t input = fed_.input(network_.neuron_type[i], r);
        places[r * n + i] = input == FedReceptors::none
                                ? FedReceptors::none
                                : input * layout_.places() + layout_.place_of_position[i];
      }
    }
  });
  return places;
}

// The slots in the order in which the coming updates read them.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::put_ring(const v1e::StateWriter& writer, std::uint32_t lane) {
  const std::size_t n = layout_.places();
  const std::size_t inputs = shape_.inputs, receptors = fed_.receptors;
  const std::size_t all = shape_.ring_slots(), slots = shape_.delay_steps;
  const std::size_t classes = shape_.class_count;
  const auto places = places_in_slot();
  backend::AlignedVector<std::int64_t> ordered(classes * slots * receptors * n);
  // One slot of one class, neurons begin .. end - 1.
  const auto order = [&](const Sum* from, std::int64_t* to, std::size_t begin, std::size_t end) {
    for (std::uint32_t r = 0; r < receptors; ++r) {
      for (std::size_t i = begin; i < end; ++i) {
        const std::uint32_t place = places[r * n + i];
        to[r * n + i] = place == FedReceptors::none ? 0 : from[place];
      }
    }
  };
  for (std::size_t c = 0; c < classes; ++c) {
    const auto visit = [&](std::uint64_t first, std::uint64_t count, const unsigned char* data) {
      const Sum* const from = reinterpret_cast<const Sum*>(data);
      for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
        for (std::uint64_t k = 0; k < count; ++k) {
          const std::size_t s = (first + k + all - lanes_[lane].cursor) % all;
          if (s >= slots) continue;
          order(from + k * inputs * n, ordered.data() + (c * slots + s) * receptors * n, begin,
                end);
        }
      });
    };
    const std::uint64_t slot_bytes = inputs * n * sizeof(Sum);
    copies_.read(state_.data() + lane * at_.end + at_.ring + c * all * slot_bytes, slot_bytes, all,
                 visit);
  }
  add_common_input(lane, ordered.data());
  writer.put("input_ring", ordered,
             {static_cast<std::int64_t>(classes), static_cast<std::int64_t>(slots),
              static_cast<std::int64_t>(receptors), static_cast<std::int64_t>(n)});
}

// What the events of the common source so far will add to the input sums, [slot][receptor][neuron].
template <class Real, class Sum>
void InstanceOf<Real, Sum>::add_common_input(std::uint32_t lane, std::int64_t* sums) {
  if (common_.empty()) return;
  const std::size_t n = layout_.places(), receptors = fed_.receptors;
  const std::size_t kept = shape_.common_slots();
  const auto events = state<std::uint32_t>(lane, at_.common_events, kept);
  const auto add = [&](std::size_t i) {
    const CommonSynapse& synapse = common_[layout_.place_of_position[i]];
    if (synapse.weight == 0) return;
    std::uint32_t receptor = 0;
    while (fed_.input(network_.neuron_type[i], receptor) != synapse.input) ++receptor;
    // Slot s is read by the step that is s ahead; its events came that much later than the delay.
    for (std::size_t s = 0; s < synapse.delay_steps; ++s) {
      const std::size_t then = lanes_[lane].common_cursor + kept + s - synapse.delay_steps;
      sums[(s * receptors + receptor) * n + i] +=
          std::int64_t{synapse.weight} * events[then % kept];
    }
  };
  for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) add(i);
  });
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::load(std::uint32_t lane_index, const v1e_state_reader& from) {
  const v1e::StateReader reader(from);
  Lane& lane = lane_at(lane_index);
  settle_all();
  const std::int64_t neurons = layout_.places();
  const std::size_t n = layout_.places();
  const auto get_pair = [&](const char* name, std::uint64_t first, std::uint64_t second) {
    const auto both = detail::stored<Real>(reader, name, {2, neurons});
    write_row(lane_index, first, both.data());
    write_row(lane_index, second, both.data() + n);
  };
  write_row(lane_index, at_.u, detail::stored<Real>(reader, "v", {neurons}).data());
  get_pair("asc", at_.asc0, at_.asc1);
  const auto current = detail::stored<Real>(reader, "current", {neurons});
  write_row(lane_index, at_.current, current.data());
  if (shape_.moving_threshold) get_pair("theta", at_.theta_spike, at_.theta_voltage);
  get_hold(reader, lane_index);
  get_currents(reader, lane_index, "psc_y1", at_.y1);
  get_currents(reader, lane_index, "psc_y2", at_.y2);
  for (std::size_t c = 0; c < 3; ++c) {
    if (!shape_.recorded[c]) continue;
    get_currents(reader, lane_index, backend::class_array_name(c, "y1"), at_.class_y1[c]);
    get_currents(reader, lane_index, backend::class_array_name(c, "y2"), at_.class_y2[c]);
  }
  get_ring(reader, lane_index);
  lane.cursor = lane.common_cursor = 0;
  machine_->fill(state_.data() + lane_index * at_.end + at_.common_events, 0,
                 shape_.common_slots() * sizeof(std::uint32_t));
  lane.uses_current = !pulses_of(lane.condition).empty();
  for (std::size_t i = 0; i < n; ++i) lane.uses_current = lane.uses_current || current[i] != 0;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::get_hold(const v1e::StateReader& reader, std::uint32_t lane) {
  const std::int64_t neurons = layout_.places();
  const std::size_t n = layout_.places();
  backend::AlignedVector<std::uint16_t> hold(n);
  if (shape_.billeh_tf) {
    const auto ms = detail::stored<float>(reader, "refractory", {neurons});
    write_row(lane, at_.refractory_ms, ms.data());
    const auto spiked = detail::stored<std::uint8_t>(reader, "spiked", {neurons});
    for (std::size_t i = 0; i < n; ++i) hold[i] = spiked[i] ? 1 : 0;
  } else {
    const auto steps = detail::stored<std::int32_t>(reader, "refractory", {neurons});
    for (std::size_t i = 0; i < n; ++i) {
      if (steps[i] < 0 || steps[i] > 65535) {
        throw v1e::Error(V1E_E_INVALID, "", "the checkpoint holds an impossible refractory state");
      }
      hold[i] = static_cast<std::uint16_t>(steps[i]);
    }
  }
  write_row(lane, at_.hold, hold.data());
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::get_currents(const v1e::StateReader& reader, std::uint32_t lane,
                                         const std::string& name, std::uint64_t offset) {
  const std::size_t n = layout_.places();
  const std::uint64_t all = all_currents_;
  const auto ordered = detail::stored<Real>(
      reader, name, {static_cast<std::int64_t>(all), static_cast<std::int64_t>(n)});
  backend::AlignedVector<Real> values(shape_.currents * n);
  for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t place = layout_.place_of_position[i];
      for (std::size_t j = 0; j < shape_.currents; ++j) values[j * n + place] = Real(0);
      const std::vector<std::uint32_t>& active = active_[network_.neuron_type[i]];
      std::size_t j = 0;
      for (std::uint32_t p = 0; p < all; ++p) {
        if (j < active.size() && active[j] == p) {
          values[j++ * n + place] = ordered[p * n + i];
        } else if (ordered[p * n + i] != 0) {
          throw backend::fed_elsewhere();
        }
      }
    }
  });
  copies_.upload(state_.data() + lane * at_.end + offset, values.data(),
                 values.size() * sizeof(Real));
}

// A checkpoint may tell the current classes apart when this instance does not: their sum counts.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::get_ring(const v1e::StateReader& reader, std::uint32_t lane) {
  const std::size_t n = layout_.places();
  const std::size_t inputs = shape_.inputs, receptors = fed_.receptors;
  const std::size_t slots = shape_.delay_steps, classes = shape_.class_count;
  const std::int64_t saved = backend::saved_classes(reader, shape_);
  const auto ordered = detail::stored<std::int64_t>(
      reader, "input_ring",
      {saved, static_cast<std::int64_t>(slots), static_cast<std::int64_t>(receptors),
       static_cast<std::int64_t>(n)});
  const auto places = places_in_slot();
  backend::AlignedVector<Sum> ring(classes * shape_.ring_slots() * inputs * n);
  for_each_range(env_.host, ring.size(), [&](std::size_t begin, std::size_t end) {
    std::fill(ring.data() + begin, ring.data() + end, Sum(0));
  });
  // One slot of one class, neurons begin .. end - 1.
  const auto add = [&](const std::int64_t* from, Sum* to, std::size_t begin, std::size_t end) {
    for (std::uint32_t r = 0; r < receptors; ++r) {
      for (std::size_t i = begin; i < end; ++i) {
        if (from[r * n + i] == 0) continue;
        const std::uint32_t place = places[r * n + i];
        if (place == FedReceptors::none) throw backend::fed_elsewhere();
        to[place] += static_cast<Sum>(from[r * n + i]);
      }
    }
  };
  for_each_range(env_.host, n, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = 0; c < static_cast<std::size_t>(saved); ++c) {
      for (std::size_t s = 0; s < slots; ++s) {
        add(ordered.data() + (c * slots + s) * receptors * n,
            ring.data() + ((classes == 1 ? 0 : c) * shape_.ring_slots() + s) * inputs * n, begin,
            end);
      }
    }
  });
  copies_.upload(state_.data() + lane * at_.end + at_.ring, ring.data(), ring.size() * sizeof(Sum));
}

}  // namespace v1::cuda
