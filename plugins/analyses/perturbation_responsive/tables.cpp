#include <cmath>
#include <cstdio>

#include "plugins/analyses/perturbation_responsive/perturbation_responsive.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {
namespace {

// What a response does to the neuron, by 0.05 of its rheobase.
std::string sign_of(double response_pa, double rheobase_pa) {
  const ResponseClass c =
      classify(Criterion::input_current, response_pa, rheobase_fraction * rheobase_pa);
  if (std::isnan(response_pa)) return "";
  if (c == ResponseClass::unclassified) return "none";
  return c == ResponseClass::dvf ? "depolarised" : "hyperpolarised";
}

}  // namespace

std::string PerturbationResponsive::caption(const std::string& what) const {
  std::string sizes;
  for (std::size_t g = 0; g < group_count; ++g) {
    sizes +=
        (sizes.empty() ? "" : ", ") + std::string(flash_groups[g]) + " " + std::to_string(size_[g]);
  }
  return what + " Pert.: one class in all " + std::to_string(by_direction_.size()) +
         " directions of flow; Dir.: in a single one, unclassified otherwise. Neurons: " + sizes +
         "; " + counted(frames_.at(flashes_.front().dataset).trials(), "trial") + "; mode " +
         mode.text() + ", classification " + classification.str() + ", seed " +
         std::to_string(datasets_.front().raw().seed) + ".";
}

void PerturbationResponsive::finish(v1e::Output& output) {
  baseline.report(output);
  response.report(output);
  for (const std::string& text : notes_) output.note(text);
  for (std::size_t g = 0; g < group_count; ++g) {
    output.scalar("n_" + std::string(role_names[g]), static_cast<double>(size_[g]), "1",
                  "Neurons with this role over all directions");
    if (size_[g] > 0) continue;
    output.note("No neuron is " + std::string(role_names[g]) +
                "; its traces and tests are left out.");
  }
  if (neurons_.empty()) {
    output.warn("No neuron is perturbation-responsive or direction-selective.");
    return;
  }
  write_stimuli(output);
  write_neurons(output);
  write_traces(output);
  write_tests(output);
  write_signs(output);
  draw_responses(output);
  draw_pairs(output);
  draw_all(output);
}

void PerturbationResponsive::write_stimuli(v1e::Output& output) {
  std::vector<std::string> flash_name;
  std::vector<double> time, value;
  std::string unit = "1";
  for (const RunCondition& run : flashes_) {
    const v1e_strip* strip = datasets_[run.dataset].strip();
    if (!strip || strip->count == 0) return;
    unit = strip->unit;
    const StripCourse course = course_of(*strip, datasets_[run.dataset]);
    time.insert(time.end(), course.time_ms.begin(), course.time_ms.end());
    value.insert(value.end(), course.value.begin(), course.value.end());
    flash_name.resize(time.size(), run.name());
  }
  v1e::Table table;
  table.column("flash", "1", flash_name).column("time", "ms", time).column("value", unit, value);
  output.table("stimuli", "Course of the flashes", table);
  has_stimuli_ = true;
}

void PerturbationResponsive::write_neurons(v1e::Output& output) const {
  RowTable<std::string, std::int64_t, std::int64_t, std::string, std::string, double, double,
           double, std::string, std::string>
      table({{"flash", "1"},
             {"neuron", "1"},
             {"id", "1"},
             {"role", "1"},
             {"group", "1"},
             {"baseline_input_current", "pA"},
             {"response_input_current", "pA"},
             {"off_response_input_current", "pA"},
             {"on", "1"},
             {"off", "1"}});
  for (const RunCondition& run : flashes_) {
    const TraceSums& sums = traces_.at(run.dataset);
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
      table.add(run.name(), neurons_[i], datasets_.front().raw().network->neuron_id[neurons_[i]],
                role_names[group_[i]], flash_groups[group_[i]], sums.baseline[i], sums.response[i],
                sums.later[i], sign_of(sums.response[i], rheobase_[i]),
                sign_of(sums.later[i], rheobase_[i]));
    }
  }
  output.table("neurons",
               "Input current of the neurons with a role during the flash; on, off: sign of the "
               "response to its beginning and end against 0.05 of the rheobase",
               table);
}

void PerturbationResponsive::write_traces(v1e::Output& output) const {
  RowTable<std::string, std::string, double, std::int64_t, double, double> rows(
      {{"flash", "1"},
       {"group", "1"},
       {"time", "ms"},
       {"n", "1"},
       {"input_current", "pA"},
       {"error", "pA"}});
  std::vector<double> pooled;
  for (const RunCondition& run : flashes_) {
    const TraceFrame& frame = frames_.at(run.dataset);
    const TraceSums& sums = traces_.at(run.dataset);
    for (std::size_t g = 0; g < group_count; ++g) {
      if (size_[g] == 0) continue;
      for (std::size_t b = 0; b < frame.bins(); ++b) {
        rows.add(run.name(), flash_groups[g], frame.time_ms(b), size_[g],
                 sums.over_neurons[g][b].mean(size_[g]),
                 standard_error(sums.over_neurons[g][b], size_[g]));
        if (reference()) {
          pooled.push_back(pooled_error(sums.over_trials[g][b], frame.trials(), size_[g]));
        }
      }
    }
  }
  v1e::Table table = rows;
  if (reference()) table.column("pooled_error", "pA", pooled);
  output.table("traces",
               "Change of the input current from baseline by group; mean and standard error over "
               "neurons of trial means",
               table);
}

void PerturbationResponsive::write_tests(v1e::Output& output) const {
  RowTable<std::string, std::string, std::string, std::int64_t, std::int64_t, double, double,
           double, double, std::string, double, double, double, double>
      table({{"flash", "1"},
             {"first", "1"},
             {"second", "1"},
             {"n_first", "1"},
             {"n_second", "1"},
             {"t", "1"},
             {"df", "1"},
             {"p", "1"},
             {"p_holm", "1"},
             {"stars", "1"},
             {"difference", "pA"},
             {"low_95", "pA"},
             {"high_95", "pA"},
             {"cohen_d", "1"}});
  for (const Test& test : tests_) {
    table.add(test.flash, flash_groups[test.first], flash_groups[test.second],
              static_cast<std::int64_t>(test.n_first), static_cast<std::int64_t>(test.n_second),
              test.welch.t, test.welch.df, test.welch.p, test.p_holm,
              std::isnan(test.welch.p) ? "not performed" : stars(starred_p(test)),
              test.welch.difference, test.welch.low_95, test.welch.high_95, test.effect);
    char text[160];
    if (std::isnan(test.welch.p)) {
      std::snprintf(text, sizeof text, "%s: %s against %s not tested (n = %zu and %zu).",
                    test.flash.c_str(), flash_groups[test.first], flash_groups[test.second],
                    test.n_first, test.n_second);
    } else {
      std::snprintf(text, sizeof text,
                    "%s: %s minus %s %.2f pA, Welch p = %.3g, Cohen's d = %.2f (n = %zu and %zu).",
                    test.flash.c_str(), flash_groups[test.first], flash_groups[test.second],
                    test.welch.difference, test.welch.p, test.effect, test.n_first, test.n_second);
    }
    output.note(text);
  }
  output.table("welch", "Welch's tests of the response to the beginning of the flash", table);
}

// How many neurons of a group the beginning and the end of the flash depolarise.
void PerturbationResponsive::write_signs(v1e::Output& output) const {
  RowTable<std::string, std::string, std::string, std::string, std::int64_t, double> table(
      {{"flash", "1"},
       {"group", "1"},
       {"event", "1"},
       {"sign", "1"},
       {"n", "1"},
       {"fraction", "1"}});
  for (const RunCondition& run : flashes_) {
    const TraceSums& sums = traces_.at(run.dataset);
    for (std::size_t g = 0; g < group_count; ++g) {
      if (size_[g] == 0) continue;
      for (const bool on : {true, false}) {
        for (const char* word : {"depolarised", "none", "hyperpolarised"}) {
          std::int64_t count = 0;
          for (std::size_t i = 0; i < neurons_.size(); ++i) {
            const double value = on ? sums.response[i] : sums.later[i];
            if (group_[i] == g && sign_of(value, rheobase_[i]) == word) ++count;
          }
          table.add(run.name(), flash_groups[g], on ? "on" : "off", word, count,
                    static_cast<double>(count) / static_cast<double>(size_[g]));
        }
      }
    }
  }
  output.table("signs", "Neurons that the beginning (on) and end (off) of the flash move", table);
}

}  // namespace v1::analyses
