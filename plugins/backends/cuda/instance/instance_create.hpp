#pragma once
#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <string>

#include "plugins/backends/cuda/instance/instance_of.hpp"
#include "plugins/backends/cuda/instance/probe.hpp"

namespace v1::cuda {

template <class Real, class Sum>
InstanceOf<Real, Sum>::InstanceOf(const v1e_backend_env& env, const WantedWays& ways,
                                  std::unique_ptr<Machine> machine)
    : env_(env),
      network_(*env.network),
      machine_(std::move(machine)),
      layout_(make_layout(network_)),
      fed_(find_fed_receptors(network_, env.host)),
      shape_(largest_shape(env, ways.ways)),
      lanes_(env.lane_count),
      copies_(*machine_, env.host) {
  machine_->make(runner_);
  drained_.assign(network_.block_count, 0);
  if (env.drain_block) drained_.assign(env.drain_block, env.drain_block + network_.block_count);
  gather_types();
  find_common();
  plan_ways(ways);
  make_state();
  make_blocks();
  make_probes(env);
  make_windows();
  runner_->expect(view_, choice_.ways());
  env_.drain_block = nullptr;
  env_.probes = nullptr;
}

template <class Real, class Sum>
InstanceOf<Real, Sum>::~InstanceOf() {
  machine_->settle();  // work in flight must not outlive the memory it uses
}

// An array that stays the same for the life of the instance.
template <class Real, class Sum>
template <class T>
T* InstanceOf<Real, Sum>::upload_kept(const T* values, std::size_t count) {
  if (count == 0) return nullptr;
  Buffer& buffer = kept_.emplace_back(*machine_, count * sizeof(T));
  machine_->upload(buffer.data(), values, count * sizeof(T));
  return reinterpret_cast<T*>(buffer.data());
}

// Constants with the currents that are fed only; psc_receptor becomes the number of the input.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::gather_types() {
  shape_.inputs = fed_.most_inputs;
  all_currents_ = shape_.currents;
  shape_.currents = 0;
  for (std::uint32_t t = 0; t < network_.type_count; ++t) {
    const v1e_neuron_type& type = *network_.types[t];
    const auto all =
        kernels::gather_constants<Real>(type, network_.weight_exponent, network_.dt_ms,
                                        (type.flags & V1E_TYPE_SPIKES_AT_THRESHOLD) != 0);
    kernels::TypeConstants<Real> some = all;
    std::vector<std::uint32_t>& active = active_.emplace_back();
    for (std::uint32_t p = 0; p < all.psc_count; ++p) {
      const std::uint32_t input = fed_.input(t, all.psc_receptor[p]);
      if (input == FedReceptors::none) continue;
      const std::size_t j = active.size();
      some.psc_receptor[j] = input;
      some.psc_decay_m1[j] = all.psc_decay_m1[p];
      some.psc_step[j] = all.psc_step[p];
      some.psc_increment[j] = all.psc_increment[p];
      some.gain_y1[j] = all.gain_y1[p];
      some.gain_y2[j] = all.gain_y2[p];
      active.push_back(p);
    }
    some.psc_count = static_cast<std::uint32_t>(active.size());
    shape_.currents = std::max<std::uint64_t>(shape_.currents, active.size());
    constants_.push_back(some);
    const bool moves = (type.flags & V1E_TYPE_MOVING_THRESHOLD) != 0;
    threshold_moves_.push_back(moves ? 1 : 0);
    thresholds_.push_back(moves ? kernels::gather_threshold<Real>(type)
                                : kernels::ThresholdConstants<Real>{});
  }
}

// Recorded classes of current have sums of their own, which the events must reach.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::find_common() {
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (view_.common_block != no_block || shape_.class_count != 1) return;
    common_ = common_synapses(network_, b, layout_, fed_);
    if (!common_.empty()) view_.common_block = b;
  }
}

template <class Real, class Sum>
bool InstanceOf<Real, Sum>::dense(std::uint32_t block) const {
  return block != view_.common_block && is_dense(network_, block, fed_, resident_.plan.blocks);
}

// Which of the ways this network goes on this device. Dense rows serve resident steps alone.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::plan_ways(const WantedWays& wanted) {
  const auto is_resident = [](Way way) { return way.step == Way::Step::resident; };
  const auto is_on_chip = [](Way way) { return way.step == Way::Step::on_chip; };
  const auto lanes = static_cast<std::uint32_t>(lanes_.size());
  const std::vector<TypeSizes> sizes = type_sizes(network_, fed_);
  const auto plan = [&](bool sums) {
    return plan_resident(layout_.type_of_place, sizes, lanes, sums, machine_->resident_device());
  };
  std::vector<Way> ways = wanted.ways;
  if (std::any_of(ways.begin(), ways.end(), is_on_chip)) {
    chip_ = plan_on_chip(network_, layout_, fed_, lanes, machine_->resident_device());
    if (chip_.plan.blocks == 0) std::erase_if(ways, is_on_chip);
  }
  if (std::any_of(ways.begin(), ways.end(), is_resident)) resident_ = plan(false);
  if (resident_.plan.blocks == 0) std::erase_if(ways, is_resident);
  if (ways.empty()) {
    ways.push_back({Way::Step::one_launch, Way::State::cached});
    say_instead(env_, ways.front(), wanted.ways.front(),
                "does not fit this network on this device");
  }
  if (wanted.by_size) {
    ways = with_step(ways,
                     suitable_steps(lanes * moved_bytes(layout_, sizes), machine_->cache_bytes()));
  }
  choice_ = WayChoice(ways);
  if (std::none_of(ways.begin(), ways.end(), is_resident)) resident_ = {};
  shape_.serve(env_, ways);
  if (ways.size() > 1 || resident_.plan.blocks == 0) return;
  bool sums = false;
  for (std::uint32_t b = 0; b < network_.block_count; ++b) sums = sums || dense(b);
  if (!sums) return;
  ResidentLayout with_sums = plan(true);
  if (with_sums.plan.blocks > 0) resident_ = std::move(with_sums);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_blocks() {
  SumsOnChip chip_sums, resident_sums;
  if (chip_.plan.blocks > 0) chip_sums = sums_of(chip_);
  if (resident_.plan.sums) resident_sums = sums_of(resident_, layout_.places());
  const bool only_on_chip = chip_.plan.blocks > 0 && choice_.ways().size() == 1;
  view_.block_count = network_.block_count;
  rates_.resize(network_.block_count);
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    const v1e_edge_block& block = *network_.blocks[b];
    BlockView& made = view_.blocks[b];
    const auto upload = [&](const SumsOnChip* on_chip) -> const DeviceRows& {
      return rows_.emplace_back(upload_rows(network_, b, layout_, fed_, on_chip, copies_));
    };
    // The common source is looked up.
    if (chip_.plan.blocks > 0 && b != view_.common_block) {
      const DeviceRows& rows = upload(&chip_sums);
      made.row = reinterpret_cast<const Row*>(rows.row.data());
      made.chip_synapses = reinterpret_cast<const Synapse*>(rows.synapses.data());
      made.chip_segments = reinterpret_cast<const std::uint32_t*>(rows.segments.data());
      made.chip_short_segments = reinterpret_cast<const std::uint16_t*>(rows.short_segments.data());
    }
    if (!made.row || !only_on_chip) {
      const bool is_dense = resident_.plan.sums && dense(b);
      const DeviceRows& rows = upload(is_dense ? &resident_sums : nullptr);
      made.row = reinterpret_cast<const Row*>(rows.row.data());
      made.synapses = reinterpret_cast<const Synapse*>(rows.synapses.data());
      if (is_dense) {
        made.segments = reinterpret_cast<const std::uint32_t*>(rows.segments.data());
        made.dense_delay = fed_.delay_of_block[b];
      }
    }
    made.source_kind = block.source_kind;
    made.source_count = static_cast<std::uint32_t>(block.source_count);
    made.ring_class = shape_.class_count == 3 ? block.current_class : 0;
    made.random_stream = block.random_stream;
    made.draw_every = block.draw_every_steps;
    made.threshold_count = block.count_threshold_count;
    if (made.source_kind != V1E_SOURCE_NEURONS) view_.outside_sources += made.source_count;
    if (!draws(made)) continue;
    made.words = drained_[b] ? (made.source_count + 31) / 32 : 0;
    made.source_id = upload_kept(block.source_id, made.source_count);
    made.count_thresholds = upload_kept(block.count_thresholds, block.count_threshold_count);
  }
  const std::vector<CommonSynapse> by_type = common_by_type(common_, layout_, network_.type_count);
  view_.common_of_type = upload_kept(by_type.data(), by_type.size());
  if (by_type.empty()) view_.common_of_place = upload_kept(common_.data(), common_.size());
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_state() {
  const std::uint64_t sums =
      shape_.class_count * shape_.ring_slots() * shape_.inputs * shape_.places;
  if (sums > std::numeric_limits<std::uint32_t>::max()) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "backend cuda keeps at most 4,294,967,295 input sums, this network needs " +
                         std::to_string(sums) + ": " + std::to_string(network_.max_delay_steps) +
                         " steps of delay are many; use a larger simulation.dt, or backend = "
                         "\"cpu\"");
  }
  const ListSizes lists = list_sizes(network_);
  if (std::max(lists.spikes, lists.inputs) > std::numeric_limits<std::uint32_t>::max()) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "backend cuda serves at most 549,755,813,760 synapses of neurons, and as many "
                     "from outside the network");
  }
  at_ = lane_offsets(shape_, lists);
  state_ = Buffer(*machine_, at_.end * lanes_.size());
  machine_->fill(state_.data(), 0, state_.size());
  const auto at = [&](std::uint64_t offset) { return state_.data() + offset; };
  const auto reals = [&](std::uint64_t offset) { return reinterpret_cast<Real*>(at(offset)); };
  View<Real, Sum>& v = view_;
  v.places = layout_.places();
  v.words = (v.places + 31) / 32;
  v.inputs = static_cast<std::uint32_t>(shape_.inputs);
  v.currents = static_cast<std::uint32_t>(shape_.currents);
  v.ring_slots = static_cast<std::uint32_t>(shape_.ring_slots());
  v.class_count = static_cast<std::uint32_t>(shape_.class_count);
  v.lane_count = static_cast<std::uint32_t>(lanes_.size());
  v.lane_stride = at_.end;
  v.spike_list_size = static_cast<std::uint32_t>(lists.spikes);
  v.input_list_size = static_cast<std::uint32_t>(lists.inputs);
  v.input_lists = static_cast<std::uint32_t>(shape_.input_lists());
  v.resident = resident_.plan;
  v.runs = upload_kept(resident_.runs.data(), resident_.runs.size());
  v.chip = chip_.plan;
  v.chip_runs = upload_kept(chip_.runs.data(), chip_.runs.size());
  v.resident_steps = static_cast<std::uint32_t>(shape_.resident_steps);
  v.plain = is_plain(env_) ? 1 : 0;
  v.billeh_tf = shape_.billeh_tf ? 1 : 0;
  v.soft_reset = env_.reset_rule == V1E_RESET_SOFT ? 1 : 0;
  v.random_key = env_.random_key;
  v.types = upload_kept(constants_.data(), constants_.size());
  std::vector<CurrentConstants<Real>> currents(constants_.size() * v.currents);
  for (std::size_t t = 0; t < constants_.size(); ++t) {
    const kernels::TypeConstants<Real>& type = constants_[t];
    for (std::uint32_t p = 0; p < type.psc_count; ++p) {
      currents[t * v.currents + p] = {type.psc_receptor[p],  type.psc_decay_m1[p], type.psc_step[p],
                                      type.psc_increment[p], type.gain_y1[p],      type.gain_y2[p]};
    }
  }
  v.currents_of_type = upload_kept(currents.data(), currents.size());
  v.inputs_of_type = upload_kept(fed_.inputs_of_type.data(), fed_.inputs_of_type.size());
  v.type_of_place = upload_kept(layout_.type_of_place.data(), layout_.type_of_place.size());
  v.position_of_place =
      upload_kept(layout_.position_of_place.data(), layout_.position_of_place.size());
  v.u = reals(at_.u);
  v.asc0 = reals(at_.asc0);
  v.asc1 = reals(at_.asc1);
  v.y1 = reals(at_.y1);
  v.y2 = reals(at_.y2);
  for (std::size_t c = 0; c < 3; ++c) {
    if (!shape_.recorded[c]) continue;
    v.class_y1[c] = reals(at_.class_y1[c]);
    v.class_y2[c] = reals(at_.class_y2[c]);
  }
  v.current = reals(at_.current);
  v.refractory_ms = reinterpret_cast<float*>(at(at_.refractory_ms));
  if (shape_.moving_threshold) {
    v.threshold = upload_kept(thresholds_.data(), thresholds_.size());
    v.threshold_moves = upload_kept(threshold_moves_.data(), threshold_moves_.size());
    v.theta_spike = reals(at_.theta_spike);
    v.theta_voltage = reals(at_.theta_voltage);
  }
  v.hold = reinterpret_cast<std::uint16_t*>(at(at_.hold));
  v.ring = reinterpret_cast<Sum*>(at(at_.ring));
  v.common_slots = static_cast<std::uint32_t>(shape_.common_slots());
  v.common_events = reinterpret_cast<std::uint32_t*>(at(at_.common_events));
  v.spike_list = reinterpret_cast<Piece*>(at(at_.spike_list));
  v.spike_places = reinterpret_cast<std::uint32_t*>(at(at_.spike_list));  // where no pieces are
  v.input_list = reinterpret_cast<Piece*>(at(at_.input_list));
  v.input_events = reinterpret_cast<InputEvent*>(at(at_.input_events));
  v.clipped = reinterpret_cast<std::int64_t*>(at(at_.clipped));
  v.served = reinterpret_cast<std::int64_t*>(at(at_.served));
  // What a lane begins with: potentials by type.
  initial_ = PinnedBuffer(*machine_, v.places * sizeof(Real));
  auto* const u = reinterpret_cast<Real*>(initial_.data());
  for (std::uint32_t p = 0; p < v.places; ++p) {
    u[p] = constants_[layout_.type_of_place[p]].initial_mv;
  }
  for (std::uint32_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane].injected.resize(network_.block_count);
    reset(lane);
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::reset(std::uint32_t lane) {
  unsigned char* const first = state_.data() + lane * at_.end;
  machine_->fill(first, 0, at_.clipped);
  machine_->enqueue_upload(first + at_.u, initial_.data(), initial_.size());
  lanes_[lane].cursor = lanes_[lane].common_cursor = 0;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_probes(const v1e_backend_env& env) {
  view_.probe_count = env.probe_count;
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    const v1e_probe& probe = *env.probes[p];
    // By place, so that the thread of a neuron finds its columns.
    std::vector<std::uint32_t> first(view_.places + 1, 0), column(probe.neuron_count);
    const auto place_of = [&](std::uint64_t i) {
      return layout_.place_of_position[probe.neurons[i]];
    };
    for (std::uint64_t i = 0; i < probe.neuron_count; ++i) ++first[place_of(i) + 1];
    for (std::uint32_t place = 0; place < view_.places; ++place) first[place + 1] += first[place];
    std::vector<std::uint32_t> next = first;
    for (std::uint64_t i = 0; i < probe.neuron_count; ++i) {
      column[next[place_of(i)]++] = static_cast<std::uint32_t>(i);
    }
    ProbeView& made = view_.probes[p];
    made.variable = static_cast<std::uint32_t>(backend::variable_of(probe.variable));
    made.half = probe.dtype == V1E_F16 ? 1 : 0;
    made.every_steps = probe.every_steps;
    made.neurons = static_cast<std::uint32_t>(column.size());
    made.first = upload_kept(first.data(), first.size());
    made.column = upload_kept(column.data(), column.size());
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_windows() {
  WindowShape shape;
  shape.lanes = view_.lane_count;
  shape.words = view_.words;
  for (std::uint32_t b = 0; b < view_.block_count; ++b) {
    const BlockView& block = view_.blocks[b];
    const bool counted = block.words > 0 && block.source_kind == V1E_SOURCE_COUNTS;
    shape.block_words.push_back(block.words);
    shape.block_sources.push_back(counted ? block.source_count : 0);
  }
  for (std::uint32_t p = 0; p < view_.probe_count; ++p) shape.probes.push_back(view_.probes[p]);
  // Memory for usual windows is taken now, so that its lack is known before the run.
  constexpr std::int64_t usual = 4096;
  const std::int64_t steps = std::clamp<std::int64_t>(env_.max_advance_steps, 1, usual);
  for (Window& window : windows_) {
    window.memory.emplace(*machine_, shape);
    if (env_.max_advance_steps <= usual) window.memory->reserve(steps);
    window.lanes.resize(lanes_.size());
    window.trials.resize(lanes_.size());
    for (LaneWindow& lane : window.lanes) {
      lane.blocks.resize(network_.block_count);
      lane.block_read.resize(network_.block_count);
    }
  }
}

}  // namespace v1::cuda
