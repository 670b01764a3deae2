#pragma once
#include <cstdint>
#include <string>

#include "engine/simulate/step_loop.hpp"

/// Whether a backend can serve a run, asked before anything of it is made.
namespace v1::simulate {

/// The V1E_CAP_* that a run cannot do without.
std::uint64_t needed_caps(const StepLoopSetup& setup);

/// What a backend can do on its device `index`.
std::uint64_t caps_on_device(const plugin::LoadedPlugin& backend, std::uint32_t index);

/// Why setup.backend cannot serve the run, to be read after "backend 'x' "; "" when it can. Asks
/// its capabilities, then its function estimate, which says UNSUPPORTED for what else it refuses.
std::string misfit(const StepLoopSetup& setup);

}  // namespace v1::simulate
