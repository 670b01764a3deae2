#include "plugins/backends/cuda/api.hpp"

#include <algorithm>
#include <string>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/cuda_machine.hpp"
#include "plugins/backends/cuda/device.hpp"
#include "plugins/backends/cuda/instance.hpp"
#include "plugins/backends/cuda/shape.hpp"

namespace v1::cuda {
namespace {

using v1e::guard;

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

v1e_status estimate(const v1e_settings*, const v1e_backend_env* env, v1e_memory_need* out,
                    v1e_error* err) noexcept {
  return guard(err, [&] {
    check_env(*env);
    *out = estimate_memory(*env);
  });
}

v1e_status create(const v1e_settings*, const v1e_backend_env* env, v1e_backend** out,
                  v1e_error* err) noexcept {
  return guard(err, [&] {
    check_env(*env);
    const std::uint32_t count = device_count();
    if (env->device >= count) {
      throw v1e::Error(V1E_E_DEVICE, "",
                       "there is no CUDA device " + std::to_string(env->device) +
                           "; this machine has " + std::to_string(count) + ", counted from 0");
    }
    auto made = make_instance(*env, make_cuda_machine(env->device));
    *out = reinterpret_cast<v1e_backend*>(made.release());
  });
}

v1e_status suggest_lanes(const v1e_settings* settings, const v1e_backend_env* env,
                         std::uint32_t* lanes, v1e_error* err) noexcept {
  return guard(err, [&] {
    const std::int64_t wanted = settings && settings->count > 0 ? settings->values[0].as.i : 0;
    *lanes = wanted > 0
                 ? static_cast<std::uint32_t>(std::min<std::int64_t>(wanted, env->lane_count))
                 : lanes_in_cache(*env, cache_bytes(env->device));
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

const v1e_plugin& plugin() {
  static const v1e_value zero = {V1E_INT, 1, {0}};
  static const v1e_param lanes = [] {
    v1e_param p{};
    p.struct_size = sizeof p;
    p.type = V1E_INT;
    p.flags = V1E_PARAM_ADVANCED;
    p.key = "lanes";
    p.unit = "1";
    p.summary =
        "Independent trials simulated side by side, 0: as many as half of the device's cache "
        "holds; results do not depend on it";
    p.default_value = &zero;
    p.min_value = &zero;
    return p;
  }();
  static const v1e_param* const parameters[] = {&lanes};
  static const v1e_plugin descriptor = [] {
    v1e_plugin p{};
    p.struct_size = sizeof p;
    p.kind = V1E_KIND_BACKEND;
    p.param_count = 1;
    p.name = "cuda";
    p.version = "0.1.0";
    p.summary = "Simulation on an NVIDIA GPU, bit-identical to the backend cpu";
    p.citation =
        "Rotter & Diesmann, Biol. Cybern. 81:381 (1999), exact integration; "
        "Teeter et al., Nat. Commun. 9:709 (2018), GLIF neurons";
    p.params = parameters;
    p.api = &api();
    return p;
  }();
  return descriptor;
}

}  // namespace v1::cuda
