#pragma once
#include <filesystem>
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
                                        const std::vector<double>& responses, bool reverse = false);
  std::shared_ptr<SyntheticRun> flash(bool white, const std::vector<double>& responses);
  std::shared_ptr<SyntheticRun> add(const std::string& label, const std::vector<double>& responses);
  static void column(SyntheticRun& run, const std::string& name, double value);
  /// The class that a response has here.
  static const char* class_of(double response) {
    return response > 5.0 ? "dVf" : response < -5.0 ? "hVf" : "unclassified";
  }
  /// `angle` of neuron i: 45 deg times i.
  static void write_classes(const SyntheticRun& run, const std::vector<double>& responses);
  std::vector<std::shared_ptr<RunData>> runs() const { return {runs_.begin(), runs_.end()}; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::uint32_t neurons_, trials_;
  std::vector<std::shared_ptr<SyntheticRun>> runs_;
};

}  // namespace v1::analysis
