#include "tests/unit/cuda/host_machine.hpp"

#include <cstdlib>
#include <cstring>
#include <map>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/deliver.hpp"
#include "plugins/backends/cuda/draw.hpp"
#include "plugins/backends/cuda/instance.hpp"
#include "plugins/backends/cuda/lgn_calls.hpp"
#include "plugins/backends/cuda/observe.hpp"
#include "plugins/backends/cuda/shape.hpp"
#include "plugins/backends/cuda/update.hpp"
#include "tests/unit/cuda/host_lgn.hpp"

namespace v1::test {
namespace {

using cuda::View;

constexpr std::uint32_t grid = 3;
std::uint64_t free_now = std::uint64_t{1} << 40;
std::uint64_t allocated = 0;

/// The loops of cuda_kernels.cuh, one thread after the other.
template <class Real, class Sum>
class HostRunner final : public cuda::StepRunner<Real, Sum> {
 public:
  explicit HostRunner(bool backward) : backward_(backward) {}

  // In launches of 7 steps: windows on a device may consist of several, too.
  void run(const View<Real, Sum>& v, std::int64_t steps, int) override {
    constexpr std::int64_t longest = 7;
    for (std::int64_t begin = 0; begin < steps; begin += longest) {
      const std::int64_t end = steps - begin < longest ? steps : begin + longest;
      for (std::uint32_t lane = 0; lane < v.lane_count; ++lane) {
        if (v.window.lanes[lane].in_trial) launch(v, lane, begin, end);
      }
    }
  }
  void forget() override {}

 private:
  void launch(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t begin, std::int64_t end) {
    loop(v.drawn_sources, [&](std::uint32_t item) { draw_source(v, lane, begin, item); });
    between(v, lane, begin - 1, begin, end);
    for (std::int64_t k = begin; k < end; ++k) {
      loop(v.places, [&](std::uint32_t place) { update_neuron(v, lane, k, place); });
      if (k + 1 < end) {
        loop(v.drawn_sources, [&](std::uint32_t item) { draw_source(v, lane, k + 1, item); });
      }
      between(v, lane, k, begin, end);
    }
  }

  void between(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k, std::int64_t begin,
               std::int64_t end) {
    const std::uint32_t threads = grid * cuda::delivery_threads;
    loop(threads, [&](std::uint32_t thread) {
      const std::uint32_t block = thread / cuda::delivery_threads;
      const std::uint64_t served =
          deliver(v, lane, k, begin, end, block, grid, thread % cuda::delivery_threads);
      v.of_lane(v.served, lane)[block] += static_cast<std::int64_t>(served);
      if (k >= begin) sample(v, lane, k, thread, threads);
      write_current(v, lane, k, begin, end, thread, threads);
    });
  }

  template <class Body>
  void loop(std::uint32_t count, Body&& body) const {
    for (std::uint32_t i = 0; i < count; ++i) body(backward_ ? count - 1 - i : i);
  }

  bool backward_;
};

class HostMachine final : public cuda::Machine {
 public:
  explicit HostMachine(bool backward) : backward_(backward) {}

  void* allocate(std::uint64_t bytes) override {
    void* memory = std::malloc(bytes);
    std::memset(memory, 0xAB, bytes);  // memory of a device is not cleared
    sizes_[memory] = bytes;
    allocated += bytes;
    return memory;
  }
  void release(void* memory) noexcept override {
    allocated -= sizes_[memory];
    sizes_.erase(memory);
    std::free(memory);
  }
  void* allocate_pinned(std::uint64_t bytes) override { return allocate(bytes); }
  void release_pinned(void* memory) noexcept override { release(memory); }
  void upload(void* to, const void* from, std::uint64_t bytes) override {
    if (bytes > 0) std::memcpy(to, from, bytes);
  }
  void download(void* to, const void* from, std::uint64_t bytes) override {
    std::memcpy(to, from, bytes);
  }
  void enqueue_upload(void* to, const void* from, std::uint64_t bytes) override {
    std::memcpy(to, from, bytes);
  }
  void fill(void* memory, int byte, std::uint64_t bytes) override {
    std::memset(memory, byte, bytes);
  }
  void upload_ahead(void* to, const void* from, std::uint64_t bytes) override {
    std::memcpy(to, from, bytes);
  }
  void end_uploads() override {}
  void filter(const cuda::LgnView& view) override { run_lgn(view, backward_); }
  void begin_window(int) override {}
  void end_window(int) override {}
  void fetch(int, void* to, const void* from, std::uint64_t bytes) override {
    std::memcpy(to, from, bytes);
  }
  void end_fetches(int) override {}
  void wait(int) override {}
  void settle() noexcept override {}
  std::uint64_t free_bytes() override { return free_now; }
  std::uint64_t cache_bytes() const override { return std::uint64_t{50} << 20; }
  std::uint32_t delivery_blocks() const override { return grid; }
  void make(std::unique_ptr<cuda::StepRunner<float, std::int32_t>>& runner) override {
    make_runner(runner);
  }
  void make(std::unique_ptr<cuda::StepRunner<float, std::int64_t>>& runner) override {
    make_runner(runner);
  }
  void make(std::unique_ptr<cuda::StepRunner<double, std::int32_t>>& runner) override {
    make_runner(runner);
  }
  void make(std::unique_ptr<cuda::StepRunner<double, std::int64_t>>& runner) override {
    make_runner(runner);
  }

 private:
  template <class Real, class Sum>
  void make_runner(std::unique_ptr<cuda::StepRunner<Real, Sum>>& runner) const {
    runner = std::make_unique<HostRunner<Real, Sum>>(backward_);
  }

  bool backward_;
  std::map<void*, std::uint64_t> sizes_;
};

template <bool backward>
const v1e_backend_api& table() {
  static const v1e_backend_api api = [] {
    v1e_backend_api t{};
    backend::fill_instance_calls(t);
    t.caps = cuda::caps;
    t.estimate = [](const v1e_settings*, const v1e_backend_env* env, v1e_memory_need* out,
                    v1e_error* err) noexcept {
      return v1e::guard(err, [&] {
        cuda::check_env(*env);
        *out = cuda::estimate_memory(*env);
      });
    };
    t.create = [](const v1e_settings*, const v1e_backend_env* env, v1e_backend** out,
                  v1e_error* err) noexcept {
      return v1e::guard(err, [&] {
        auto made = cuda::make_instance(*env, make_host_machine(backward));
        *out = reinterpret_cast<v1e_backend*>(made.release());
      });
    };
    return t;
  }();
  return api;
}

template <bool backward>
v1e_status create_lgn(const v1e_settings*, const v1e_lgn_env* env, v1e_lgn_filters** out,
                      v1e_error* err) noexcept {
  return v1e::guard(err, [&] {
    auto made = std::make_unique<cuda::LgnFilters>(*env, make_host_machine(backward));
    *out = reinterpret_cast<v1e_lgn_filters*>(made.release());
  });
}

}  // namespace

const v1e_lgn_rates& host_lgn_extension(bool backward) {
  static const auto table = [](auto create) {
    v1e_lgn_rates t{};
    cuda::fill_lgn_calls(t);
    t.create = create;
    return t;
  };
  static const v1e_lgn_rates forwards = table(create_lgn<false>),
                             backwards = table(create_lgn<true>);
  return backward ? backwards : forwards;
}

std::unique_ptr<cuda::Machine> make_host_machine(bool backward) {
  return std::make_unique<HostMachine>(backward);
}

const v1e_backend_api& host_cuda_api(bool backward) {
  return backward ? table<true>() : table<false>();
}

void set_host_machine_free(std::uint64_t bytes) { free_now = bytes; }
std::uint64_t host_machine_allocated() { return allocated; }

}  // namespace v1::test
