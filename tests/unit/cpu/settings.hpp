#pragma once
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cpu/cpu_runner.hpp"

namespace v1::test {

/// Schemes, precisions and thresholds in which backends are compared.
struct Setting {
  std::uint32_t scheme, reset_rule, precision_bits;
  bool moving_threshold = false;

  bool exact() const { return scheme == V1E_SCHEME_EXACT; }
  RunnerOptions options(std::int64_t steps_per_trial) const {
    RunnerOptions o;
    o.scheme = scheme;
    o.reset_rule = reset_rule;
    o.precision_bits = precision_bits;
    o.steps_per_trial = steps_per_trial;
    return o;
  }
};

inline auto all_settings() {
  return testing::Values(Setting{V1E_SCHEME_EXACT, V1E_RESET_HARD, 32},
                         Setting{V1E_SCHEME_EXACT, V1E_RESET_HARD, 64},
                         Setting{V1E_SCHEME_EXACT, V1E_RESET_HARD, 32, true},
                         Setting{V1E_SCHEME_EXACT, V1E_RESET_HARD, 64, true},
                         Setting{V1E_SCHEME_BILLEH_TF, V1E_RESET_HARD, 32},
                         Setting{V1E_SCHEME_BILLEH_TF, V1E_RESET_SOFT, 64});
}

inline std::string setting_name(const testing::TestParamInfo<Setting>& info) {
  const Setting& s = info.param;
  const std::string scheme = s.exact()                        ? "Exact"
                             : s.reset_rule == V1E_RESET_HARD ? "TfHard"
                                                              : "TfSoft";
  return scheme + std::to_string(s.precision_bits) + (s.moving_threshold ? "MovingThreshold" : "");
}

}  // namespace v1::test
