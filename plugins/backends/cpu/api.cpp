#include "plugins/backends/cpu/api.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <v1e_sdk/error.hpp>
#include <vector>

#include "plugins/backends/cpu/device.hpp"
#include "plugins/backends/cpu/instance/instance.hpp"
#include "plugins/backends/cpu/instance/team.hpp"
#include "plugins/backends/cpu/kernels/choose_kernels.hpp"
#include "plugins/backends/shared/descriptor.hpp"

namespace v1::cpu {
namespace {

using v1e::guard;

constexpr std::uint64_t caps = V1E_CAP_EXACT | V1E_CAP_CHECKPOINT | V1E_CAP_PROBES |
                               V1E_CAP_PULSES | V1E_CAP_BILLEH_TF | V1E_CAP_FLOAT64 |
                               V1E_CAP_MOVING_THRESHOLD;

std::string instruction_set(const v1e_settings* settings) {
  if (!settings || settings->count == 0) return instruction_sets[0];
  const auto index = static_cast<std::size_t>(settings->values[0].as.i);
  if (index >= std::size(instruction_sets)) {
    throw v1e::Error(V1E_E_INVALID, "instruction_set", "no such instruction set");
  }
  return instruction_sets[index];
}

// Below about a thousand neurons a thread, waiting for each other at every step costs more than it
// gains.
std::int64_t neurons_per_thread(const v1e_settings* settings) {
  constexpr std::int64_t usual = 1000;
  return settings && settings->count > 1 ? std::max<std::int64_t>(1, settings->values[1].as.i)
                                         : usual;
}

// The environment with no more threads than the network and its lanes keep busy.
v1e_backend_env with_useful_threads(const v1e_settings* settings, const v1e_backend_env& env) {
  v1e_backend_env used = env;
  if (!settings || settings->count < 2) return used;
  const std::int64_t most =
      std::max(1u, env.lane_count) *
      std::max<std::int64_t>(1, env.network->neuron_count / neurons_per_thread(settings));
  const std::uint32_t all = Team(env.host, env.threads).size();
  used.threads = static_cast<std::uint32_t>(std::min<std::int64_t>(all, most));
  return used;
}

// Lanes that may all show different stimuli: the engine keeps the spike thresholds of each, for
// frames of 1 ms.
std::uint32_t lanes_in_memory(const v1e_backend_env& env) {
  constexpr double most_bytes = 1024.0 * 1024.0 * 1024.0;
  const double trial_ms = static_cast<double>(env.steps_per_trial) * env.network->dt_ms;
  double bytes = 1.0;
  for (std::uint32_t b = 0; b < env.network->block_count; ++b) {
    const v1e_edge_block& block = *env.network->blocks[b];
    if (block.source_kind != V1E_SOURCE_RATES) continue;
    bytes += static_cast<double>(block.source_count) * trial_ms * sizeof(std::uint32_t);
  }
  return static_cast<std::uint32_t>(std::clamp(most_bytes / bytes, 1.0, 65536.0));
}

// Trials side by side do not wait for one another, as the threads of one trial do at every step. So
// many that all trials together end soonest; of nearly equal numbers the smallest, because every
// lane takes memory.
std::uint32_t fastest_lanes(const v1e_settings* settings, const v1e_backend_env& env) {
  const double per_thread = static_cast<double>(neurons_per_thread(settings));
  const double neurons = std::max(1.0, static_cast<double>(env.network->neuron_count));
  const std::uint32_t threads = Team(env.host, env.threads).size();
  const auto most = static_cast<std::uint32_t>(std::max(1.0, neurons / per_thread));
  // Time of all trials, in that of the update of a neuron. Waiting costs as much as some neurons,
  // and neurons take longer when a thread has more of them than its cache holds (51,978 on each of
  // two threads were 7 % slower than half of them).
  constexpr double fitting_neurons = 20000.0, slower_when_doubled = 0.1;
  const auto time = [&](std::uint32_t lanes) {
    const std::uint32_t each = std::clamp(threads / lanes, 1u, most);
    const std::uint32_t turns = (env.lane_count + lanes - 1) / lanes;
    const double own = neurons / each;
    const double slower = slower_when_doubled * std::log2(std::max(1.0, own / fitting_neurons));
    return turns * (own * (1.0 + slower) + (each > 1 ? per_thread : 0.0));
  };
  constexpr double worth_another_lane = 0.95;
  std::uint32_t best = 1;
  for (std::uint32_t lanes = 2; lanes <= std::min({threads, env.lane_count, lanes_in_memory(env)});
       ++lanes) {
    if (time(lanes) < worth_another_lane * time(best)) best = lanes;
  }
  return best;
}

v1e_status devices(std::uint32_t* count, v1e_error*) noexcept {
  *count = 1;
  return V1E_OK;
}

v1e_status device(std::uint32_t index, v1e_device* out, v1e_error* err) noexcept {
  return guard(err, [&] {
    if (index != 0) throw v1e::Error(V1E_E_INVALID, "", "backend cpu has device 0 only");
    describe_device(*out);
    out->caps = caps;
  });
}

v1e_status validate(const v1e_settings* settings, v1e_error* err) noexcept {
  return guard(err, [&] { choose_kernels(instruction_set(settings)); });
}

v1e_status estimate(const v1e_settings* settings, const v1e_backend_env* env, v1e_memory_need* out,
                    v1e_error* err) noexcept {
  return guard(err, [&] {
    choose_kernels(instruction_set(settings));
    *out = estimate_memory(with_useful_threads(settings, *env));
  });
}

v1e_status suggest_lanes(const v1e_settings* settings, const v1e_backend_env* env,
                         std::uint32_t* lanes, v1e_error* err) noexcept {
  return guard(err, [&] {
    const std::int64_t wanted = settings && settings->count > 2 ? settings->values[2].as.i : 0;
    *lanes = wanted == 0
                 ? fastest_lanes(settings, *env)
                 : static_cast<std::uint32_t>(std::min<std::int64_t>(wanted, env->lane_count));
  });
}

v1e_status create(const v1e_settings* settings, const v1e_backend_env* env, v1e_backend** out,
                  v1e_error* err) noexcept {
  return guard(err, [&] {
    auto made = make_instance(with_useful_threads(settings, *env),
                              choose_kernels(instruction_set(settings)));
    *out = reinterpret_cast<v1e_backend*>(made.release());
  });
}

}  // namespace

const v1e_backend_api& api() {
  static const v1e_backend_api table = [] {
    v1e_backend_api t{};
    backend::fill_instance_calls(t);
    t.caps = caps;
    t.devices = devices;
    t.device = device;
    t.validate = validate;
    t.estimate = estimate;
    t.create = create;
    return t;
  }();
  return table;
}

const v1e_lanes& lanes_extension() {
  static const v1e_lanes extension = {sizeof(v1e_lanes), 0, suggest_lanes};
  return extension;
}

const v1e_plugin& plugin() {
  static const v1e_value automatic = {V1E_CHOICE, 1, {0}};
  static const v1e_param instructions = [] {
    v1e_param p{};
    p.struct_size = sizeof p;
    p.type = V1E_CHOICE;
    p.flags = V1E_PARAM_ADVANCED;
    p.key = "instruction_set";
    p.unit = "1";
    p.summary = "Processor instructions of the inner loops; results do not depend on it";
    p.default_value = &automatic;
    p.choices = instruction_sets;
    p.choice_count = static_cast<std::uint32_t>(std::size(instruction_sets));
    return p;
  }();
  static const v1e_value thousand = backend::whole(1000), one = backend::whole(1),
                         zero = backend::whole(0);
  static const v1e_param neurons_per_thread = backend::advanced_number(
      "neurons_per_thread", "Fewest neurons worth a thread; results do not depend on it", thousand,
      one);
  static const v1e_param lanes = backend::advanced_number(
      "lanes",
      "Independent trials simulated side by side, 0 for as many as are fastest; results do not "
      "depend on it",
      zero, zero);
  static const std::vector<const v1e_param*> parameters = {&instructions, &neurons_per_thread,
                                                           &lanes};
  static const v1e_plugin made = backend::descriptor(
      "cpu", "Multithreaded simulation on the processor, vectorised for the machine it runs on",
      parameters, api());
  return made;
}

}  // namespace v1::cpu
