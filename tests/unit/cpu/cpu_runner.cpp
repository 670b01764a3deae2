#include "tests/unit/cpu/cpu_runner.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "kernels/half.hpp"
#include "plugins/backends/cpu/api.hpp"
#include "plugins/backends/cpu/kernels/choose_kernels.hpp"

namespace v1::test {
namespace {

template <class Call>
void check(Call&& call) {
  v1e_error err{};
  err.struct_size = sizeof err;
  const v1e_status status = call(&err);
  if (status != V1E_OK) throw BackendError(status, err.message);
}

v1e_status run_team(void*, std::uint32_t members, v1e_task_fn fn, void* user) noexcept {
  std::vector<std::thread> threads;
  for (std::uint32_t m = 1; m < members; ++m) threads.emplace_back([=] { fn(user, m); });
  fn(user, 0);
  for (std::thread& thread : threads) thread.join();
  return V1E_OK;
}

v1e_status for_each(void* ctx, std::uint64_t n, v1e_task_fn fn, void* user) noexcept {
  struct Job {
    std::uint64_t n;
    v1e_task_fn fn;
    void* user;
    std::atomic<std::uint64_t> next{0};
  } job{n, fn, user};
  const auto members = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, 4));
  return run_team(
      ctx, members,
      [](void* shared, std::uint64_t) noexcept {
        Job& mine = *static_cast<Job*>(shared);
        for (std::uint64_t i = mine.next++; i < mine.n; i = mine.next++) mine.fn(mine.user, i);
      },
      &job);
}

std::mutex logging;
std::vector<std::string> logged;
void log(void*, std::int32_t, const char* message) noexcept {
  const std::lock_guard lock(logging);
  logged.emplace_back(message);
}

template <std::uint32_t threads>
const v1e_host& host_with() {
  static const v1e_host host = [] {
    v1e_host h{};
    h.struct_size = sizeof h;
    h.log = log;
    h.get_service = [](void*, const char* id) noexcept -> const void* {
      static const v1e_parallel service = {sizeof service, threads, for_each, run_team};
      const bool asked = std::strcmp(id, V1E_SERVICE_PARALLEL) == 0;
      return asked && threads > 0 ? &service : nullptr;
    };
    return h;
  }();
  return host;
}

std::size_t size_of(v1e_dtype dtype) {
  if (dtype == V1E_U8) return 1;
  return dtype == V1E_I64 || dtype == V1E_F64 ? 8 : 4;
}

}  // namespace

const v1e_host& threaded_host(std::uint32_t max_threads) {
  return max_threads == 0 ? host_with<0>() : host_with<8>();
}

std::vector<std::string> take_logged() {
  const std::lock_guard lock(logging);
  return std::exchange(logged, {});
}

CpuRunner::CpuRunner(const v1e_network& network, const RunnerOptions& options)
    : api(options.api ? *options.api : cpu::api()),
      spikes(options.lanes),
      block_spikes(options.lanes, std::vector<std::vector<Spike>>(network.block_count)),
      samples(options.lanes, std::vector<std::vector<float>>(options.probes.size())),
      sample_steps(options.probes.size()),
      network_(network),
      options_(options) {
  std::vector<v1e_probe> probes;
  for (const ProbeRequest& request : options.probes) {
    probes.push_back({sizeof(v1e_probe), request.every_steps, request.variable.c_str(),
                      request.dtype, 0, request.neurons.size(), request.neurons.data()});
  }
  std::vector<const v1e_probe*> probe_views;
  for (const v1e_probe& probe : probes) probe_views.push_back(&probe);
  const std::vector<std::uint8_t> drain(network.block_count, 1);

  v1e_backend_env env{};
  env.struct_size = sizeof env;
  env.lane_count = options.lanes;
  env.device = options.device;
  env.threads = options.threads;
  env.precision_bits = options.precision_bits;
  env.scheme = options.scheme;
  env.reset_rule = options.reset_rule;
  env.probe_count = static_cast<std::uint32_t>(probes.size());
  env.random_key = options.key;
  env.max_advance_steps = 1 << 20;
  env.steps_per_trial = options.steps_per_trial;
  env.network = &network;
  env.probes = probe_views.data();
  env.drain_block = drain.data();
  env.host = &threaded_host(options.threads);
  env.target_end = static_cast<std::uint32_t>(network.neuron_count);

  v1e_value value{V1E_CHOICE, 1, {}};
  const auto* word = std::find(std::begin(cpu::instruction_sets), std::end(cpu::instruction_sets),
                               options.instruction_set);
  value.as.i = word - std::begin(cpu::instruction_sets);
  const bool other = options.api != nullptr;
  const v1e_settings settings{sizeof settings,
                              other ? static_cast<std::uint32_t>(options.settings.size()) : 1u,
                              other ? options.settings.data() : &value};
  check([&](v1e_error* err) { return api.create(&settings, &env, &self, err); });
}

CpuRunner::~CpuRunner() { api.destroy(self); }

void CpuRunner::bind_rates(std::uint32_t block, std::uint32_t condition,
                           const std::vector<std::uint32_t>& thresholds, std::int64_t frames,
                           std::uint32_t steps_per_frame) {
  kept_thresholds_.push_back(thresholds);
  v1e_rates rates{sizeof rates, steps_per_frame, frames, network_.blocks[block]->source_count,
                  kept_thresholds_.back().data()};
  check([&](v1e_error* err) { return api.bind_rates(self, block, condition, &rates, err); });
}

void CpuRunner::bind_pulse(std::uint32_t condition, std::int64_t begin_step, std::int64_t end_step,
                           const std::vector<std::uint32_t>& neurons, float amplitude_pa) {
  const std::vector<float> amplitudes(neurons.size(), amplitude_pa);
  const v1e_pulse pulse{sizeof pulse,     0, begin_step, end_step, neurons.size(), neurons.data(),
                        amplitudes.data()};
  const v1e_pulse* const pulses[] = {&pulse};
  check([&](v1e_error* err) { return api.bind_pulses(self, condition, 1, pulses, err); });
}

void CpuRunner::begin(std::uint32_t lane, std::uint32_t trial, std::uint32_t condition,
                      std::uint32_t mode) {
  check([&](v1e_error* err) { return api.begin_trial(self, lane, trial, condition, mode, err); });
}

void CpuRunner::inject(std::uint32_t block, std::int64_t step_begin, std::int64_t step_count,
                       const std::vector<Spike>& events, std::uint32_t lane) {
  std::vector<std::uint64_t> offset = {0};
  std::vector<std::uint32_t> source;
  std::vector<std::uint16_t> count;
  std::size_t next = 0;
  for (std::int64_t step = step_begin; step < step_begin + step_count; ++step) {
    while (next < events.size() && events[next].step < step) ++next;
    for (; next < events.size() && events[next].step == step; ++next) {
      source.push_back(events[next].neuron);
      count.push_back(static_cast<std::uint16_t>(events[next].count));
    }
    offset.push_back(source.size());
  }
  const v1e_spikes handed{sizeof handed, lane,          block,         0,           step_begin,
                          step_count,    offset.data(), source.data(), count.data()};
  check([&](v1e_error* err) { return api.inject_spikes(self, &handed, err); });
}

void CpuRunner::run(std::int64_t steps, std::int64_t window) {
  while (steps > 0) {
    const std::int64_t now = std::min(steps, window);
    check([&](v1e_error* err) { return api.advance(self, now, &last_ticket, err); });
    for (std::uint32_t lane = 0; lane < options_.lanes; ++lane) {
      collect(lane, V1E_BLOCK_NEURONS, spikes[lane]);
      for (std::uint32_t b = 0; b < network_.block_count; ++b) {
        collect(lane, b, block_spikes[lane][b]);
      }
      for (std::uint32_t p = 0; p < options_.probes.size(); ++p) collect_probe(lane, p);
    }
    steps -= now;
  }
}

void CpuRunner::collect(std::uint32_t lane, std::uint32_t block, std::vector<Spike>& out) {
  v1e_spikes drained{};
  drained.struct_size = sizeof drained;
  drained.lane = lane;
  drained.block = block;
  check([&](v1e_error* err) { return api.drain_spikes(self, last_ticket, &drained, err); });
  for (std::int64_t k = 0; k < drained.step_count; ++k) {
    for (std::uint64_t i = drained.offset[k]; i < drained.offset[k + 1]; ++i) {
      out.push_back({drained.step_begin + k, drained.neuron[i],
                     drained.count ? drained.count[i] : std::uint32_t{1}});
    }
  }
}

void CpuRunner::collect_probe(std::uint32_t lane, std::uint32_t probe) {
  v1e_const_array array{};
  std::int64_t first_step = 0;
  check([&](v1e_error* err) {
    return api.drain_probe(self, last_ticket, lane, probe, &array, &first_step, err);
  });
  for (std::int64_t r = 0; r < array.shape[0]; ++r) {
    if (lane == 0) {
      sample_steps[probe].push_back(first_step + r * options_.probes[probe].every_steps);
    }
    for (std::int64_t n = 0; n < array.shape[1]; ++n) {
      const char* at =
          static_cast<const char*>(array.data) + r * array.stride[0] + n * array.stride[1];
      float value = 0;
      std::uint16_t half = 0;
      std::memcpy(array.dtype == V1E_F16 ? static_cast<void*>(&half) : &value, at,
                  array.dtype == V1E_F16 ? 2 : 4);
      samples[lane][probe].push_back(array.dtype == V1E_F16 ? kernels::from_half(half) : value);
    }
  }
}

std::vector<double> CpuRunner::read(const std::string& variable, std::uint32_t lane) {
  std::vector<double> values(static_cast<std::size_t>(network_.neuron_count));
  v1e_array array{values.data(), V1E_F64, 1, {network_.neuron_count, 0, 0, 0}, {8, 0, 0, 0}};
  check(
      [&](v1e_error* err) { return api.read_state(self, lane, variable.c_str(), 0, &array, err); });
  return values;
}

SavedState CpuRunner::save(std::uint32_t lane) {
  SavedState state;
  v1e_state_writer writer{};
  writer.struct_size = sizeof writer;
  writer.ctx = &state;
  writer.put = [](void* ctx, const char* name, const v1e_const_array* value,
                  v1e_error*) noexcept -> v1e_status {
    SavedArray array{value->dtype, {value->shape, value->shape + value->ndim}, {}};
    std::size_t bytes = size_of(value->dtype);
    for (const std::int64_t extent : array.shape) bytes *= static_cast<std::size_t>(extent);
    const char* data = static_cast<const char*>(value->data);
    array.bytes.assign(data, data + bytes);
    (*static_cast<SavedState*>(ctx))[name] = array;
    return V1E_OK;
  };
  check([&](v1e_error* err) { return api.save(self, lane, &writer, err); });
  return state;
}

void CpuRunner::load(const SavedState& state, std::uint32_t lane) {
  v1e_state_reader reader{};
  reader.struct_size = sizeof reader;
  reader.ctx = const_cast<SavedState*>(&state);
  reader.get = [](void* ctx, const char* name, v1e_array* value,
                  v1e_error*) noexcept -> v1e_status {
    const auto& saved = *static_cast<const SavedState*>(ctx);
    const auto found = saved.find(name);
    if (found == saved.end()) return V1E_E_UNSUPPORTED;
    if (value->data) {
      std::memcpy(value->data, found->second.bytes.data(), found->second.bytes.size());
      return V1E_OK;
    }
    value->dtype = found->second.dtype;
    value->ndim = static_cast<std::uint32_t>(found->second.shape.size());
    std::copy(found->second.shape.begin(), found->second.shape.end(), value->shape);
    return V1E_OK;
  };
  check([&](v1e_error* err) { return api.load(self, lane, &reader, err); });
}

std::uint64_t CpuRunner::counter(const std::string& name) {
  std::uint64_t value = 0;
  check([&](v1e_error* err) { return api.counter(self, name.c_str(), &value, err); });
  return value;
}

}  // namespace v1::test
