#include "plugins/backends/cuda/api.hpp"

#include <algorithm>
#include <v1e_sdk/error.hpp>
#include <vector>

#include "plugins/backends/cuda/instance/instance.hpp"
#include "plugins/backends/cuda/kernels/cuda_machine.hpp"
#include "plugins/backends/cuda/kernels/device.hpp"
#include "plugins/backends/cuda/lgn/lgn_calls.hpp"
#include "plugins/backends/cuda/plan/shape.hpp"
#include "plugins/backends/cuda/plan/step_way.hpp"
#include "plugins/backends/shared/descriptor.hpp"

namespace v1::cuda {
namespace {

using v1e::guard;

// Of the parameters in the order of plugin(); 0, the default of them all, where none are given.
std::int64_t parameter(const v1e_settings* settings, std::uint32_t index) {
  return settings && index < settings->count ? settings->values[index].as.i : 0;
}
WantedWays wanted_ways(const v1e_settings* settings) {
  return ways_of(static_cast<std::uint32_t>(parameter(settings, 1)),
                 static_cast<std::uint32_t>(parameter(settings, 2)));
}

v1e_status devices(std::uint32_t* count, v1e_error* err) noexcept {
  *count = 0;
  return guard(err, [&] { *count = device_count(); });
}

v1e_status device(std::uint32_t index, v1e_device* out, v1e_error* err) noexcept {
  return guard(err, [&] {
    describe_device(index, *out);
    out->caps = caps;
  });
}

v1e_status estimate(const v1e_settings* settings, const v1e_backend_env* env, v1e_memory_need* out,
                    v1e_error* err) noexcept {
  return guard(err, [&] {
    check_env(*env);
    const bool there = env->device < device_count();
    const std::uint64_t cache = there ? cache_bytes(env->device) : 0;
    *out = estimate_memory(*env, ways_on(*env, wanted_ways(settings), cache).ways);
  });
}

v1e_status create(const v1e_settings* settings, const v1e_backend_env* env, v1e_backend** out,
                  v1e_error* err) noexcept {
  return guard(err, [&] {
    check_env(*env);
    check_device(env->device);
    auto made = make_instance(*env, wanted_ways(settings), make_cuda_machine(env->device));
    *out = reinterpret_cast<v1e_backend*>(made.release());
  });
}

v1e_status suggest_lanes(const v1e_settings* settings, const v1e_backend_env* env,
                         std::uint32_t* lanes, v1e_error* err) noexcept {
  return guard(err, [&] {
    const std::int64_t wanted = parameter(settings, 0);
    *lanes = wanted > 0
                 ? static_cast<std::uint32_t>(std::min<std::int64_t>(wanted, env->lane_count))
                 : lanes_for(*env, wanted_ways(settings), cache_bytes(env->device),
                             resident_device(env->device));
  });
}

v1e_status create_lgn(const v1e_settings*, const v1e_lgn_env* env, v1e_lgn_filters** out,
                      v1e_error* err) noexcept {
  return guard(err, [&] {
    check_device(env->device);
    auto made = std::make_unique<LgnFilters>(*env, make_cuda_machine(env->device));
    *out = reinterpret_cast<v1e_lgn_filters*>(made.release());
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

const v1e_lgn_rates& lgn_extension() {
  static const v1e_lgn_rates extension = [] {
    v1e_lgn_rates t{};
    fill_lgn_calls(t);
    t.create = create_lgn;
    return t;
  }();
  return extension;
}

const v1e_plugin& plugin() {
  static const v1e_value zero = backend::whole(0);
  static const v1e_param lanes = backend::advanced_number(
      "lanes",
      "Independent trials simulated side by side, 0: as many as half of the device's cache "
      "holds, or its chip where the state stays on it; results do not depend on it",
      zero, zero);
  static const v1e_param step = backend::advanced_choice(
      "step",
      "How steps are launched: as two kernels, one that lists spikes and one that delivers them; "
      "as one in which blocks deliver their own; as one for many steps, whose blocks keep the "
      "state of their neurons on the chip, or their input sums, too (on-chip); auto: what suits "
      "the size of the network; fastest: what the first windows of a run take least time with. "
      "Results do not depend on it",
      step_words);
  static const v1e_param state = backend::advanced_choice(
      "state",
      "What the second-level cache does with the state of neurons: keep it, let it go first, or "
      "keep a part of itself for the input sums (of one lane); fastest: as for step. Results do "
      "not depend on it",
      state_words);
  static const std::vector<const v1e_param*> parameters = {&lanes, &step, &state};
  static const v1e_plugin made = backend::descriptor(
      "cuda", "Simulation on an NVIDIA GPU, bit-identical to the backend cpu", parameters, api());
  return made;
}

}  // namespace v1::cuda
