#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "plugins/analyses/decoding/decoding.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/statistics/random_picks.hpp"

namespace v1::analyses {

void Decoding::check() const {
  window.check();
  against.check(true);
  for (const std::string& one : classifiers.values()) {
    if (one != "template" && one != "logistic") {
      throw v1e::Error(V1E_E_INVALID, "classifiers",
                       "expected template or logistic, found '" + one + "'");
    }
  }
  if (classifiers.values().empty() || sizes.values().empty()) {
    throw v1e::Error(V1E_E_INVALID, classifiers.values().empty() ? "classifiers" : "sizes",
                     "must not be empty");
  }
}

void Decoding::prepare(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
  window.fit(datasets_, BeyondTrials::whole_trial);
  against.fit(datasets_);
  chosen_ = choose_spike_neurons(neurons, datasets_, static_cast<Grouping>(group.index()));
  conditions_ = find_conditions(datasets_, conditions.values(), skip_first_trial, runs.str());
  if (!conditions_.note.empty()) notes_.push_back(conditions_.note);
  if (labels() < 2) {
    throw v1e::Error(V1E_E_INVALID, "conditions",
                     "expected two stimuli or more to tell apart, found one; name the trial "
                     "columns that differ, analyse several runs together, or set `against`");
  }
  if (repetitions() < 2) {
    throw v1e::Error(V1E_E_INVALID, "conditions",
                     "the rarest stimulus has " + counted(repetitions(), "trial") +
                         ", decoding needs two or more; simulate more trials");
  }
  noise_ = find_noise(datasets_);
  line_up_noise(noise_, conditions_.trials);
  share_out_noise();
  if (fold_count() < static_cast<std::size_t>(folds)) {
    const std::string shared =
        apart_.size() < repetitions()
            ? " in " + std::to_string(apart_.size()) + " groups without common noise"
            : "";
    notes_.push_back("The rarest stimulus has " + counted(repetitions(), "trial") + shared +
                     ", so there are " + std::to_string(fold_count()) + " folds.");
  }
  variable_ = classification.str() + "/neurons";
}

// Trials of every label; stimuli with more are cut to the rarest.
std::size_t Decoding::repetitions() const {
  return by_window() ? conditions_.of_trial.size() : conditions_.fewest_trials();
}

std::size_t Decoding::fold_count() const {
  return std::min(static_cast<std::size_t>(folds), apart_.size());
}

TrialKey Decoding::trial(std::size_t k, std::size_t repetition) const {
  if (!by_window()) return conditions_.trials[k][repetition];
  return std::next(conditions_.of_trial.begin(), static_cast<std::ptrdiff_t>(repetition))->first;
}

// Where runs are pooled, several repetitions have the same noise: a decoder that is tested on one
// must not have learned another.
void Decoding::share_out_noise() {
  const std::size_t repeats = repetitions();
  std::vector<std::size_t> root(repeats);  // first repetition that shares noise
  std::map<Noise, std::size_t> heard;      // where first
  for (std::size_t r = 0; r < repeats; ++r) {
    root[r] = r;
    for (std::size_t k = 0; k < labels(); ++k) {
      const auto [dataset, number] = trial(k, r);
      const auto [at, fresh] = heard.emplace(noise_[dataset][number], r);
      const std::size_t other = root[at->second], mine = root[r];
      if (other == mine) continue;
      std::replace(root.begin(), root.begin() + static_cast<std::ptrdiff_t>(r) + 1,
                   std::max(other, mine), std::min(other, mine));
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> together;
  for (std::size_t r = 0; r < repeats; ++r) together[root[r]].push_back(r);
  for (auto& [first, members] : together) apart_.push_back(std::move(members));
  if (apart_.size() > 1) return;
  apart_.clear();
  for (std::size_t r = 0; r < repeats; ++r) apart_.push_back({r});
  notes_.push_back(
      "All trials share background noise, so decoders are tested on noise that they have seen; "
      "simulate more trials.");
}

std::string Decoding::label(std::size_t k) const {
  if (by_window()) return k == 0 ? "window" : "against";
  if (conditions_.columns.size() == 1) return conditions_.labels[k][0];
  return conditions_.name(k);
}

std::string Decoding::short_label(std::size_t k) const {
  if (by_window()) return label(k);
  std::string out;
  for (const std::string& value : conditions_.labels[k]) out += (out.empty() ? "" : ", ") + value;
  return out;
}

std::string Decoding::stimuli_text() const {
  if (by_window() || conditions_.columns.size() < 2) return "";
  std::string out;
  for (const std::string& one : conditions_.columns) out += (out.empty() ? "" : ", ") + one;
  return "Stimuli by " + out + ". ";
}

void Decoding::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) requests.add(spikes_request(d, chosen_, 0));
  if (!classification.empty()) requests.add(classes_request(0, variable_));
}

void Decoding::consume(Partial& into, const v1e_chunk& chunk) const {
  if (chunk.request >= datasets_.size()) {
    into.classes = read_classes(chunk, *datasets_.front().raw().network);
    return;
  }
  const double dt_ms = datasets_[chunk.request].dt_ms();
  into.counts.add(chunk, chunk.request, chosen_, step_window(window, dt_ms));
  if (by_window()) into.against.add(chunk, chunk.request, chosen_, step_window(against, dt_ms));
}

void Decoding::merge(Partial& into, const Partial& from) const {
  into.counts.merge(from.counts);
  into.against.merge(from.against);
  if (!from.classes.of_neuron.empty()) into.classes = from.classes;
}

// The groups, all neurons together, and the response classes.
void Decoding::make_pools() {
  for (const std::string& one : chosen_.groups) pools_.push_back({one, {}});
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    pools_[chosen_.group_of[i]].members.push_back(i);
  }
  if (chosen_.groups.size() > 1) {
    Pool all{"all", {}};
    for (std::size_t i = 0; i < chosen_.size(); ++i) all.members.push_back(i);
    pools_.push_back(std::move(all));
  }
  if (classes_.of_neuron.empty()) return;
  for (const ResponseClass c : all_classes) {
    Pool pool{name_of(c), {}};
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      if (classes_.of(chosen_.positions[i]) == static_cast<std::size_t>(c)) {
        pool.members.push_back(i);
      }
    }
    pools_.push_back(std::move(pool));
  }
}

void Decoding::end_pass(std::uint32_t, Partial& merged) {
  classes_ = std::move(merged.classes);
  if (!merged.counts.any() && !merged.against.any()) {
    notes_.push_back("None of the neurons fired, so what is decoded is chance.");
  }
  make_pools();
  std::string small;
  for (const Pool& pool : pools_) {
    bool any = false;
    for (const std::int64_t size : sizes.values()) {
      if (static_cast<std::size_t>(size) > pool.members.size()) continue;
      any = true;
      decode(pool, static_cast<std::size_t>(size), merged);
    }
    if (!any) small += (small.empty() ? "" : ", ") + pool.name;
  }
  if (!small.empty()) {
    notes_.push_back("Too few neurons for the smallest population: " + small + ".");
  }
}

// One row per label and repetition, in this order: all labels of repetition 0, of repetition 1, ...
Observations Decoding::observe(const std::vector<std::size_t>& members,
                               const Partial& counts) const {
  Observations out;
  out.features = members.size();
  std::vector<double> row(members.size());
  for (std::size_t r = 0; r < repetitions(); ++r) {
    for (std::size_t k = 0; k < labels(); ++k) {
      const TrialKey shown = trial(k, r);
      const bool second = by_window() && k == 1;
      const double seconds = window_seconds(second ? against : window);
      for (std::size_t f = 0; f < members.size(); ++f) {
        row[f] = (second ? counts.against : counts.counts).count(shown, members[f]) / seconds;
      }
      out.add(row, k);
    }
  }
  return out;
}

// Cross-validated over repetitions; those that share no noise are dealt to the folds in a shuffled
// order.
void Decoding::decode(const Pool& pool, std::size_t size, const Partial& counts) {
  const std::size_t first = results_.size();
  for (const std::string& classifier : classifiers.values()) {
    Result result;
    result.pool = static_cast<std::size_t>(&pool - pools_.data());
    result.size = size;
    result.classifier = classifier;
    result.confusion.assign(labels(), std::vector<double>(labels(), 0.0));
    results_.push_back(std::move(result));
  }
  RandomPicks picks;
  for (std::int64_t draw = 0; draw < populations; ++draw) {
    std::vector<std::size_t> members;
    for (const std::size_t k : picks.without_replacement(pool.members.size(), size)) {
      members.push_back(pool.members[k]);
    }
    const Observations all = observe(members, counts);
    const std::vector<std::size_t> order = picks.without_replacement(apart_.size(), apart_.size());
    std::vector<std::vector<std::vector<double>>> confusion(
        classifiers.values().size(),
        std::vector<std::vector<double>>(labels(), std::vector<double>(labels(), 0.0)));
    std::vector<double> accuracy(classifiers.values().size(), 0.0);
    for (std::size_t fold = 0; fold < fold_count(); ++fold) {
      Observations train, test;
      train.features = test.features = size;
      for (std::size_t g = 0; g < order.size(); ++g) {
        for (const std::size_t r : apart_[order[g]]) {
          for (std::size_t k = 0; k < labels(); ++k) {
            (g % fold_count() == fold ? test : train).add(all.row(r * labels() + k), k);
          }
        }
      }
      for (std::size_t c = 0; c < classifiers.values().size(); ++c) {
        std::size_t right = 0;
        const auto judge = [&](const auto& decoder) {
          for (std::size_t i = 0; i < test.size(); ++i) {
            const std::size_t predicted = decoder.predict(test.row(i));
            confusion[c][test.label[i]][predicted] += 1.0;
            right += predicted == test.label[i] ? 1 : 0;
          }
        };
        if (classifiers.values()[c] == "template") {
          judge(TemplateDecoder(train, labels()));
        } else {
          judge(LogisticDecoder(train, labels()));
        }
        accuracy[c] += static_cast<double>(right) / static_cast<double>(test.size()) /
                       static_cast<double>(fold_count());
      }
    }
    for (std::size_t c = 0; c < confusion.size(); ++c) {
      Result& result = results_[first + c];
      result.accuracy.push_back(accuracy[c]);
      result.information.push_back(mutual_information(confusion[c]));
      for (std::size_t i = 0; i < labels(); ++i) {
        for (std::size_t j = 0; j < labels(); ++j) result.confusion[i][j] += confusion[c][i][j];
      }
    }
  }
}

}  // namespace v1::analyses
