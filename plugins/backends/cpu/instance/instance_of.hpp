#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/backends/cpu/instance/instance.hpp"
#include "plugins/backends/cpu/instance/named_arrays.hpp"
#include "plugins/backends/cpu/instance/team.hpp"
#include "plugins/backends/cpu/lane/lane.hpp"
#include "plugins/backends/cpu/lane/probe_group.hpp"
#include "plugins/backends/cpu/lane/pulses.hpp"
#include "plugins/backends/cpu/plan/rows.hpp"

namespace v1::cpu {

/// The backend for one type of state (float, double) and of input sums (int32, int64).
///
/// Lanes are dealt out to groups of threads (one lane: one group of all), and the threads of a
/// group own a chunk of the network each. Groups go through a window without waiting for one
/// another.
///
/// A window of a lane: its threads draw the events of the inputs; then each step is
///   queue the inputs' events of this step,
///   add what is due in this step to the sums of the own chunk,
///   update the own neurons and publish their spikes;
/// and after as many steps as the shortest delay between neurons has:
///   arrive at the barrier,
///   queue the synapses of the own spikes onto the own chunk, and the inputs of the next step,
///   wait for the others,
///   queue the synapses of their spikes.
/// A thread writes only to its own chunk, and sums are integers, so results do not depend on the
/// number of threads. Spike lists alternate between two buffers: a thread can be one barrier
/// ahead of a reader, never two.
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
  void save(std::uint32_t lane, const v1e_state_writer& into) override;
  void load(std::uint32_t lane, const v1e_state_reader& from) override;
  v1e_memory_need memory() const override;
  std::uint64_t counter(const std::string& name) override;

 private:
  using LaneType = Lane<Real, Sum>;
  using State = LaneState<Real>;

  struct alignas(64) Worker {  // one per thread
    std::vector<std::uint32_t> places;
    AlignedVector<std::byte> packed;  // samples on their way
    std::uint64_t synaptic_events = 0, spikes = 0, clipped_samples = 0;
    std::uint32_t bad_position = no_position;  // first neuron found with a non-finite state
    std::int64_t bad_step = 0;
    std::uint32_t bad_trial = 0;
  };

  // instance_create.hpp
  void gather_types();
  void make_runs();
  UpdateRun<Real> make_run(const TypeRun& run) const;
  void make_rows();
  void draw_what_is_seen();
  void make_lanes(std::uint32_t count);
  void reset(State& state) const;
  void reset_thread(State& state, std::uint32_t thread) const;

  // instance_advance.hpp
  void prepare_output(LaneType& lane, LaneOutput& output, std::int64_t steps) const;
  void take_injected(LaneType& lane, LaneOutput& output, std::int64_t steps);
  void run_member(std::uint32_t member, std::int64_t steps, Barrier& barrier, Failure& failure);
  bool run_lane(std::uint32_t thread, LaneType& lane, std::int64_t steps, Barrier& barrier,
                Failure& failure);
  void draw_inputs(std::uint32_t thread, LaneType& lane, std::int64_t steps);
  void join_inputs(std::uint32_t thread, LaneType& lane);
  void run_steps(std::uint32_t thread, LaneType& lane, std::int64_t k, std::int64_t count,
                 bool last, SpikeList& spikes);
  void queue_inputs(std::uint32_t thread, LaneType& lane, std::int64_t k);
  void add_due(std::uint32_t thread, LaneType& lane);
  void update(std::uint32_t thread, LaneType& lane, std::int64_t k, bool last, SpikeList& spikes);
  UpdateArgs<Real, Sum> update_args(std::uint32_t thread, LaneType& lane);
  std::size_t update_and_sample(std::uint32_t thread, LaneType& lane, std::int64_t step);
  void publish(std::uint32_t thread, std::size_t found, LaneType& lane, SpikeList& spikes);
  void queue_spikes(std::uint32_t thread, LaneType& lane, std::int64_t count,
                    const SpikeList& list);
  void merge_spikes(std::uint32_t thread, LaneType& lane, std::int64_t steps) const;
  void check_finite(std::uint32_t thread, const LaneType& lane, std::int64_t step);
  void report_non_finite() const;
  static PscList list_of(const std::vector<PscUse>& pscs) {
    return {pscs.data(), static_cast<std::uint32_t>(pscs.size())};
  }
  static RowList list_of(const std::vector<std::uint32_t>& rows) {
    return {rows.data(), static_cast<std::uint32_t>(rows.size())};
  }
  /// Runs body(thread) for the threads of one lane at the same time.
  template <class Body>
  void for_each_thread(Body&& body) const {
    team_.run([&](std::uint32_t member) {
      if (member < split_.threads) body(member);
    });
  }
  Worker& worker_of(std::uint32_t thread, const LaneType& lane) {
    return workers_[lane.group * split_.threads + thread];
  }
  std::uint32_t sum_class(std::uint32_t current_class) const {
    return shape_.class_count == 3 ? current_class : 0;
  }
  const Pulses& pulses_of(std::uint32_t condition) const;

  // instance_sample.hpp
  void sample_slice(std::uint32_t thread, const LaneType& lane, const ProbeGroup& group,
                    std::size_t slice);
  void place_samples(std::uint32_t thread, LaneType& lane, const ProbeGroup& group,
                     std::int64_t step);
  void prepare_samples(LaneType& lane) const;
  SampleArgs<Real> sample_args(const State& state, const Probe& probe, std::uint32_t type) const;

  // instance_observe.hpp
  double value_of(const State& state, Variable variable, std::uint32_t place) const;
  const LaneOutput& output_of(v1e_ticket ticket, std::uint32_t lane) const;
  LaneType& lane_at(std::uint32_t lane);

  // instance_checkpoint.hpp
  std::vector<std::int64_t> ring_of(const LaneType& lane) const;
  void require_fed(const AlignedVector<Real>& y, int current_class) const;
  std::vector<std::int64_t> read_ring(const NamedArrays& arrays,
                                      const v1e::StateReader& reader) const;
  void carry_ring(const std::vector<std::int64_t>& ring, LaneType& lane) const;
  bool feeds(const TypeInputs& inputs, std::uint32_t current_class, std::uint32_t row) const;
  void carry_slot(const std::vector<std::int64_t>& ring, std::uint32_t current_class,
                  std::uint32_t slot, std::uint32_t thread, ThreadInput<Sum>& input) const;

  v1e_backend_env env_;                // without what is lent to create only
  std::vector<std::uint8_t> drained_;  // by edge block
  const v1e_network& network_;
  const KernelTable& kernels_;
  UpdateFunction<Real, Sum> update_function_;
  ThreadSplit split_;
  Team team_;  // members group * split_.threads + thread
  Census census_;
  Layout layout_;
  StateShape shape_;
  std::vector<kernels::TypeConstants<Real>> constants_;
  std::vector<std::optional<kernels::ThresholdConstants<Real>>> moving_;  // by type
  std::vector<std::vector<UpdateRun<Real>>> runs_;                        // [thread]
  std::vector<std::unique_ptr<InputBlock>> inputs_;  // by edge block; null for neurons
  // [edge block][thread]; made by the thread that uses them
  std::vector<std::vector<std::unique_ptr<ChunkRows>>> rows_;
  std::vector<Probe> probes_;
  std::vector<ProbeGroup> groups_;
  std::vector<Pulses> pulses_;  // by condition
  std::vector<LaneType> lanes_;
  std::vector<Worker> workers_;
  std::int64_t steps_per_barrier_ = 1;
  v1e_ticket last_ticket_ = 0;
  bool broken_ = false;  // an advance failed: the state is not defined
};

}  // namespace v1::cpu
