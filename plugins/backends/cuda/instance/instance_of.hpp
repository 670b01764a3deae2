#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <v1e_sdk/backend.hpp>
#include <vector>

#include "plugins/backends/cuda/instance/instance.hpp"
#include "plugins/backends/cuda/instance/pulses.hpp"
#include "plugins/backends/cuda/instance/staged_copies.hpp"
#include "plugins/backends/cuda/instance/window.hpp"
#include "plugins/backends/cuda/plan/layout.hpp"
#include "plugins/backends/cuda/plan/shape.hpp"
#include "plugins/backends/cuda/plan/way_choice.hpp"
#include "plugins/backends/cuda/plan/wiring.hpp"
#include "plugins/backends/cuda/step/draw.hpp"
#include "plugins/backends/shared/aligned.hpp"
#include "plugins/backends/shared/lane_trial.hpp"

namespace v1::cuda {

/// The backend for one type of state (float, double) and of input sums (int32, int64).
///
/// A step is one launch or two (step_way.hpp, cuda_kernels.cuh). A window is one CUDA graph of such
/// steps. Sums are integers, so the order of the threads does not show.
///
/// Two windows can be in flight (by parity of the ticket): while the second runs, the first is
/// copied to the host and drained.
template <class Real, class Sum>
class InstanceOf final : public Instance {
 public:
  InstanceOf(const v1e_backend_env& env, const WantedWays& ways, std::unique_ptr<Machine> machine);
  ~InstanceOf() override;

  void bind_rates(std::uint32_t block, std::uint32_t condition, const v1e_rates& rates) override;
  void bind_pulses(std::uint32_t condition, std::uint32_t count,
                   const v1e_pulse* const* pulses) override;
  void begin_trial(std::uint32_t lane, std::uint32_t trial, std::uint32_t condition,
                   std::uint32_t mode) override;
  void inject_spikes(const v1e_spikes& spikes) override;
  v1e_ticket advance(std::int64_t steps) override;
  void wait(v1e_ticket ticket) override;
  void drain_spikes(v1e_ticket ticket, v1e_spikes& out) override;
  void drain_probe(v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe, v1e_const_array& out,
                   std::int64_t& first_step) override;
  void read_state(std::uint32_t lane, const std::string& variable, std::int64_t begin,
                  v1e_array& out) override;
  void save(std::uint32_t lane, const v1e_state_writer& into) override;
  void load(std::uint32_t lane, const v1e_state_reader& from) override;
  v1e_memory_need memory() const override;
  std::uint64_t counter(const std::string& name) override;

 private:
  struct Lane : backend::LaneTrial {
    std::uint32_t cursor = 0;         // ring slot of the next update
    std::uint32_t common_cursor = 0;  // its entry in common_events
  };
  struct Window {
    std::optional<WindowMemory> memory;
    View<Real, Sum> view;
    std::int64_t steps = 0;
    WayChoice::Turn turn;
    bool checked = false;
    std::vector<LaneWindow> lanes;
    std::vector<std::uint32_t> trials;  // by lane
  };
  struct BoundRates {
    Buffer threshold;
    std::int64_t steps_per_frame = 0;  // 0: not bound
  };

  // instance_create.hpp
  void gather_types();
  void find_common();
  bool dense(std::uint32_t block) const;
  void plan_ways(const WantedWays& wanted);
  void make_blocks();
  void make_state();
  void make_probes(const v1e_backend_env& env);
  void make_windows();
  template <class T>
  T* upload_kept(const T* values, std::size_t count);
  void reset(std::uint32_t lane);

  // instance_advance.hpp
  void stage_injected(Window& window, std::int64_t steps);
  void fill_control(Window& window, std::int64_t steps);
  void fetch_output(Window& window, int parity, std::int64_t steps);
  void move_lanes(std::int64_t steps);
  Window& window_of(v1e_ticket ticket);
  void finish(Window& window, int parity);
  void say_choice();
  void settle_all();

  // instance_observe.hpp
  Lane& lane_at(std::uint32_t lane);
  bool outside(std::uint32_t block) const {
    return network_.blocks[block]->source_kind != V1E_SOURCE_NEURONS;
  }
  template <class T>
  std::vector<T> state(std::uint32_t lane, std::uint64_t offset, std::uint64_t count);
  const Pulses& pulses_of(std::uint32_t condition) const;

  // instance_checkpoint.hpp
  template <class T>
  void read_row(std::uint32_t lane, std::uint64_t offset, T* to);
  template <class T>
  void write_row(std::uint32_t lane, std::uint64_t offset, const T* from);
  void put_currents(const v1e::StateWriter& writer, std::uint32_t lane, const std::string& name,
                    std::uint64_t offset);
  void get_currents(const v1e::StateReader& reader, std::uint32_t lane, const std::string& name,
                    std::uint64_t offset);
  backend::AlignedVector<std::uint32_t> places_in_slot() const;
  void put_ring(const v1e::StateWriter& writer, std::uint32_t lane);
  void add_common_input(std::uint32_t lane, std::int64_t* sums);
  void get_ring(const v1e::StateReader& reader, std::uint32_t lane);
  void get_hold(const v1e::StateReader& reader, std::uint32_t lane);

  v1e_backend_env env_;  // without what is lent to create only
  const v1e_network& network_;
  std::vector<std::uint8_t> drained_;  // by edge block
  std::unique_ptr<Machine> machine_;   // before everything that lies on it
  std::unique_ptr<StepRunner<Real, Sum>> runner_;
  Layout layout_;
  FedReceptors fed_;
  Shape shape_;
  WayChoice choice_;
  ResidentLayout resident_;  // without blocks where no way needs it
  ChipLayout chip_;          // likewise
  LaneOffsets at_{};
  std::uint64_t all_currents_ = 0;                  // most of any type, fed or not
  std::vector<std::vector<std::uint32_t>> active_;  // [type]: currents that are fed, ascending
  std::vector<kernels::TypeConstants<Real>> constants_;
  std::vector<kernels::ThresholdConstants<Real>> thresholds_;  // by type; zero where fixed
  std::vector<std::uint32_t> threshold_moves_;                 // by type
  std::vector<DeviceRows> rows_;                               // of all edge blocks
  std::vector<Buffer> kept_;                                   // constant arrays
  std::vector<CommonSynapse> common_;                          // by place; none: no common source
  Buffer state_;                                               // of all lanes
  PinnedBuffer initial_;                                       // u of a lane that begins
  View<Real, Sum> view_;
  std::vector<std::vector<BoundRates>> rates_;  // [edge block][condition]
  std::vector<Pulses> pulses_;                  // by condition
  std::vector<Lane> lanes_;
  std::array<Window, 2> windows_;
  StagedCopies copies_;  // goes before everything that it copies from or to
  v1e_ticket last_ticket_ = 0;
  std::uint64_t spikes_ = 0;  // in finished windows
  double device_s_ = 0.0;     // of finished windows
  bool broken_ = false;       // an advance failed: the state is not defined
};

}  // namespace v1::cuda

#include "plugins/backends/cuda/instance/instance_advance.hpp"
#include "plugins/backends/cuda/instance/instance_checkpoint.hpp"
#include "plugins/backends/cuda/instance/instance_create.hpp"
#include "plugins/backends/cuda/instance/instance_observe.hpp"
