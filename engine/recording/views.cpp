#include "engine/recording/views.hpp"

#include <vector>

#include "engine/base/error.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/spike_stream.hpp"

namespace v1::recording {
namespace {

/// One virtual dataset under construction; parts are stacked along the first dimension.
class VirtualDataset {
 public:
  explicit VirtualDataset(h5::Shape shape) : shape_(shape.begin(), shape.end()) {
    const h5::Lock lock;
    creation_ = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation_, false);
    space_ = H5Screate_simple(static_cast<int>(shape_.size()), shape_.data(), nullptr);
  }
  ~VirtualDataset() {
    const h5::Lock lock;
    H5Sclose(space_);
    H5Pclose(creation_);
  }
  VirtualDataset(const VirtualDataset&) = delete;
  VirtualDataset& operator=(const VirtualDataset&) = delete;

  /// Rows [begin, begin + count) are the whole dataset `name` of shape source_shape in `file`.
  void add(std::uint64_t begin, std::uint64_t count, const std::string& file,
           const std::string& name, const h5::Shape& source_shape) {
    if (count == 0) return;
    const h5::Lock lock;
    std::vector<hsize_t> start(shape_.size(), 0), extent = shape_;
    start[0] = begin;
    extent[0] = count;
    const std::vector<hsize_t> source(source_shape.begin(), source_shape.end());
    const hid_t source_space =
        H5Screate_simple(static_cast<int>(source.size()), source.data(), nullptr);
    const bool done =
        H5Sselect_hyperslab(space_, H5S_SELECT_SET, start.data(), nullptr, extent.data(),
                            nullptr) >= 0 &&
        H5Pset_virtual(creation_, space_, file.c_str(), name.c_str(), source_space) >= 0;
    H5Sclose(source_space);
    if (!done) throw error(ExitCode::internal, "virtual dataset '{}' cannot be mapped", name);
    empty_ = false;
  }

  template <class T>
  void create(h5::File& file, const std::string& name) {
    const h5::Lock lock;
    if (empty_) {
      file.create_dataset<T>(name, h5::Shape(shape_.begin(), shape_.end()));
      return;
    }
    H5Sselect_all(space_);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t id = H5Dcreate2(file.id(), name.c_str(), h5::Type<T>::stored(), space_, links,
                                creation_, H5P_DEFAULT);
    H5Pclose(links);
    if (id < 0) {
      throw error(ExitCode::memory, "{}: virtual dataset '{}' cannot be written",
                  file.path().string(), name);
    }
    H5Dclose(id);
  }

 private:
  std::vector<hsize_t> shape_;
  hid_t creation_ = -1;
  hid_t space_ = -1;
  bool empty_ = true;
};

std::string relative_trial(std::uint32_t trial) { return trial_path("", trial).string(); }

// Events of all trials one after another; count(summary) = how many a trial has.
template <class T, class Count>
void join_events(h5::File& file, const std::string& dataset, const TrialIndex& trials,
                 const Count& count) {
  std::uint64_t total = 0;
  for (const auto& [trial, summary] : trials) total += count(summary);
  VirtualDataset joined({total});
  std::uint64_t begin = 0;
  for (const auto& [trial, summary] : trials) {
    const std::uint64_t events = count(summary);
    joined.add(begin, events, relative_trial(trial), dataset, {events});
    begin += events;
  }
  joined.create<T>(file, dataset);
}

// Matrices of all trials as [trial][row][column].
template <class T>
void stack_matrices(h5::File& file, const std::string& dataset, const TrialIndex& trials,
                    std::uint64_t rows, std::uint64_t columns) {
  VirtualDataset stack({trials.size(), rows, columns});
  std::uint64_t k = 0;
  for (const auto& [trial, summary] : trials) {
    stack.add(k++, 1, relative_trial(trial), dataset, {rows, columns});
  }
  stack.create<T>(file, dataset);
}

template <class Count>
void join_spikes(h5::File& file, const std::string& group, const TrialIndex& trials,
                 const Count& count) {
  join_events<double>(file, group + "/timestamps", trials, count);
  file.set_attribute(group + "/timestamps", "units", "ms");
  join_events<std::uint32_t>(file, group + "/node_ids", trials, count);
  join_events<std::uint32_t>(file, group + "/step", trials, count);
  join_events<std::uint32_t>(file, group + "/trial", trials, count);
  mark_sorted_by_time(file, group);
}

void join_counts(h5::File& file, const StoredBlock& stored, const RecordingPlan& plan,
                 const TrialIndex& trials, std::size_t index) {
  if (stored.dense) {
    const auto& ids = plan.network->blocks[stored.block].source_id;
    stack_matrices<std::uint16_t>(file, stored.group + "/counts", trials,
                                  static_cast<std::uint64_t>(plan.steps_per_trial), ids.size());
    file.write(stored.group + "/source_ids", ids);
    return;
  }
  const auto count = [index](const TrialSummary& summary) { return summary.block_events[index]; };
  for (const char* column : {"/step", "/source_id", "/trial"}) {
    join_events<std::uint32_t>(file, stored.group + column, trials, count);
  }
  join_events<std::uint16_t>(file, stored.group + "/count", trials, count);
}

std::vector<std::uint32_t> trial_numbers(const TrialIndex& trials) {
  std::vector<std::uint32_t> numbers;
  for (const auto& [trial, summary] : trials) numbers.push_back(trial);
  return numbers;
}

void mark_view(h5::File& file, const char* content, const RecordingPlan& plan) {
  mark_file(file, content);
  file.set_attribute("/", "dt_ms", plan.dt_ms);
  file.set_attribute("/", "steps_per_trial", plan.steps_per_trial);
}

void write_spikes(const std::filesystem::path& path, const RecordingPlan& plan,
                  const StoredGroups& groups, const TrialIndex& trials) {
  h5::File file = h5::File::create(path);
  mark_view(file, "spikes", plan);
  file.make_group("/spikes");
  for (std::size_t p = 0; p < groups.populations.size(); ++p) {
    join_spikes(file, groups.populations[p], trials,
                [p](const TrialSummary& summary) { return summary.population_spikes[p]; });
  }
  for (std::size_t i = 0; i < groups.blocks.size(); ++i) {
    if (groups.blocks[i].counts) {
      join_counts(file, groups.blocks[i], plan, trials, i);
    } else {
      join_spikes(file, groups.blocks[i].group, trials,
                  [i](const TrialSummary& summary) { return summary.block_events[i]; });
    }
  }
  file.write("/trials", trial_numbers(trials));
  file.close_synced();
}

void write_recordings(const std::filesystem::path& path, const RecordingPlan& plan,
                      const TrialIndex& trials) {
  h5::File file = h5::File::create(path);
  mark_view(file, "recordings", plan);
  file.make_group("/Data");
  for (const ProbePlan& probe : plan.probes) {
    const std::string name = "/Data/" + probe.variable;
    const std::uint64_t rows = static_cast<std::uint64_t>(plan.steps_per_trial) / probe.every_steps;
    if (probe.dtype == V1E_F16) {
      stack_matrices<h5::Half>(file, name, trials, rows, probe.positions.size());
    } else {
      stack_matrices<float>(file, name, trials, rows, probe.positions.size());
    }
    file.set_attribute(name, "units", probe.unit);
    file.set_attribute(name, "sample_ms", probe.every_steps * plan.dt_ms);
  }
  if (!plan.probes.empty()) {
    const network::Neurons& neurons = plan.network->neurons;
    std::vector<std::uint32_t> ids;
    std::vector<std::string> populations;
    for (const std::uint32_t position : plan.probes.front().positions) {
      ids.push_back(neurons.id[position]);
      populations.push_back(network::population_of(neurons, position).name);
    }
    file.write("/Data/neuron_ids", ids);
    if (neurons.populations.size() > 1) file.write_strings("/Data/populations", populations);
  }
  file.write("/Data/trial", trial_numbers(trials));
  file.close_synced();
}

}  // namespace

void write_views(const std::filesystem::path& dir, const RecordingPlan& plan,
                 const StoredGroups& groups, const TrialIndex& trials) {
  write_spikes(dir / "spikes.h5.part", plan, groups, trials);
  std::filesystem::rename(dir / "spikes.h5.part", dir / "spikes.h5");
  write_recordings(dir / "recordings.h5.part", plan, trials);
  std::filesystem::rename(dir / "recordings.h5.part", dir / "recordings.h5");
}

}  // namespace v1::recording
