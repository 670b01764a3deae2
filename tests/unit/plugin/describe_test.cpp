#include "engine/plugin/describe.hpp"

#include <gmock/gmock.h>
#include <toml++/toml.h>

#include <nlohmann/json.hpp>

#include "engine/plugin/check_parameters.hpp"
#include "tests/unit/plugin/test_plugins.hpp"

namespace v1::plugin {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Describe : public ::testing::Test {
 protected:
  Describe()
      : registry_([] {
          RegistryOptions options;
          options.standard_directories = false;
          return options;
        }()) {
    registry_.add_builtin(test::test_module());
  }
  Registry registry_;
};

TEST_F(Describe, TextHoldsTheTableOfParameters) {
  const std::string text = describe_text(registry_.find(Kind::stimulus, "gratings"));
  EXPECT_THAT(text, HasSubstr("gratings 1.0.0 (stimulus)  -  For tests"));
  EXPECT_THAT(text, HasSubstr("outputs: frames"));
  EXPECT_THAT(text, ContainsRegex("parameter +type +unit +default +range +meaning"));
  EXPECT_THAT(text, ContainsRegex("temporal_frequency +float +Hz +2.0 +\\(0, 100\\] +Drift rate"));
  EXPECT_THAT(text, ContainsRegex("wave +choice +\"sine\" +sine \\| square +Profile"));
  EXPECT_THAT(text, ContainsRegex("pulses\\[\\].start +float +ms +required +Begin of the pulse"));
  EXPECT_THAT(text, HasSubstr("(deprecated, use count)"));
}

TEST_F(Describe, TomlBlockIsAConfigWithTheDefaults) {
  const LoadedPlugin& gratings = registry_.find(Kind::stimulus, "gratings");
  const std::string text = describe_toml(gratings);
  EXPECT_THAT(text,
              AllOf(HasSubstr("[stimulus]\nplugin = \"gratings\""), Not(HasSubstr("repeats"))));
  const toml::table parsed = toml::parse(text);
  std::vector<ParamIssue> issues;
  check_parameters(gratings, parsed["stimulus"]["params"].as_table(), ParamContext{}, issues);
  EXPECT_TRUE(issues.empty());
}

TEST_F(Describe, TomlBlockOfEachKindUsesItsOwnTable) {
  EXPECT_THAT(describe_toml(registry_.find(Kind::stimulus, "current_clamp")),
              AllOf(HasSubstr("[[input]]"), HasSubstr("# amplitude = (required)")));
  EXPECT_THAT(describe_toml(registry_.find(Kind::analysis, "classification")),
              AllOf(HasSubstr("[[analysis]]"), HasSubstr("[analysis.params]")));
  EXPECT_THAT(describe_toml(registry_.find(Kind::backend, "cpu")),
              AllOf(HasSubstr("backend = \"cpu\""), HasSubstr("[simulation.backend_params]")));
}

TEST_F(Describe, JsonHoldsTheSame) {
  const nlohmann::json json = describe_json(registry_.find(Kind::stimulus, "gratings"));
  EXPECT_EQ(json["kind"], "stimulus");
  EXPECT_EQ(json["module"]["id"], "org.v1engine.test");
  EXPECT_EQ(json["outputs"][0], "frames");
  const nlohmann::json& frequency = json["parameters"][1];
  EXPECT_EQ(frequency["key"], "temporal_frequency");
  EXPECT_EQ(frequency["unit"], "Hz");
  EXPECT_EQ(frequency["default"], "2.0");
  EXPECT_EQ(frequency["range"], "(0, 100]");
  EXPECT_EQ(json["parameters"][4]["choices"].size(), 2u);
}

TEST_F(Describe, ListsEveryPlugin) {
  const std::string text = list_text(registry_);
  EXPECT_THAT(text, ContainsRegex("backend +cpu +1.0.0 +For tests +built in"));
  EXPECT_EQ(list_json(registry_)["plugins"].size(), 6u);
}

}  // namespace
}  // namespace v1::plugin
