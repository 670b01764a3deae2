#include "engine/simulate/backend_fit.hpp"

#include <fmt/format.h>

#include "engine/plugin/call.hpp"

namespace v1::simulate {
namespace {

const network::NodeType* with_moving_threshold(const StepLoopSetup& setup) {
  for (const network::NodeType& type : setup.network->network().types) {
    if (type.moving_threshold) return &type;
  }
  return nullptr;
}

std::string describe(std::uint64_t missing, const StepLoopSetup& setup) {
  if (missing & V1E_CAP_MOVING_THRESHOLD) {
    const network::NodeType& type = *with_moving_threshold(setup);
    return fmt::format(
        "does not serve neurons with a moving threshold (GLIF2, GLIF4, GLIF5), but node type {} "
        "({}) has one",
        type.id, type.population);
  }
  if (missing & V1E_CAP_BILLEH_TF) {
    return "does not serve simulation.scheme = \"billeh-tf\"";
  }
  if (missing & V1E_CAP_FLOAT64) {
    return fmt::format(
        "computes in 32 bits only, but simulation.precision and dt = {} ms ask for 64",
        setup.simulation.dt_ms);
  }
  if (missing & V1E_CAP_PROBES) return "cannot record variables ([record] variables)";
  return "takes no currents from an [[input]]";
}

}  // namespace

std::uint64_t needed_caps(const StepLoopSetup& setup) {
  std::uint64_t caps = 0;
  if (with_moving_threshold(setup)) caps |= V1E_CAP_MOVING_THRESHOLD;
  if (setup.simulation.scheme == config::Scheme::billeh_tf) caps |= V1E_CAP_BILLEH_TF;
  if (setup.simulation.precision_bits() == 64) caps |= V1E_CAP_FLOAT64;
  if (!setup.probes.empty()) caps |= V1E_CAP_PROBES;
  if (!setup.pulses.empty()) caps |= V1E_CAP_PULSES;
  return caps;
}

std::uint64_t caps_on_device(const plugin::LoadedPlugin& backend, std::uint32_t index) {
  v1e_device device{};
  device.struct_size = sizeof device;
  plugin::ErrorSlot err;
  const v1e_status status =
      plugin::call(backend.name, "device", err, backend.backend().device, index, &device);
  const std::uint64_t caps = backend.backend().caps;
  return status == V1E_OK ? caps & device.caps : caps;  // a missing device is said elsewhere
}

std::string misfit(const StepLoopSetup& setup) {
  const plugin::LoadedPlugin& backend = *setup.backend;
  const std::uint64_t missing =
      needed_caps(setup) & ~caps_on_device(backend, setup.simulation.device);
  if (missing != 0) return describe(missing, setup);
  BackendEnvStorage storage;
  const v1e_backend_env env = make_backend_env(setup, storage);
  v1e_memory_need need{};
  need.struct_size = sizeof need;
  plugin::ErrorSlot err;
  const v1e_status status = plugin::call(backend.name, "estimate", err, backend.backend().estimate,
                                         setup.backend_settings, &env, &need);
  if (status != V1E_E_UNSUPPORTED) return "";  // other failures are reported when memory is asked
  return fmt::format("cannot serve this run: {}",
                     *err.message ? err.message : "it does not say why");
}

}  // namespace v1::simulate
