#include <v1e_sdk/backend.hpp>
#include <variant>

#include "simulator.hpp"

/// A complete backend, written for reading: one thread, no tricks, the state in network order.
/// It gives bit for bit what every exact backend gives.
namespace {

class ReferenceBackend {
  // Calls `body` with the simulator of the precision in use.
  template <class Body>
  auto run(Body&& body) {
    if (auto* single = std::get_if<reference::Simulator<float>>(&simulator)) return body(*single);
    return body(std::get<reference::Simulator<double>>(simulator));
  }

  std::variant<std::monostate, reference::Simulator<float>, reference::Simulator<double>> simulator;

 public:
  static constexpr auto name = "reference";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Slow, clear reference of the step, one thread";
  static constexpr std::uint64_t caps = V1E_CAP_EXACT | V1E_CAP_CHECKPOINT | V1E_CAP_PROBES |
                                        V1E_CAP_PULSES | V1E_CAP_BILLEH_TF | V1E_CAP_FLOAT64 |
                                        V1E_CAP_MOVING_THRESHOLD;

  static std::uint32_t device_count() { return 1; }
  static void describe_device(std::uint32_t, v1e_device& device) {
    device.name = "one thread";
    device.kind = "cpu";
    device.details = "";
  }

  v1e_memory_need estimate(const v1e_backend_env& env) const {
    const v1e_network& network = *env.network;
    std::uint64_t pscs = 0;
    for (std::uint32_t t = 0; t < network.type_count; ++t) {
      pscs = std::max<std::uint64_t>(pscs, network.types[t]->psc_count);
    }
    const std::uint64_t ring = 3 * (network.max_delay_steps + 1) * network.receptor_count * 8;
    v1e_memory_need need{};
    need.host_bytes = env.lane_count * static_cast<std::uint64_t>(network.neuron_count) *
                      (ring + 8 * pscs * env.precision_bits / 8 + 64);
    need.host_peak_bytes = need.host_bytes;
    return need;
  }

  void prepare(const v1e_backend_env& env) {
    if (env.device != 0 || env.lane_count == 0 || env.target_begin != 0 ||
        env.target_end != env.network->neuron_count ||
        (env.scheme != V1E_SCHEME_EXACT && env.scheme != V1E_SCHEME_BILLEH_TF)) {
      throw v1e::Error(V1E_E_UNSUPPORTED, "", "this device, scheme or share of the network");
    }
    if (env.precision_bits == 32) {
      simulator.emplace<reference::Simulator<float>>(env);
    } else if (env.precision_bits == 64) {
      simulator.emplace<reference::Simulator<double>>(env);
    } else {
      throw v1e::Error(V1E_E_UNSUPPORTED, "", "computes in 32 or 64 bits");
    }
  }

  void bind_rates(std::uint32_t block, std::uint32_t condition, const v1e_rates& rates) {
    run([&](auto& s) { s.bind_rates(block, condition, rates); });
  }
  void bind_pulses(std::uint32_t condition, std::span<const v1e_pulse* const> pulses) {
    run([&](auto& s) { s.bind_pulses(condition, pulses); });
  }
  void begin_trial(std::uint32_t lane, std::uint32_t trial, std::uint32_t condition,
                   std::uint32_t mode) {
    run([&](auto& s) { s.begin_trial(lane, trial, condition, mode); });
  }
  void inject_spikes(const v1e_spikes& spikes) {
    run([&](auto& s) { s.inject_spikes(spikes); });
  }
  v1e_ticket advance(std::int64_t steps) {
    return run([&](auto& s) { return s.advance(steps); });
  }
  void wait(v1e_ticket ticket) {
    run([&](auto& s) { s.wait(ticket); });
  }
  void drain_spikes(v1e_ticket ticket, v1e_spikes& out) {
    run([&](auto& s) { s.drain_spikes(ticket, out); });
  }
  v1e_const_array drain_probe(v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe,
                              std::int64_t& first_step) {
    return run([&](auto& s) { return s.drain_probe(ticket, lane, probe, first_step); });
  }
  double read_state(std::uint32_t lane, const std::string& variable, std::int64_t neuron) {
    return run([&](auto& s) { return s.read_state(lane, variable, neuron); });
  }
  void save(std::uint32_t lane, const v1e::StateWriter& writer) {
    run([&](auto& s) { s.save(lane, writer); });
  }
  void load(std::uint32_t lane, const v1e::StateReader& reader) {
    run([&](auto& s) { s.load(lane, reader); });
  }
  std::uint64_t counter(const std::string& counter_name) {
    return run([&](auto& s) { return s.counter(counter_name); });
  }
};

}  // namespace

V1E_MODULE("org.v1engine.reference", "1.0.0", "BSD-3-Clause",
           v1e::backend_plugin<ReferenceBackend>())
