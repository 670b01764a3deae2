#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/base/hash.hpp"
#include "engine/recording/export/export_run.hpp"
#include "engine/recording/export/nwb_file.hpp"
#include "engine/recording/export/spike_columns.hpp"

namespace v1::recording {
namespace {

constexpr double seconds_per_ms = 1e-3;
constexpr const char* recordings = "/processing/recordings";

std::vector<std::int64_t> count_from_zero(std::size_t count) {
  std::vector<std::int64_t> ids(count);
  std::iota(ids.begin(), ids.end(), std::int64_t{0});
  return ids;
}

// Spike times of each neuron in turn [s], and where those of each end.
struct RaggedSpikes {
  std::vector<double> time_s;
  std::vector<std::uint64_t> ends;
};

RaggedSpikes gather(const RunReader& run, const std::vector<SpikePopulation>& populations) {
  std::vector<std::size_t> first;
  std::size_t count = 0;
  for (const SpikePopulation& population : populations) {
    first.push_back(count);
    count += population.id.size();
  }
  RaggedSpikes out;
  out.ends.assign(count, 0);
  const auto each = [&](auto&& visit) {
    for (const std::uint32_t trial : run.finished_trials()) {
      for (std::size_t p = 0; p < populations.size(); ++p) {
        const SpikeColumns spikes = spikes_of(run, populations[p], trial);
        for (std::size_t i = 0; i < spikes.index.size(); ++i) {
          visit(first[p] + spikes.index[i], spikes.time_ms[i]);
        }
      }
    }
  };
  each([&](std::size_t unit, double) { ++out.ends[unit]; });
  std::partial_sum(out.ends.begin(), out.ends.end(), out.ends.begin());
  out.time_s.resize(count == 0 ? 0 : out.ends.back());
  std::vector<std::uint64_t> next(count, 0);
  for (std::size_t u = 1; u < count; ++u) next[u] = out.ends[u - 1];
  each([&](std::size_t unit, double time_ms) {
    out.time_s[next[unit]++] = time_ms * seconds_per_ms;
  });
  return out;
}

const h5::Layout packed{{65536}, 1, true};

// Columns of a table of units: whose they are, and their spikes. Returns the names.
std::vector<std::string> add_units(NwbFile& nwb, const std::string& table, const RunReader& run,
                                   const std::vector<SpikePopulation>& populations) {
  std::vector<std::string> names;
  std::vector<std::int64_t> ids;
  for (const SpikePopulation& population : populations) {
    names.insert(names.end(), population.id.size(), population.name);
    ids.insert(ids.end(), population.id.begin(), population.id.end());
  }
  nwb.add_column(table, "node_id", "Id of the unit in the full network", ids);
  nwb.add_text_column(table, "population", "Population of the network", names);
  const RaggedSpikes spikes = gather(run, populations);
  nwb.add_column(table, "spike_times", "Times of the spikes [s]", spikes.time_s, packed);
  nwb.file().set_attribute(table + "/spike_times", "resolution", run.dt_ms() * seconds_per_ms);
  nwb.add_index(table, "spike_times", spikes.ends);
  return {"node_id", "population", "spike_times"};
}

void write_units(NwbFile& nwb, const RunReader& run) {
  std::vector<SpikePopulation> neurons;
  for (const SpikePopulation& population : spike_populations(run)) {
    if (population.block == V1E_BLOCK_NEURONS) neurons.push_back(population);
  }
  const network::Network& network = run.network();
  nwb.make_table("/units", "Units", "core", "Simulated neurons and their spikes",
                 count_from_zero(network.neurons.size()));
  std::vector<std::string> names = add_units(nwb, "/units", run, neurons);
  std::vector<std::string> pop_name, ei;
  for (const std::uint16_t type : network.neurons.type) {
    pop_name.push_back(network.types[type].population);
    ei.push_back(network.types[type].ei);
  }
  nwb.add_text_column("/units", "cell_class", "Class of the cell", pop_name);
  nwb.add_text_column("/units", "ei", "e: excitatory, i: inhibitory", ei);
  names.insert(names.end(), {"cell_class", "ei"});
  if (network.neurons.has_positions) {
    nwb.add_column("/units", "x_um", "Position, x [um]", network.neurons.x_um);
    nwb.add_column("/units", "y_um", "Position, y (depth) [um]", network.neurons.y_um);
    nwb.add_column("/units", "z_um", "Position, z [um]", network.neurons.z_um);
    names.insert(names.end(), {"x_um", "y_um", "z_um"});
  }
  nwb.name_columns("/units", names);
}

void make_module(NwbFile& nwb, const std::string& group, const std::string& description) {
  nwb.make_object(group, "ProcessingModule");
  nwb.file().set_attribute(group, "description", description);
}

void write_inputs(NwbFile& nwb, const RunReader& run) {
  bool any = false;
  for (const SpikePopulation& population : spike_populations(run)) {
    if (population.block == V1E_BLOCK_NEURONS) continue;
    if (!any) make_module(nwb, "/processing/inputs", "Spikes of the inputs of the network");
    any = true;
    const std::string table = "/processing/inputs/" + population.name;
    nwb.make_table(table, "Units", "core", "Sources of the input '" + population.name + "'",
                   count_from_zero(population.id.size()));
    nwb.name_columns(table, add_units(nwb, table, run, {population}));
  }
}

void write_trials(NwbFile& nwb, const RunReader& run) {
  const std::string table = "/intervals/trials";
  const auto& trials = run.finished_trials();
  nwb.make_table(table, "TimeIntervals", "core", "Trials of the run",
                 {trials.begin(), trials.end()});
  std::vector<double> start, stop;
  for (const std::uint32_t trial : trials) {
    start.push_back(trial * trial_ms(run) * seconds_per_ms);
    stop.push_back((trial + 1.0) * trial_ms(run) * seconds_per_ms);
  }
  nwb.add_column(table, "start_time", "Begin of the trial [s]", start);
  nwb.add_column(table, "stop_time", "End of the trial [s]", stop);
  std::vector<std::string> names{"start_time", "stop_time"};
  for (const TrialColumn& column : run.stimulus().trial_columns) {
    if (nwb.file().has(table + "/" + column.name)) continue;
    const std::string about = "Stimulus: " + column.name + " [" + column.unit + "]";
    std::visit(
        [&](const auto& values) {
          auto of_trials = std::decay_t<decltype(values)>();
          for (const std::uint32_t trial : trials) {
            if (trial < values.size()) of_trials.push_back(values[trial]);
          }
          if (of_trials.size() != trials.size()) return;
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<double>>) {
            nwb.add_column(table, column.name, about, of_trials);
          } else {
            nwb.add_text_column(table, column.name, about, of_trials);
          }
          names.push_back(column.name);
        },
        column.values);
  }
  nwb.name_columns(table, names);
}

void write_variable(NwbFile& nwb, const RunReader& run, std::size_t variable) {
  const StateVariable& info = run.variables()[variable];
  const std::string group = fmt::format("{}/{}", recordings, info.name);
  const auto& trials = run.finished_trials();
  const auto samples = static_cast<std::uint64_t>(info.sample_count * (trials.back() + 1));
  const std::uint64_t neurons = run.state_neurons().size();
  h5::File& file = nwb.file();
  nwb.make_object(group, "TimeSeries");
  file.set_attribute(group, "description",
                     "Column k belongs to row k of the table recorded_neurons");
  file.set_attribute(group, "comments", "Trials one after another");
  const std::string data = group + "/data";
  file.create_dataset<float>(
      data, {samples, neurons},
      {{std::min<std::uint64_t>(samples, 250), std::min<std::uint64_t>(neurons, 1024)}, 1, true});
  const bool volts = info.unit == "mV";
  file.set_attribute(data, "unit", volts ? "volts" : "amperes");
  file.set_attribute(data, "conversion", volts ? 1e-3 : 1e-12);
  file.set_attribute(data, "offset", 0.0);
  file.set_attribute(data, "resolution", -1.0);
  const double step_s = info.every_steps * run.dt_ms() * seconds_per_ms;
  nwb.write_number(group + "/starting_time", step_s);
  file.set_attribute(group + "/starting_time", "rate", 1.0 / step_s);
  file.set_attribute(group + "/starting_time", "unit", "seconds");
  for_each_slab(run, variable, [&](std::int64_t first, std::int64_t count, const auto& values) {
    file.write_slab(data, {static_cast<std::uint64_t>(first), 0},
                    {static_cast<std::uint64_t>(count), neurons}, values.data());
  });
}

void write_recordings(NwbFile& nwb, const RunReader& run) {
  if (run.variables().empty() || run.finished_trials().empty()) return;
  make_module(nwb, recordings, "Recorded variables of some neurons");
  const std::string table = std::string(recordings) + "/recorded_neurons";
  const auto& positions = run.state_neurons();
  nwb.make_table(table, "DynamicTable", "hdmf-common", "Neurons whose variables were recorded",
                 count_from_zero(positions.size()));
  std::vector<std::int64_t> ids, rows;
  for (const std::uint32_t position : positions) {
    ids.push_back(run.network().neurons.id[position]);
    rows.push_back(position);
  }
  nwb.add_column(table, "node_id", "Id of the neuron in the full network", ids);
  nwb.add_column(table, "unit_row", "Row of the neuron in the table units", rows);
  nwb.name_columns(table, {"node_id", "unit_row"});
  for (std::size_t v = 0; v < run.variables().size(); ++v) write_variable(nwb, run, v);
}

void write_session(NwbFile& nwb, const RunReader& run, const std::string& identity,
                   const nlohmann::json& info) {
  const std::string created =
      info_text(info, "created").empty() ? "1970-01-01T00:00:00Z" : info_text(info, "created");
  nwb.write_texts("/file_create_date", {created});
  nwb.write_text("/identifier", identity);
  nwb.write_text(
      "/session_description",
      fmt::format("Simulation '{}' of network {} ({} neurons) with v1engine {}", run.label(),
                  run.network().name, run.network().neurons.size(), info_text(info, "version")));
  nwb.write_text("/session_start_time", created);
  nwb.write_text("/timestamps_reference_time", created);
  for (const char* group : {"/acquisition", "/analysis", "/processing", "/stimulus/presentation",
                            "/stimulus/templates", "/general", "/intervals"}) {
    nwb.file().make_group(group);
  }
  nwb.write_text("/general/session_id", run.label());
  nwb.write_text("/general/experiment_description",
                 "Simulation of a network of point neurons; there is no animal");
  nwb.write_text("/general/source_script",
                 fmt::format("v1engine {}, revision {}", info_text(info, "version"),
                             info_text(info, "git_revision")));
  nwb.file().set_attribute("/general/source_script", "file_name", "v1engine");
}

}  // namespace

void export_nwb(const RunReader& run, const std::filesystem::path& path) {
  const nlohmann::json info = read_run_info(run.path());
  const std::string identity = fmt::format("{} {} {}", run.label(), info_text(info, "created"),
                                           to_hex(run.network().content_hash));
  NwbFile nwb(path, identity);
  write_session(nwb, run, identity, info);
  write_units(nwb, run);
  write_inputs(nwb, run);
  write_trials(nwb, run);
  write_recordings(nwb, run);
  nwb.close();
}

}  // namespace v1::recording
