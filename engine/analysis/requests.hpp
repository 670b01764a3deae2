#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/analysis/dataset_view.hpp"
#include "plugin_api/include/v1e/analysis.h"

namespace v1::analysis {

/// A request of a plugin, checked against the dataset and in whole steps.
struct Request {
  std::uint32_t index = 0;  // as given back by add
  std::uint32_t dataset = 0;
  std::uint32_t source = 0;
  std::uint32_t layout = 0;
  std::uint32_t stripes = 0;
  std::uint32_t group = 0;
  std::string variable;
  std::uint32_t trial_begin = 0, trial_end = 0;
  std::int64_t step_begin = 0, step_end = 0;  // RATES: frames
  std::int64_t halo = 0;
  std::int64_t bin_steps = 1;
  std::uint64_t chunk_bytes = 0;            // wish, 0 = none
  std::uint32_t block = V1E_BLOCK_NEURONS;  // SPIKES; SYNAPSES: index into the network's blocks
  std::size_t column = 0;                   // STATE: variable; RATES: index of the sample rates
  /// Positions in the network or block, ascending; never null for SPIKES, STATE and RATES.
  std::shared_ptr<const std::vector<std::uint32_t>> neurons;

  std::int64_t bins() const { return (step_end - step_begin) / bin_steps; }
  bool dense() const { return layout != V1E_LAYOUT_EVENTS; }
};

/// Collects the requests of one plan call.
class RequestList {
 public:
  explicit RequestList(const std::vector<std::unique_ptr<DatasetView>>& datasets);
  RequestList(const RequestList&) = delete;
  RequestList& operator=(const RequestList&) = delete;

  const v1e_request_sink* sink() const { return &sink_; }
  const std::vector<Request>& requests() const { return requests_; }

  /// Checks and keeps a request. Throws Error(plugin) with what is wrong with it and, where a
  /// recording is missing, what to record.
  std::uint32_t add(const v1e_request& request);

 private:
  void resolve_spikes(const v1e_request& raw, Request& out) const;
  void resolve_state(const v1e_request& raw, Request& out) const;
  void resolve_rates(const v1e_request& raw, Request& out) const;
  void resolve_synapses(const v1e_request& raw, Request& out) const;

  const std::vector<std::unique_ptr<DatasetView>>& datasets_;
  v1e_request_sink sink_{};
  std::vector<Request> requests_;
};

}  // namespace v1::analysis
