#include "engine/recording/trial_index.hpp"

#include "engine/base/error.hpp"
#include "engine/recording/run_folder.hpp"

namespace v1::recording {

StoredGroups stored_groups(const network::Network& network,
                           const std::vector<std::uint32_t>& spike_blocks) {
  const GroupNames names = group_names(network);
  StoredGroups groups;
  for (const std::string& name : names.populations) groups.populations.push_back("/spikes/" + name);
  for (const std::uint32_t index : spike_blocks) {
    const network::EdgeBlock& block = network.blocks.at(index);
    const bool counts = block.source_kind == network::SourceKind::counts;
    groups.blocks.push_back(
        {index, (counts ? "/background/" : "/spikes/") + names.blocks[index], counts,
         counts && block.source_count() > 0 && block.source_count() <= dense_count_sources});
  }
  return groups;
}

TrialSummary read_trial_summary(const std::filesystem::path& dir, std::uint32_t trial,
                                const StoredGroups& groups) {
  const h5::File file = h5::File::read(trial_path(dir, trial));
  check_file_mark(file, "trial");
  TrialSummary summary;
  summary.trial = trial;
  for (const std::string& group : groups.populations) {
    summary.population_spikes.push_back(file.shape(group + "/step").at(0));
  }
  for (const StoredBlock& block : groups.blocks) {
    summary.block_events.push_back(block.dense ? 0 : file.shape(block.group + "/step").at(0));
  }
  summary.totals.trials = 1;
  summary.totals.populations = file.values<std::uint64_t>("/totals/populations");
  summary.totals.types = file.values<std::uint64_t>("/totals/types");
  summary.totals.blocks = file.values<std::uint64_t>("/totals/blocks");
  if (summary.totals.populations.size() != groups.populations.size()) {
    throw error(ExitCode::data, "{}: columns of '/totals' are too short", file.path().string());
  }
  std::error_code ignored;
  summary.file_bytes = std::filesystem::file_size(file.path(), ignored);
  return summary;
}

void mark_file(h5::File& file, const char* content) {
  constexpr std::uint32_t sonata_magic = 0x0A7A;
  file.set_attribute("/", "magic", static_cast<std::int64_t>(sonata_magic));
  file.set_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
  file.set_attribute("/", "v1engine_content", content);
  file.set_attribute("/", "v1engine_format", static_cast<std::int64_t>(format_version));
}

void check_file_mark(const h5::File& file, const char* content) {
  const auto found = file.text_attribute("/", "v1engine_content");
  if (found.value_or("") != content) {
    throw error(ExitCode::data, "{}: expected a v1engine {} file, found {}", file.path().string(),
                content, found ? "a " + *found + " file" : "another kind of file");
  }
  const double version = file.number_attribute("/", "v1engine_format").value_or(0.0);
  if (version < 1.0 || version > format_version) {
    throw error(ExitCode::data,
                "{}: has format version {}, this v1engine reads versions 1 to {}; use a newer one",
                file.path().string(), version, format_version);
  }
}

}  // namespace v1::recording
