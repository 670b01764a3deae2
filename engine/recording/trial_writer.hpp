#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/recording/matrix_stream.hpp"
#include "engine/recording/spike_stream.hpp"
#include "engine/recording/trial_index.hpp"
#include "engine/simulate/sink.hpp"

namespace v1::recording {

/// What all trial writers of a run share.
struct TrialContext {
  explicit TrialContext(const RecordingPlan& plan, ThreadPool& compressors);

  const RecordingPlan& plan;
  StoredGroups groups;
  std::vector<std::uint8_t> keep;             // per neuron: spikes are stored
  std::vector<std::uint32_t> state_ids;       // ids of the recorded neurons
  std::vector<std::int32_t> stored_of_block;  // per block: index into groups.blocks, or -1
  ThreadPool& pool;
  bool compress;
};

/// Writes one trial to NNNN.h5.part. Without finish() the file is removed again.
class TrialWriter {
 public:
  TrialWriter(const TrialContext& context, const std::filesystem::path& dir, std::uint32_t trial);
  ~TrialWriter();
  TrialWriter(const TrialWriter&) = delete;
  TrialWriter& operator=(const TrialWriter&) = delete;

  /// Windows of each block in the order of their steps.
  void spikes(const simulate::SpikeWindow& window);
  void probe(const simulate::ProbeWindow& window);
  /// Closes and syncs the file, which keeps its .part name.
  TrialSummary finish();

  const std::filesystem::path& part_path() const { return part_; }

 private:
  struct Background {  // of groups.blocks[i], if a counts block
    std::optional<MatrixStream> dense;
    std::optional<CountStream> sparse;
    std::vector<std::uint16_t> row;
  };

  void create_matrices();
  void neuron_spikes(const simulate::SpikeWindow& window);
  void source_spikes(const simulate::SpikeWindow& window, std::size_t stored);
  void source_counts(const simulate::SpikeWindow& window, std::size_t stored);
  void write_totals();

  const TrialContext& context_;
  std::uint32_t trial_;
  std::filesystem::path part_;
  std::optional<h5::File> file_;
  std::vector<SpikeStream> populations_;
  std::vector<std::optional<SpikeStream>> sources_;  // by groups.blocks
  std::vector<Background> background_;               // by groups.blocks
  std::vector<MatrixStream> probes_;
  Totals totals_;
};

}  // namespace v1::recording
