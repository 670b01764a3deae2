#pragma once
#include <v1e/ext/lgn_rates.h>

#include <cstdint>
#include <memory>

#include "plugins/backends/cuda/instance/machine.hpp"
#include "plugins/backends/cuda/lgn/lgn_plan.hpp"

namespace v1::cuda {

/// Rates of LGN units on a machine, behind the functions of v1e_lgn_rates. Frames are uploaded
/// while the stretch before is computed. All calls come from one thread; all throw v1e::Error.
class LgnFilters {
 public:
  /// DEVICE_MEMORY when there is no room, UNSUPPORTED for kernels longer than shared memory holds.
  LgnFilters(const v1e_lgn_env& env, std::unique_ptr<Machine> machine);
  ~LgnFilters();
  LgnFilters(const LgnFilters&) = delete;
  LgnFilters& operator=(const LgnFilters&) = delete;

  void begin();
  float* lend();
  void submit(const v1e_lgn_stretch& stretch);
  const float* collect();

 private:
  // One of two stretches under way.
  struct Slot {
    PinnedBuffer frames, shown, rates;
    Buffer device_frames, device_shown, device_rates;
  };

  void check_memory(const LgnPlan& plan);
  void make_buffers(const LgnPlan& plan);
  void upload_frames(const v1e_lgn_stretch& stretch, Slot& slot);

  std::unique_ptr<Machine> machine_;
  LgnView view_;
  std::uint64_t frame_bytes_ = 0;
  Buffer groups_, quads_, weights_, kernels_, kernel_weights_, unit_begin_;
  Buffer response_, pixels_;
  Buffer history_[2];
  Slot slots_[2];
  std::uint64_t submitted_ = 0, collected_ = 0;  // stretches of the movie
  bool lent_ = false;
};

}  // namespace v1::cuda
