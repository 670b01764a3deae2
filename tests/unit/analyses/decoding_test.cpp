#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class DecodingAnalysis : public PluginFixture {
 protected:
  DecodingAnalysis() : PluginFixture("decoding") {}

  // 4 directions, `repeats` trials of each. The e23 neurons 0 to 3 fire for one direction each,
  // the i23Pvalb neurons 4 to 7 always alike; every neuron is silent before 100 ms.
  static std::shared_ptr<SyntheticRun> make_run(std::uint32_t repeats = 6) {
    network::Network network = small_network({"e23Cux2", "i23Pvalb"}, 4);
    auto run = std::make_shared<SyntheticRun>(network, 4 * repeats, 300);
    recording::TrialColumn column;
    column.name = "direction_deg";
    std::vector<double> direction;
    for (std::uint32_t t = 0; t < 4 * repeats; ++t) {
      direction.push_back(90.0 * (t % 4));
      for (std::uint32_t ms = 100; ms < 110; ++ms) {
        for (std::uint32_t i = 0; i < 4; ++i) {
          if (ms - 100 < (i == t % 4 ? 6 + t / 4 % 2 : 1)) run->add_spike(t, ms, i);
        }
        for (std::uint32_t i = 4; i < 8; ++i) {
          if (ms - 100 < i) run->add_spike(t, ms, i);
        }
      }
    }
    column.values = direction;
    run->change().stimulus.trial_columns.push_back(column);
    return run;
  }
  double accuracy(const std::string& group, const std::string& classifier,
                  const char* column = "accuracy") const {
    const ResultTable stored = table("accuracy");
    const auto groups = texts(stored, "group"), classifiers = texts(stored, "classifier");
    const auto values = numbers(stored, column);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (groups[i] == group && classifiers[i] == classifier) return values[i];
    }
    ADD_FAILURE() << "no accuracy of " << group << " " << classifier;
    return NAN;
  }
  static constexpr const char* whole =
      "window = [100, 300]\nskip_first_trial = false\nsizes = [4]\n";
};

TEST_F(DecodingAnalysis, TunedNeuronsTellTheDirection) {
  const AnalysisResult result = run(make_run(), std::string(whole) + "folds = 3");
  ASSERT_TRUE(result.ok) << result.error;
  for (const char* classifier : {"template", "logistic"}) {
    EXPECT_EQ(accuracy("e23", classifier), 1.0);
    EXPECT_NEAR(accuracy("e23", classifier, "information"), 2.0, 1e-9);
    EXPECT_NEAR(accuracy("i23Pvalb", classifier), 0.25, 1e-9);
  }
  EXPECT_EQ(accuracy("e23", "template", "chance"), 0.25);
  EXPECT_THAT(figures(), testing::IsSupersetOf({"accuracy", "confusion"}));
  const ResultTable confusion = table("confusion");
  const auto shown = numbers(confusion, "shown"), decoded = numbers(confusion, "decoded");  // deg
  const auto share = numbers(confusion, "share");
  for (std::size_t i = 0; i < share.size(); ++i) {
    if (texts(confusion, "group")[i] != "e23") continue;
    EXPECT_EQ(share[i], shown[i] == decoded[i] ? 1.0 : 0.0);
  }
}

TEST_F(DecodingAnalysis, MovingOrNot) {
  ASSERT_TRUE(run(make_run(), std::string(whole) + "against = [0, 100]").ok);
  EXPECT_EQ(accuracy("i23Pvalb", "logistic"), 1.0);
  EXPECT_EQ(accuracy("i23Pvalb", "logistic", "chance"), 0.5);
  EXPECT_THAT(texts(table("confusion"), "shown"), Contains("against"));
}

// Trials of one number have the same noise in both runs: here each has two neurons of its own
// that tell its windows apart. Left out together, neither run tells of the other.
TEST_F(DecodingAnalysis, NoiseThatRunsShareIsNeverInTwoFolds) {
  std::vector<std::shared_ptr<RunData>> runs;
  for (const double direction : {0.0, 90.0}) {
    const auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 8), 4, 300);
    recording::TrialColumn column;
    column.name = "direction_deg";
    column.values = std::vector<double>(4, direction);
    data->change().stimulus.trial_columns.push_back(column);
    for (std::uint32_t t = 0; t < 4; ++t) {
      for (std::uint32_t ms = 50; ms < 60; ++ms) {
        data->add_spike(t, ms, 2 * t);
        data->add_spike(t, ms + 100, 2 * t + 1);
      }
    }
    runs.push_back(data);
  }
  const std::string parameters =
      "window = [100, 200]\nagainst = [0, 100]\nsizes = [8]\n"
      "skip_first_trial = false\nclassifiers = ['logistic']\n";
  const AnalysisResult result = run_all(runs, parameters);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_EQ(accuracy("e23", "logistic"), 0.5);
  EXPECT_THAT(json_text_of(place() / "summary.json"),
              HasSubstr("8 trials in 4 groups without common noise, so there are 4 folds"));
}

// Noise goes by the number of a trial, not by its place among those that are there: the second run
// lacks trial 1. A neuron of a trial's own noise tells nothing if never learned with that noise.
TEST_F(DecodingAnalysis, NoiseGoesByTheNumberOfTheTrial) {
  std::vector<std::shared_ptr<RunData>> runs;
  for (const std::vector<double>& numbers : {std::vector<double>{0, 1, 2, 3}, {0, 2, 3}}) {
    const auto count = static_cast<std::uint32_t>(numbers.size());
    const auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 8), count, 300);
    recording::TrialColumn number, direction;
    number.name = "trial";
    number.values = numbers;
    direction.name = "direction_deg";
    direction.values = std::vector<double>(count, runs.empty() ? 0.0 : 90.0);
    data->change().stimulus.trial_columns = {number, direction};
    for (std::uint32_t t = 0; t < count; ++t) {
      const auto own = 2 * static_cast<std::uint32_t>(numbers[t]);
      for (std::uint32_t ms = 50; ms < 60; ++ms) {
        data->add_spike(t, ms, own);
        data->add_spike(t, ms + 100, own + 1);
      }
    }
    runs.push_back(data);
  }
  for (const char* against : {"", "against = [0, 100]\n"}) {
    const AnalysisResult result =
        run_all(runs, std::string(against) +
                          "window = [100, 200]\nsizes = [8]\nskip_first_trial = false\n"
                          "classifiers = ['logistic']\n");
    ASSERT_TRUE(result.ok) << result.error;
    EXPECT_EQ(accuracy("e23", "logistic"), 0.5) << against;
  }
}

TEST_F(DecodingAnalysis, ResponseClassesArePools) {
  write_classes(folder_.path(), {"dVf", "dVf", "dVf", "dVf", "", "", "", ""});
  ASSERT_TRUE(run(make_run(), std::string(whole) + "classification = 'classification'").ok);
  EXPECT_EQ(accuracy("dVf", "template"), 1.0);
  EXPECT_THAT(texts(table("accuracy"), "group"), Not(Contains("hVf")));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("hVf"));
}

TEST_F(DecodingAnalysis, SmallGroupsAndFewTrials) {
  ASSERT_TRUE(run(make_run(), "window = [100, 300]\nskip_first_trial = false\nsizes = [50]").ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("large enough"));
  ASSERT_TRUE(run(make_run(2), whole).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("2 folds"));
  EXPECT_THAT(run(make_run(1), whole).error, HasSubstr("two or more"));
  EXPECT_THAT(run(make_run(), std::string(whole) + "conditions = []").error,
              HasSubstr("two stimuli or more"));
  EXPECT_THAT(complaint("classifiers = ['oracle']"), HasSubstr("template or logistic"));
}

TEST_F(DecodingAnalysis, ASilentRunSaysThatAllIsChance) {
  const auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 2), 4, 200);
  ASSERT_TRUE(run(data, "window = [100, 200]\nagainst = [0, 100]\nsizes = [1]").ok);
  EXPECT_THAT(
      json_text_of(place() / "summary.json"),
      testing::AllOf(HasSubstr("None of the neurons fired"), HasSubstr("Best: 1 neuron of")));
}

// Names of the columns would take the room of the picture.
TEST_F(DecodingAnalysis, StimuliOfSeveralColumnsHaveShortLabels) {
  const auto data = make_run();
  recording::TrialColumn contrast;
  contrast.name = "contrast";
  contrast.values = std::vector<double>(data->change().trials, 0.8);
  data->change().stimulus.trial_columns.push_back(contrast);
  ASSERT_TRUE(run(data, std::string(whole) + "conditions = ['direction_deg', 'contrast']").ok);
  const std::string spec = text_of(place() / "confusion.figure.toml");
  EXPECT_THAT(spec, HasSubstr("category_labels = [\"0, 0.8\", \"90, 0.8\""));
  EXPECT_THAT(spec, HasSubstr("Stimuli by direction_deg, contrast."));
  EXPECT_THAT(texts(table("confusion"), "shown"), Contains("direction_deg 90, contrast 0.8"));
}

TEST_F(DecodingAnalysis, ThreadsDoNotMatter) {
  const std::string two = "window = [100, 300]\nskip_first_trial = false\nsizes = [2]\n";
  ASSERT_TRUE(run(make_run(), two, 1).ok);
  const auto once = numbers(table("accuracy"), "accuracy");
  ASSERT_TRUE(run(make_run(), two, 4).ok);
  EXPECT_EQ(numbers(table("accuracy"), "accuracy"), once);
}

}  // namespace
}  // namespace v1::analysis
