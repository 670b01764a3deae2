#include "plugins/analyses/shared/trials/trial_conditions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <set>
#include <v1e_sdk/error.hpp>

namespace v1::analyses {
namespace {

// Values of one trial column, as what they sort by and as text.
struct Column {
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::optional<Column> read_column(const v1e::Dataset& dataset, const std::string& name) {
  const v1e_column* raw =
      v1e::find_column(dataset.raw().trial_columns, dataset.raw().trial_column_count, name);
  if (raw == nullptr) return std::nullopt;
  Column column;
  if (raw->values.dtype == V1E_STR) {
    column.texts = v1e::texts(raw);
    column.numbers.assign(column.texts.size(), std::numeric_limits<double>::quiet_NaN());
    return column;
  }
  column.numbers = v1e::numbers(raw);
  for (const double value : column.numbers) {
    column.texts.push_back(std::isnan(value) ? "" : short_number(value));
  }
  return column;
}

bool anywhere(const std::vector<v1e::Dataset>& datasets, const std::string& name,
              const std::string& runs) {
  return std::any_of(datasets.begin(), datasets.end(), [&](const v1e::Dataset& dataset) {
    return run_named(dataset, runs) && read_column(dataset, name).has_value();
  });
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Orders numbers by value and texts by name.
struct Cell {
  double number;
  std::string text;
  bool operator<(const Cell& other) const {
    const bool a = std::isnan(number), b = std::isnan(other.number);
    if (a != b) return b;
    if (!a && number != other.number) return number < other.number;
    return a && text < other.text;
  }
};

bool may_differ(const std::string& name) {
  static const std::set<std::string> known = {"trial", "repeat", "block", "marks_ms", "strips"};
  return known.count(name) != 0 || name.ends_with("seed");
}

// All columns of the trial tables, in the order in which they come.
std::vector<std::string> column_names(const std::vector<v1e::Dataset>& datasets) {
  std::vector<std::string> names;
  for (const v1e::Dataset& dataset : datasets) {
    for (std::uint32_t i = 0; i < dataset.raw().trial_column_count; ++i) {
      const std::string name = dataset.raw().trial_columns[i]->name;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

// All values of a column, if it differs within a group of trials.
std::set<Cell> values_where_mixed(const std::vector<v1e::Dataset>& datasets,
                                  const std::string& name,
                                  const std::map<TrialKey, std::size_t>& group_of_trial) {
  std::set<Cell> all;
  std::map<std::size_t, std::set<Cell>> of_group;
  bool mixed = false;
  for (std::uint32_t d = 0; d < datasets.size(); ++d) {
    const std::optional<Column> column = read_column(datasets[d], name);
    for (std::uint32_t t = 0; column && t < datasets[d].trials(); ++t) {
      const auto group = group_of_trial.find({d, t});
      if (group == group_of_trial.end() || column->texts.at(t).empty()) continue;
      const Cell cell{column->numbers.at(t), column->texts.at(t)};
      of_group[group->second].insert(cell);
      all.insert(cell);
      mixed = mixed || of_group[group->second].size() > 1;
    }
  }
  return mixed ? all : std::set<Cell>{};
}

// Columns and their values as text.
std::vector<std::pair<std::string, std::string>> differing_values(
    const std::vector<v1e::Dataset>& datasets,
    const std::map<TrialKey, std::size_t>& group_of_trial) {
  std::vector<std::pair<std::string, std::string>> out;
  std::set<std::string> said;  // a swept key has the values of the column that its stimulus tells
  for (const std::string& name : column_names(datasets)) {
    if (may_differ(name)) continue;
    std::vector<std::string> texts;
    for (const Cell& cell : values_where_mixed(datasets, name, group_of_trial)) {
      texts.push_back(cell.text);
    }
    if (texts.empty() || !said.insert(joined(texts)).second) continue;
    out.emplace_back(name, joined(texts));
  }
  return out;
}

}  // namespace

std::string differing_columns(const std::vector<v1e::Dataset>& datasets,
                              const std::map<TrialKey, std::size_t>& group_of_trial) {
  std::string out;
  for (const auto& [name, values] : differing_values(datasets, group_of_trial)) {
    out += (out.empty() ? "" : ", ") + name + " (" + values + ")";
  }
  return out;
}

std::vector<std::string> differing_column_names(
    const std::vector<v1e::Dataset>& datasets,
    const std::map<TrialKey, std::size_t>& group_of_trial) {
  std::vector<std::string> names;
  for (const auto& one : differing_values(datasets, group_of_trial)) names.push_back(one.first);
  return names;
}

bool run_named(const v1e::Dataset& dataset, const std::string& part) {
  return std::string(dataset.label()).find(part) != std::string::npos;
}

void require_runs(const std::vector<v1e::Dataset>& datasets, const std::string& runs) {
  std::string list;
  for (const v1e::Dataset& dataset : datasets) {
    if (run_named(dataset, runs)) return;
    list += (list.empty() ? "" : ", ") + std::string(dataset.label());
  }
  throw v1e::Error(V1E_E_INVALID, "runs",
                   "no run's name contains '" + runs + "'; the runs are " + list);
}

std::string TrialConditions::name(std::size_t condition) const {
  if (columns.empty()) return "all trials";
  std::string out;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    out += (c ? ", " : "") + columns[c] + " " + labels[condition][c];
  }
  return out;
}

std::string TrialConditions::warning() const {
  if (differing.empty()) return "";
  return "Trials that count as the same stimulus differ in " + differing +
         "; name such trial columns in `conditions` to keep them apart.";
}

std::size_t TrialConditions::fewest_trials() const {
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const auto& one : trials) fewest = std::min(fewest, one.size());
  return trials.empty() ? 0 : fewest;
}

TrialConditions find_conditions(const std::vector<v1e::Dataset>& datasets,
                                const std::vector<std::string>& columns, bool skip_first_trial,
                                const std::string& runs) {
  require_runs(datasets, runs);
  TrialConditions out;
  for (const std::string& name : columns) {
    if (anywhere(datasets, name, runs)) out.columns.push_back(name);
  }
  std::vector<std::string> left_out;
  std::map<std::vector<Cell>, std::vector<TrialKey>> sorted;
  for (std::uint32_t d = 0; d < datasets.size(); ++d) {
    if (!run_named(datasets[d], runs)) continue;
    std::vector<Column> read;
    for (const std::string& name : out.columns) {
      const std::optional<Column> column = read_column(datasets[d], name);
      if (column) read.push_back(*column);
    }
    if (read.size() < out.columns.size()) {
      left_out.push_back(datasets[d].label());
      continue;
    }
    for (std::uint32_t t = skip_first_trial ? 1 : 0; t < datasets[d].trials(); ++t) {
      std::vector<Cell> cells;
      for (const Column& column : read) {
        cells.push_back({column.numbers.at(t), column.texts.at(t)});
      }
      const bool shown = std::none_of(cells.begin(), cells.end(),
                                      [](const Cell& cell) { return cell.text.empty(); });
      if (shown) sorted[cells].push_back({d, t});
    }
  }
  if (!left_out.empty()) {
    out.note = "Left out are runs that lack one of the trial columns " + joined(out.columns) +
               ": " + joined(left_out) + ".";
  }
  for (const auto& [cells, trials] : sorted) {
    for (const TrialKey& key : trials) out.of_trial[key] = out.trials.size();
    out.trials.push_back(trials);
    out.labels.emplace_back();
    out.values.emplace_back();
    for (const Cell& cell : cells) {
      out.labels.back().push_back(cell.text);
      out.values.back().push_back(cell.number);
    }
  }
  out.differing = differing_columns(datasets, out.of_trial);
  if (out.trials.empty()) {
    throw v1e::Error(V1E_E_INVALID, skip_first_trial ? "skip_first_trial" : "",
                     "no trial is left; simulate more trials" +
                         std::string(skip_first_trial ? " or set skip_first_trial = false" : ""));
  }
  return out;
}

}  // namespace v1::analyses
