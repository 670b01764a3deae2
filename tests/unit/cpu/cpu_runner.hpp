#pragma once
#include <v1e/backend.h>
#include <v1e/host.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace v1::test {

/// What a status other than V1E_OK becomes.
struct BackendError : std::runtime_error {
  BackendError(v1e_status status, const std::string& message)
      : std::runtime_error(message), code(status) {}
  v1e_status code;
};

/// What body() fails with; V1E_OK and "" where it does not.
template <class Body>
std::pair<v1e_status, std::string> failure_of(Body&& body) {
  try {
    body();
  } catch (const BackendError& e) {
    return {e.code, e.what()};
  }
  return {V1E_OK, ""};
}

/// Lends threads of its own, one per member, to the backend. max_threads 0: no service.
const v1e_host& threaded_host(std::uint32_t max_threads);
/// What was said to such hosts since the last call.
std::vector<std::string> take_logged();

struct ProbeRequest {
  std::string variable;
  v1e_dtype dtype = V1E_F32;
  std::uint32_t every_steps = 1;
  std::vector<std::uint32_t> neurons;
};

struct RunnerOptions {
  std::uint32_t threads = 1;
  std::uint32_t device = 0;
  std::uint32_t lanes = 1;
  std::uint32_t precision_bits = 32;
  std::uint32_t scheme = V1E_SCHEME_EXACT;
  std::uint32_t reset_rule = V1E_RESET_HARD;
  std::int64_t steps_per_trial = 0;
  std::uint64_t key = 3000;
  std::string instruction_set = "auto";
  std::vector<ProbeRequest> probes = {};
  const v1e_backend_api* api = nullptr;  // of another backend; null: cpu
  std::vector<v1e_value> settings = {};  // of another backend
};

struct Spike {
  std::int64_t step;
  std::uint32_t neuron;
  std::uint32_t count;
  auto operator<=>(const Spike&) const = default;
};

/// The named arrays of a checkpoint.
struct SavedArray {
  v1e_dtype dtype;
  std::vector<std::int64_t> shape;
  std::vector<char> bytes;
  bool operator==(const SavedArray&) const = default;
};
using SavedState = std::map<std::string, SavedArray>;

/// The cpu backend, or another, through its C functions, with everything it puts out collected.
class CpuRunner {
 public:
  CpuRunner(const v1e_network& network, const RunnerOptions& options);
  ~CpuRunner();
  CpuRunner(const CpuRunner&) = delete;

  void bind_rates(std::uint32_t block, std::uint32_t condition,
                  const std::vector<std::uint32_t>& thresholds, std::int64_t frames,
                  std::uint32_t steps_per_frame);
  void bind_pulse(std::uint32_t condition, std::int64_t begin, std::int64_t end,
                  const std::vector<std::uint32_t>& neurons, float amplitude_pa);
  void begin(std::uint32_t lane = 0, std::uint32_t trial = 0, std::uint32_t condition = 0,
             std::uint32_t mode = V1E_TRIAL_RESET);
  /// spikes: of an events block, ascending by step and source, for the next window.
  void inject(std::uint32_t block, std::int64_t step_begin, std::int64_t step_count,
              const std::vector<Spike>& spikes, std::uint32_t lane = 0);
  /// Advances in windows of at most `window` steps and collects everything.
  void run(std::int64_t steps, std::int64_t window = 1 << 20);

  std::vector<double> read(const std::string& variable, std::uint32_t lane = 0);
  SavedState save(std::uint32_t lane = 0);
  void load(const SavedState& state, std::uint32_t lane = 0);
  std::uint64_t counter(const std::string& name);

  const v1e_backend_api& api;
  v1e_backend* self = nullptr;
  v1e_ticket last_ticket = 0;
  std::vector<std::vector<Spike>> spikes;                     // [lane]
  std::vector<std::vector<std::vector<Spike>>> block_spikes;  // [lane][block]
  std::vector<std::vector<std::vector<float>>> samples;       // [lane][probe], row-major
  std::vector<std::vector<std::int64_t>> sample_steps;        // [probe], of lane 0

 private:
  void collect(std::uint32_t lane, std::uint32_t block, std::vector<Spike>& out);
  void collect_probe(std::uint32_t lane, std::uint32_t probe);

  const v1e_network& network_;
  RunnerOptions options_;
  std::vector<std::vector<std::uint32_t>> kept_thresholds_;
};

}  // namespace v1::test
