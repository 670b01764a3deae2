#pragma once
#include <cuda_runtime.h>

#include <algorithm>
#include <map>
#include <vector>

#include "plugins/backends/cuda/instance/machine.hpp"
#include "plugins/backends/cuda/kernels/cuda_check.hpp"
#include "plugins/backends/cuda/kernels/cuda_chip.cuh"
#include "plugins/backends/cuda/kernels/cuda_kernels.cuh"
#include "plugins/backends/cuda/kernels/cuda_launch.cuh"
#include "plugins/backends/cuda/kernels/cuda_resident.cuh"
#include "plugins/backends/cuda/kernels/device.hpp"

namespace v1::cuda {

inline constexpr std::int64_t longest_graph = 250;  // steps

template <class... Parameters>
void load_kernel(void (*kernel)(Parameters...)) {
  cudaFuncAttributes attributes{};
  check(cudaFuncGetAttributes(&attributes, kernel), "loading a kernel");
}

inline unsigned blocks_for(std::uint64_t items, int threads) {
  const auto each = static_cast<std::uint64_t>(threads);
  return static_cast<unsigned>((items + each - 1) / each);
}

/// What the launches of steps depend on.
struct DeviceTraits {
  int index = 0;
  std::uint32_t processors = 1;
  bool overlaps = false;  // a kernel may start while the one before it still runs
  std::uint64_t cache_bytes = 0;
  std::uint64_t persisting_bytes = 0;   // of the cache, that can be kept
  std::uint64_t persisting_window = 0;  // of memory, that can be named at most
};

/// A window as CUDA graphs of many steps, recorded once for each length, parity and way, or as a
/// kernel of many steps.
template <class Real, class Sum>
class CudaStepRunner final : public StepRunner<Real, Sum> {
 public:
  CudaStepRunner(cudaStream_t stream, const DeviceTraits& device)
      : stream_(stream), device_(device) {
    // Kernels are loaded when they are first named, which may be unsafe while steps are recorded.
    load_kernel(begin_kernels);
    load_kernel(draw_kernel<Real, Sum>);
    load_kernel(deliver_kernel<Real, Sum>);
    for (const bool plain : {false, true}) {
      for (const Way way : all_ways()) {
        load_kernel(update_with<few_held>(plain, way));
        load_kernel(update_with<most_held>(plain, way));
        load_kernel(update_with<many_held>(plain, way));
      }
    }
    if constexpr (has_ways<Real, Sum>) {
      load_kernel(draw_steps_kernel<Real, Sum>);
      allow_shared(resident_kernel<Real, Sum, few_held>);
      allow_shared(resident_kernel<Real, Sum, most_held>);
      allow_shared(resident_kernel<Real, Sum, many_held>);
      allow_shared(chip_kernel<Real, Sum, few_held>);
      allow_shared(chip_kernel<Real, Sum, most_held>);
      allow_shared(chip_kernel<Real, Sum, many_held>);
    }
  }
  ~CudaStepRunner() override {
    for (const int parity : {0, 1}) forget_graphs(parity);
    give_cache_back();
  }

  void expect(const View<Real, Sum>& view, const std::vector<Way>& ways) override {
    const bool persists = std::any_of(ways.begin(), ways.end(),
                                      [](Way way) { return way.state == Way::State::persisting; });
    if (persists) {
      keep_ring(view);
    } else {
      give_cache_back();
    }
  }

  void prepare(const View<Real, Sum>& view, Way way, std::int64_t steps, int parity) override {
    if (way.is_one_kernel()) return;
    for (std::int64_t first = 0; first < steps; first += longest_graph) {
      graph(view, way, steps_from(first, steps), parity);
    }
  }

  void run(const View<Real, Sum>& view, Way way, std::int64_t steps, int parity) override {
    if constexpr (has_ways<Real, Sum>) {
      if (way.is_one_kernel()) {
        run_kernel(view, way, steps);
        return;
      }
    }
    for (std::int64_t first = 0; first < steps; first += longest_graph) {
      launch({dim3(1), 1, stream_}, begin_kernels,
             const_cast<std::int64_t*>(view.window.first_step), first);
      check(cudaGraphLaunch(graph(view, way, steps_from(first, steps), parity), stream_),
            "launching steps");
    }
  }

  void forget(int parity) override { forget_graphs(parity); }

 private:
  static int steps_from(std::int64_t first, std::int64_t steps) {
    return static_cast<int>(std::min(steps - first, longest_graph));
  }

  // As much of the cache as the ring of the only lane needs, or as there is. Kernels of other ways
  // name the ring, too: what was kept for it before is then not kept any more.
  void keep_ring(const View<Real, Sum>& view) {
    const std::uint64_t sums =
        std::uint64_t{view.class_count} * view.ring_slots * view.inputs * view.places;
    const std::uint64_t bytes = std::min(sums * sizeof(Sum), device_.persisting_window);
    const std::uint64_t kept = std::min(bytes, device_.persisting_bytes);
    if (kept == 0) return;
    check(cudaDeviceSetLimit(cudaLimitPersistingL2CacheSize, kept), "keeping cache of the device");
    ring_.base_ptr = view.ring;
    ring_.num_bytes = bytes;
    ring_.hitRatio = static_cast<float>(static_cast<double>(kept) / static_cast<double>(bytes));
    ring_.hitProp = cudaAccessPropertyNormal;
    ring_.missProp = cudaAccessPropertyNormal;
  }

  void give_cache_back() {
    if (ring_.num_bytes == 0) return;
    ring_ = {};
    cudaSetDevice(device_.index);
    cudaCtxResetPersistingL2Cache();
    cudaDeviceSetLimit(cudaLimitPersistingL2CacheSize, 0);
  }

  cudaGraphExec_t graph(const View<Real, Sum>& view, Way way, int steps, int parity) {
    const Key key = {parity, steps, way};
    const auto known = graphs_.find(key);
    if (known != graphs_.end()) return known->second;
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording steps");
    cudaGraph_t recorded = nullptr;
    try {
      record(view, way, steps);
    } catch (...) {
      cudaStreamEndCapture(stream_, &recorded);
      if (recorded) cudaGraphDestroy(recorded);
      throw;
    }
    check(cudaStreamEndCapture(stream_, &recorded), "recording steps");
    cudaGraphExec_t made = nullptr;
    const cudaError_t error = cudaGraphInstantiate(&made, recorded, 0);
    cudaGraphDestroy(recorded);
    check(error, "preparing steps");
    graphs_.emplace(key, made);
    return made;
  }

  // The currents that an update holds at once.
  static std::uint32_t held_by(const View<Real, Sum>& view) {
    return currents_held(std::max(view.currents, view.inputs));
  }

  template <class Kernel>
  void allow_shared(Kernel* kernel) const {
    load_kernel(kernel);
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(resident_device(device_.index).shared_bytes)),
          "asking for shared memory");
  }

  static auto kernel_of(const View<Real, Sum>& view, Way way) {
    const bool on_chip = way.step == Way::Step::on_chip;
    switch (held_by(view)) {
      case few_held:
        return on_chip ? chip_kernel<Real, Sum, few_held> : resident_kernel<Real, Sum, few_held>;
      case most_held:
        return on_chip ? chip_kernel<Real, Sum, most_held> : resident_kernel<Real, Sum, most_held>;
      default:
        return on_chip ? chip_kernel<Real, Sum, many_held> : resident_kernel<Real, Sum, many_held>;
    }
  }

  // A window as kernels of as many steps as there is room for input events.
  void run_kernel(const View<Real, Sum>& view, Way way, std::int64_t steps) {
    const Launch draws = {dim3(std::max(1u, blocks_for(view.outside_sources, drawing_threads)),
                               view.lane_count, drawing_layers),
                          drawing_threads, stream_};
    Launch how = {dim3(view.resident.blocks, view.lane_count), resident_threads, stream_};
    how.shared_bytes = view.resident.shared_bytes;
    const bool on_chip = way.step == Way::Step::on_chip;
    if (on_chip) {
      how.grid.x = view.chip.blocks;
      how.threads = view.chip.threads;
      how.shared_bytes = view.chip.shared_bytes;
    }
    how.together = true;
    const auto kernel = kernel_of(view, way);
    const std::int64_t most = view.resident_steps;
    for (std::int64_t first = 0; first < steps; first += most) {
      const int count = static_cast<int>(std::min(steps - first, most));
      launch(draws, draw_steps_kernel<Real, Sum>, view, first, count, on_chip);
      launch(how, kernel, view, first, count);
    }
  }

  static auto update_of(const View<Real, Sum>& view, Way way) {
    const bool plain = view.plain != 0;
    switch (held_by(view)) {
      case few_held:
        return update_with<few_held>(plain, way);
      case most_held:
        return update_with<most_held>(plain, way);
      default:
        return update_with<many_held>(plain, way);
    }
  }

  // State streams in plain updates only.
  template <std::uint32_t held>
  static auto update_with(bool plain, Way way) {
    constexpr bool choice = has_ways<Real, Sum>;
    const bool one = way.step == Way::Step::one_launch;
    constexpr Home memory = Home::memory;
    if (!plain) {
      return one ? update_kernel<Real, Sum, held, false, memory, choice>
                 : update_kernel<Real, Sum, held, false, memory, false>;
    }
    if (way.state == Way::State::streaming) {
      constexpr Home streaming = choice ? Home::streaming : memory;
      return one ? update_kernel<Real, Sum, held, true, streaming, choice>
                 : update_kernel<Real, Sum, held, true, streaming, false>;
    }
    return one ? update_kernel<Real, Sum, held, true, memory, choice>
               : update_kernel<Real, Sum, held, true, memory, false>;
  }

  // As many warps as a busy step has pieces, within what the device holds; lanes share it, down to
  // an eighth of the processors each.
  unsigned delivery_blocks(const View<Real, Sum>& view) const {
    const std::uint64_t pieces = std::uint64_t{view.spike_list_size} + view.input_list_size;
    return blocks_of_lane(view, pieces / (pieces_per_warp * delivery_warps),
                          delivery_blocks_per_processor);
  }

  // Likewise, beside updates.
  unsigned input_blocks(const View<Real, Sum>& view) const {
    return blocks_of_lane(view, view.input_list_size / (pieces_per_warp * update_warps),
                          input_blocks_per_processor);
  }

  unsigned blocks_of_lane(const View<Real, Sum>& view, std::uint64_t wanted,
                          unsigned most_per_processor) const {
    const std::uint32_t processors = device_.processors;
    wanted = std::clamp<std::uint64_t>(wanted, processors, most_per_processor * processors);
    return static_cast<unsigned>(
        std::max<std::uint64_t>({wanted / view.lane_count, processors / 8, 1}));
  }

  void record(const View<Real, Sum>& view, Way way, int steps) {
    const unsigned draw_blocks = blocks_for(view.outside_sources, update_threads);
    Launch draws = {dim3(draw_blocks, view.lane_count), update_threads, stream_};
    draws.cached = ring_;
    if (way.state == Way::State::persisting) draws.cached.hitProp = cudaAccessPropertyPersisting;
    // The first node follows copies and fills, which know nothing of early starts.
    if (draw_blocks > 0) launch(draws, draw_kernel<Real, Sum>, view, steps);
    Launch others = draws;
    others.overlaps = device_.overlaps && draw_blocks > 0;
    if (way.step == Way::Step::one_launch) {
      record_one(view, way, steps, draw_blocks, others);
    } else {
      record_two(view, way, steps, draw_blocks, others);
    }
  }

  // how: the first launch.
  void record_two(const View<Real, Sum>& view, Way way, int steps, unsigned draw_blocks,
                  const Launch& how) {
    const StepGrid grid = {draw_blocks, 0, blocks_for(view.places, update_threads)};
    Launch deliveries = how;
    deliveries.grid.x = delivery_blocks(view);
    deliveries.threads = delivery_threads;
    launch(deliveries, deliver_kernel<Real, Sum>, view, -1, steps);
    deliveries.overlaps = device_.overlaps;
    Launch updates = how;
    updates.grid.x = grid.blocks();
    updates.overlaps = device_.overlaps;
    const auto update = update_of(view, way);
    for (int k = 0; k < steps; ++k) {
      launch(updates, update, view, grid, k, steps);
      launch(deliveries, deliver_kernel<Real, Sum>, view, k, steps);
    }
  }

  void record_one(const View<Real, Sum>& view, Way way, int steps, unsigned draw_blocks,
                  const Launch& how) {
    StepGrid grid = {draw_blocks, draw_blocks > 0 ? input_blocks(view) : 0, 0};
    Launch updates = how;
    const auto update = update_of(view, way);
    if (draw_blocks > 0) {  // the input events of the first step, and the draws of the second
      updates.grid.x = grid.blocks();
      launch(updates, update, view, grid, -1, steps);
    }
    grid.update = blocks_for(view.places, update_threads);
    updates.grid.x = grid.blocks();
    for (int k = 0; k < steps; ++k) {
      launch(updates, update, view, grid, k, steps);
      updates.overlaps = device_.overlaps;
    }
  }

  void forget_graphs(int parity) {
    std::erase_if(graphs_, [&](const auto& known) {
      const auto& [key, made] = known;
      if (key.parity != parity) return false;
      cudaGraphExecDestroy(made);
      return true;
    });
  }

  struct Key {
    int parity, steps;
    Way way;
    auto operator<=>(const Key&) const = default;
  };
  cudaStream_t stream_;
  DeviceTraits device_;
  cudaAccessPolicyWindow ring_ = {};  // without bytes where no way keeps it in the cache
  std::map<Key, cudaGraphExec_t> graphs_;
};

}  // namespace v1::cuda
