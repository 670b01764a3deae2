#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "plugins/backends/cpu/kernels/step_kernels.hpp"
#include "plugins/backends/cpu/lane/events.hpp"

namespace v1::cpu {

/// A stretch of one trial.
struct Window {
  std::uint32_t trial = 0;
  std::uint32_t condition = 0;
  std::int64_t step_begin = 0;
  std::int64_t step_count = 0;
  std::int64_t step_end() const { return step_begin + step_count; }
};

/// Sources outside the network: what they do in a window, drawn or handed over. Shared by lanes.
class InputBlock {
 public:
  InputBlock(const v1e_edge_block& block, std::uint32_t index, std::uint64_t random_key,
             const KernelTable& kernels);

  const v1e_edge_block& block() const { return *block_; }
  std::uint32_t index() const { return index_; }
  /// Events come through inject_spikes.
  bool injected() const;

  /// Rates that fit the block and cover a trial.
  void bind(std::uint32_t condition, const v1e_rates& rates);
  /// Throws v1e::Error(V1E_E_STATE) when a rates block has none for the condition.
  void require_bound(std::uint32_t condition) const;

  /// Sources (ascending) whose events anybody will see; the others of a rates block are no longer
  /// drawn, which changes nothing for the rest.
  void draw_only(std::vector<std::uint32_t> sources);
  /// Sources that are drawn.
  std::uint32_t draw_count() const;

  /// Draws the events of the drawn sources [first, last), counted among these, into `part`
  /// (cleared before).
  void draw(const Window& window, std::uint32_t first, std::uint32_t last, StepEvents& part) const;

 private:
  void draw_rates(const Window& window, std::uint32_t first, std::uint32_t last,
                  StepEvents& part) const;
  void draw_counts(const Window& window, std::uint32_t first, std::uint32_t last,
                   StepEvents& part) const;

  const v1e_edge_block* block_;
  std::uint32_t index_;
  std::uint64_t random_key_;
  const KernelTable* kernels_;
  std::vector<std::optional<v1e_rates>> rates_;  // by condition
  bool draws_all_ = true;
  std::vector<std::uint32_t> drawn_, drawn_id_;  // unless all: the sources and their ids
};

}  // namespace v1::cpu
