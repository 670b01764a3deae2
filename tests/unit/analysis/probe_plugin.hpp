#pragma once
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/analysis/analysis.hpp"
#include "engine/plugin/registry.hpp"
#include "sdk/include/v1e_sdk/analysis.hpp"
#include "tests/unit/analysis/synthetic_run.hpp"

namespace v1::analysis {

/// A chunk as the probe saw it.
struct SeenChunk {
  v1e_chunk head{};
  std::vector<float> dense;
  std::vector<std::uint32_t> trial, step, neuron, addresses;
  std::vector<std::string> columns;
};

/// What the probe plugin does, and what it saw: stripes in the order they were merged.
struct ProbeScript {
  std::function<void(std::uint32_t pass, v1e::Requests&)> plan;
  std::function<void(v1e::Output&)> finish = [](v1e::Output&) {};
  std::string fail_in;
  std::vector<std::vector<SeenChunk>> stripes;
};

/// An analysis whose behaviour a test writes down in a script.
struct Probe {
  static constexpr auto name = "probe";
  static constexpr auto version = "0.1.0";
  static constexpr auto summary = "Shows its test what it was given";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;
  static inline ProbeScript* script = nullptr;

  v1e::Int number{"number", "1", 7, v1e::any(), "A parameter"};

  struct Partial {
    std::vector<SeenChunk> chunks;
  };
  static void fail(const char* where) {
    if (script->fail_in == where) throw std::runtime_error(std::string("failed in ") + where);
  }
  void prepare(const v1e_analysis_env&) { fail("create"); }
  void plan(std::uint32_t pass, v1e::Requests& requests) { script->plan(pass, requests); }
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const {
    fail("consume");
    SeenChunk& seen = into.chunks.emplace_back();
    seen.head = chunk;
    if (chunk.dense.data) {
      const auto* data = static_cast<const float*>(chunk.dense.data);
      seen.dense.assign(data, data + chunk.dense.shape[1] * chunk.dense.shape[2]);
    }
    seen.trial.assign(chunk.event_trial, chunk.event_trial + chunk.event_count);
    seen.step.assign(chunk.event_step, chunk.event_step + chunk.event_count);
    seen.neuron.assign(chunk.event_neuron, chunk.event_neuron + chunk.event_count);
    if (chunk.synapses) {
      const v1e_rows& rows = *chunk.synapses;
      seen.addresses.assign(rows.address + rows.row_ptr[0],
                            rows.address + rows.row_ptr[rows.row_count]);
    }
    for (std::uint64_t k = 0; k < chunk.column_count; ++k) {
      seen.columns.push_back(chunk.columns[k]->name);
    }
  }
  void merge(Partial&, const Partial& from) const { script->stripes.push_back(from.chunks); }
  void end_pass(std::uint32_t, Partial&) { fail("end_pass"); }
  void finish(v1e::Output& output) {
    output.scalar("number", static_cast<double>(number), "1", "The parameter");
    fail("finish");
    script->finish(output);
  }
};

inline const v1e_module* probe_module() {
  static const v1e_plugin* const plugins[] = {v1e::analysis_plugin<Probe>()};
  static const v1e_module module = [] {
    v1e_module m{};
    m.struct_size = sizeof m;
    m.abi_minor = V1E_ABI_MINOR;
    m.plugin_count = 1;
    m.id = "test.probe";
    m.version = "0.1.0";
    m.license = "BSD-3-Clause";
    m.plugins = plugins;
    return m;
  }();
  return &module;
}

}  // namespace v1::analysis
