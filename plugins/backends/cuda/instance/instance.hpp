#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <memory>

#include "plugins/backends/cuda/instance/machine.hpp"
#include "plugins/backends/cuda/plan/step_way.hpp"
#include "plugins/backends/shared/instance.hpp"

namespace v1::cuda {

using backend::Instance;

inline constexpr std::uint64_t caps = V1E_CAP_EXACT | V1E_CAP_ASYNC | V1E_CAP_CHECKPOINT |
                                      V1E_CAP_PROBES | V1E_CAP_PULSES | V1E_CAP_BILLEH_TF |
                                      V1E_CAP_FLOAT64 | V1E_CAP_MOVING_THRESHOLD;

/// Throws v1e::Error when env asks for something this backend does not do.
void check_env(const v1e_backend_env& env);

/// Whether env asks for nothing beyond what the usual update does: scheme exact, fixed thresholds,
/// nothing recorded but spikes.
bool is_plain(const v1e_backend_env& env);

/// Those of `wanted` that there are for env; one launch where there are none, or the only way that
/// there is for other numbers than float and int32.
WantedWays ways_for(const v1e_backend_env& env, const WantedWays& wanted);

/// Those of them that a device with such a cache may go: where the size decides, state stays on the
/// chip only if much of it is moved.
WantedWays ways_on(const v1e_backend_env& env, const WantedWays& wanted, std::uint64_t cache_bytes);

/// Says in the log that steps go by `way` instead of the one that is wanted, which `why`.
void say_instead(const v1e_backend_env& env, Way way, Way wanted, const char* why);

/// How many lanes to simulate side by side on a device with such a cache: as many as half of it
/// holds, or, where the state had better stay on the chip, as many as that does.
std::uint32_t lanes_for(const v1e_backend_env& env, const WantedWays& wanted,
                        std::uint64_t cache_bytes, const ResidentDevice& device);

std::unique_ptr<Instance> make_instance(const v1e_backend_env& env, const WantedWays& wanted,
                                        std::unique_ptr<Machine> machine);

}  // namespace v1::cuda
