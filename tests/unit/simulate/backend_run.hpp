#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "engine/simulate/step_loop.hpp"

namespace v1::simulate {

/// The step loop around a backend that the test makes of its own functions, with some neurons of
/// one type.
class BackendRun : public ::testing::Test {
 protected:
  BackendRun(std::vector<std::uint32_t> neuron_ids, double duration_ms) {
    network_.name = "neurons of one type";
    network_.types.emplace_back();
    network_.types[0].c_m_pf = 100.0;
    network_.types[0].g_ns = 10.0;
    network_.types[0].tau_syn_ms = {5.0};
    network_.neurons.type.assign(neuron_ids.size(), 0);
    network_.neurons.id = std::move(neuron_ids);
    simulation_.dt_ms = 1.0;
    simulation_.duration_ms = duration_ms;
    module_->id = "org.test";
    plugin_.kind = plugin::Kind::backend;
    plugin_.name = "scripted";
    plugin_.module = module_;
    plugin_.backend_api.struct_size = sizeof plugin_.backend_api;
    plugin_.backend_api.caps = V1E_CAP_CHECKPOINT;
    plugin_.backend_api.destroy = [](v1e_backend*) noexcept {};
    plugin_.backend_api.counter = [](v1e_backend*, const char*, std::uint64_t*,
                                     v1e_error*) noexcept -> v1e_status {
      return V1E_E_UNSUPPORTED;
    };
  }

  StepLoopResult run(RecordingSink& sink) {
    prepared_ = std::make_unique<PreparedNetwork>(network_, simulation_,
                                                  std::vector<BlockDrive>(network_.blocks.size()));
    setup_.network = prepared_.get();
    setup_.backend = &plugin_;
    setup_.backend_settings = &settings_;
    setup_.simulation = simulation_;
    return run_step_loop(setup_, sink);
  }

  network::Network network_;
  config::SimulationConfig simulation_;
  std::shared_ptr<plugin::ModuleInfo> module_ = std::make_shared<plugin::ModuleInfo>();
  plugin::LoadedPlugin plugin_;
  v1e_settings settings_{sizeof(v1e_settings), 0, nullptr};
  StepLoopSetup setup_;
  std::unique_ptr<PreparedNetwork> prepared_;
};

}  // namespace v1::simulate
