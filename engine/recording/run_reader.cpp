#include "engine/recording/run_reader.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/recording/id_index.hpp"
#include "engine/recording/matrix_slab.hpp"
#include "engine/recording/matrix_stream.hpp"
#include "engine/recording/nodes_file.hpp"
#include "engine/recording/stimulus_file.hpp"
#include "engine/recording/trial_files.hpp"
#include "engine/recording/trial_index.hpp"

namespace v1::recording {
namespace {

namespace fs = std::filesystem;

// Several populations one after another, each in the order of steps: into one such order.
// Populations hold ascending positions, so a stable sort by step leaves positions ascending.
void merge_by_step(SpikeEvents& events, std::int64_t steps) {
  if (std::is_sorted(events.step.begin(), events.step.end())) return;
  std::vector<std::uint64_t> next(static_cast<std::size_t>(steps) + 1, 0);
  for (const std::uint32_t step : events.step) ++next[step + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  SpikeEvents sorted;
  sorted.step.resize(events.step.size());
  sorted.position.resize(events.step.size());
  for (std::size_t i = 0; i < events.step.size(); ++i) {
    const std::uint64_t slot = next[events.step[i]]++;
    sorted.step[slot] = events.step[i];
    sorted.position[slot] = events.position[i];
  }
  events = std::move(sorted);
}

std::string name_of_run(const fs::path& dir) {
  try {
    std::string name = info_text(read_run_info(dir), "name");
    if (!name.empty()) return name;
  } catch (const Error&) {
    // The record alone is missing or damaged: the data can be read all the same.
  }
  return fs::absolute(dir / "").lexically_normal().parent_path().filename().string();
}

}  // namespace

struct RunReader::Impl {
  std::function<bool()> stop;

  explicit Impl(const fs::path& run_dir) : dir(run_dir), files(run_dir) {
    check_run_folder(dir);
    nodes = read_nodes(dir / "nodes.h5");
    stimulus = read_stimulus(dir / "stimulus.h5");
    trials = recording::finished_trials(dir);
    label = name_of_run(dir);
    groups = stored_groups(nodes.network, nodes.layout.spike_blocks);
    for (const network::PopulationRange& range : nodes.network.neurons.populations) {
      const auto begin = nodes.network.neurons.id.begin();
      populations.emplace_back(std::vector<std::uint32_t>(begin + range.begin, begin + range.end));
    }
    for (const StoredBlock& stored : groups.blocks) {
      sources.emplace_back(nodes.network.blocks[stored.block].source_id);
    }
    describe_variables();
  }

  void describe_variables();
  const h5::File& file(std::uint32_t trial, std::shared_ptr<const h5::File>& keep) const;
  void append_group(const h5::File& file, const std::string& group, const char* ids,
                    const IdIndex& index, std::uint32_t first, SpikeEvents& events) const;
  SpikeEvents source_events(const h5::File& file, std::size_t stored) const;
  SpikeEvents dense_counts(const h5::File& file, const StoredBlock& stored) const;

  fs::path dir;
  mutable TrialFiles files;
  NodesFile nodes;
  StimulusInfo stimulus;
  std::vector<std::uint32_t> trials;
  std::string label;
  StoredGroups groups;
  std::vector<IdIndex> populations;
  std::vector<IdIndex> sources;  // by groups.blocks
  std::vector<StateVariable> variables;
  std::vector<std::uint32_t> state_neurons;
};

void RunReader::Impl::describe_variables() {
  for (const ProbePlan& probe : nodes.layout.probes) {
    StateVariable variable;
    variable.name = probe.variable;
    variable.unit = probe.unit;
    variable.dtype = probe.dtype;
    variable.every_steps = probe.every_steps;
    variable.sample_count = nodes.layout.steps_per_trial / probe.every_steps;
    const h5::Shape chunk = MatrixStream::chunk(
        {static_cast<std::uint64_t>(variable.sample_count), probe.positions.size(), 0});
    variable.chunk_samples = static_cast<std::uint32_t>(chunk[0]);
    variable.chunk_neurons = static_cast<std::uint32_t>(chunk[1]);
    variables.push_back(variable);
    state_neurons = probe.positions;
  }
}

const h5::File& RunReader::Impl::file(std::uint32_t trial,
                                      std::shared_ptr<const h5::File>& keep) const {
  if (stop && stop()) throw Error(ExitCode::interrupted, "interrupted");
  if (!std::binary_search(trials.begin(), trials.end(), trial)) {
    throw error(ExitCode::data, "{}: trial {} is not finished; {} trials are", dir.string(), trial,
                trials.size());
  }
  keep = files.get(trial);
  return *keep;
}

void RunReader::Impl::append_group(const h5::File& file, const std::string& group, const char* ids,
                                   const IdIndex& index, std::uint32_t first,
                                   SpikeEvents& events) const {
  const auto steps = file.values<std::uint32_t>(group + "/step");
  const auto node_ids = file.values<std::uint32_t>(group + ids);
  if (steps.size() != node_ids.size()) {
    throw error(ExitCode::data, "{}: columns of '{}' differ in length", file.path().string(),
                group);
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::uint32_t place = index.find(node_ids[i]);
    if (place == IdIndex::none || steps[i] >= nodes.layout.steps_per_trial) {
      throw error(ExitCode::data, "{}: '{}' has an event of id {} in step {}, which the run lacks",
                  file.path().string(), group, node_ids[i], steps[i]);
    }
    events.step.push_back(steps[i]);
    events.position.push_back(first + place);
  }
}

SpikeEvents RunReader::Impl::dense_counts(const h5::File& file, const StoredBlock& stored) const {
  const auto counts = file.values<std::uint16_t>(stored.group + "/counts");
  const std::size_t width = nodes.network.blocks[stored.block].source_count();
  SpikeEvents events;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    events.step.push_back(static_cast<std::uint32_t>(i / width));
    events.position.push_back(static_cast<std::uint32_t>(i % width));
    events.count.push_back(counts[i]);
  }
  return events;
}

SpikeEvents RunReader::Impl::source_events(const h5::File& file, std::size_t index) const {
  const StoredBlock& stored = groups.blocks[index];
  if (stored.dense) return dense_counts(file, stored);
  SpikeEvents events;
  append_group(file, stored.group, stored.counts ? "/source_id" : "/node_ids", sources[index], 0,
               events);
  if (stored.counts) {
    events.count = file.values<std::uint16_t>(stored.group + "/count");
    if (events.count.size() != events.step.size()) {
      throw error(ExitCode::data, "{}: columns of '{}' differ in length", file.path().string(),
                  stored.group);
    }
  }
  return events;
}

RunReader::RunReader(const fs::path& dir) : impl_(std::make_unique<Impl>(dir)) {}
RunReader::~RunReader() = default;
RunReader::RunReader(RunReader&&) noexcept = default;
RunReader& RunReader::operator=(RunReader&&) noexcept = default;

void RunReader::stop_when(std::function<bool()> stop) { impl_->stop = std::move(stop); }
const fs::path& RunReader::path() const { return impl_->dir; }
const std::string& RunReader::label() const { return impl_->label; }
const network::Network& RunReader::network() const { return impl_->nodes.network; }
double RunReader::dt_ms() const { return impl_->nodes.layout.dt_ms; }
std::int64_t RunReader::steps_per_trial() const { return impl_->nodes.layout.steps_per_trial; }
std::uint64_t RunReader::seed() const { return impl_->nodes.layout.seed; }
const std::vector<std::uint32_t>& RunReader::finished_trials() const { return impl_->trials; }
const StimulusInfo& RunReader::stimulus() const { return impl_->stimulus; }
const std::vector<StateVariable>& RunReader::variables() const { return impl_->variables; }
const std::vector<std::uint32_t>& RunReader::state_neurons() const { return impl_->state_neurons; }
const std::vector<std::uint32_t>& RunReader::spike_blocks() const {
  return impl_->nodes.layout.spike_blocks;
}
const std::optional<std::vector<std::uint32_t>>& RunReader::spike_positions() const {
  return impl_->nodes.layout.spike_positions;
}

Totals RunReader::totals() const {
  Totals sum = empty_totals(network());
  for (const std::uint32_t trial : impl_->trials) {
    sum.add(read_trial_summary(impl_->dir, trial, impl_->groups).totals);
  }
  return sum;
}

SpikeEvents RunReader::spikes(std::uint32_t trial, std::uint32_t block) const {
  std::shared_ptr<const h5::File> keep;
  const h5::File& file = impl_->file(trial, keep);
  if (block == V1E_BLOCK_NEURONS) {
    SpikeEvents events;
    for (std::size_t p = 0; p < impl_->populations.size(); ++p) {
      impl_->append_group(file, impl_->groups.populations[p], "/node_ids", impl_->populations[p],
                          network().neurons.populations[p].begin, events);
    }
    merge_by_step(events, steps_per_trial());
    return events;
  }
  for (std::size_t i = 0; i < impl_->groups.blocks.size(); ++i) {
    if (impl_->groups.blocks[i].block == block) return impl_->source_events(file, i);
  }
  throw error(ExitCode::data, "{}: spikes of input {} were not recorded; add it to record.spikes",
              impl_->dir.string(),
              block < network().blocks.size() ? "'" + network().blocks[block].name + "'"
                                              : std::to_string(block));
}

std::optional<std::size_t> RunReader::find_variable(const std::string& name) const {
  for (std::size_t i = 0; i < impl_->variables.size(); ++i) {
    if (impl_->variables[i].name == name) return i;
  }
  return std::nullopt;
}

void RunReader::state(std::size_t variable, std::uint32_t trial, std::int64_t sample_begin,
                      std::int64_t sample_count, std::size_t neuron_begin, std::size_t neuron_count,
                      float* out) const {
  const StateVariable& of = impl_->variables.at(variable);
  if (sample_begin < 0 || sample_count < 0 || sample_begin + sample_count > of.sample_count ||
      neuron_begin + neuron_count > impl_->state_neurons.size()) {
    throw error(ExitCode::internal, "{}: samples of '{}' outside what was recorded",
                impl_->dir.string(), of.name);
  }
  if (sample_count == 0 || neuron_count == 0) return;
  std::shared_ptr<const h5::File> keep;
  const h5::File& file = impl_->file(trial, keep);
  read_matrix(file, "/Data/" + of.name, of.dtype,
              {static_cast<std::uint64_t>(sample_begin), neuron_begin},
              {static_cast<std::uint64_t>(sample_count), neuron_count}, out);
}

const std::vector<float>& RunReader::sample_rates(std::uint32_t trial, std::size_t rates) const {
  static const std::vector<float> nothing;
  const StimulusInfo& info = impl_->stimulus;
  if (rates >= info.rates.size()) return nothing;
  const std::vector<std::uint32_t>& conditions = info.condition_of_trial;
  const std::size_t condition = trial < conditions.size() ? conditions[trial] : 0;
  return condition < info.rates[rates].hz.size() ? info.rates[rates].hz[condition] : nothing;
}

}  // namespace v1::recording
