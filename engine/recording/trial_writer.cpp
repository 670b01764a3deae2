#include "engine/recording/trial_writer.hpp"

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/recording/run_folder.hpp"

namespace v1::recording {
namespace {

MatrixStream::Shape probe_shape(const RecordingPlan& plan, const ProbePlan& probe) {
  return {static_cast<std::uint64_t>(plan.steps_per_trial) / probe.every_steps,
          probe.positions.size(), probe.dtype == V1E_F16 ? sizeof(h5::Half) : sizeof(float)};
}

}  // namespace

TrialContext::TrialContext(const RecordingPlan& recording_plan, ThreadPool& compressors)
    : plan(recording_plan),
      groups(stored_groups(*plan.network, plan.spike_blocks)),
      keep(plan.network->neurons.size(), plan.spike_positions ? 0 : 1),
      stored_of_block(plan.network->blocks.size(), -1),
      pool(compressors),
      compress(plan.compression == "gzip") {
  if (plan.spike_positions) {
    for (const std::uint32_t position : *plan.spike_positions) keep[position] = 1;
  }
  if (!plan.probes.empty()) {
    for (const std::uint32_t position : plan.probes.front().positions) {
      state_ids.push_back(plan.network->neurons.id[position]);
    }
  }
  for (std::size_t i = 0; i < groups.blocks.size(); ++i) {
    stored_of_block[groups.blocks[i].block] = static_cast<std::int32_t>(i);
  }
}

TrialWriter::TrialWriter(const TrialContext& context, const std::filesystem::path& dir,
                         std::uint32_t trial)
    : context_(context),
      trial_(trial),
      part_(trial_path(dir, trial).concat(".part")),
      sources_(context.groups.blocks.size()),
      background_(context.groups.blocks.size()),
      totals_(empty_totals(*context.plan.network)) {
  const RecordingPlan& plan = context_.plan;
  file_.emplace(h5::File::create(part_));
  mark_file(*file_, "trial");
  file_->set_attribute("/", "trial", static_cast<std::int64_t>(trial));
  file_->set_attribute("/", "dt_ms", plan.dt_ms);
  file_->set_attribute("/", "steps_per_trial", plan.steps_per_trial);
  const auto stream = [&](const std::string& group) {
    file_->make_group(group);
    return SpikeStream(group, trial, plan.steps_per_trial, plan.dt_ms, context_.compress);
  };
  for (const std::string& group : context_.groups.populations) {
    populations_.push_back(stream(group));
  }
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (!context_.groups.blocks[i].counts) sources_[i] = stream(context_.groups.blocks[i].group);
  }
  create_matrices();
}

void TrialWriter::create_matrices() {
  const RecordingPlan& plan = context_.plan;
  const bool compress = context_.compress;
  file_->make_group("/Data");
  if (!plan.probes.empty()) file_->write("/Data/neuron_ids", context_.state_ids);
  for (const ProbePlan& probe : plan.probes) {
    const std::string name = "/Data/" + probe.variable;
    const MatrixStream::Shape shape = probe_shape(plan, probe);
    probes_.push_back(
        probe.dtype == V1E_F16
            ? MatrixStream::create<h5::Half>(*file_, name, shape, compress, context_.pool)
            : MatrixStream::create<float>(*file_, name, shape, compress, context_.pool));
    file_->set_attribute(name, "units", probe.unit);
  }
  for (std::size_t i = 0; i < background_.size(); ++i) {
    const StoredBlock& stored = context_.groups.blocks[i];
    if (!stored.counts) continue;
    const auto& ids = plan.network->blocks[stored.block].source_id;
    if (!stored.dense) {
      background_[i].sparse.emplace(stored.group, trial_, compress);
      continue;
    }
    const MatrixStream::Shape shape{static_cast<std::uint64_t>(plan.steps_per_trial), ids.size(),
                                    sizeof(std::uint16_t)};
    background_[i].dense = MatrixStream::create<std::uint16_t>(*file_, stored.group + "/counts",
                                                               shape, compress, context_.pool);
    file_->write(stored.group + "/source_ids", ids);
    background_[i].row.resize(ids.size());
  }
}

TrialWriter::~TrialWriter() {
  if (!file_) return;
  populations_.clear();  // datasets close before their file
  sources_.clear();
  background_.clear();
  probes_.clear();
  // Room again before the library writes what it still holds: a full disk would make it fail.
  std::error_code ignored;
  std::filesystem::resize_file(part_, 0, ignored);
  file_.reset();
  std::filesystem::remove(part_, ignored);
}

void TrialWriter::spikes(const simulate::SpikeWindow& window) {
  if (window.offset.empty()) return;
  if (window.block == V1E_BLOCK_NEURONS) return neuron_spikes(window);
  std::uint64_t& total = totals_.blocks.at(window.block);
  if (window.count.empty()) {
    total += window.source.size();
  } else {
    for (const std::uint16_t count : window.count) total += count;
  }
  const std::int32_t stored = context_.stored_of_block[window.block];
  if (stored < 0) return;
  const auto index = static_cast<std::size_t>(stored);
  if (context_.groups.blocks[index].counts) {
    source_counts(window, index);
  } else {
    source_spikes(window, index);
  }
}

void TrialWriter::neuron_spikes(const simulate::SpikeWindow& window) {
  const network::Neurons& neurons = context_.plan.network->neurons;
  std::vector<std::uint32_t> kept;  // ids of a step and population
  for (std::size_t k = 0; k + 1 < window.offset.size(); ++k) {
    const std::int64_t step = window.step_begin + static_cast<std::int64_t>(k);
    // Positions ascend within a step, and so do the populations.
    std::uint64_t i = window.offset[k];
    const std::uint64_t last = window.offset[k + 1];
    for (std::size_t p = 0; i < last; ++p) {
      if (p == neurons.populations.size()) {
        throw error(ExitCode::internal, "recording: a spike of neuron {} of {}, or out of order",
                    window.source[i], neurons.size());
      }
      const std::uint64_t first = i;
      kept.clear();
      for (; i < last && window.source[i] < neurons.populations[p].end; ++i) {
        const std::uint32_t position = window.source[i];
        ++totals_.types[neurons.type[position]];
        if (context_.keep[position]) kept.push_back(neurons.id[position]);
      }
      totals_.populations[p] += i - first;
      if (!kept.empty()) {
        std::copy(kept.begin(), kept.end(), populations_[p].append(step, kept.size()));
      }
    }
  }
  for (SpikeStream& stream : populations_) stream.flush_full(*file_);
}

void TrialWriter::source_spikes(const simulate::SpikeWindow& window, std::size_t stored) {
  const auto& ids = context_.plan.network->blocks[window.block].source_id;
  SpikeStream& stream = *sources_[stored];
  for (std::size_t k = 0; k + 1 < window.offset.size(); ++k) {
    const std::int64_t step = window.step_begin + static_cast<std::int64_t>(k);
    const std::uint64_t begin = window.offset[k], end = window.offset[k + 1];
    // A source may spike more than once in a long step (spike files).
    std::size_t events = end - begin;
    if (!window.count.empty()) {
      events = 0;
      for (std::uint64_t i = begin; i < end; ++i) events += window.count[i];
    }
    std::uint32_t* id = stream.append(step, events);
    for (std::uint64_t i = begin; i < end; ++i) {
      id = std::fill_n(id, window.count.empty() ? 1 : window.count[i], ids.at(window.source[i]));
    }
  }
  stream.flush_full(*file_);
}

void TrialWriter::source_counts(const simulate::SpikeWindow& window, std::size_t stored) {
  const auto& ids = context_.plan.network->blocks[window.block].source_id;
  Background& background = background_[stored];
  if (background.dense) {
    const auto begin = static_cast<std::uint64_t>(window.step_begin);
    background.dense->append_zeros(begin - std::min(begin, background.dense->row_count()));
  }
  for (std::size_t k = 0; k + 1 < window.offset.size(); ++k) {
    const std::int64_t step = window.step_begin + static_cast<std::int64_t>(k);
    std::fill(background.row.begin(), background.row.end(), std::uint16_t{0});
    for (std::uint64_t i = window.offset[k]; i < window.offset[k + 1]; ++i) {
      const std::uint32_t source = window.source[i];
      const std::uint16_t count = window.count.empty() ? std::uint16_t{1} : window.count[i];
      if (background.dense) {
        background.row.at(source) = static_cast<std::uint16_t>(background.row[source] + count);
      } else if (count > 0) {
        background.sparse->push(step, ids.at(source), count);
      }
    }
    if (background.dense) background.dense->append(background.row.data(), 1);
  }
  if (background.sparse) background.sparse->flush_full(*file_);
}

void TrialWriter::probe(const simulate::ProbeWindow& window) {
  const ProbePlan& plan = context_.plan.probes.at(window.probe);
  if (window.dtype != plan.dtype ||
      window.neuron_count != static_cast<std::int64_t>(plan.positions.size())) {
    throw error(ExitCode::internal, "recording of '{}': samples of another type or width",
                plan.variable);
  }
  MatrixStream& stream = probes_[window.probe];
  const auto expected = static_cast<std::int64_t>((stream.row_count() + 1) * plan.every_steps) - 1;
  if (window.sample_count > 0 && window.first_step != expected) {
    throw error(ExitCode::internal, "recording of '{}': expected the sample of step {}, got {}",
                plan.variable, expected, window.first_step);
  }
  stream.append(window.data, static_cast<std::uint64_t>(window.sample_count));
}

void TrialWriter::write_totals() {
  file_->write("/totals/populations", totals_.populations);
  file_->write("/totals/types", totals_.types);
  file_->write("/totals/blocks", totals_.blocks);
}

TrialSummary TrialWriter::finish() {
  TrialSummary summary;
  summary.trial = trial_;
  for (SpikeStream& stream : populations_) {
    stream.finish(*file_);
    summary.population_spikes.push_back(stream.count());
  }
  const auto steps = static_cast<std::uint64_t>(context_.plan.steps_per_trial);
  for (std::size_t i = 0; i < context_.groups.blocks.size(); ++i) {
    Background& background = background_[i];
    if (sources_[i]) sources_[i]->finish(*file_);
    if (background.sparse) background.sparse->finish(*file_);
    if (background.dense) {
      background.dense->append_zeros(steps - std::min(steps, background.dense->row_count()));
      background.dense->finish();
    }
    summary.block_events.push_back(sources_[i]         ? sources_[i]->count()
                                   : background.sparse ? background.sparse->count()
                                                       : 0);
  }
  for (MatrixStream& stream : probes_) stream.finish();
  write_totals();
  totals_.trials = 1;
  summary.totals = totals_;
  file_->close_synced();
  file_.reset();
  std::error_code ignored;
  summary.file_bytes = std::filesystem::file_size(part_, ignored);
  return summary;
}

}  // namespace v1::recording
