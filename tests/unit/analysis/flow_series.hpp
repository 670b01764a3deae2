#pragma once
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/analysis/synthetic_run.hpp"
#include "tests/unit/analysis/temporary_folder.hpp"

namespace v1::analysis {

/// Runs of one network that show different stimuli, as a sweep makes them, each with the results
/// of a classification. A trial lasts 200 ms: 50 ms of baseline, 100 ms of response. The input
/// current is 40 pA + 10 pA times the trial + the neuron's number, and during the response the
/// neuron's response on top; the threshold is 5 pA for all.
class FlowSeries {
 public:
  static constexpr std::int64_t steps = 200;
  static constexpr const char* windows = "baseline = [0, 50]\n";

  explicit FlowSeries(std::uint32_t neurons, std::uint32_t trials = 3)
      : neurons_(neurons), trials_(trials) {}

  /// A grating with these responses [pA]; returns the run.
  std::shared_ptr<SyntheticRun> grating(double direction, double hz,
                                        const std::vector<double>& responses,
                                        bool reverse = false) {
    auto run =
        add("direction=" + number(direction) + ",hz=" + number(hz) + (reverse ? ",reverse" : ""),
            responses);
    column(*run, "direction_deg", direction);
    column(*run, "temporal_frequency_hz", hz);
    column(*run, "reverse", reverse ? 1.0 : 0.0);
    write_classes(*run, responses);
    return run;
  }
  std::shared_ptr<SyntheticRun> flash(bool white, const std::vector<double>& responses) {
    auto run = add(white ? "white" : "black", responses);
    column(*run, "black_to_white", white ? 1.0 : 0.0);
    write_classes(*run, responses);
    return run;
  }
  std::shared_ptr<SyntheticRun> add(const std::string& label,
                                    const std::vector<double>& responses) {
    auto run = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, neurons_), trials_, steps);
    run->change().label = label;
    run->change().analyses_dir = folder_.path() / std::to_string(runs_.size());
    run->add_variable("input_current", "pA");
    run->set_state([responses](std::size_t, std::uint32_t trial, std::int64_t t, std::uint32_t n) {
      const bool shown = t >= 50 && t < 150;
      return static_cast<float>(40.0 + 10.0 * trial + n + (shown ? responses[n] : 0.0));
    });
    runs_.push_back(run);
    return run;
  }
  static void column(SyntheticRun& run, const std::string& name, double value) {
    recording::TrialColumn column;
    column.name = name;
    column.unit = "1";
    column.values = std::vector<double>(run.facts().trials, value);
    run.change().stimulus.trial_columns.push_back(column);
  }
  /// The class that a response has here.
  static const char* class_of(double response) {
    return response > 5.0 ? "dVf" : response < -5.0 ? "hVf" : "unclassified";
  }
  /// `angle` of neuron i: 45 deg times i.
  static void write_classes(const SyntheticRun& run, const std::vector<double>& responses) {
    const auto folder = run.facts().analyses_dir / "classification";
    std::filesystem::create_directories(folder);
    std::ofstream file(folder / "neurons.csv");
    file << "neuron,id,class,response_input_current [pA],rheobase [pA],preferred_angle "
            "[deg],heatmap_neurons\n";
    for (std::size_t i = 0; i < responses.size(); ++i) {
      file << i << "," << 1000 + i << "," << class_of(responses[i]) << "," << responses[i]
           << ",100," << 45 * (i % 8) << "," << (i < 3 ? std::to_string(i) : "nan") << "\n";
    }
  }
  std::vector<std::shared_ptr<RunData>> runs() const { return {runs_.begin(), runs_.end()}; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  static std::string number(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  }

  TemporaryFolder folder_;
  std::uint32_t neurons_, trials_;
  std::vector<std::shared_ptr<SyntheticRun>> runs_;
};

}  // namespace v1::analysis
