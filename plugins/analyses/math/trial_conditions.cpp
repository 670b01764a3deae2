#include "plugins/analyses/math/trial_conditions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
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

}  // namespace

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
  if (out.trials.empty()) {
    throw v1e::Error(V1E_E_INVALID, skip_first_trial ? "skip_first_trial" : "",
                     "no trial is left; simulate more trials" +
                         std::string(skip_first_trial ? " or set skip_first_trial = false" : ""));
  }
  return out;
}

}  // namespace v1::analyses
