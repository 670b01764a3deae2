#pragma once
#include "engine/config/load_config.hpp"
#include "engine/config/section.hpp"

/// Uses of plugins: the stimulus, inputs, analyses and the backend.
namespace v1::config {

struct UseContext {
  Issues& issues;
  const plugin::Registry& registry;
  bool analyses_only;
};

void read_stimulus(Section&& section, const UseContext& context, RunConfig& config);
void read_inputs(Section& top, const UseContext& context, RunConfig& config);
void read_analyses(Section& top, const UseContext& context, RunConfig& config);
/// simulation.backend ("auto" is resolved here) and simulation.backend_params.
void read_backend(Section& simulation, const UseContext& context, RunConfig& config);

}  // namespace v1::config
