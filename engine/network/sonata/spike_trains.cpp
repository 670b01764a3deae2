#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/log.hpp"
#include "engine/base/special_file.hpp"
#include "engine/base/stored_times.hpp"
#include "engine/base/text.hpp"
#include "engine/network/sonata/datasets.hpp"
#include "engine/network/sonata/lzf_filter.hpp"
#include "engine/network/sonata/sonata.hpp"
#include "engine/network/sonata/types_table.hpp"

namespace v1::network::sonata {
namespace {

struct RawSpikes {
  std::vector<double> time_ms;
  std::vector<std::int64_t> id;
  bool found = true;                     // the population is in the file
  std::vector<std::string> populations;  // that the file has
};

bool is_hdf5(const std::filesystem::path& path) {
  refuse_special_file(path);
  if (path.extension() == ".h5" || path.extension() == ".hdf5") return true;
  const h5::Lock lock;
  return H5Fis_hdf5(path.c_str()) > 0;
}

void convert_units(const h5::File& file, const std::string& dataset, std::vector<double>& times) {
  const double unit = ms_per_unit(file, dataset);
  for (double& time : times) time = to_ms(time, unit);
}

// The spike trains that bmtk reads as module "nwb": /processing/TRIAL/spike_train/ID/data in ms, of
// no population.
RawSpikes read_nwb_spikes(const h5::File& file, const std::string& trial) {
  const std::vector<std::string> trials = file.children("/processing");
  const std::string path = file.path().string();
  if (trial.empty() && trials.size() != 1) {
    throw error(ExitCode::data, "{}: has spikes of {} trials{}; say which by 'trial' of the input",
                path, trials.size(), trials.empty() ? "" : " (" + join(trials, ", ") + ")");
  }
  const std::string chosen = trial.empty() ? trials.front() : trial;
  const std::string base = "/processing/" + chosen + "/spike_train";
  if (!file.is_group(base)) {
    throw error(ExitCode::data, "{}: no group '{}'; the file has the trials {}{}", path, base,
                join(trials, ", "), did_you_mean(chosen, trials));
  }
  RawSpikes spikes;
  for (const std::string& name : file.children(base)) {
    std::int64_t id = 0;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), id);
    const std::string times = fmt::format("{}/{}/data", base, name);
    if (status != std::errc() || end != name.data() + name.size() || !file.has(times)) {
      throw error(ExitCode::data,
                  "{}: '{}/{}' is no spike train: expected node ids, each with a list 'data'", path,
                  base, name);
    }
    std::vector<double> of_node = file.values<double>(times);
    convert_units(file, times, of_node);
    spikes.time_ms.insert(spikes.time_ms.end(), of_node.begin(), of_node.end());
    spikes.id.insert(spikes.id.end(), of_node.size(), id);
  }
  return spikes;
}

RawSpikes read_hdf5_spikes(const std::filesystem::path& path, const std::string& population,
                           const std::string& trial) {
  register_lzf_filter();
  const h5::File file = h5::File::read(path);
  if (!file.is_group("/spikes") && file.is_group("/processing")) {
    return read_nwb_spikes(file, trial);
  }
  if (!file.is_group("/spikes")) {
    throw error(ExitCode::data, "{}: no group '/spikes'; expected a SONATA spike file",
                path.string());
  }
  RawSpikes spikes;
  std::string base = "/spikes/" + population;
  if (!file.is_group(base)) {
    if (!file.has("/spikes/timestamps")) {
      spikes.found = false;
      spikes.populations = file.children("/spikes");
      return spikes;
    }
    base = "/spikes";  // older layout without population groups
  }
  const std::string times = base + "/timestamps";
  if (!file.has(times)) return spikes;  // a group without datasets: nobody fired
  const std::string ids = file.has(base + "/node_ids") ? base + "/node_ids" : base + "/gids";
  if (!file.has(ids)) {
    throw error(ExitCode::data, "{}: '{}' has neither 'node_ids' nor 'gids' beside 'timestamps'",
                path.string(), base);
  }
  const h5::Shape shape = file.shape(times);
  if (shape.size() != 1 || file.shape(ids) != shape) {
    throw error(ExitCode::data,
                "{}: '{}' has the shape {} and '{}' the shape {}; expected two lists of one length",
                path.string(), times, shape_text(shape), ids, shape_text(file.shape(ids)));
  }
  spikes.time_ms = file.values<double>(times);
  spikes.id = read_ids(file, ids, 0, shape.front());
  convert_units(file, times, spikes.time_ms);
  return spikes;
}

RawSpikes read_csv_spikes(const std::filesystem::path& path, const std::string& population) {
  const TypesTable table = TypesTable::read(path);
  const char* id_column = table.has("node_ids") ? "node_ids" : "gids";
  for (const char* column : {"timestamps", id_column}) {
    if (!table.has(column)) {
      throw error(ExitCode::data,
                  "{}: no column '{}'; the header of a spike file is "
                  "'timestamps population node_ids'",
                  path.string(), std::string(column) == "gids" ? "node_ids" : column);
    }
  }
  RawSpikes spikes;
  const bool by_population = table.has("population");
  spikes.found = !by_population;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (by_population) {
      const std::string name = table.text(row, "population").value_or("");
      if (name.empty()) {
        throw error(ExitCode::data,
                    "{}: population needs a name in every line, separated as in the header",
                    table.where(row));
      }
      if (name != population) {
        auto& names = spikes.populations;
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        continue;
      }
    }
    spikes.found = true;
    const auto time = table.number(row, "timestamps");
    const auto id = table.integer(row, id_column);
    if (!time || !id) {
      throw error(ExitCode::data, "{}: timestamps and {} need a number in every line",
                  table.where(row), id_column);
    }
    spikes.time_ms.push_back(*time);
    spikes.id.push_back(*id);
  }
  return spikes;
}

// Position of every id among the sources of the block.
std::vector<std::uint32_t> find_sources(const RawSpikes& spikes, const EdgeBlock& block,
                                        const std::filesystem::path& path) {
  std::vector<std::uint32_t> order(block.source_count());
  std::iota(order.begin(), order.end(), 0U);
  const auto by_id = [&](std::uint32_t a, std::uint32_t b) {
    return block.source_id[a] < block.source_id[b];
  };
  if (!std::is_sorted(order.begin(), order.end(), by_id))
    std::sort(order.begin(), order.end(), by_id);
  std::vector<std::uint32_t> source(spikes.id.size());
  for (std::size_t i = 0; i < spikes.id.size(); ++i) {
    const auto found = std::lower_bound(
        order.begin(), order.end(), spikes.id[i],
        [&](std::uint32_t position, std::int64_t id) { return block.source_id[position] < id; });
    if (found == order.end() || block.source_id[*found] != spikes.id[i]) {
      throw error(ExitCode::data,
                  "{}: spike {} is of node {}, which population '{}' does not have; check that the "
                  "file belongs to this circuit",
                  path.string(), i, spikes.id[i], block.name);
    }
    source[i] = *found;
  }
  return source;
}

void check_times(const RawSpikes& spikes, const std::filesystem::path& path) {
  for (std::size_t i = 0; i < spikes.time_ms.size(); ++i) {
    if (spikes.time_ms[i] > 0.0 && std::isfinite(spikes.time_ms[i])) continue;
    throw error(
        ExitCode::data,
        "{}: spike {} (node {}) is at {} ms; spike times must be after 0, so shift or remove "
        "it",
        path.string(), i, spikes.id[i], spikes.time_ms[i]);
  }
}

}  // namespace

std::vector<std::string> spike_populations(const std::filesystem::path& path) {
  std::vector<std::string> names;
  if (is_hdf5(path)) {
    const h5::File file = h5::File::read(path);
    if (file.is_group("/spikes")) names = file.children("/spikes");
    std::erase_if(names,
                  [&](const std::string& name) { return !file.is_group("/spikes/" + name); });
  } else {
    const TypesTable table = TypesTable::read(path);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::string name = table.text(row, "population").value_or("");
      if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  return names;
}

SpikeTrains read_spike_trains(const std::filesystem::path& path, const std::string& population,
                              const EdgeBlock& block, const std::string& trial) {
  if (!std::filesystem::exists(path)) {
    throw error(ExitCode::data, "{}: no such spike file", path.string());
  }
  const RawSpikes spikes =
      is_hdf5(path) ? read_hdf5_spikes(path, population, trial) : read_csv_spikes(path, population);
  if (!spikes.found) {
    log::warn("{}: no spikes of population '{}' (the file has: {}){}", path.string(), population,
              join(spikes.populations, ", "), did_you_mean(population, spikes.populations));
  } else if (spikes.time_ms.empty()) {
    log::warn("{}: population '{}' has no spikes", path.string(), population);
  }
  check_times(spikes, path);
  const std::vector<std::uint32_t> source = find_sources(spikes, block, path);
  std::vector<std::size_t> order(source.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (spikes.time_ms[a] != spikes.time_ms[b]) return spikes.time_ms[a] < spikes.time_ms[b];
    return source[a] < source[b];
  });
  SpikeTrains trains;
  trains.source.reserve(order.size());
  trains.time_ms.reserve(order.size());
  for (const std::size_t i : order) {
    trains.source.push_back(source[i]);
    trains.time_ms.push_back(spikes.time_ms[i]);
  }
  return trains;
}

}  // namespace v1::network::sonata
