#include <algorithm>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

namespace {

/// Mean firing rate of every population.
struct MyPlugin {
  static constexpr auto name = "my_plugin";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Mean firing rate of every population";
  // PARALLEL: consume may run at once on different partials.
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;

  v1e::Float begin{"begin", "ms", 0.0, v1e::at_least(0.0), "Count spikes from here on"};

  void prepare(const v1e_analysis_env& env) {
    dataset = v1e::Dataset(*env.datasets[0]);
    if (begin >= dataset.duration_ms()) {
      throw v1e::Error(V1E_E_INVALID, "begin", "the trial is over by then");
    }
    for (const std::string& population : v1e::texts(dataset.neuron_column("population"))) {
      const auto known = std::find(populations.begin(), populations.end(), population);
      of_neuron.push_back(static_cast<std::size_t>(known - populations.begin()));
      if (known == populations.end()) populations.push_back(population);
    }
    sizes.assign(populations.size(), 0.0);
    for (const std::size_t p : of_neuron) ++sizes[p];
  }

  /// What pass 0 reads: the spikes of all trials. There is no second pass.
  void plan(std::uint32_t pass, v1e::Requests& requests) {
    if (pass > 0) return;
    v1e_request request{};
    request.source = V1E_SRC_SPIKES;
    request.layout = V1E_LAYOUT_EVENTS;
    request.begin_ms = begin;
    requests.add(request);
  }

  /// One per trial; merged in the order of the trials.
  struct Partial {
    std::vector<double> spikes;  // by population
  };
  Partial make_partial(std::uint32_t) const {
    return {std::vector<double>(populations.size(), 0.0)};
  }
  void consume(Partial& partial, const v1e_chunk& chunk) const {
    for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
      ++partial.spikes[of_neuron[chunk.event_neuron[e]]];
    }
  }
  void merge(Partial& into, const Partial& from) const {
    for (std::size_t p = 0; p < into.spikes.size(); ++p) into.spikes[p] += from.spikes[p];
  }
  void end_pass(std::uint32_t, Partial& merged) { spikes = merged.spikes; }

  void finish(v1e::Output& output) {
    const double seconds = dataset.trials() * (dataset.duration_ms() - begin) / 1000.0;
    std::vector<double> rates;
    for (std::size_t p = 0; p < populations.size(); ++p) {
      rates.push_back(spikes[p] / sizes[p] / seconds);
    }
    v1e::Table table;
    table.column("population", "1", populations).column("rate", "Hz", rates);
    output.table("rates", "Mean firing rate of every population", table);
    v1e::Figure figure("Firing rates");
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("Population").angle(60);
    panel.y_axis().label("Rate").unit("Hz").min(0.0);
    panel.bar("rates", "population", "rate").legend(false);
    output.figure("rates", figure.toml());
  }

  v1e::Dataset dataset;
  std::vector<std::string> populations;
  std::vector<std::size_t> of_neuron;  // index into populations
  std::vector<double> sizes, spikes;   // by population
};

}  // namespace

V1E_MODULE("org.example.my_plugin", "1.0.0", "BSD-3-Clause", v1e::analysis_plugin<MyPlugin>())
