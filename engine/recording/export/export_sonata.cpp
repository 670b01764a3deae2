#include "engine/base/hdf5.hpp"
#include "engine/recording/export/export_run.hpp"
#include "engine/recording/export/spike_columns.hpp"
#include "engine/recording/spike_stream.hpp"

namespace v1::recording {
namespace {

namespace fs = std::filesystem;

h5::File create_sonata(const fs::path& path) {
  constexpr std::int64_t magic = 0x0A7A;
  h5::File file = h5::File::create(path);
  file.set_attribute("/", "magic", magic);
  file.set_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
  return file;
}

// Not compressed: the libsonata of pip is built without gzip.
const h5::Layout growing{{65536}, 0, false, true};

void write_spikes(h5::File& file, const RunReader& run, const SpikePopulation& population) {
  const std::string group = "/spikes/" + population.name;
  file.create_dataset<double>(group + "/timestamps", {0}, growing);
  file.create_dataset<std::uint64_t>(group + "/node_ids", {0}, growing);
  mark_sorted_by_time(file, group);
  file.set_attribute(group + "/timestamps", "units", "ms");
  for (const std::uint32_t trial : run.finished_trials()) {
    const SpikeColumns spikes = spikes_of(run, population, trial);
    const std::vector<std::uint64_t> ids(spikes.id.begin(), spikes.id.end());
    file.append_rows(group + "/timestamps", std::span<const double>(spikes.time_ms));
    file.append_rows(group + "/node_ids", std::span<const std::uint64_t>(ids));
  }
}

// The columns of a variable that belong to one population.
struct ReportColumns {
  std::string population;
  std::size_t begin = 0, end = 0;  // in RunReader::state_neurons
};

std::vector<ReportColumns> report_columns(const RunReader& run) {
  const network::Neurons& neurons = run.network().neurons;
  const auto& positions = run.state_neurons();
  std::vector<ReportColumns> columns;
  std::size_t at = 0;
  for (const network::PopulationRange& range : neurons.populations) {
    const std::size_t begin = at;
    while (at < positions.size() && positions[at] < range.end) ++at;
    if (at > begin) columns.push_back({range.name, begin, at});
  }
  return columns;
}

// One element per neuron.
void write_mapping(h5::File& file, const std::string& group, const RunReader& run,
                   const ReportColumns& columns, const StateVariable& variable,
                   std::int64_t samples) {
  const std::string mapping = group + "/mapping";
  std::vector<std::uint64_t> ids, pointers{0};
  for (std::size_t i = columns.begin; i < columns.end; ++i) {
    ids.push_back(run.network().neurons.id[run.state_neurons()[i]]);
    pointers.push_back(ids.size());
  }
  file.write(mapping + "/node_ids", ids);
  file.set_attribute(mapping + "/node_ids", "sorted", std::int64_t{1});
  file.write(mapping + "/index_pointers", pointers);
  file.write(mapping + "/index_pointer", pointers);  // the older name
  file.write(mapping + "/element_ids", std::vector<std::uint32_t>(ids.size(), 0));
  file.write(mapping + "/element_pos", std::vector<float>(ids.size(), 0.0f));
  const double step_ms = variable.every_steps * run.dt_ms();
  file.write(mapping + "/time",
             std::vector<double>{step_ms, step_ms * static_cast<double>(samples + 1), step_ms});
  file.set_attribute(mapping + "/time", "units", "ms");
}

void write_report(const fs::path& path, const RunReader& run, std::size_t variable) {
  const StateVariable& info = run.variables()[variable];
  const auto& finished = run.finished_trials();
  const std::int64_t samples =
      finished.empty() ? 0 : info.sample_count * (std::int64_t{finished.back()} + 1);
  h5::File file = create_sonata(path);
  const auto all = report_columns(run);
  for (const ReportColumns& columns : all) {
    const std::string group = "/report/" + columns.population;
    const std::uint64_t width = columns.end - columns.begin;
    file.create_dataset<float>(group + "/data", {static_cast<std::uint64_t>(samples), width},
                               {{250, std::min<std::uint64_t>(width, 1024)}, 0, false});
    file.set_attribute(group + "/data", "units", info.unit);
    file.set_attribute(group + "/data", "variable", info.name == "v" ? "V_m" : info.name);
    write_mapping(file, group, run, columns, info, samples);
  }
  const std::size_t neurons = run.state_neurons().size();
  std::vector<float> part;
  for_each_slab(run, variable, [&](std::int64_t first, std::int64_t count, const auto& values) {
    for (const ReportColumns& columns : all) {
      part.clear();
      for (std::int64_t s = 0; s < count; ++s) {
        const auto row = values.begin() + s * static_cast<std::int64_t>(neurons);
        part.insert(part.end(), row + static_cast<std::int64_t>(columns.begin),
                    row + static_cast<std::int64_t>(columns.end));
      }
      file.write_slab(
          "/report/" + columns.population + "/data", {static_cast<std::uint64_t>(first), 0},
          {static_cast<std::uint64_t>(count), columns.end - columns.begin}, part.data());
    }
  });
  file.close_synced();
}

}  // namespace

void export_sonata(const RunReader& run, const fs::path& folder) {
  fs::create_directories(folder);
  h5::File neurons = create_sonata(folder / "spikes.h5");
  for (const SpikePopulation& population : spike_populations(run)) {
    if (population.block == V1E_BLOCK_NEURONS) {
      write_spikes(neurons, run, population);
      continue;
    }
    h5::File input = create_sonata(folder / (population.name + "_spikes.h5"));
    write_spikes(input, run, population);
    input.close_synced();
  }
  neurons.close_synced();
  for (std::size_t v = 0; v < run.variables().size(); ++v) {
    write_report(folder / (run.variables()[v].name + "_report.h5"), run, v);
  }
}

}  // namespace v1::recording
