#pragma once
#include <string_view>
#include <vector>

#include "engine/stimulus/stimulus_player.hpp"
#include "plugin_api/include/v1e/plugin.h"

/// The plugin that is linked into this test, played by the engine's StimulusPlayer.
namespace v1::stimulus::test {

inline const v1e_plugin& linked_plugin() { return *v1e_module_v1()->plugins[0]; }

inline const v1e_stimulus_api& linked_api() {
  return *static_cast<const v1e_stimulus_api*>(linked_plugin().api);
}

/// Default settings of the linked plugin with some values replaced.
class TestSettings {
 public:
  TestSettings() {
    for (std::uint32_t i = 0; i < linked_plugin().param_count; ++i) {
      values_.push_back(*linked_plugin().params[i]->default_value);
    }
  }
  TestSettings& set(std::string_view key, double value) {
    v1e_value& slot = values_.at(index(key));
    if (slot.type == V1E_FLOAT) {
      slot.as.f = value;
    } else {
      slot.as.i = static_cast<std::int64_t>(value);
    }
    return *this;
  }
  const v1e_settings* view() {
    settings_ = {sizeof settings_, static_cast<std::uint32_t>(values_.size()), values_.data()};
    return &settings_;
  }

 private:
  static std::size_t index(std::string_view key) {
    for (std::uint32_t i = 0; i < linked_plugin().param_count; ++i) {
      if (linked_plugin().params[i]->key == key) return i;
    }
    return linked_plugin().param_count;
  }
  std::vector<v1e_value> values_;
  v1e_settings settings_{};
};

inline StimulusPlayer play(TestSettings settings, const Environment& env) {
  return StimulusPlayer::create(linked_plugin().name, linked_api(), settings.view(), nullptr, env);
}

inline Environment movie_environment(std::uint32_t rows = 120, std::uint32_t cols = 240) {
  Environment env;
  env.duration_ms = 2500.0;
  env.trial_count = 3;
  env.frame_rows = rows;
  env.frame_cols = cols;
  return env;
}

inline std::vector<float> frame_at(const StimulusPlayer& player, const Environment& env,
                                   std::int64_t t_ms) {
  std::vector<float> out(static_cast<std::size_t>(env.frame_rows) * env.frame_cols);
  player.frames(0, t_ms, 1, out.data());
  return out;
}

}  // namespace v1::stimulus::test
