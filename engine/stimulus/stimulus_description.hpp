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
  double time_ms;
  std::string label;
};

/// A quantity drawn under time axes: value[i] holds from time_ms[i] on.
struct Strip {
  std::string name;
  std::string unit;
  std::vector<double> time_ms;
  std::vector<double> value;
};

/// What a stimulus tells about itself besides its pixels, in the order it told it.
struct StimulusDescription {
  std::vector<TrialColumn> trial_columns;
  std::vector<Marker> markers;
  std::vector<Strip> strips;
};

}  // namespace v1::stimulus
