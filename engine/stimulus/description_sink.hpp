#pragma once
#include "engine/stimulus/stimulus_description.hpp"
#include "plugin_api/include/v1e/stimulus.h"

namespace v1::stimulus {

/// The receiving side of v1e_stimulus_api::describe: copies everything and refuses what does not
/// make sense with a message for the plugin to pass on.
class DescriptionSink {
 public:
  explicit DescriptionSink(std::uint32_t trial_count);
  DescriptionSink(const DescriptionSink&) = delete;
  DescriptionSink& operator=(const DescriptionSink&) = delete;

  const v1e_stimulus_sink* view() const { return &sink_; }
  StimulusDescription take() { return std::move(description_); }

 private:
  void add_column(const v1e_column& column);
  void add_marker(double time_ms, const char* label);
  void add_strip(const char* name, const char* unit, std::uint64_t count, const double* time_ms,
                 const double* value);

  std::uint32_t trial_count_;
  StimulusDescription description_;
  v1e_stimulus_sink sink_{};
};

}  // namespace v1::stimulus
