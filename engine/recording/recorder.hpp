#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/recording/plan.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/totals.hpp"
#include "engine/simulate/sink.hpp"

namespace v1::recording {

/// Writes a run folder, one file per trial, on a thread of its own. Calls copy what they are
/// given, but for samples, into a bounded queue and wait only while that is full. A failure of the
/// writer (disk full: Error(memory)) is thrown by the next call; trials finished before stay
/// readable.
class Recorder final : public simulate::RecordingSink {
 public:
  /// Writes nodes.h5 and stimulus.h5 (a resumed folder: checks that the network, dt, steps, seed
  /// and recorded variables are the ones it was begun with, else Error(config)).
  Recorder(const RunFolder& folder, RecordingPlan plan);
  /// Stops the writer; trials that have not ended leave nothing behind.
  ~Recorder() override;

  void begin_trial(std::uint32_t trial) override;
  void spikes(const simulate::SpikeWindow& window) override;
  void probe(const simulate::ProbeWindow& window) override;
  std::uint64_t handed_over() const override;
  void wait_until_read(std::uint64_t until) override;
  void end_trial(std::uint32_t trial, simulate::BackendState state) override;

  /// Waits until everything is on the disk. Throws what the writer met.
  void finish();

  /// Over finished trials, those of an earlier run of a resumed folder included.
  Totals totals() const;
  std::vector<std::uint32_t> finished() const;
  /// Seconds that finish() has waited for the writer.
  double waited_s() const;
  /// Bytes of the trial files this recorder has finished.
  std::uint64_t bytes_written() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace v1::recording
