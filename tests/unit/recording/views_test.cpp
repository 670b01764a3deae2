#include "engine/recording/views.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "engine/recording/export/export_run.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

class ViewsTest : public ::testing::Test {
 protected:
  TempDir dir_;
  network::Network network_ = small_network();
  RecordingPlan plan_ = plan_for(network_, 40, 3);

  void record(const std::vector<std::uint32_t>& trials, double rate = 0.05) {
    RunFolder folder = RunFolder::create(dir_ / "run", "run");
    Recorder recorder(folder, plan_);
    for (const std::uint32_t trial : trials) {
      play_trial(recorder, plan_, random_activity(plan_, 1, trial, rate), trial);
    }
    recorder.finish();
  }
};

TEST_F(ViewsTest, SpikesOfAllTrialsFollowEachOther) {
  record({0, 1, 2});
  const h5::File file = h5::File::read(dir_ / "run/spikes.h5");
  std::vector<double> time;
  std::vector<std::uint32_t> ids, steps, trials;
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    const h5::File part = h5::File::read(trial_path(dir_ / "run", trial));
    for (const double t : part.values<double>("/spikes/l4/timestamps")) time.push_back(t);
    for (const auto id : part.values<std::uint32_t>("/spikes/l4/node_ids")) ids.push_back(id);
    for (const auto step : part.values<std::uint32_t>("/spikes/l4/step")) {
      steps.push_back(step);
      trials.push_back(trial);
    }
  }
  ASSERT_FALSE(time.empty());
  EXPECT_EQ(file.values<double>("/spikes/l4/timestamps"), time);
  EXPECT_EQ(file.values<std::uint32_t>("/spikes/l4/node_ids"), ids);
  EXPECT_EQ(file.values<std::uint32_t>("/spikes/l4/step"), steps);
  EXPECT_EQ(file.values<std::uint32_t>("/spikes/l4/trial"), trials);
  EXPECT_EQ(file.text_attribute("/spikes/l4", "sorting"), "by_time");
  EXPECT_EQ(file.text_attribute("/spikes/l4/timestamps", "units"), "ms");
  EXPECT_TRUE(std::is_sorted(time.begin(), time.end()));
}

TEST_F(ViewsTest, ColumnsOfACsvNameThePopulationWhereThereAreSeveral) {
  record({0});
  export_csv(RunReader(dir_ / "run"), dir_ / "csv");
  std::ifstream file(dir_ / "csv/v.csv");
  std::string header;
  std::getline(file, header);
  EXPECT_THAT(header, ::testing::StartsWith("trial,time_ms,v1:"));
  EXPECT_THAT(header, ::testing::HasSubstr(",l4:"));
}

TEST_F(ViewsTest, ExportsCanBeStopped) {
  record({0, 1});
  std::filesystem::create_directory(dir_ / "sonata");
  std::ofstream(dir_ / "run/run.json") << "{}";
  const auto stopped = [&](auto&& write, const char* where) {
    RunReader run(dir_ / "run");
    int asked = 0;
    run.stop_when([&] { return ++asked > 2; });
    try {
      write(run, dir_ / where);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::interrupted) << e.what();
      return true;
    }
    return false;
  };
  EXPECT_TRUE(stopped(export_csv, "csv"));
  EXPECT_TRUE(stopped(export_sonata, "sonata"));
  EXPECT_TRUE(stopped(export_nwb, "run.nwb"));
}

TEST_F(ViewsTest, RecordingsAreTrialTimeNeuron) {
  record({0, 2});
  const h5::File file = h5::File::read(dir_ / "run/recordings.h5");
  EXPECT_EQ(file.shape("/Data/v"), (h5::Shape{2, 40, 25}));
  EXPECT_EQ(file.shape("/Data/input_current"), (h5::Shape{2, 20, 25}));
  EXPECT_EQ(file.text_attribute("/Data/v", "units"), "mV");
  EXPECT_THAT(file.values<std::uint32_t>("/Data/trial"), ::testing::ElementsAre(0, 2));
  const auto ids = file.values<std::uint32_t>("/Data/neuron_ids");
  ASSERT_EQ(ids.size(), 25u);
  EXPECT_EQ(ids[3], network_.neurons.id[7]);
  const auto populations = file.strings("/Data/populations");
  ASSERT_EQ(populations.size(), 25u);
  EXPECT_EQ(populations.front(), "v1");
  EXPECT_EQ(populations.back(), "l4");
  std::vector<float> v = random_activity(plan_, 1, 0).v;
  const std::vector<float> last = random_activity(plan_, 1, 2).v;
  v.insert(v.end(), last.begin(), last.end());
  EXPECT_EQ(file.values<float>("/Data/v"), v);
  std::vector<h5::Half> half(25);
  file.slab("/Data/input_current", {1, 19, 0}, {1, 1, 25}, half.data());
  const Activity expected = random_activity(plan_, 1, 2);
  for (std::size_t i = 0; i < 25; ++i) EXPECT_EQ(half[i].bits, expected.current[19 * 25 + i]);
}

TEST_F(ViewsTest, BackgroundCountsAreThere) {
  record({0, 1, 2});
  const h5::File file = h5::File::read(dir_ / "run/spikes.h5");
  EXPECT_EQ(file.shape("/background/bkg/counts"), (h5::Shape{3, 40, 6}));
  const Activity expected = random_activity(plan_, 1, 1);
  std::vector<std::uint16_t> counts(40 * 6), wanted(40 * 6, 0);
  file.slab("/background/bkg/counts", {1, 0, 0}, {1, 40, 6}, counts.data());
  for (std::size_t step = 0; step < 40; ++step) {
    for (const auto& [unit, count] : expected.pool[step]) wanted[step * 6 + unit] = count;
  }
  EXPECT_EQ(counts, wanted);
  EXPECT_EQ(file.values<std::uint32_t>("/background/bkg/source_ids"), network_.blocks[2].source_id);
  EXPECT_EQ(file.shape("/background/crowd/count"), file.shape("/background/crowd/source_id"));
  EXPECT_GT(file.shape("/background/crowd/count").at(0), 300u);
}

TEST_F(ViewsTest, StayReadableWhenTheFolderMovesAndFromAnywhere) {
  record({0, 1, 2});
  const auto before =
      h5::File::read(dir_ / "run/spikes.h5").values<double>("/spikes/v1/timestamps");
  std::filesystem::rename(dir_ / "run", dir_ / "moved");
  const std::filesystem::path here = std::filesystem::current_path();
  std::filesystem::current_path("/");
  const auto after =
      h5::File::read(dir_ / "moved/spikes.h5").values<double>("/spikes/v1/timestamps");
  std::filesystem::current_path(here);
  EXPECT_EQ(after, before);
  EXPECT_GT(*std::min_element(after.begin(), after.end()), 0.0);
}

TEST_F(ViewsTest, ARunWithoutSpikesHasEmptyDatasets) {
  record({0}, 0.0);
  const h5::File file = h5::File::read(dir_ / "run/spikes.h5");
  EXPECT_EQ(file.shape("/spikes/v1/timestamps"), h5::Shape{0});
  EXPECT_EQ(file.shape("/spikes/lgn/node_ids"), h5::Shape{0});
}

TEST_F(ViewsTest, AreThereBeforeTheFirstTrial) {
  RunFolder folder = RunFolder::create(dir_ / "run", "run");
  const Recorder recorder(folder, plan_);
  EXPECT_EQ(h5::File::read(dir_ / "run/recordings.h5").shape("/Data/v"), (h5::Shape{0, 40, 25}));
  EXPECT_THAT(RunReader(dir_ / "run").finished_trials(), ::testing::IsEmpty());
}

TEST(GroupNames, AreUniqueAndFreeOfSlashes) {
  network::Network network = small_network();
  network.neurons.populations[1].name = "lgn";
  network.blocks[2].name = "a/b";
  const GroupNames names = group_names(network);
  EXPECT_THAT(names.populations, ::testing::ElementsAre("v1", "lgn"));
  EXPECT_THAT(names.blocks, ::testing::ElementsAre("recurrent", "lgn_2", "a_b", "crowd"));
}

}  // namespace
}  // namespace v1::recording::test
