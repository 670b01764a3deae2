#include "plugins/analyses/shared/trials/run_conditions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <v1e_sdk/error.hpp>

namespace v1::analyses {
namespace {

// The one value of a trial column; `found` tells whether the run has it.
double value_in_all_trials(const v1e::Dataset& dataset, const char* name, bool& found) {
  const v1e_dataset& raw = dataset.raw();
  const v1e_column* column = v1e::find_column(raw.trial_columns, raw.trial_column_count, name);
  const std::vector<double> values = v1e::numbers(column);
  found = !values.empty() && std::isfinite(values.front());
  const auto same = [&](double v) {
    return v == values.front() || (std::isnan(v) && std::isnan(values.front()));
  };
  if (values.empty() || std::all_of(values.begin(), values.end(), same)) {
    return found ? values.front() : 0.0;
  }
  throw v1e::Error(V1E_E_INVALID, "runs",
                   "the trials of '" + dataset.label() + "' differ in " + name +
                       "; expected one run per condition, as a [[sweep]] makes them");
}

RunCondition condition_of(const v1e::Dataset& dataset, std::uint32_t index) {
  RunCondition out;
  out.dataset = index;
  out.label = dataset.label();
  bool direction = false, frequency = false, reverse = false;
  out.direction_deg = value_in_all_trials(dataset, "direction_deg", direction);
  out.frequency_hz = value_in_all_trials(dataset, "temporal_frequency_hz", frequency);
  out.grating = direction && frequency;
  out.reversed = value_in_all_trials(dataset, "reverse", reverse) != 0.0;
  out.altered = swept_beside_stimulus(dataset);
  out.white = value_in_all_trials(dataset, "black_to_white", out.flash) != 0.0;
  return out;
}

}  // namespace

// A sweep names its columns by the whole key: "stimulus.params.contrast", "network.seed".
bool is_key_beside_stimulus(const std::string& column) {
  const bool key = column.find('.') != std::string::npos || column == "seed";
  return key && column.rfind("stimulus.", 0) != 0 && column.rfind("record.", 0) != 0;
}

bool swept_beside_stimulus(const v1e::Dataset& dataset) {
  const v1e_dataset& raw = dataset.raw();
  for (std::uint64_t c = 0; c < raw.trial_column_count; ++c) {
    if (is_key_beside_stimulus(raw.trial_columns[c]->name)) return true;
  }
  return false;
}

std::string plain_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string RunCondition::name() const {
  if (flash) return white ? "white flash" : "black flash";
  if (!grating) return label;
  return plain_number(direction_deg) + " deg, " + plain_number(frequency_hz) + " Hz" +
         (reversed ? ", reversed" : "");
}

RunConditions::RunConditions(const std::vector<v1e::Dataset>& datasets, const std::string& part) {
  for (std::uint32_t d = 0; d < datasets.size(); ++d) {
    if (datasets[d].label().find(part) == std::string::npos) continue;
    all_.push_back(condition_of(datasets[d], d));
  }
  const auto altered = [](const RunCondition& one) { return one.altered; };
  if (!std::all_of(all_.begin(), all_.end(), altered)) {
    for (const RunCondition& one : all_) {
      if (one.altered) left_out_ += (left_out_.empty() ? "'" : ", '") + one.label + "'";
    }
    std::erase_if(all_, altered);
  }
  if (all_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "runs", "the name of no run contains '" + part + "'");
  }
}

template <class Match>
const RunCondition* RunConditions::only(Match match) const {
  const RunCondition* found = nullptr;
  for (const RunCondition& one : all_) {
    if (!match(one)) continue;
    if (found) {
      throw v1e::Error(V1E_E_INVALID, "runs",
                       "'" + found->label + "' and '" + one.label + "' both show " + one.name() +
                           "; set `runs` to a part of the names that only one of them has");
    }
    found = &one;
  }
  return found;
}

const RunCondition* RunConditions::grating(double direction_deg, double frequency_hz,
                                           bool reversed) const {
  return only([&](const RunCondition& one) {
    return one.grating && !one.flash && std::fabs(one.direction_deg - direction_deg) < 1e-6 &&
           std::fabs(one.frequency_hz - frequency_hz) < 1e-6 && one.reversed == reversed;
  });
}

const RunCondition* RunConditions::flash(bool white) const {
  return only([&](const RunCondition& one) { return one.flash && one.white == white; });
}

std::string RunConditions::list() const {
  std::string out;
  for (const RunCondition& one : all_) {
    out += (out.empty() ? "'" : ", '") + one.label + "' (" + one.name() + ")";
  }
  if (!left_out_.empty()) {
    out += " (not " + left_out_ + ", where more than the stimulus was swept)";
  }
  return out;
}

}  // namespace v1::analyses
