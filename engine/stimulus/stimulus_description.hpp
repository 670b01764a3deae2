#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace v1::stimulus {

/// A column of the trial table: one value per trial.
struct TrialColumn {
  std::string name;
  std::string unit;  // "1" when it has none
  std::string summary;
  std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>> values;
};

/// A moment of the trial that figures mark with a line.
struct Marker {
  double time_ms = 0.0;
  std::string label;

  bool operator==(const Marker&) const = default;
};

/// A quantity drawn under time axes: value[i] holds from time_ms[i] on.
struct Strip {
  std::string name;
  std::string unit;
  std::vector<double> time_ms;
  std::vector<double> value;

  bool operator==(const Strip&) const = default;
};

/// What a stimulus says about itself besides its frames, in the order of its calls.
struct StimulusDescription {
  std::vector<TrialColumn> trial_columns;
  std::vector<Marker> markers;
  std::vector<Strip> strips;
};

}  // namespace v1::stimulus
