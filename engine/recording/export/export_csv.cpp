#include <fmt/format.h>

#include <cctype>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/recording/export/export_run.hpp"
#include "engine/recording/export/spike_columns.hpp"

namespace v1::recording {
namespace {

namespace fs = std::filesystem;

// A text file written in pieces; close() or an Error.
class TextFile {
 public:
  explicit TextFile(const fs::path& path) : path_(path) {
    errno = 0;
    out_.open(path, std::ios::binary);
    if (!out_) throw cannot_write(path_, errno);
  }
  template <class... Args>
  void add(fmt::format_string<Args...> text, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), text, std::forward<Args>(args)...);
    if (buffer_.size() > (1u << 20)) flush();
  }
  void close() {
    flush();
    errno = 0;
    out_.close();
    if (!out_) throw cannot_write(path_, errno);
  }

 private:
  void flush() {
    errno = 0;
    out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    if (!out_) throw cannot_write(path_, errno);
    buffer_.clear();
  }
  fs::path path_;
  std::ofstream out_;
  fmt::memory_buffer buffer_;
};

std::string cell(const std::string& text) { return csv_cell(text); }

// Not known is an empty cell.
std::string cell(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

void write_spikes(const fs::path& path, const RunReader& run,
                  const std::vector<SpikePopulation>& populations) {
  TextFile file(path);
  file.add("timestamps population node_ids\n");
  for (const std::uint32_t trial : run.finished_trials()) {
    for (const SpikePopulation& population : populations) {
      const SpikeColumns spikes = spikes_of(run, population, trial);
      for (std::size_t i = 0; i < spikes.id.size(); ++i) {
        file.add("{} {} {}\n", spikes.time_ms[i], population.name, spikes.id[i]);
      }
    }
  }
  file.close();
}

void write_neurons(const fs::path& path, const network::Network& network) {
  TextFile file(path);
  file.add(
      "population,node_id,node_type_id,pop_name,ei,location,x_um,y_um,z_um,tuning_angle_deg\n");
  const network::Neurons& neurons = network.neurons;
  for (const network::PopulationRange& range : neurons.populations) {
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      const network::NodeType& type = network.types[neurons.type[i]];
      file.add("{},{},{},{},{},{},{},{},{},{}\n", cell(range.name), neurons.id[i], type.id,
               cell(type.population), type.ei, cell(type.location), cell(neurons.x_um[i]),
               cell(neurons.y_um[i]), cell(neurons.z_um[i]), cell(neurons.tuning_angle_deg[i]));
    }
  }
  file.close();
}

// Stimuli often name the unit themselves: direction_deg, temporal_frequency_hz.
std::string with_unit(const TrialColumn& column) {
  const std::string ending = "_" + column.unit;
  std::string in_names = ending;
  for (char& c : in_names) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool named = column.unit == "1" || column.name.ends_with(in_names);
  return named ? column.name : column.name + ending;
}

void write_trials(const fs::path& path, const RunReader& run) {
  TextFile file(path);
  file.add("trial,start_ms,stop_ms");
  for (const TrialColumn& column : run.stimulus().trial_columns) {
    file.add(",{}", cell(with_unit(column)));
  }
  file.add("\n");
  for (const std::uint32_t trial : run.finished_trials()) {
    file.add("{},{},{}", trial, trial * trial_ms(run), (trial + 1.0) * trial_ms(run));
    for (const TrialColumn& column : run.stimulus().trial_columns) {
      file.add(",{}", std::visit(
                          [&](const auto& values) {
                            return trial < values.size() ? cell(values[trial]) : std::string();
                          },
                          column.values));
    }
    file.add("\n");
  }
  file.close();
}

// The id, with its population where several count theirs from 0: "lm:3".
std::string column_name(const network::Neurons& neurons, std::uint32_t position) {
  const std::string id = std::to_string(neurons.id[position]);
  if (neurons.populations.size() < 2) return id;
  return cell(network::population_of(neurons, position).name + ":" + id);
}

void write_variable(const fs::path& path, const RunReader& run, std::size_t variable) {
  const StateVariable& info = run.variables()[variable];
  const std::size_t neurons = run.state_neurons().size();
  TextFile file(path);
  file.add("trial,time_ms");
  for (const std::uint32_t position : run.state_neurons()) {
    file.add(",{}", column_name(run.network().neurons, position));
  }
  file.add("\n");
  for_each_slab(run, variable, [&](std::int64_t first, std::int64_t count, const auto& values) {
    for (std::int64_t s = 0; s < count; ++s) {
      const double sample = static_cast<double>(first + s + 1);
      file.add("{},{}", (first + s) / info.sample_count, sample * info.every_steps * run.dt_ms());
      for (std::size_t n = 0; n < neurons; ++n) {
        const float value = values[static_cast<std::size_t>(s) * neurons + n];
        if (std::isnan(value)) {
          file.add(",");
        } else {
          file.add(",{}", value);
        }
      }
      file.add("\n");
    }
  });
  file.close();
}

}  // namespace

void export_csv(const RunReader& run, const fs::path& folder) {
  fs::create_directories(folder);
  std::vector<SpikePopulation> neurons;
  for (const SpikePopulation& population : spike_populations(run)) {
    if (population.block == V1E_BLOCK_NEURONS) {
      neurons.push_back(population);
    } else {
      write_spikes(folder / (population.name + "_spikes.csv"), run, {population});
    }
  }
  write_spikes(folder / "spikes.csv", run, neurons);
  write_neurons(folder / "neurons.csv", run.network());
  write_trials(folder / "trials.csv", run);
  for (std::size_t v = 0; v < run.variables().size(); ++v) {
    write_variable(folder / (run.variables()[v].name + ".csv"), run, v);
  }
}

}  // namespace v1::recording
