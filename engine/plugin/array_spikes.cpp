#include <algorithm>
#include <cmath>
#include <fstream>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/stored_times.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/array_sources.hpp"

namespace v1::plugin {
namespace {

Error not_one(const std::string& path, const std::vector<std::string>& populations) {
  return error(ExitCode::data, "{}: {}", path,
               populations.empty() ? "holds no spikes"
                                   : fmt::format("holds spikes of the populations {}; say which",
                                                 join(populations, ", ")));
}

/// The rows (time in ms, node id) of a SONATA spike group, read slab by slab.
class Hdf5Spikes : public ArrayFile {
 public:
  Hdf5Spikes(const std::string& path, const std::string& group)
      : ArrayFile(path + ":" + group), file_(h5::File::read(path)), times_(group + "/timestamps") {
    ids_ = group + (file_.has(group + "/node_ids") ? "/node_ids" : "/gids");
    if (!file_.has(ids_)) {
      throw error(ExitCode::data, "{}: '{}' has neither 'node_ids' nor 'gids' beside 'timestamps'",
                  path, group);
    }
    const h5::Shape times = file_.shape(times_), ids = file_.shape(ids_);
    if (times.size() != 1 || ids.size() != 1 || times[0] != ids[0]) {
      throw error(ExitCode::data, "{}: '{}' and '{}' must be lists of the same length", path,
                  times_, ids_);
    }
    unit_ = ms_per_unit(file_, times_);
    shape_ = {static_cast<std::int64_t>(times[0]), 2};
  }

 protected:
  v1e_dtype read_native(const std::vector<std::int64_t>& offset,
                        const std::vector<std::int64_t>& count,
                        std::vector<std::byte>& out) const override {
    const h5::Shape first{static_cast<std::uint64_t>(offset[0])};
    const h5::Shape n{static_cast<std::uint64_t>(count[0])};
    std::vector<double> times(n[0]);
    std::vector<double> ids(n[0]);
    if (n[0] > 0) file_.slab<double>(times_, first, n, times.data());
    if (n[0] > 0) file_.slab<double>(ids_, first, n, ids.data());
    std::vector<double> rows;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (!std::isfinite(ids[i]) || ids[i] != std::floor(ids[i])) {
        throw error(ExitCode::data, "{}: row {} of '{}' is {}; expected an integer",
                    file_.path().string(), first[0] + i, ids_, ids[i]);
      }
      const double row[2] = {to_ms(times[i], unit_), ids[i]};
      rows.insert(rows.end(), row + offset[1], row + offset[1] + count[1]);
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(rows.data());
    out.assign(bytes, bytes + rows.size() * sizeof(double));
    return V1E_F64;
  }

 private:
  h5::File file_;
  std::string times_, ids_;
  double unit_ = 1.0;
};

/// The same rows from a text table with the columns timestamps [ms], node_ids and, where there are
/// several populations, population. Without a name, those of the only one.
class CsvSpikes : public ArrayFile {
 public:
  CsvSpikes(const std::string& path, const std::string& population)
      : ArrayFile(path + ":/spikes/" + population) {
    const CsvTable table = CsvTable::read(path, separator_of(path));
    const char* ids = table.has("gids") && !table.has("node_ids") ? "gids" : "node_ids";
    table.require({"timestamps", ids});  // a file without a header would lose its first spike
    const std::vector<std::string> populations = populations_of(table);
    if (population.empty() && populations.size() > 1) throw not_one(path, populations);
    const bool all = population.empty() || populations.empty();
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (!all && table.text(row, "population") != population) continue;
      values_.push_back(table.number(row, "timestamps"));
      values_.push_back(static_cast<double>(table.integer(row, ids)));
    }
    if (values_.empty() && !populations.empty()) {
      throw error(ExitCode::data, "{}: no spikes of population '{}'; the file has {}", path,
                  population, join(populations, ", "));
    }
    shape_ = {static_cast<std::int64_t>(values_.size() / 2), 2};
  }

 protected:
  v1e_dtype read_native(const std::vector<std::int64_t>& offset,
                        const std::vector<std::int64_t>& count,
                        std::vector<std::byte>& out) const override {
    for_each_run(shape_, offset, count, [&](std::int64_t first, std::int64_t n) {
      const auto* begin = reinterpret_cast<const std::byte*>(values_.data() + first);
      out.insert(out.end(), begin, begin + n * static_cast<std::int64_t>(sizeof(double)));
    });
    return V1E_F64;
  }

 private:
  // Sorted, each once; none without the column.
  static std::vector<std::string> populations_of(const CsvTable& table) {
    std::vector<std::string> populations;
    if (!table.has("population")) return populations;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      populations.push_back(table.text(row, "population"));
    }
    std::sort(populations.begin(), populations.end());
    populations.erase(std::unique(populations.begin(), populations.end()), populations.end());
    return populations;
  }
  static char separator_of(const std::string& path) {
    std::ifstream in(path);
    std::string header;
    while (std::getline(in, header) && (header.empty() || header.front() == '#')) {
    }
    return header.find(',') != std::string::npos    ? ','
           : header.find('\t') != std::string::npos ? '\t'
                                                    : ' ';
  }
  std::vector<double> values_;
};

}  // namespace

std::unique_ptr<ArrayFile> open_hdf5_spikes(const std::string& path, const std::string& group) {
  const h5::File file = h5::File::read(path);
  if (file.has(group + "/timestamps")) return std::make_unique<Hdf5Spikes>(path, group);
  if (file.has("/spikes/timestamps")) {  // older files have no populations
    return std::make_unique<Hdf5Spikes>(path, "/spikes");
  }
  if (group != "/spikes" && !group.starts_with("/spikes/")) return nullptr;
  if (!file.is_group("/spikes")) return nullptr;
  std::vector<std::string> populations = file.children("/spikes");
  if (group != "/spikes") {
    if (file.has(group)) return nullptr;
    throw error(ExitCode::data, "{}: no spikes of population '{}'; the file has {}", path,
                group.substr(8), join(populations, ", "));
  }
  const bool other_things = std::erase_if(populations, [&](const std::string& name) {
                              return !file.is_group("/spikes/" + name);
                            }) > 0;
  if (populations.empty() && other_things) return nullptr;
  if (populations.size() != 1) throw not_one(path, populations);
  return std::make_unique<Hdf5Spikes>(path, "/spikes/" + populations.front());
}

std::unique_ptr<ArrayFile> open_csv_spikes(const std::string& path, const std::string& population) {
  return std::make_unique<CsvSpikes>(path, population);
}

}  // namespace v1::plugin
