#include "engine/analysis/reader_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/analysis/dataset_view.hpp"
#include "sdk/include/v1e_sdk/dataset.hpp"
#include "tests/unit/analysis/probe_plugin.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::analysis {
namespace {

using testing::ElementsAre;
namespace stored = recording::test;

/// A run of four trials of which 0 and 2 were finished.
class ReaderData : public testing::Test {
 protected:
  ReaderData() : network_(stored::small_network()), plan_(stored::plan_for(network_, 40, 4)) {
    plan_.stimulus.trial_columns.push_back(
        {"orientation", "deg", std::vector<double>{0.0, 45.0, 90.0, 135.0}});
    const auto folder = recording::RunFolder::create(dir_ / "run", "run");
    recording::Recorder recorder(folder, plan_);
    for (const std::uint32_t trial : {0u, 2u}) {
      activity_.push_back(stored::random_activity(plan_, 5, trial));
      stored::play_trial(recorder, plan_, activity_.back(), trial);
    }
    recorder.finish();
    data_ = open_run_data(folder.path());
  }

  stored::TempDir dir_;
  network::Network network_;
  recording::RecordingPlan plan_;
  std::vector<stored::Activity> activity_;
  std::shared_ptr<RunData> data_;
};

TEST_F(ReaderData, CountsFinishedTrialsFromZero) {
  EXPECT_EQ(data_->facts().trials, 2u);
  const DatasetView view(*data_);
  const v1e::Dataset dataset(*view.view());
  const auto column = [&](const char* name) {
    return v1e::numbers(
        v1e::find_column(dataset.raw().trial_columns, dataset.raw().trial_column_count, name));
  };
  EXPECT_THAT(column("trial"), ElementsAre(0.0, 2.0));
  EXPECT_THAT(column("orientation"), ElementsAre(0.0, 90.0));
  EXPECT_EQ(dataset.input("lgn"), 0);
  EXPECT_EQ(data_->facts().analyses_dir, dir_ / "run" / "analyses");
  EXPECT_EQ(data_->synapses(), nullptr);
}

TEST_F(ReaderData, GivesStoredSpikesAndStateToPlugins) {
  plugin::RegistryOptions options;
  options.standard_directories = false;
  plugin::Registry registry(options);
  registry.add_builtin(probe_module());
  plugin::Host host;
  ThreadPool pool(2);
  ProbeScript script;
  Probe::script = &script;
  script.plan = [](std::uint32_t pass, v1e::Requests& requests) {
    if (pass > 0) return;
    v1e_request request{};
    request.source = V1E_SRC_STATE;
    request.layout = V1E_LAYOUT_DENSE;
    request.stripes = V1E_STRIPE_TRIALS;
    request.variable = "v";
    requests.add(request);
    request.source = V1E_SRC_SPIKES;
    request.layout = V1E_LAYOUT_EVENTS;
    request.variable = "bkg";
    requests.add(request);
  };
  config::PluginUse use;
  use.name = use.plugin = "probe";
  std::filesystem::create_directories(dir_ / "run" / "analyses");
  const AnalysisResult result =
      run_analysis(use, registry.find(plugin::Kind::analysis, "probe"), {data_},
                   dir_ / "run" / "analyses" / "probe", host, pool);
  ASSERT_TRUE(result.ok) << result.error;
  ASSERT_EQ(script.stripes.size(), 2u);
  for (std::size_t trial = 0; trial < 2; ++trial) {
    ASSERT_EQ(script.stripes[trial].size(), 2u);
    EXPECT_EQ(script.stripes[trial][0].dense, activity_[trial].v);
    std::size_t events = 0;  // a count of three is three events
    for (const auto& step : activity_[trial].pool) {
      for (const auto& [unit, count] : step) events += count;
    }
    EXPECT_EQ(script.stripes[trial][1].neuron.size(), events);
  }
}

}  // namespace
}  // namespace v1::analysis
