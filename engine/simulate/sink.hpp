#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/raw_vector.hpp"
#include "plugin_api/include/v1e/backend.h"

/// What the step loop hands to whoever records; implemented by engine/recording.
namespace v1::simulate {

/// Spikes of one block in a window of one trial. Step step_begin + k produced
/// source[offset[k] .. offset[k + 1]), ascending; count is empty when every multiplicity is 1.
struct SpikeWindow {
  std::uint32_t trial = 0;
  std::uint32_t block = V1E_BLOCK_NEURONS;  // or an index into Network::blocks
  std::int64_t step_begin = 0;              // of the trial
  std::span<const std::uint64_t> offset;    // step count + 1
  std::span<const std::uint32_t> source;    // positions (in the network, or in the block)
  std::span<const std::uint16_t> count;
};

/// Samples of one probe in a window of one trial, [sample][neuron] row-major.
struct ProbeWindow {
  std::uint32_t trial = 0;
  std::uint32_t probe = 0;
  std::int64_t first_step = 0;
  std::int64_t sample_count = 0;
  std::int64_t neuron_count = 0;
  v1e_dtype dtype = V1E_F16;
  const void* data = nullptr;  // see RecordingSink::probe
};

/// One named array of a backend's state.
struct StateArray {
  std::string name;
  v1e_dtype dtype = V1E_F64;
  std::vector<std::int64_t> shape;
  RawVector<std::byte> bytes;
};
using BackendState = std::vector<StateArray>;

/// Calls come from one thread. Windows of one trial arrive in order; windows of several trials
/// may alternate (lanes). Everything lent is valid during the call only, but for samples.
class RecordingSink {
 public:
  virtual ~RecordingSink() = default;
  virtual void begin_trial(std::uint32_t trial) = 0;
  virtual void spikes(const SpikeWindow& window) = 0;
  /// The samples stay valid until the caller has waited for them with wait_until_read: they are
  /// most of what is recorded, and a copy would cost as much as storing them.
  virtual void probe(const ProbeWindow& window) = 0;
  /// How much was handed over so far, as a number that grows.
  virtual std::uint64_t handed_over() const { return 0; }
  /// Returns when no samples are needed any more of what was handed over when handed_over() gave
  /// `until`. Throws what probe() would.
  virtual void wait_until_read(std::uint64_t until) { static_cast<void>(until); }
  /// The trial is complete. state: the backend's state if the run carries it on, else empty.
  virtual void end_trial(std::uint32_t trial, BackendState state) = 0;
};

}  // namespace v1::simulate
