#include "engine/recording/nodes_file.hpp"

#include <algorithm>
#include <charconv>

#include "engine/base/error.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/recording/nodes_network.hpp"
#include "engine/recording/trial_index.hpp"

namespace v1::recording {
namespace {

void write_layout(h5::File& file, const RecordingPlan& plan) {
  const std::string group = "/recording";
  file.make_group(group);
  file.set_attribute(group, "dt_ms", plan.dt_ms);
  file.set_attribute(group, "steps_per_trial", plan.steps_per_trial);
  file.set_attribute(group, "seed", std::to_string(plan.seed));
  if (plan.spike_positions) file.write(group + "/spike_positions", *plan.spike_positions);
  file.write(group + "/spike_blocks", plan.spike_blocks);
  std::vector<std::string> names, units;
  std::vector<std::uint32_t> dtypes, every;
  for (const ProbePlan& probe : plan.probes) {
    names.push_back(probe.variable);
    units.push_back(probe.unit);
    dtypes.push_back(probe.dtype);
    every.push_back(probe.every_steps);
  }
  file.write_strings(group + "/variables", names);
  file.write_strings(group + "/units", units);
  file.write(group + "/dtypes", dtypes);
  file.write(group + "/every_steps", every);
  if (!plan.probes.empty()) {
    file.write(group + "/variable_positions", plan.probes.front().positions);
  }
}

RecordingLayout read_layout(const h5::File& file) {
  const std::string group = "/recording";
  RecordingLayout layout;
  const auto dt = file.number_attribute(group, "dt_ms");
  const auto steps = file.number_attribute(group, "steps_per_trial");
  if (!dt || !steps) {
    throw error(ExitCode::data, "{}: lacks the step size or the steps of a trial",
                file.path().string());
  }
  layout.dt_ms = *dt;
  layout.steps_per_trial = static_cast<std::int64_t>(*steps);
  const std::string seed = file.text_attribute(group, "seed").value_or("0");
  std::from_chars(seed.data(), seed.data() + seed.size(), layout.seed);
  if (file.has(group + "/spike_positions")) {
    layout.spike_positions = file.values<std::uint32_t>(group + "/spike_positions");
  }
  layout.spike_blocks = file.values<std::uint32_t>(group + "/spike_blocks");
  const auto names = file.strings(group + "/variables");
  const auto units = file.strings(group + "/units");
  const auto dtypes = file.values<std::uint32_t>(group + "/dtypes");
  const auto every = file.values<std::uint32_t>(group + "/every_steps");
  std::vector<std::uint32_t> positions;
  if (!names.empty()) positions = file.values<std::uint32_t>(group + "/variable_positions");
  for (std::size_t i = 0; i < names.size(); ++i) {
    layout.probes.push_back({names[i], units.at(i), dtypes.at(i), every.at(i), positions});
  }
  return layout;
}

void check_layout(const h5::File& file, const NodesFile& nodes) {
  const std::size_t neurons = nodes.network.neurons.size();
  const auto outside = [&](const std::vector<std::uint32_t>& positions, std::size_t end) {
    for (const std::uint32_t position : positions) {
      if (position >= end) return true;
    }
    return false;
  };
  const RecordingLayout& layout = nodes.layout;
  const auto never = [&](const ProbePlan& probe) {
    return probe.every_steps < 1 || probe.every_steps > layout.steps_per_trial;
  };
  if (!(layout.dt_ms > 0.0) || layout.steps_per_trial < 1 ||
      std::any_of(layout.probes.begin(), layout.probes.end(), never)) {
    throw error(ExitCode::data,
                "{}: its step size, steps of a trial or steps of a sample make no sense",
                file.path().string());
  }
  if (outside(layout.spike_blocks, nodes.network.blocks.size()) ||
      (layout.spike_positions && outside(*layout.spike_positions, neurons)) ||
      (!layout.probes.empty() && outside(layout.probes.front().positions, neurons))) {
    throw error(ExitCode::data, "{}: says that neurons or inputs were recorded which it lacks",
                file.path().string());
  }
}

bool same_probes(const std::vector<ProbePlan>& a, const std::vector<ProbePlan>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].variable != b[i].variable || a[i].dtype != b[i].dtype ||
        a[i].every_steps != b[i].every_steps || a[i].positions != b[i].positions) {
      return false;
    }
  }
  return true;
}

}  // namespace

void write_nodes(const std::filesystem::path& path, const RecordingPlan& plan) {
  const std::filesystem::path part = std::filesystem::path(path).concat(".part");
  h5::File file = h5::File::create(part);
  mark_file(file, "nodes");
  write_network_nodes(file, *plan.network);
  write_layout(file, plan);
  file.close_synced();
  std::filesystem::rename(part, path);
}

NodesFile read_nodes(const std::filesystem::path& path) {
  const h5::File file = h5::File::read(path);
  check_file_mark(file, "nodes");
  try {
    NodesFile nodes{read_network_nodes(file), read_layout(file)};
    check_layout(file, nodes);
    return nodes;
  } catch (const std::out_of_range&) {
    throw error(ExitCode::data, "{}: some of its columns are too short", path.string());
  }
}

std::string layout_difference(const NodesFile& stored, const RecordingPlan& plan) {
  const RecordingLayout& there = stored.layout;
  if (stored.network.content_hash != plan.network->content_hash) {
    return fmt::format("the network is {} there, {} here", to_hex(stored.network.content_hash),
                       to_hex(plan.network->content_hash));
  }
  if (there.dt_ms != plan.dt_ms) {
    return fmt::format("dt is {} ms there, {} ms here", there.dt_ms, plan.dt_ms);
  }
  if (there.steps_per_trial != plan.steps_per_trial) {
    return fmt::format("a trial has {} steps there, {} here", there.steps_per_trial,
                       plan.steps_per_trial);
  }
  if (there.seed != plan.seed) {
    return fmt::format("the seed is {} there, {} here", there.seed, plan.seed);
  }
  if (!same_probes(there.probes, plan.probes)) return "other variables or neurons are recorded";
  if (there.spike_positions != plan.spike_positions || there.spike_blocks != plan.spike_blocks) {
    return "the spikes of other neurons or inputs are stored";
  }
  return "";
}

}  // namespace v1::recording
