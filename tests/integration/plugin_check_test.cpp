#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/process.hpp"

/// `v1engine plugins check`: every rule can fail, and good plugins pass.
namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

struct Case {
  const char* plugin;  // folder under the bad plugins
  const char* file;
  const char* rule;
};

class BadPlugin : public ::testing::TestWithParam<Case> {};

TEST_P(BadPlugin, IsFoundOutByItsRule) {
  const Scratch scratch;
  const std::string file =
      std::string(V1_BAD_PLUGINS) + "/" + GetParam().plugin + "/" + GetParam().file + ".so";
  // "quiet" is no test of its own: any rule whose process prints leads to it.
  const std::string rule = GetParam().rule == std::string("quiet") ? "repeats" : GetParam().rule;
  const auto result = scratch.v1engine({"plugins", "check", file, "--only", rule});
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr(std::string("failed   ") + GetParam().rule));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BadPlugin,
    ::testing::Values(
        Case{"crash_on_load", "bad", "loads"}, Case{"bad_default", "bad", "schema"},
        Case{"extra_symbol", "bad", "one-symbol"}, Case{"bad_version", "bad", "versions"},
        Case{"changes_descriptor", "bad", "constant"},
        Case{"changes_rounding", "bad", "process-state"},
        Case{"knows_everything", "bad", "unknown-extension"},
        Case{"refuses_defaults", "bad", "defaults"}, Case{"refuses_silently", "bad", "limits"},
        Case{"fails_sometimes", "bad", "random-settings"},
        Case{"destroy_dereferences", "bad", "destroy-null"}, Case{"nan", "bad", "values-in-range"},
        Case{"counts_calls", "bad", "repeats"}, Case{"depends_on_address", "bad", "any-process"},
        Case{"depends_on_window", "bad", "windows"}, Case{"not_thread_safe", "bad", "threads"},
        Case{"writes_too_much", "bad", "stays-in-buffer"},
#if !defined(__SANITIZE_ADDRESS__)  // its allocator keeps no account
        Case{"leaks", "bad", "no-leak"},
#endif
        Case{"needs_error_slot", "bad", "null-error"}, Case{"prints", "bad", "quiet"},
        Case{"ignores_stop", "bad", "cancel"}, Case{"exits", "bad", "repeats"},
        Case{"undrawn_analysis", "undrawn_analysis", "analyses-a-run"},
        Case{"deaf_analysis", "deaf_analysis", "cancel"},
        Case{"brittle_analysis", "brittle_analysis", "cancel"},
        Case{"shared_analysis", "shared_analysis", "threads"},
        Case{"leaking_analysis", "leaking_analysis", "no-leak"},
        Case{"deaf_backend", "deaf_backend", "cancel"},
        Case{"shared_backend", "shared_backend", "threads"},
        Case{"leaking_backend", "leaking_backend", "no-leak"},
        Case{"late_lgn_backend", "late_lgn_backend", "lgn-rates"},
        Case{"agreeing_backend", "agreeing_backend", "unknown-constants"},
        Case{"uneven_analysis", "uneven_analysis", "analyses-a-run"},
        Case{"counting_analysis", "counting_analysis", "any-chunks"},
        Case{"sweeping_analysis", "sweeping_analysis", "one-trial"},
        Case{"busy_analysis", "busy_analysis", "silent-run"},
        Case{"random_backend", "random_backend", "runs"},
        Case{"inexact_backend", "inexact_backend", "same-as-cpu"},
        Case{"forgetful_backend", "forgetful_backend", "resumes"}),
    [](const auto& param) { return std::string(param.param.plugin); });

TEST(PluginsCheck, PassesAGoodPluginAndSaysSoAsJson) {
  const Scratch scratch;
  const std::string file = std::string(V1_BAD_PLUGINS) + "/good/bad.so";
  const auto result = scratch.v1engine({"plugins", "check", file, "--json"});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("\"rule\": \"stays-in-buffer\""));
  EXPECT_EQ(scratch.v1engine({"plugins", "check", "nothing.so"}).code, 3);
  const std::string rates = std::string(V1_BAD_PLUGINS) + "/lgn_backend/lgn_backend.so";
  EXPECT_THAT(scratch.v1engine({"plugins", "check", rates, "--only", "lgn-rates"}).out,
              HasSubstr("ok       lgn-rates"));
}

}  // namespace
}  // namespace v1
