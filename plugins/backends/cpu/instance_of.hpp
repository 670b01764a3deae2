#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/backends/cpu/instance.hpp"
#include "plugins/backends/cpu/lane.hpp"
#include "plugins/backends/cpu/named_arrays.hpp"
#include "plugins/backends/cpu/pulses.hpp"
#include "plugins/backends/cpu/rows.hpp"
#include "plugins/backends/cpu/team.hpp"

namespace v1::cpu {

/// The backend for one type of state (float, double) and of input sums (int32, int64).
///
/// A window: all threads draw the events of the inputs; then each step is
///   deliver the inputs' events of this step onto the own chunk,
///   update the own neurons and publish their spikes,
///   barrier,
///   deliver all threads' spikes onto the own chunk.
/// A thread writes only to its own chunk, and sums are integers, so results do not depend on the
/// number of threads. Spike lists alternate between two buffers: a thread can be one step ahead
/// of a reader, never two.
template <class Real, class Sum>
class InstanceOf final : public Instance {
 public:
  InstanceOf(const v1e_backend_env& env, const KernelTable& kernels);

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
  void save(std::uint32_t lane, const v1e_state_writer& writer) override;
  void load(std::uint32_t lane, const v1e_state_reader& reader) override;
  std::uint64_t host_bytes() const override;
  std::uint64_t counter(const std::string& name) const override;

 private:
  using LaneType = Lane<Real, Sum>;
  using State = LaneState<Real, Sum>;

  struct Worker {  // one per thread
    std::vector<std::uint32_t> places;
    std::vector<Sum*> ring_table;  // [class][route]
    std::uint64_t synaptic_events = 0, spikes = 0, clipped_samples = 0;
    std::uint32_t bad_position = no_position;  // first neuron found with a non-finite state
    std::int64_t bad_step = 0;
    std::uint32_t bad_trial = 0;
  };

  // instance_create.hpp
  void gather_types();
  void make_rows();
  void make_lanes(std::uint32_t count);
  void reset(State& state) const;

  // instance_advance.hpp
  void prepare_output(LaneType& lane, LaneOutput& output, std::int64_t steps) const;
  void take_injected(LaneType& lane, LaneOutput& output, std::int64_t steps);
  void run_member(std::uint32_t thread, std::int64_t steps, Barrier& barrier, Failure& failure);
  void draw_inputs(std::uint32_t thread, std::int64_t steps);
  void join_inputs(std::uint32_t thread);
  void deliver_inputs(std::uint32_t thread, LaneType& lane, std::int64_t k);
  void update(std::uint32_t thread, LaneType& lane, std::int64_t k, bool last);
  void run_kernels(std::uint32_t thread, LaneType& lane, std::int64_t k);
  void deliver_recurrent(std::uint32_t thread, LaneType& lane, std::int64_t k);
  void sample(std::uint32_t thread, LaneType& lane, std::int64_t k);
  void check_finite(std::uint32_t thread, const LaneType& lane, std::int64_t step);
  void report_non_finite() const;
  Sum* const* ring_table(std::uint32_t thread, LaneType& lane, std::int64_t k,
                         std::uint32_t current_class);
  std::uint32_t ring_slot(const LaneType& lane, std::int64_t k) const {
    return static_cast<std::uint32_t>((lane.state.cursor + k) % shape_.ring_slots);
  }
  const Pulses& pulses_of(std::uint32_t condition) const;

  // instance_observe.hpp
  double value_of(const State& state, Variable variable, std::uint32_t place) const;
  const LaneOutput& output_of(v1e_ticket ticket, std::uint32_t lane) const;
  LaneType& lane_at(std::uint32_t lane);
  const v1e_edge_block& block_at(std::uint32_t block) const;

  // instance_checkpoint.hpp
  void load_ring(const NamedArrays& arrays, const v1e_state_reader& reader, State& state) const;

  v1e_backend_env env_;                // without what is lent to create only
  std::vector<std::uint8_t> drained_;  // by edge block
  const v1e_network& network_;
  const KernelTable& kernels_;
  UpdateFunction<Real, Sum> update_function_;
  Team team_;
  Layout layout_;
  Routes routes_;
  StateShape shape_;
  std::vector<kernels::TypeConstants<Real>> constants_;
  std::vector<std::unique_ptr<InputBlock>> inputs_;  // by edge block; null for neurons
  // [edge block][thread]; made by the thread that uses them
  std::vector<std::vector<std::unique_ptr<ChunkRows>>> rows_;
  std::vector<Probe> probes_;
  std::vector<Pulses> pulses_;  // by condition
  std::vector<LaneType> lanes_;
  std::vector<Worker> workers_;
  v1e_ticket last_ticket_ = 0;
  bool broken_ = false;  // an advance failed: the state is not defined
};

}  // namespace v1::cpu
