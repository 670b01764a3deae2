#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"
#include "engine/recording/plan.hpp"
#include "engine/recording/totals.hpp"

/// What trial files hold and where, shared by those who write, join and read them.
namespace v1::recording {

/// Counts of at most this many sources are stored as a matrix [step, source], of more as a list.
inline constexpr std::size_t dense_count_sources = 1024;

/// An input block with stored spikes or counts.
struct StoredBlock {
  std::uint32_t block = 0;  // index into Network::blocks
  std::string group;        // "/spikes/lgn" or "/background/bkg"
  bool counts = false;
  bool dense = false;  // counts only
};

struct StoredGroups {
  std::vector<std::string> populations;  // "/spikes/v1", ...
  std::vector<StoredBlock> blocks;       // in the order of the plan
};

StoredGroups stored_groups(const network::Network& network,
                           const std::vector<std::uint32_t>& spike_blocks);

/// What the views and totals need to know about a finished trial.
struct TrialSummary {
  std::uint32_t trial = 0;
  std::vector<std::uint64_t> population_spikes;  // stored, by StoredGroups::populations
  std::vector<std::uint64_t> block_events;       // stored, by StoredGroups::blocks; dense: 0
  Totals totals;
  std::uint64_t file_bytes = 0;
};

/// Throws Error(data) naming the file.
TrialSummary read_trial_summary(const std::filesystem::path& dir, std::uint32_t trial,
                                const StoredGroups& groups);

/// Marks the root of a file the way SONATA does and with the format version.
void mark_file(h5::File& file, const char* content);
/// Throws Error(data) when the file was written by a later version, or is something else.
void check_file_mark(const h5::File& file, const char* content);

}  // namespace v1::recording
