#include "tests/unit/analyses/flow_series.hpp"

#include <fstream>

namespace v1::analysis {
namespace {

std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::shared_ptr<SyntheticRun> FlowSeries::grating(double direction, double hz,
                                                  const std::vector<double>& responses,
                                                  bool reverse) {
  auto run =
      add("direction=" + number(direction) + ",hz=" + number(hz) + (reverse ? ",reverse" : ""),
          responses);
  column(*run, "direction_deg", direction);
  column(*run, "temporal_frequency_hz", hz);
  column(*run, "reverse", reverse ? 1.0 : 0.0);
  write_classes(*run, responses);
  return run;
}

std::shared_ptr<SyntheticRun> FlowSeries::flash(bool white, const std::vector<double>& responses) {
  auto run = add(white ? "white" : "black", responses);
  column(*run, "black_to_white", white ? 1.0 : 0.0);
  write_classes(*run, responses);
  return run;
}

std::shared_ptr<SyntheticRun> FlowSeries::add(const std::string& label,
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

void FlowSeries::column(SyntheticRun& run, const std::string& name, double value) {
  recording::TrialColumn column;
  column.name = name;
  column.unit = "1";
  column.values = std::vector<double>(run.facts().trials, value);
  run.change().stimulus.trial_columns.push_back(column);
}

void FlowSeries::write_classes(const SyntheticRun& run, const std::vector<double>& responses) {
  const auto folder = run.facts().analyses_dir / "classification";
  std::filesystem::create_directories(folder);
  std::ofstream file(folder / "neurons.csv");
  file << "neuron,id,class,response_input_current [pA],rheobase [pA],preferred_angle "
          "[deg],heatmap_neurons\n";
  for (std::size_t i = 0; i < responses.size(); ++i) {
    file << i << "," << 1000 + i << "," << class_of(responses[i]) << "," << responses[i] << ",100,"
         << 45 * (i % 8) << "," << (i < 3 ? std::to_string(i) : "nan") << "\n";
  }
}

}  // namespace v1::analysis
