#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "engine/base/error.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "tests/unit/plugin/test_plugins.hpp"

namespace v1::plugin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Parameters : public ::testing::Test {
 protected:
  Parameters()
      : registry_([] {
          RegistryOptions options;
          options.standard_directories = false;
          return options;
        }()) {
    registry_.add_builtin(test::test_module());
  }
  void TearDown() override { test::validate_status = V1E_OK; }

  Settings check(const std::string& toml_text) {
    issues_.clear();
    table_ = toml::parse(toml_text, std::string("/configs/a.toml"));
    ParamContext context;
    context.key_prefix = "stimulus.params";
    return check_parameters(registry_.find(Kind::stimulus, "gratings"), &table_, context, issues_);
  }
  // The only message for a text that must be refused.
  std::string message(const std::string& toml_text) {
    check(toml_text);
    EXPECT_THAT(issues_, SizeIs(1)) << toml_text;
    return issues_.empty() ? "" : issues_[0].message;
  }
  const v1e_value& value(const Settings& settings, const std::string& key) {
    const std::vector<Param>& params = *settings.schema();
    for (std::size_t i = 0; i < params.size(); ++i) {
      if (params[i].key == key) return settings.view()->values[i];
    }
    throw std::out_of_range(key);
  }

  Registry registry_;
  toml::table table_;
  std::vector<ParamIssue> issues_;
};

TEST_F(Parameters, DefaultsFillWhatIsNotWritten) {
  const Settings settings = check("");
  EXPECT_TRUE(issues_.empty());
  EXPECT_EQ(settings.view()->count, 15u);
  EXPECT_EQ(value(settings, "contrast").as.f, 0.8);
  EXPECT_EQ(value(settings, "offsets").as.fv[1], 2.5);
  EXPECT_STREQ(value(settings, "labels").as.sv[0], "a");
  EXPECT_STREQ(value(settings, "cells").as.selection->text, "core");
  EXPECT_EQ(value(settings, "cells").as.selection->resolved, 0u);
  EXPECT_EQ(value(settings, "pulses").count, 0u);
}

TEST_F(Parameters, ValuesOfEveryTypeAreHandedOver) {
  const Settings settings = check(R"(
    orientation = 90
    reverse = true
    wave = "square"
    count = 7
    offsets = [0, 1.5, 3]
    labels = ["x", "y"]
    trials = [4, 2]
    cells = { layer = 4 }
    title = "two words"
    center.x = -3.5
    pulses = [{ start = 5, amplitude = -2.0 }, { start = 6.5 }]
  )");
  ASSERT_TRUE(issues_.empty()) << issues_[0].message;
  EXPECT_EQ(value(settings, "orientation").type, static_cast<v1e_type>(V1E_FLOAT));
  EXPECT_EQ(value(settings, "orientation").as.f, 90.0);
  EXPECT_EQ(value(settings, "reverse").as.i, 1);
  EXPECT_EQ(value(settings, "wave").as.i, 1);
  EXPECT_EQ(value(settings, "count").as.i, 7);
  EXPECT_EQ(value(settings, "offsets").count, 3u);
  EXPECT_EQ(value(settings, "offsets").as.fv[2], 3.0);
  EXPECT_STREQ(value(settings, "labels").as.sv[1], "y");
  EXPECT_EQ(value(settings, "trials").as.iv[0], 4);
  EXPECT_STREQ(value(settings, "cells").as.selection->text, "{ layer = 4 }");
  EXPECT_STREQ(value(settings, "title").as.s, "two words");
  EXPECT_EQ(value(settings, "center.x").as.f, -3.5);
  const v1e_value& pulses = value(settings, "pulses");
  ASSERT_EQ(pulses.count, 2u);
  EXPECT_EQ(pulses.as.records[0]->values[1].as.f, -2.0);
  EXPECT_EQ(pulses.as.records[1]->values[0].as.f, 6.5);
  EXPECT_EQ(pulses.as.records[1]->values[1].as.f, 1.0);
}

TEST_F(Parameters, UnknownKeyNamesTheNearest) {
  EXPECT_EQ(message("temporal_frq = 3"),
            "unknown key 'stimulus.params.temporal_frq' of plugin 'gratings'; did you mean "
            "'temporal_frequency'?");
  EXPECT_EQ(issues_[0].where.begin.line, 1u);
  EXPECT_EQ(issues_[0].where.begin.column, 1u);
  EXPECT_THAT(message("center.y = 3"), HasSubstr("'stimulus.params.center.y'"));
  EXPECT_THAT(message("zebra = 3"), HasSubstr("of plugin 'gratings'; known: orientation, "));
  EXPECT_THAT(message("kontrasts = 1"),
              HasSubstr("; did you mean 'contrast'? known: orientation, "));
  EXPECT_THAT(message("pulses = [{ start = 1, amplitud = 2 }]"),
              AllOf(HasSubstr("'stimulus.params.pulses[0].amplitud'"),
                    HasSubstr("did you mean 'amplitude'?")));
}

TEST_F(Parameters, WrongTypesSayWhatWasExpectedAndFound) {
  EXPECT_EQ(message("temporal_frequency = \"fast\""),
            "'stimulus.params.temporal_frequency' must be a number in Hz, found the text \"fast\"");
  EXPECT_THAT(message("count = 2.0"),
              HasSubstr("must be a whole number, found the number 2.0; write 2"));
  EXPECT_THAT(message("reverse = 1"), HasSubstr("must be true or false, found the number 1"));
  EXPECT_THAT(message("title = 3"), HasSubstr("must be text"));
  EXPECT_THAT(message("offsets = 3"), HasSubstr("must be a list of numbers in deg"));
  EXPECT_THAT(message("offsets = [1, \"x\"]"), HasSubstr("'stimulus.params.offsets[1]'"));
  EXPECT_THAT(message("trials = [1.5]"), HasSubstr("must be a whole number"));
  EXPECT_THAT(message("labels = [1]"), HasSubstr("must be text"));
  EXPECT_THAT(message("cells = 4"), HasSubstr("must be a selection of neurons"));
  EXPECT_THAT(message("movie = 4"), HasSubstr("must be a path"));
  EXPECT_THAT(message("pulses = [1]"), HasSubstr("must be a table"));
  EXPECT_THAT(message("orientation = 1979-05-27"), HasSubstr("found a date or time"));
}

TEST_F(Parameters, RangesHoldAtTheirEdges) {
  check("temporal_frequency = 100\ncontrast = 0");
  EXPECT_TRUE(issues_.empty());
  EXPECT_EQ(message("temporal_frequency = 0"),
            "'stimulus.params.temporal_frequency' must be in (0, 100] Hz, found 0");
  EXPECT_EQ(message("contrast = 1.7"), "'stimulus.params.contrast' must be in [0, 1], found 1.7");
  EXPECT_THAT(message("count = 11"), HasSubstr("must be in [1, 10], found 11"));
  EXPECT_THAT(message("offsets = [1, -2]"), HasSubstr("'stimulus.params.offsets[1]' must be >= 0"));
}

TEST_F(Parameters, InfinityAndNanAreRefused) {
  EXPECT_THAT(message("orientation = nan"), HasSubstr("must be finite"));
  EXPECT_THAT(message("orientation = inf"), HasSubstr("must be finite"));
  EXPECT_THAT(message("offsets = [inf]"), HasSubstr("must be finite"));
}

TEST_F(Parameters, ListLengthsAreBounded) {
  EXPECT_EQ(message("offsets = []"),
            "'stimulus.params.offsets' must have 1 to 3 elements, found 0");
  EXPECT_THAT(message("offsets = [1, 2, 3, 4]"), HasSubstr("found 4"));
}

TEST_F(Parameters, ChoicesNameTheNearest) {
  EXPECT_EQ(message("wave = \"sqare\""),
            "'stimulus.params.wave' must be one of \"sine\", \"square\", found \"sqare\"; did you "
            "mean 'square'?");
}

TEST_F(Parameters, RequiredFieldsAreMissed) {
  EXPECT_THAT(message("pulses = [{ amplitude = 1 }]"),
              AllOf(HasSubstr("'stimulus.params.pulses[0].start'"), HasSubstr("is required"),
                    HasSubstr("Begin of the pulse")));
}

TEST_F(Parameters, DeprecatedKeysWarnAndStillCount) {
  const Settings settings = check("repeats = 4");
  ASSERT_THAT(issues_, SizeIs(1));
  EXPECT_TRUE(issues_[0].warning);
  EXPECT_EQ(issues_[0].message,
            "'stimulus.params.repeats' is deprecated; use 'stimulus.params.count'");
  EXPECT_EQ(value(settings, "repeats").as.i, 4);
}

TEST_F(Parameters, AllMistakesAreReportedAtOnce) {
  check("contrast = 2\ncount = 0\nbogus = 1\nwave = 3");
  EXPECT_THAT(issues_, SizeIs(4));
}

TEST_F(Parameters, RulesBetweenParametersPointAtTheLine) {
  EXPECT_EQ(message("reverse = true\ncontrast = 0.95"),
            "'stimulus.params.contrast' of plugin 'gratings': must be <= 0.9 with reverse");
  EXPECT_EQ(issues_[0].where.begin.line, 2u);
  EXPECT_EQ(issues_[0].code, ExitCode::config);
}

TEST_F(Parameters, FailingPluginIsNotTheUsersMistake) {
  test::validate_status = V1E_E_INTERNAL;
  EXPECT_EQ(message(""), "plugin 'gratings' failed in validate: told to fail");
  EXPECT_EQ(issues_[0].code, ExitCode::plugin);
}

TEST_F(Parameters, PathsAreRelativeToTheFileTheyAreWrittenIn) {
  const Settings settings = check("movie = \"films/b.npy\"");
  EXPECT_STREQ(value(settings, "movie").as.s, "/configs/films/b.npy");
  ASSERT_THAT(issues_, SizeIs(1));
  EXPECT_EQ(issues_[0].code, ExitCode::data);
  EXPECT_THAT(issues_[0].message, HasSubstr("no such file: /configs/films/b.npy"));
}

TEST_F(Parameters, DatasetAddressesNeedOnlyTheirFile) {
  const auto file =
      std::filesystem::temp_directory_path() / ("v1_params_" + std::to_string(getpid()) + ".h5");
  std::ofstream(file) << "x";
  const Settings settings = check("movie = \"" + file.string() + ":/group/data\"");
  EXPECT_TRUE(issues_.empty());
  EXPECT_EQ(value(settings, "movie").as.s, file.string() + ":/group/data");
  std::filesystem::remove(file);
}

TEST_F(Parameters, SelectionsAreResolvedLater) {
  Settings settings = check("cells = \"e23\"");
  std::vector<std::string> asked;
  settings.resolve_selections([&](const std::string& key, const std::string& text) {
    asked.push_back(key + " = " + text);
    return std::vector<std::uint32_t>{3, 5};
  });
  EXPECT_THAT(asked, ElementsAre("cells = e23"));
  const v1e_selection& cells = *value(settings, "cells").as.selection;
  EXPECT_EQ(cells.resolved, 1u);
  ASSERT_EQ(cells.neuron_count, 2u);
  EXPECT_EQ(cells.neurons[1], 5u);
}

TEST_F(Parameters, CopiesShareTheirValues) {
  Settings copy;
  {
    const Settings settings = check("title = \"kept\"");
    copy = settings;
  }
  EXPECT_STREQ(value(copy, "title").as.s, "kept");
  EXPECT_EQ(Settings().view()->count, 0u);
}

TEST_F(Parameters, TextFormReadsBackToTheSameValues) {
  const Settings settings = check(R"(
    orientation = 0.1
    title = "a \"quoted\" \\ text"
    cells = [3, 4]
    center.x = 1e-300
    pulses = [{ start = 5 }]
  )");
  const std::string text = settings_to_toml(settings);
  EXPECT_THAT(text, AllOf(HasSubstr("orientation = 0.1\n"), HasSubstr("cells = [3, 4]\n"),
                          HasSubstr("pulses = [{ start = 5.0, amplitude = 1.0 }]\n"),
                          HasSubstr("title = \"a \\\"quoted\\\" \\\\ text\"\n")));
  const Settings again = check(text);
  EXPECT_EQ(settings_to_toml(again), text);
  ASSERT_THAT(issues_, SizeIs(1));  // the deprecated key is written out as well
  EXPECT_TRUE(issues_[0].warning);
}

TEST(TomlValue, KeepsNumbersAndControlCharacters) {
  EXPECT_EQ(toml_value(2.0), "2.0");
  EXPECT_EQ(toml_value(1e30), "1e+30");
  EXPECT_EQ(toml_value(0.1), "0.1");
  EXPECT_EQ(toml_value(std::string("a\nb")), "\"a\\u000Ab\"");
  const double awkward = 0.1 + 0.2;
  EXPECT_EQ(toml::parse("x = " + toml_value(awkward))["x"].value<double>(), awkward);
}

}  // namespace
}  // namespace v1::plugin
