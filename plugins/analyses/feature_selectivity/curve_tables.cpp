#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "plugins/analyses/feature_selectivity/feature_selectivity.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"

namespace v1::analyses {
namespace {

/// A curve: mean and standard error over neurons at places on an axis.
struct Curve : RowTable<std::string, double, std::int64_t, double, double> {
  Curve(const char* axis, const char* unit)
      : RowTable({{"role", "1"}, {axis, unit}, {"n", "1"}, {"mean", "pA"}, {"error", "pA"}}) {}
  void add(const std::string& role, double at, const Moments& moments, std::size_t n) {
    RowTable::add(role, at, n, moments.mean(n), standard_error(moments, n));
  }
};

}  // namespace

// |response| against the direction, and against its distance from each neuron's strongest one.
void FeatureSelectivity::write_direction_tuning(v1e::Output& output) const {
  Curve plain("direction", "deg"), aligned("offset", "deg");
  for (const DirectionRole pure : pure_roles) {
    const std::size_t n = role_size(pure);
    if (n == 0) continue;
    std::vector<Moments> at(by_direction_.size());
    std::map<double, std::pair<Moments, std::size_t>> apart;
    for (std::size_t i = 0; i < size(); ++i) {
      if (role_[i] != pure) continue;
      std::vector<double> strength;
      for (std::size_t k = 0; k < at.size(); ++k) {
        strength.push_back(std::fabs(at_direction(k).response_pa[i]));
        at[k].add(strength.back());
      }
      const double best = by_direction_[preferred_index(strength)].direction_deg;
      for (std::size_t k = 0; k < at.size(); ++k) {
        const double offset = wrap_180(by_direction_[k].direction_deg - best);
        auto& [moments, count] = apart[std::round(offset * 1e6) / 1e6];
        moments.add(strength[k]);
        ++count;
      }
    }
    for (std::size_t k = 0; k < at.size(); ++k) {
      plain.add(role_label(pure), by_direction_[k].direction_deg, at[k], n);
    }
    if (apart.contains(-180.0)) apart[180.0] = apart[-180.0];  // closes the circle
    for (const auto& [offset, sums] : apart) {
      aligned.add(role_label(pure), offset, sums.first, sums.second);
    }
  }
  output.table("direction_tuning",
               "Strength |response| of neurons with one class in all directions, mean and standard "
               "error over neurons",
               plain);
  output.table("aligned_tuning",
               "The same against the distance from each neuron's strongest direction", aligned);
}

void FeatureSelectivity::write_frequency_tuning(v1e::Output& output) const {
  if (by_frequency_.empty()) return;
  Curve curve("temporal_frequency", "Hz");
  const auto add = [&](const std::string& label, const std::function<bool(std::size_t)>& counts) {
    for (std::size_t k = 0; k < by_frequency_.size(); ++k) {
      Moments moments;
      std::size_t n = 0;
      for (std::size_t i = 0; i < size(); ++i) {
        if (!counts(i)) continue;
        moments.add(std::fabs(at_frequency(k).response_pa[i]));
        ++n;
      }
      if (n > 0) curve.add(label, by_frequency_[k].frequency_hz, moments, n);
    }
  };
  for (const DirectionRole pure : pure_roles) {
    add(role_label(pure), [&](std::size_t i) { return role_[i] == pure; });
  }
  add("all neurons", [](std::size_t) { return true; });
  output.table("frequency_tuning",
               "Strength |response| against the temporal frequency, mean and standard error over "
               "neurons",
               curve);
}

// Neurons by the frequency of their strongest response. The last bin of the published histogram
// holds its right edge, and so two frequencies.
void FeatureSelectivity::write_frequency_counts(v1e::Output& output) const {
  if (by_frequency_.empty()) return;
  std::vector<double> hz = frequencies.values();
  std::sort(hz.begin(), hz.end());
  const std::size_t bins = reference() && hz.size() > 1 ? hz.size() - 1 : hz.size();
  RowTable<std::string, double, double, double, std::int64_t, double> table(
      {{"role", "1"},
       {"temporal_frequency", "Hz"},
       {"low", "Hz"},
       {"high", "Hz"},
       {"n", "1"},
       {"density", "1/Hz"}});
  for (const DirectionRole pure : pure_roles) {
    std::vector<std::int64_t> counts(bins, 0);
    for (std::size_t i = 0; i < size(); ++i) {
      if (role_[i] != pure) continue;
      const auto found = std::find(hz.begin(), hz.end(), preferred_frequency_[i]);
      ++counts[std::min(static_cast<std::size_t>(found - hz.begin()), bins - 1)];
    }
    for (std::size_t b = 0; b < bins; ++b) {
      const double width = reference() ? hz[b + 1] - hz[b] : 1.0;
      table.add(role_label(pure), hz[b], reference() ? hz[b] : hz[b] - 0.5,
                reference() ? hz[b + 1] : hz[b] + 0.5, counts[b],
                static_cast<double>(counts[b]) / (width * static_cast<double>(role_size(pure))));
    }
  }
  output.table("preferred_frequencies",
               "Neurons with one class in all directions by the temporal frequency of their "
               "strongest response",
               table);
}

void FeatureSelectivity::write_traces(v1e::Output& output) const {
  if (traces_.empty()) return;
  RowTable<std::string, double, double, std::int64_t, double, double> table(
      {{"role", "1"},
       {"direction", "deg"},
       {"time", "ms"},
       {"n", "1"},
       {"input_current", "pA"},
       {"error", "pA"}});
  for (std::size_t g = 0; g < pure_roles.size(); ++g) {
    const std::size_t n = role_size(pure_roles[g]);
    if (n == 0) continue;
    for (const RunCondition& run : by_direction_) {
      const TraceFrame& frame = frames_.at(run.dataset);
      const std::vector<Moments>& sums = traces_.at(run.dataset).over_neurons[g];
      for (std::size_t b = 0; b < frame.bins(); ++b) {
        table.add(role_label(pure_roles[g]), run.direction_deg, frame.time_ms(b),
                  static_cast<std::int64_t>(n), sums[b].mean(n), standard_error(sums[b], n));
      }
    }
  }
  output.table("traces",
               std::string("Input current of neurons with one class in all directions") +
                   (reference() ? "" : ", change from baseline") +
                   "; mean and standard error over neurons of trial means",
               table);
}

}  // namespace v1::analyses
