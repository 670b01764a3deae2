#include "engine/network/generator/tables.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::network::generator {
namespace {

using config::OverrideCell;

/// The columns that name the rows of each table.
const std::map<std::string, std::vector<std::string>>& key_columns() {
  static const std::map<std::string, std::vector<std::string>> keys = {
      {"populations", {"population"}},
      {"node_types", {"node_type_id", "population"}},
      {"connections", {"source", "target"}},
      {"synapses", {"source", "target"}},
      {"receptors", {"source", "target"}},
      {"lgn_units", {"class"}},
      {"lgn_to_v1", {"population"}},
      {"background", {"population"}},
      {"unitary_psp", {"node_type_id", "population"}}};
  return keys;
}

bool is_key(const std::string& table, const std::string& column) {
  const auto& keys = key_columns().at(table);
  return std::find(keys.begin(), keys.end(), column) != keys.end();
}

bool is_count(const std::string& column) { return column.starts_with("n_"); }

bool matches(const OverrideCell& cell, const std::string& text) {
  return std::any_of(cell.texts.begin(), cell.texts.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
  });
}

std::vector<std::string> distinct(const CsvTable& table, const std::string& column) {
  std::set<std::string> found;
  for (std::size_t row = 0; row < table.rows(); ++row) found.insert(table.text(row, column));
  return {found.begin(), found.end()};
}

std::vector<std::size_t> rows_with(const CsvTable& table, const std::string& column,
                                   const std::string& text) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, column) == text) rows.push_back(row);
  }
  return rows;
}

std::string plain(double value) { return fmt::format("{}", value); }

/// Shares `total` in proportion to the parts: whole numbers, the largest remainders rounded up.
std::vector<std::uint64_t> shares(const std::vector<double>& parts, std::uint64_t total) {
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  std::vector<std::uint64_t> out(parts.size(), 0);
  std::vector<std::pair<double, std::size_t>> remainders;
  std::uint64_t given = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double share = sum > 0.0 ? parts[i] / sum * static_cast<double>(total)
                                   : static_cast<double>(total) / static_cast<double>(parts.size());
    out[i] = static_cast<std::uint64_t>(share);
    given += out[i];
    remainders.emplace_back(-(share - std::floor(share)), i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; given < total; i = (i + 1) % remainders.size(), ++given) {
    ++out[remainders[i].second];
  }
  return out;
}

}  // namespace

ModelTables::ModelTables(const std::filesystem::path& directory,
                         const config::NetworkOverrides& overrides)
    : directory_(directory) {
  for (const auto& [name, keys] : key_columns()) {
    const auto file = directory / (name + ".csv");
    if (std::filesystem::exists(file)) tables_.emplace(name, CsvTable::read(file));
  }
  for (const config::AddedPopulation& added : overrides.added) add_population(added);
  for (const config::TableOverride& edit : overrides.tables) carry_out(edit);
  if (counts_changed_) {
    scale_node_types();
    lay_out_ids();
  }
}

const CsvTable& ModelTables::table(const std::string& name) const {
  const auto found = tables_.find(name);
  if (found != tables_.end()) return found->second;
  throw error(ExitCode::data, "{}: no such file, but the model needs this table",
              (directory_ / (name + ".csv")).string());
}

void ModelTables::add_population(const config::AddedPopulation& added) {
  table("populations");
  CsvTable& populations = tables_.at("populations");
  const std::vector<std::string> names = distinct(populations, "population");
  const auto like = rows_with(populations, "population", added.like);
  if (like.empty()) {
    throw error(ExitCode::config, "{}: network.overrides.add: no population '{}' to copy{}",
                added.where, added.like, did_you_mean(added.like, names));
  }
  if (std::find(names.begin(), names.end(), added.name) != names.end()) {
    throw error(ExitCode::config, "{}: network.overrides.add: population '{}' exists already",
                added.where, added.name);
  }
  const std::string old_class = populations.text(like.front(), "class");
  const std::size_t row = populations.append_copy(like.front(), added.where);
  populations.set(row, "population", added.name, added.where);
  populations.set(row, "class", added.name, added.where);
  set_cells("populations", row, added.cells);
  counts_changed_ = true;
  if (populations.text(row, "class") == added.name) {
    copy_pairs("connections", old_class, added.name, added.where);
  }
  copy_pairs("synapses", added.like, added.name, added.where);

  table("node_types");
  CsvTable& types = tables_.at("node_types");
  double id = 0.0;
  for (std::size_t r = 0; r < types.rows(); ++r) {
    id = std::max(id, static_cast<double>(types.integer(r, "node_type_id")));
  }
  for (const std::size_t old : rows_with(types, "population", added.like)) {
    const std::string old_id = types.text(old, "node_type_id");
    const std::size_t copy = types.append_copy(old, added.where);
    types.set(copy, "population", added.name, added.where);
    types.set(copy, "node_type_id", fmt::format("{:.0f}", ++id), added.where);
    if (!tables_.contains("unitary_psp")) continue;
    CsvTable& psp = tables_.at("unitary_psp");
    for (const std::size_t r : rows_with(psp, "node_type_id", old_id)) {
      const std::size_t psp_copy = psp.append_copy(r, added.where);
      psp.set(psp_copy, "node_type_id", types.text(copy, "node_type_id"), added.where);
      psp.set(psp_copy, "population", added.name, added.where);
    }
  }
  for (const char* name : {"lgn_to_v1", "background"}) {
    if (!tables_.contains(name)) continue;
    CsvTable& inputs = tables_.at(name);
    for (const std::size_t r : rows_with(inputs, "population", added.like)) {
      inputs.set(inputs.append_copy(r, added.where), "population", added.name, added.where);
    }
  }
}

void ModelTables::copy_pairs(const std::string& name, const std::string& from,
                             const std::string& to, const std::string& where) {
  table(name);
  CsvTable& pairs = tables_.at(name);
  const std::size_t rows = pairs.rows();
  for (std::size_t row = 0; row < rows; ++row) {
    const bool source = pairs.text(row, "source") == from,
               target = pairs.text(row, "target") == from;
    for (const bool both : {false, true}) {
      if (source && (target || !both)) {
        const std::size_t copy = pairs.append_copy(row, where);
        pairs.set(copy, "source", to, where);
        if (both) pairs.set(copy, "target", to, where);
      }
    }
    if (target) pairs.set(pairs.append_copy(row, where), "target", to, where);
  }
}

void ModelTables::set_cells(const std::string& name, std::size_t row,
                            const std::vector<OverrideCell>& cells) {
  CsvTable& table = tables_.at(name);
  for (const OverrideCell& cell : cells) {
    const std::string where = fmt::format("{}: network.overrides.{}", cell.where, name);
    if (!table.has(cell.column)) {
      throw error(ExitCode::config, "{}: {}.csv has no column '{}'{}", where, name, cell.column,
                  did_you_mean(cell.column, table.columns()));
    }
    if (cell.texts.size() != 1) {
      throw error(ExitCode::config, "{}: column '{}' takes one value, found a list of {}", where,
                  cell.column, cell.texts.size());
    }
    std::string text = cell.texts.front();
    if (cell.times) {
      double value = table.number(row, cell.column) * std::stod(text);
      if (is_count(cell.column)) value = std::round(value);
      text = plain(value);
    }
    table.set(row, cell.column, std::move(text), where);
    if (cell.column == "n_core" || cell.column == "n_periphery") counts_changed_ = true;
  }
}

void ModelTables::carry_out(const config::TableOverride& edit) {
  const std::string where = fmt::format("{}: network.overrides.{}", edit.where, edit.table);
  if (!tables_.contains(edit.table)) {
    throw error(ExitCode::config, "{}: this model has no table {}.csv", where, edit.table);
  }
  const CsvTable& table = tables_.at(edit.table);
  std::vector<OverrideCell> keys, values;
  for (const OverrideCell& cell : edit.cells) {
    (is_key(edit.table, cell.column) ? keys : values).push_back(cell);
  }
  if (keys.empty() || values.empty()) {
    throw error(ExitCode::config, "{}: needs {} to choose rows (\"*\" for all) and columns to set",
                where, join(key_columns().at(edit.table), " or "));
  }
  for (const OverrideCell& key : keys) {
    const std::vector<std::string> known = distinct(table, key.column);
    for (const std::string& text : key.texts) {
      const OverrideCell one{key.column, {text}, false, {}};
      if (std::any_of(known.begin(), known.end(), [&](const auto& k) { return matches(one, k); })) {
        continue;
      }
      throw error(ExitCode::config, "{}: network.overrides.{}: {}.csv has no {} '{}'{}", key.where,
                  edit.table, edit.table, key.column, text, did_you_mean(text, known));
    }
  }
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (std::all_of(keys.begin(), keys.end(), [&](const OverrideCell& key) {
          return matches(key, table.text(row, key.column));
        })) {
      rows.push_back(row);
    }
  }
  if (rows.empty()) rows.push_back(new_pair(edit));
  for (const std::size_t row : rows) set_cells(edit.table, row, values);
}

std::size_t ModelTables::new_pair(const config::TableOverride& edit) {
  const std::string where = fmt::format("{}: network.overrides.{}", edit.where, edit.table);
  CsvTable& table = tables_.at(edit.table);
  const auto cell = [&](const char* column) -> const OverrideCell* {
    const auto found = std::find_if(edit.cells.begin(), edit.cells.end(),
                                    [&](const OverrideCell& one) { return one.column == column; });
    const bool exact = found != edit.cells.end() && found->texts.size() == 1 &&
                       found->texts.front().find('*') == std::string::npos;
    return exact ? &*found : nullptr;
  };
  const OverrideCell* source = cell("source");
  const OverrideCell* target = cell("target");
  if (source == nullptr || target == nullptr) {
    throw error(ExitCode::config, "{}: chooses no row of {}.csv", where, edit.table);
  }
  const std::size_t row = table.append_empty(where);
  table.set(row, "source", source->texts.front(), source->where);
  table.set(row, "target", target->texts.front(), target->where);
  return row;
}

void ModelTables::scale_node_types() {
  const CsvTable& populations = tables_.at("populations");
  CsvTable& types = tables_.at("node_types");
  for (std::size_t p = 0; p < populations.rows(); ++p) {
    const double count = populations.number(p, "n_core") + populations.number(p, "n_periphery");
    const auto rows = rows_with(types, "population", populations.text(p, "population"));
    std::vector<double> cells;
    for (const std::size_t row : rows) cells.push_back(types.number(row, "n_cells"));
    const double sum = std::accumulate(cells.begin(), cells.end(), 0.0);
    if (rows.empty() || sum == count || !(count >= 0.0) || count > 1e9) continue;
    const auto scaled = shares(cells, static_cast<std::uint64_t>(count));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      types.set(rows[i], "n_cells", fmt::format("{}", scaled[i]), populations.where(p, "n_core"));
    }
  }
}

void ModelTables::lay_out_ids() {
  CsvTable& populations = tables_.at("populations");
  std::vector<std::size_t> old, added;
  for (std::size_t row = 0; row < populations.rows(); ++row) {
    const bool copy = populations.blame(row, "population") == ExitCode::config;
    (copy ? added : old).push_back(row);
  }
  std::stable_sort(old.begin(), old.end(), [&](std::size_t a, std::size_t b) {
    return populations.number(a, "first_id") < populations.number(b, "first_id");
  });
  old.insert(old.end(), added.begin(), added.end());
  double next = 0.0;
  for (const std::size_t row : old) {
    populations.set(row, "first_id", fmt::format("{:.0f}", next), populations.where(row));
    for (const char* column : {"n_core", "n_periphery"}) {
      next += std::max(0.0, populations.number(row, column));
    }
  }
}

}  // namespace v1::network::generator
