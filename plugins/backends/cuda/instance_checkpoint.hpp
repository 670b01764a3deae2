#pragma once
#include <string>
#include <v1e_sdk/backend.hpp>
#include <vector>

#include "plugins/backends/cuda/instance_of.hpp"
#include "plugins/backends/shared/checkpoint.hpp"

namespace v1::cuda {

/// "v" is relative to e_l, like the state itself: an absolute potential could not be taken back
/// without rounding. Currents and sums that are never fed are not kept here; they are written as
/// the zeros they are elsewhere.

namespace detail {

// [row][place] to [row][neuron].
template <class T>
std::vector<T> in_network_order(const std::vector<T>& values, const Layout& layout) {
  const std::size_t places = layout.places();
  std::vector<T> ordered(values.size());
  for (std::size_t row = 0; row < values.size(); row += places) {
    for (std::size_t n = 0; n < places; ++n) {
      ordered[row + n] = values[row + layout.place_of_position[n]];
    }
  }
  return ordered;
}

template <class T>
std::vector<T> in_place_order(const std::vector<T>& values, const Layout& layout) {
  const std::size_t places = layout.places();
  std::vector<T> ordered(values.size());
  for (std::size_t row = 0; row < values.size(); row += places) {
    for (std::size_t n = 0; n < places; ++n) {
      ordered[row + layout.place_of_position[n]] = values[row + n];
    }
  }
  return ordered;
}

template <class T>
std::vector<T> stored(const v1e::StateReader& reader, const std::string& name,
                      const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  std::vector<T> values(static_cast<std::size_t>(count));
  reader.get(name, values, shape);
  return values;
}

}  // namespace detail

template <class Real, class Sum>
void InstanceOf<Real, Sum>::save(std::uint32_t lane, const v1e_state_writer& into) {
  const v1e::StateWriter writer(into);
  lane_at(lane);
  settle_all();
  const std::int64_t neurons = layout_.places();
  const std::size_t n = layout_.places();
  const auto ordered = [&](std::uint64_t offset) {
    return detail::in_network_order(state<Real>(lane, offset, n), layout_);
  };
  writer.put("v", ordered(at_.u), {neurons});
  std::vector<Real> asc = ordered(at_.asc0);
  const std::vector<Real> second = ordered(at_.asc1);
  asc.insert(asc.end(), second.begin(), second.end());
  writer.put("asc", asc, {2, neurons});
  writer.put("current", ordered(at_.current), {neurons});
  const auto words = detail::in_network_order(state<std::uint32_t>(lane, at_.word, n), layout_);
  if (shape_.billeh_tf) {
    const auto ms = state<float>(lane, at_.refractory_ms, n);
    writer.put("refractory", detail::in_network_order(ms, layout_), {neurons});
    std::vector<std::uint8_t> spiked;
    for (const std::uint32_t word : words) spiked.push_back(word & 1u);
    writer.put("spiked", spiked, {neurons});
  } else {
    std::vector<std::int32_t> refractory;
    for (const std::uint32_t word : words) {
      refractory.push_back(static_cast<std::int32_t>(word & 0xFFFFu));
    }
    writer.put("refractory", refractory, {neurons});
  }
  if (shape_.moving_threshold) {
    std::vector<Real> theta = ordered(at_.theta_spike);
    const std::vector<Real> voltage = ordered(at_.theta_voltage);
    theta.insert(theta.end(), voltage.begin(), voltage.end());
    writer.put("theta", theta, {2, neurons});
  }
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
  const std::vector<Real> values = state<Real>(lane, offset, shape_.currents * n);
  const std::uint64_t all = all_currents_;
  std::vector<Real> ordered(all * n, Real(0));
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<std::uint32_t>& active = active_[network_.neuron_type[i]];
    for (std::size_t j = 0; j < active.size(); ++j) {
      ordered[active[j] * n + i] = values[j * n + layout_.place_of_position[i]];
    }
  }
  writer.put(name, ordered, {static_cast<std::int64_t>(all), static_cast<std::int64_t>(n)});
}

// The slots in the order in which the coming updates read them.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::put_ring(const v1e::StateWriter& writer, std::uint32_t lane) {
  const std::size_t n = layout_.places();
  const std::size_t inputs = shape_.inputs, receptors = fed_.receptors;
  const std::size_t slots = shape_.ring_slots - 1, classes = shape_.class_count;
  const auto ring = state<Sum>(lane, at_.ring, classes * shape_.ring_slots * inputs * n);
  std::vector<std::int64_t> ordered(classes * slots * receptors * n, 0);
  for (std::size_t c = 0; c < classes; ++c) {
    for (std::size_t s = 0; s < slots; ++s) {
      const std::size_t slot = (lanes_[lane].cursor + s) % shape_.ring_slots;
      const Sum* const from = ring.data() + (c * shape_.ring_slots + slot) * inputs * n;
      std::int64_t* const to = ordered.data() + (c * slots + s) * receptors * n;
      for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t type = network_.neuron_type[i];
        for (std::uint32_t r = 0; r < receptors; ++r) {
          const std::uint32_t input = fed_.input(type, r);
          if (input == FedReceptors::none) continue;
          to[r * n + i] = from[input * n + layout_.place_of_position[i]];
        }
      }
    }
  }
  add_common_input(lane, ordered);
  writer.put("input_ring", ordered,
             {static_cast<std::int64_t>(classes), static_cast<std::int64_t>(slots),
              static_cast<std::int64_t>(receptors), static_cast<std::int64_t>(n)});
}

// What the events of the common source so far will add to the input sums, [slot][receptor][neuron].
template <class Real, class Sum>
void InstanceOf<Real, Sum>::add_common_input(std::uint32_t lane, std::vector<std::int64_t>& sums) {
  if (common_.empty()) return;
  const std::size_t n = layout_.places(), receptors = fed_.receptors;
  const std::size_t kept = shape_.common_slots;
  const auto events = state<std::uint32_t>(lane, at_.common_events, kept);
  for (std::size_t i = 0; i < n; ++i) {
    const CommonSynapse& synapse = common_[layout_.place_of_position[i]];
    std::uint32_t receptor = 0;
    while (receptor < receptors && fed_.input(network_.neuron_type[i], receptor) != synapse.input) {
      ++receptor;
    }
    // Slot s is read by the step that is s ahead; its events came that much later than the delay.
    for (std::size_t s = 0; s < synapse.delay_steps && synapse.weight != 0; ++s) {
      const std::size_t then = lanes_[lane].common_cursor + kept + s - synapse.delay_steps;
      sums[(s * receptors + receptor) * n + i] +=
          std::int64_t{synapse.weight} * events[then % kept];
    }
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::load(std::uint32_t lane_index, const v1e_state_reader& from) {
  const v1e::StateReader reader(from);
  Lane& lane = lane_at(lane_index);
  settle_all();
  const std::int64_t neurons = layout_.places();
  const std::size_t n = layout_.places();
  unsigned char* const first = state_.data() + lane_index * at_.end;
  const auto put = [&](std::uint64_t offset, const auto& values) {
    machine_->upload(first + offset, values.data(), values.size() * sizeof(values[0]));
  };
  const auto placed = [&](const std::vector<Real>& values) {
    return detail::in_place_order(values, layout_);
  };
  put(at_.u, placed(detail::stored<Real>(reader, "v", {neurons})));
  const auto asc = detail::stored<Real>(reader, "asc", {2, neurons});
  put(at_.asc0, placed({asc.begin(), asc.begin() + neurons}));
  put(at_.asc1, placed({asc.begin() + neurons, asc.end()}));
  const auto current = detail::stored<Real>(reader, "current", {neurons});
  put(at_.current, placed(current));
  if (shape_.moving_threshold) {
    const auto theta = detail::stored<Real>(reader, "theta", {2, neurons});
    put(at_.theta_spike, placed({theta.begin(), theta.begin() + neurons}));
    put(at_.theta_voltage, placed({theta.begin() + neurons, theta.end()}));
  }
  get_words(reader, lane_index);
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
                 shape_.common_slots * sizeof(std::uint32_t));
  lane.uses_current = !pulses_of(lane.condition).empty();
  for (std::size_t i = 0; i < n; ++i) lane.uses_current = lane.uses_current || current[i] != 0;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::get_words(const v1e::StateReader& reader, std::uint32_t lane) {
  const std::int64_t neurons = layout_.places();
  unsigned char* const first = state_.data() + lane * at_.end;
  std::vector<std::uint32_t> words;
  for (std::int64_t i = 0; i < neurons; ++i) {
    words.push_back(std::uint32_t{network_.neuron_type[i]} << 16);
  }
  if (shape_.billeh_tf) {
    const auto ms =
        detail::in_place_order(detail::stored<float>(reader, "refractory", {neurons}), layout_);
    machine_->upload(first + at_.refractory_ms, ms.data(), ms.size() * sizeof ms[0]);
    const auto spiked = detail::stored<std::uint8_t>(reader, "spiked", {neurons});
    for (std::size_t i = 0; i < words.size(); ++i) words[i] |= spiked[i] ? 1u : 0u;
  } else {
    const auto steps = detail::stored<std::int32_t>(reader, "refractory", {neurons});
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (steps[i] < 0 || steps[i] > 65535) {
        throw v1e::Error(V1E_E_INVALID, "", "the checkpoint holds an impossible refractory state");
      }
      words[i] |= static_cast<std::uint32_t>(steps[i]);
    }
  }
  const auto placed = detail::in_place_order(words, layout_);
  machine_->upload(first + at_.word, placed.data(), placed.size() * sizeof placed[0]);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::get_currents(const v1e::StateReader& reader, std::uint32_t lane,
                                         const std::string& name, std::uint64_t offset) {
  const std::size_t n = layout_.places();
  const std::uint64_t all = all_currents_;
  const auto ordered = detail::stored<Real>(
      reader, name, {static_cast<std::int64_t>(all), static_cast<std::int64_t>(n)});
  std::vector<Real> values(shape_.currents * n, Real(0));
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<std::uint32_t>& active = active_[network_.neuron_type[i]];
    std::size_t j = 0;
    for (std::uint32_t p = 0; p < all; ++p) {
      if (j < active.size() && active[j] == p) {
        values[j++ * n + layout_.place_of_position[i]] = ordered[p * n + i];
      } else if (ordered[p * n + i] != 0) {
        throw backend::fed_elsewhere();
      }
    }
  }
  machine_->upload(state_.data() + lane * at_.end + offset, values.data(),
                   values.size() * sizeof(Real));
}

// A checkpoint may tell the current classes apart when this instance does not: their sum counts.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::get_ring(const v1e::StateReader& reader, std::uint32_t lane) {
  const std::size_t n = layout_.places();
  const std::size_t inputs = shape_.inputs, receptors = fed_.receptors;
  const std::size_t slots = shape_.ring_slots - 1, classes = shape_.class_count;
  const std::int64_t saved = backend::saved_classes(reader, shape_);
  const auto ordered = detail::stored<std::int64_t>(
      reader, "input_ring",
      {saved, static_cast<std::int64_t>(slots), static_cast<std::int64_t>(receptors),
       static_cast<std::int64_t>(n)});
  std::vector<Sum> ring(classes * shape_.ring_slots * inputs * n, Sum(0));
  for (std::size_t c = 0; c < static_cast<std::size_t>(saved); ++c) {
    for (std::size_t s = 0; s < slots; ++s) {
      const std::int64_t* const from = ordered.data() + (c * slots + s) * receptors * n;
      Sum* const to = ring.data() + ((classes == 1 ? 0 : c) * shape_.ring_slots + s) * inputs * n;
      for (std::size_t i = 0; i < n; ++i) {
        for (std::uint32_t r = 0; r < receptors; ++r) {
          if (from[r * n + i] == 0) continue;
          const std::uint32_t input = fed_.input(network_.neuron_type[i], r);
          if (input == FedReceptors::none) throw backend::fed_elsewhere();
          to[input * n + layout_.place_of_position[i]] += static_cast<Sum>(from[r * n + i]);
        }
      }
    }
  }
  machine_->upload(state_.data() + lane * at_.end + at_.ring, ring.data(),
                   ring.size() * sizeof(Sum));
}

}  // namespace v1::cuda
