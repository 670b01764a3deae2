#include "engine/lgn/unit_table.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <string>
#include <unordered_map>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/base/special_file.hpp"
#include "engine/base/text.hpp"
#include "engine/lgn/temporal_kernel.hpp"
#include "engine/lgn/unit_class.hpp"

namespace v1::lgn {

namespace {

char separator_of(const std::filesystem::path& path) {
  refuse_special_file(path);
  std::ifstream in(path);
  std::string header;
  while (std::getline(in, header) && (header.empty() || header.front() == '#')) {
  }
  if (!in && header.empty()) {
    throw error(ExitCode::data, "{}: cannot be read, or is empty: expected a table of LGN units",
                path.string());
  }
  for (const char separator : {',', '\t'}) {
    if (header.find(separator) != std::string::npos) return separator;
  }
  return ' ';
}

// NaN for a cell that is empty or says so: the quantity does not apply to the unit.
double optional_number(const CsvTable& table, std::size_t row, const std::string& column) {
  const std::string_view text = trim(table.text(row, column));
  if (text.empty() || text == "nan" || text == "NaN" || text == "NA") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return table.number(row, column);
}

network::TemporalKernelParameters kernel_parameters(const CsvTable& table, std::size_t row,
                                                    const std::string& suffix, bool required) {
  network::TemporalKernelParameters out;
  const auto read = [&](const std::string& name, int j) {
    const std::string column = fmt::format("{}_{}_{}", name, suffix, j);
    if (required) return table.number(row, column);
    const double value = optional_number(table, row, column);
    return std::isnan(value) ? 0.0 : value;
  };
  for (int j = 0; j < 2; ++j) {
    out.kpeak_ms[j] = read("kpeaks", j);
    out.weight[j] = read("weight", j);
    out.delay_ms[j] = read("delay", j);
  }
  if (required) check_kernel(out);
  return out;
}

std::uint8_t class_index(network::LgnMosaic& mosaic, const std::string& name) {
  const auto found = std::find(mosaic.class_names.begin(), mosaic.class_names.end(), name);
  if (found == mosaic.class_names.end()) {
    unit_class(name);  // complains about unknown names
    mosaic.class_names.push_back(name);
    if (mosaic.class_names.size() > 256) throw error(ExitCode::data, "more than 256 LGN classes");
    return static_cast<std::uint8_t>(mosaic.class_names.size() - 1);
  }
  return static_cast<std::uint8_t>(found - mosaic.class_names.begin());
}

double spontaneous_hz(const CsvTable& table, std::size_t row, const std::string& name) {
  if (table.has("spont_fr")) {
    const double rate = optional_number(table, row, "spont_fr");
    if (!std::isnan(rate)) return rate;
  }
  if (const std::optional<double> rate = class_spontaneous_hz(name)) return *rate;
  throw error(ExitCode::data,
              "LGN cell class '{}' has no known spontaneous rate: add a column spont_fr [Hz]",
              name);
}

std::uint32_t id_of(const CsvTable& table, std::size_t row) {
  const long long id = table.integer(row, "id");
  if (id < 0 || id > std::numeric_limits<std::uint32_t>::max()) {
    throw error(ExitCode::data, "expected an id from 0 to 4294967295, found {}", id);
  }
  return static_cast<std::uint32_t>(id);
}

void add_unit(network::LgnMosaic& mosaic, const CsvTable& table, std::size_t row) {
  const std::string name(trim(table.text(row, "model_id")));
  mosaic.unit_class.push_back(class_index(mosaic, name));
  if (unit_class(name).kind == UnitKind::on_off) {
    throw error(
        ExitCode::data,
        "class '{}' has two sigmas, for which a table has no columns; only the LGN nodes of "
        "a SONATA circuit (lgn.mosaic = \"sonata\") can have such units",
        name);
  }
  const bool composite = unit_class(name).kind == UnitKind::composite;
  mosaic.id.push_back(id_of(table, row));
  mosaic.x_deg.push_back(table.number(row, "x"));
  mosaic.y_deg.push_back(table.number(row, "y"));
  const double size_deg = table.number(row, "spatial_size");
  if (!(size_deg > 0.0 && size_deg < 1000.0)) {
    throw error(ExitCode::data, "expected a spatial_size above 0 and below 1000 degrees, found {}",
                size_deg);
  }
  mosaic.spatial_size_deg.push_back(size_deg);
  mosaic.dominant.push_back(kernel_parameters(table, row, "dom", true));
  mosaic.non_dominant.push_back(composite ? kernel_parameters(table, row, "non_dom", true)
                                          : network::TemporalKernelParameters{});
  const double none = std::numeric_limits<double>::quiet_NaN();
  mosaic.tuning_angle_deg.push_back(composite ? table.number(row, "tuning_angle") : none);
  mosaic.sf_sep_deg.push_back(composite ? table.number(row, "sf_sep") : none);
  mosaic.spontaneous_hz.push_back(spontaneous_hz(table, row, name));
}

}  // namespace

void choose_field(network::LgnMosaic& mosaic,
                  const std::function<std::string(std::size_t)>& where) {
  const auto outside = [&](double width, double height) {
    for (std::size_t i = 0; i < mosaic.size(); ++i) {
      const double x = mosaic.x_deg[i], y = mosaic.y_deg[i];
      if (!(x >= 0.0 && x <= width && y >= 0.0 && y <= height)) return i;
    }
    return mosaic.size();
  };
  for (const auto& [width, height] : {std::pair{120.0, 80.0}, std::pair{240.0, 120.0}}) {
    mosaic.field_width_deg = width;
    mosaic.field_height_deg = height;
    if (outside(width, height) == mosaic.size()) return;
  }
  const std::size_t i = outside(240.0, 120.0);
  throw error(
      ExitCode::data,
      "{}: unit {} lies at ({}, {}), outside the visual field, x from 0 to 240 and y from 0 "
      "to 120 degrees",
      where(i), mosaic.id[i], mosaic.x_deg[i], mosaic.y_deg[i]);
}

namespace {

// What goes wrong in a row names file and line.
template <class Work>
void at_row(const CsvTable& table, std::size_t row, Work&& work) {
  try {
    work();
  } catch (const Error& e) {
    const std::string message = e.what();
    if (message.starts_with(table.path().string())) throw;  // already does
    throw error(e.code(), "{}: {}", table.where(row), message);
  }
}

// The rows of the ids, in their order.
std::vector<std::size_t> rows_of_ids(const CsvTable& table, std::span<const std::uint32_t> ids) {
  std::unordered_map<std::uint32_t, std::size_t> row_of_id;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    at_row(table, row, [&] {
      const std::uint32_t id = id_of(table, row);
      const auto [first, fresh] = row_of_id.emplace(id, row);
      if (fresh) return;
      throw error(ExitCode::data, "id {} is already that of {}", id, table.where(first->second));
    });
  }
  std::vector<std::size_t> rows;
  for (const std::uint32_t id : ids) {
    const auto found = row_of_id.find(id);
    if (found == row_of_id.end()) {
      throw error(ExitCode::data,
                  "{}: no row with id {}; the network has {} LGN units (the first is {}, the last "
                  "{}), and each needs a row",
                  table.path().string(), id, ids.size(), ids.front(), ids.back());
    }
    rows.push_back(found->second);
  }
  if (rows.size() == table.rows()) return rows;
  std::vector<bool> used(table.rows(), false);
  for (const std::size_t row : rows) used[row] = true;
  const auto row =
      static_cast<std::size_t>(std::find(used.begin(), used.end(), false) - used.begin());
  throw error(ExitCode::data, "{}: the network has no LGN unit {}; it has {}, the table {}",
              table.where(row), id_of(table, row), ids.size(), table.rows());
}

network::LgnMosaic read_rows(const CsvTable& table, const std::vector<std::size_t>& rows) {
  network::LgnMosaic mosaic;
  for (const std::size_t row : rows) {
    at_row(table, row, [&] { add_unit(mosaic, table, row); });
  }
  if (mosaic.size() == 0) {
    throw error(ExitCode::data, "{}: the table has no units", table.path().string());
  }
  choose_field(mosaic, [&](std::size_t unit) { return table.where(rows[unit]); });
  return mosaic;
}

}  // namespace

network::LgnMosaic read_unit_table(const std::filesystem::path& path) {
  const CsvTable table = CsvTable::read(path, separator_of(path));
  std::vector<std::size_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return read_rows(table, rows);
}

network::LgnMosaic read_unit_table(const std::filesystem::path& path,
                                   std::span<const std::uint32_t> ids) {
  const CsvTable table = CsvTable::read(path, separator_of(path));
  return read_rows(table, rows_of_ids(table, ids));
}

}  // namespace v1::lgn
