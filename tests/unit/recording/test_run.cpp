#include "tests/unit/recording/test_run.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "engine/network/lgn_mosaic.hpp"

namespace v1::recording::test {
namespace {

constexpr std::uint32_t lgn_block = 1, pool_block = 2, crowd_block = 3;

std::vector<network::NodeType> three_types() {
  std::vector<network::NodeType> types(3);
  for (int t = 0; t < 3; ++t) {
    network::NodeType& type = types[static_cast<std::size_t>(t)];
    const double k = t + 1;
    type.id = 1000000000000 + t;
    type.population = t == 0 ? "e23Cux2" : "i4Pvalb";
    type.ei = t == 0 ? "e" : "i";
    type.location = t == 0 ? "L23" : "L4";
    type.model =
        t == 2 ? network::NeuronModel::glif_psc_double_alpha : network::NeuronModel::glif_psc;
    type.c_m_pf = 60.1 * k;
    type.g_ns = 4.3 * k;
    type.e_l_mv = -70.5 - k;
    type.v_th_mv = -45.25 - k;
    type.v_reset_mv = -71.5 - k;
    type.v_init_mv = -70.75 - k;
    type.t_ref_ms = 3.0 + k;
    type.constant_current_pa = 0.5 * k;
    type.asc_decay_per_ms = {0.003 * k, 0.1 * k};
    type.asc_amplitude_pa = {-6.6 * k, -68.2 * k};
    type.asc_carry = {0.9 + 0.01 * k, 1.0 + k};
    type.tau_syn_ms = {5.5 * k, 8.5, 2.8, 5.8};
    if (t == 2) {
      type.tau_syn_slow_ms = {30.0, 40.0};
      type.amp_slow = {0.25, 0.5, 0.75};
    }
  }
  return types;
}

network::EdgeBlock input(const std::string& name, network::SourceKind kind, std::uint32_t sources) {
  network::EdgeBlock block;
  block.name = name;
  block.source_kind = kind;
  block.current_class = kind == network::SourceKind::counts ? network::CurrentClass::background
                                                            : network::CurrentClass::bottom_up;
  // Ids that fall, so that positions and ids cannot be mixed up.
  for (std::uint32_t i = 0; i < sources; ++i) block.source_id.push_back(5 * (sources - i));
  block.row_ptr.assign(sources + std::size_t{1}, 0);
  return block;
}

std::shared_ptr<network::LgnMosaic> two_units() {
  auto mosaic = std::make_shared<network::LgnMosaic>();
  mosaic->class_names = {"sON_TF8", "sONsOFF_001"};
  mosaic->id = {7, 3};
  mosaic->unit_class = {0, 1};
  mosaic->x_deg = {1.5, -20.25};
  mosaic->y_deg = {2.5, 33.0};
  mosaic->spatial_size_deg = {3.0, 4.0};
  mosaic->tuning_angle_deg = {12.0, 90.0};
  mosaic->sf_sep_deg = {0.5, 6.0};
  mosaic->spontaneous_hz = {1.75, 4.0};
  mosaic->dominant = {{{1, 2}, {3, 4}, {5, 6}}, {{7, 8}, {9, 10}, {11, 12}}};
  mosaic->on_off_sigma = {{{1.0, 2.0}, {3.0, 4.0}}, {{5.0, 6.0}, {7.0, 8.0}}};
  mosaic->non_dominant = {{{0, 0}, {0, 0}, {0, 0}}, {{13, 14}, {15, 16}, {17, 18}}};
  return mosaic;
}

simulate::SpikeWindow window_of(std::uint32_t trial, std::uint32_t block, std::int64_t begin,
                                const std::vector<std::uint64_t>& offset,
                                const std::vector<std::uint32_t>& source,
                                const std::vector<std::uint16_t>& count) {
  return {trial, block, begin, offset, source, count};
}

void play_spikes(simulate::RecordingSink& sink, std::uint32_t trial, std::uint32_t block,
                 const std::vector<std::vector<std::uint32_t>>& spikes, std::int64_t begin,
                 std::int64_t end) {
  std::vector<std::uint64_t> offset = {0};
  std::vector<std::uint32_t> source;
  for (std::int64_t step = begin; step < end; ++step) {
    const auto& now = spikes[static_cast<std::size_t>(step)];
    source.insert(source.end(), now.begin(), now.end());
    offset.push_back(source.size());
  }
  sink.spikes(window_of(trial, block, begin, offset, source, {}));
}

void play_counts(simulate::RecordingSink& sink, std::uint32_t trial, std::uint32_t block,
                 const std::vector<std::map<std::uint32_t, std::uint16_t>>& counts,
                 std::int64_t begin, std::int64_t end) {
  std::vector<std::uint64_t> offset = {0};
  std::vector<std::uint32_t> source;
  std::vector<std::uint16_t> number;
  for (std::int64_t step = begin; step < end; ++step) {
    for (const auto& [unit, count] : counts[static_cast<std::size_t>(step)]) {
      source.push_back(unit);
      number.push_back(count);
    }
    offset.push_back(source.size());
  }
  sink.spikes(window_of(trial, block, begin, offset, source, number));
}

std::vector<std::vector<std::uint32_t>> by_step(const SpikeEvents& events, std::size_t steps) {
  std::vector<std::vector<std::uint32_t>> out(steps);
  for (std::size_t i = 0; i < events.step.size(); ++i) {
    out.at(events.step[i]).push_back(events.position[i]);
  }
  return out;
}

std::vector<std::map<std::uint32_t, std::uint16_t>> counts_by_step(const SpikeEvents& events,
                                                                   std::size_t steps) {
  std::vector<std::map<std::uint32_t, std::uint16_t>> out(steps);
  for (std::size_t i = 0; i < events.step.size(); ++i) {
    out.at(events.step[i])[events.position[i]] = events.count.at(i);
  }
  return out;
}

}  // namespace

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "v1-recording-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

network::Network small_network(std::uint32_t neurons) {
  network::Network network;
  network.name = "small";
  network.model = "billeh2020";
  network.seed = 0xFEDCBA9876543210ull;
  network.full_size = 4 * neurons;
  network.types = three_types();
  const std::uint32_t split = neurons * 2 / 3;
  network.neurons.populations = {{"v1", 0, split}, {"l4", split, neurons}};
  for (std::uint32_t i = 0; i < neurons; ++i) {
    network.neurons.id.push_back(i < split ? 3 * i + 1 : 2 * (i - split));
    network.neurons.type.push_back(static_cast<std::uint16_t>(i % 3));
    network.neurons.x_um.push_back(0.5f * static_cast<float>(i));
    network.neurons.y_um.push_back(-1.0f * static_cast<float>(i));
    network.neurons.z_um.push_back(7.0f);
    network.neurons.tuning_angle_deg.push_back(i % 4 == 0 ? network::not_known
                                                          : static_cast<float>(i));
  }
  network.neurons.has_positions = true;
  network::EdgeBlock recurrent = input("recurrent", network::SourceKind::neurons, 0);
  recurrent.source_id = network.neurons.id;
  recurrent.row_ptr.assign(neurons + std::size_t{1}, 0);
  recurrent.current_class = network::CurrentClass::recurrent;
  network.blocks = {recurrent, input("lgn", network::SourceKind::rates, 20),
                    input("bkg", network::SourceKind::counts, 6),
                    input("crowd", network::SourceKind::counts, 1500)};
  network.background = {"pool", 250.0};
  network.lgn_mosaic = two_units();
  network.content_hash = 0x0123456789ABCDEFull;
  return network;
}

RecordingPlan plan_for(const network::Network& network, std::int64_t steps, std::uint32_t trials) {
  RecordingPlan plan;
  plan.network = &network;
  plan.dt_ms = 0.5;
  plan.steps_per_trial = steps;
  plan.trials = trials;
  plan.seed = 0xF000000000000001ull;
  std::vector<std::uint32_t> odd;
  for (std::uint32_t i = 1; i < network.neurons.size(); i += 2) odd.push_back(i);
  plan.probes = {{"v", "mV", V1E_F32, 1, odd}, {"input_current", "pA", V1E_F16, 2, odd}};
  plan.spike_blocks = {lgn_block, pool_block, crowd_block};
  plan.threads = 2;
  return plan;
}

Activity random_activity(const RecordingPlan& plan, std::uint64_t seed, std::uint32_t trial,
                         double rate) {
  std::mt19937_64 random(seed * 1000 + trial);
  const auto steps = static_cast<std::size_t>(plan.steps_per_trial);
  const auto chance = [&](double p) { return static_cast<double>(random() >> 11) * 0x1p-53 < p; };
  const auto draw = [&](std::uint32_t count) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (chance(rate)) out.push_back(i);
    }
    return out;
  };
  Activity activity;
  for (std::size_t step = 0; step < steps; ++step) {
    activity.neurons.push_back(draw(static_cast<std::uint32_t>(plan.network->neurons.size())));
    activity.lgn.push_back(draw(20));
    activity.pool.emplace_back();
    activity.crowd.emplace_back();
    for (const std::uint32_t unit : draw(6)) {
      activity.pool.back()[unit] = static_cast<std::uint16_t>(1 + random() % 5);
    }
    for (int k = 0; k < 3; ++k) {
      activity.crowd.back()[static_cast<std::uint32_t>(random() % 1500)] =
          static_cast<std::uint16_t>(1 + random() % 9);
    }
  }
  const std::size_t recorded = plan.probes.front().positions.size();
  for (std::size_t i = 0; i < steps * recorded; ++i) {
    activity.v.push_back(-70.0f + static_cast<float>(random() % 1000) * 0.01f);
  }
  for (std::size_t i = 0; i < steps / 2 * recorded; ++i) {
    activity.current.push_back(static_cast<std::uint16_t>(random() % 0x7C00));  // finite halves
  }
  return activity;
}

void play_window(simulate::RecordingSink& sink, const RecordingPlan& plan, const Activity& activity,
                 std::uint32_t trial, std::int64_t begin, std::int64_t end) {
  play_spikes(sink, trial, V1E_BLOCK_NEURONS, activity.neurons, begin, end);
  play_spikes(sink, trial, lgn_block, activity.lgn, begin, end);
  play_counts(sink, trial, pool_block, activity.pool, begin, end);
  play_counts(sink, trial, crowd_block, activity.crowd, begin, end);
  const auto recorded = static_cast<std::int64_t>(plan.probes.front().positions.size());
  sink.probe(
      {trial, 0, begin, end - begin, recorded, V1E_F32, activity.v.data() + begin * recorded});
  // Every second step, after steps 1, 3, ...: those of the window.
  const std::int64_t first = begin / 2, last = end / 2;
  sink.probe({trial, 1, 2 * first + 1, last - first, recorded, V1E_F16,
              activity.current.data() + first * recorded});
  sink.wait_until_read(sink.handed_over());  // some activities live for one call only
}

void play_trial(simulate::RecordingSink& sink, const RecordingPlan& plan, const Activity& activity,
                std::uint32_t trial, std::int64_t window, const simulate::BackendState& state) {
  sink.begin_trial(trial);
  for (std::int64_t begin = 0; begin < plan.steps_per_trial; begin += window) {
    play_window(sink, plan, activity, trial, begin, std::min(begin + window, plan.steps_per_trial));
  }
  sink.end_trial(trial, state);
}

Activity read_activity(const RunReader& reader, std::uint32_t trial) {
  const auto steps = static_cast<std::size_t>(reader.steps_per_trial());
  Activity activity;
  activity.neurons = by_step(reader.spikes(trial), steps);
  activity.lgn = by_step(reader.spikes(trial, lgn_block), steps);
  activity.pool = counts_by_step(reader.spikes(trial, pool_block), steps);
  activity.crowd = counts_by_step(reader.spikes(trial, crowd_block), steps);
  const std::size_t recorded = reader.state_neurons().size();
  activity.v.resize(steps * recorded);
  reader.state(0, trial, 0, reader.steps_per_trial(), 0, recorded, activity.v.data());
  return activity;
}

simulate::BackendState small_state(std::uint32_t trial) {
  simulate::StateArray v{"v", V1E_F64, {3}, RawVector<std::byte>(3 * sizeof(double))};
  const double values[3] = {-70.125, 0.1 * trial, 1e-300};
  std::memcpy(v.bytes.data(), values, sizeof values);
  simulate::StateArray ring{"input_ring", V1E_I64, {1, 2, 2}, RawVector<std::byte>(32)};
  const std::int64_t sums[4] = {-(1ll << 62), 1, 0, trial};
  std::memcpy(ring.bytes.data(), sums, sizeof sums);
  simulate::StateArray empty{"spiked", V1E_U8, {0}, {}};
  simulate::StateArray scalar{"time", V1E_I32, {}, RawVector<std::byte>(4, std::byte{trial > 0})};
  simulate::StateArray half{
      "h", V1E_F16, {2}, {std::byte{1}, std::byte{2}, std::byte{0xFF}, std::byte{0x7F}}};
  return {v, ring, empty, scalar, half};
}

Caught caught(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& failure) {
    return {failure.code(), failure.what()};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace v1::recording::test
