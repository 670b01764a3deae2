#include <cmath>

#include "kernels/spike_step.hpp"
#include "tests/unit/stimulus/file_stimulus.hpp"

namespace v1::stimulus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

class SpikesPlugin : public test::FileStimulus {
 protected:
  Environment environment(double duration_ms, double dt_ms = 1.0) {
    Environment env;
    env.output = V1E_OUT_SPIKES;
    env.duration_ms = duration_ms;
    env.dt_ms = dt_ms;
    env.trial_count = 3;
    env.channel_count = ids_.size();
    column_ = {};
    column_.struct_size = sizeof column_;
    column_.name = "id";
    column_.unit = "1";
    column_.values.data = ids_.data();
    column_.values.dtype = V1E_U32;
    column_.values.ndim = 1;
    env.columns = {&column_};
    return env;
  }
  Pairs trial(const Environment& env, std::uint32_t number = 0) {
    Pairs out;
    const auto steps = std::llround(env.duration_ms / env.dt_ms);
    for (const SpikeEvent& event : play(env).spikes(number, 0, steps)) {
      out.emplace_back(event.step, event.channel);
    }
    return out;
  }
  void write(const std::vector<double>& times, const std::vector<std::uint64_t>& ids,
             const std::string& group = "/spikes/lgn", const char* units = "ms") {
    h5::File out = h5::File::create(file("s.h5"));
    out.write(group + "/timestamps", times);
    out.set_attribute(group + "/timestamps", "units", units);
    out.write(group + "/node_ids", ids);
    set("file", file("s.h5"));
  }
  std::string refused(ExitCode code = ExitCode::data) {
    return message(code, [&] { trial(environment(10.0)); });
  }

  std::vector<std::uint32_t> ids_ = {7, 3, 5};
  v1e_column column_{};
};

TEST_F(SpikesPlugin, ReplaysUnsortedSonataSpikesOntoUnits) {
  write({4.0, 1.5, 4.0, 12.0}, {3, 7, 5, 7});
  // Channels are places in the list of ids; a spike at t ends step ceil(t / dt) - 1.
  EXPECT_EQ(trial(environment(10.0)), (Pairs{{1, 0}, {3, 1}, {3, 2}}));
  EXPECT_EQ(trial(environment(10.0), 2), (Pairs{{1, 0}, {3, 1}, {3, 2}}));
}

TEST_F(SpikesPlugin, TakesSecondsAndFilesWithoutPopulations) {
  write({0.004, 0.0015}, {3, 7}, "/spikes/lgn", "s");
  EXPECT_EQ(trial(environment(10.0)), (Pairs{{1, 0}, {3, 1}}));
  write({4.0}, {3}, "/spikes");
  EXPECT_EQ(trial(environment(10.0)), (Pairs{{3, 1}}));
}

TEST_F(SpikesPlugin, TakesAnAddressWithThePopulation) {
  write({1.0}, {5}, "/spikes/other");
  EXPECT_THAT(refused(), HasSubstr("no spikes of population 'lgn'"));
  set("file", file("s.h5") + ":/spikes/other");
  EXPECT_THAT(trial(environment(10.0)), ElementsAre(Pair(0, 2)));
}

TEST_F(SpikesPlugin, CutsALongRecordingIntoTrials) {
  write({1.0, 11.0, 12.0, 21.0, 25.0}, {3, 3, 5, 7, 7});
  set("period", 10.0);
  set("start", 10.0);
  EXPECT_EQ(trial(environment(10.0), 0), (Pairs{{0, 1}, {1, 2}}));
  EXPECT_EQ(trial(environment(10.0), 1), (Pairs{{0, 0}, {4, 0}}));
  EXPECT_THAT(trial(environment(10.0), 2), IsEmpty());
}

TEST_F(SpikesPlugin, KeepsSeveralSpikesInOneStep) {
  write({1.2, 1.7, 1.9}, {3, 3, 3});
  EXPECT_EQ(trial(environment(10.0)), (Pairs{{1, 1}, {1, 1}, {1, 1}}));
  EXPECT_EQ(trial(environment(10.0, 0.1)), (Pairs{{11, 1}, {16, 1}, {18, 1}}));
}

TEST_F(SpikesPlugin, AsksForALargerBufferWhenThereAreMany) {
  std::vector<double> times;
  for (int i = 1; i <= 5000; ++i) times.push_back(i * 0.002);
  write(times, std::vector<std::uint64_t>(times.size(), 3));
  EXPECT_EQ(trial(environment(10.0)).size(), times.size());
}

TEST_F(SpikesPlugin, ReadsCsv) {
  std::ofstream(file("s.csv")) << "timestamps population node_ids\n4.0 lgn 3\n1.5 lgn 7\n2 v1 9\n";
  set("file", file("s.csv"));
  EXPECT_EQ(trial(environment(10.0)), (Pairs{{1, 0}, {3, 1}}));
  set("population", "tw");
  EXPECT_THAT(refused(), HasSubstr("no spikes of population 'tw'; the file has lgn, v1"));
}

TEST_F(SpikesPlugin, PlaysOntoNeuronsOfAnInput) {
  const NeuronChannels neurons({40, 41, 42}, ids_);
  Environment env = environment(10.0);
  neurons.describe_to(env);
  write({4.0, 1.5}, {3, 7}, "/spikes/theirs");  // the only population needs no name
  EXPECT_EQ(trial(env), (Pairs{{1, 0}, {3, 1}}));
  write({4.0, 5.0, 6.0, 7.0}, {3, 99, 8, 99}, "/spikes/theirs");
  const auto refused_input = [&] { return message(ExitCode::data, [&] { trial(env); }); };
  EXPECT_THAT(refused_input(),
              HasSubstr("3 of 4 spikes are of the nodes 8, 99, which are not among "
                        "the 3 neurons of 'target'"));
  std::ofstream(file("s.csv")) << "timestamps population node_ids\n4.0 a 3\n1.5 a 7\n";
  set("file", file("s.csv"));
  EXPECT_EQ(trial(env), (Pairs{{1, 0}, {3, 1}}));
  std::ofstream(file("s.csv"), std::ios::app) << "2.0 b 5\n";
  EXPECT_THAT(refused_input(), HasSubstr("holds spikes of the populations a, b; say which"));
}

TEST_F(SpikesPlugin, PlaysAllTrainsIntoASingleChannel) {
  Environment env = environment(10.0);
  env.channel_count = 1;
  env.columns.clear();
  write({4.0, 4.0, 1.5}, {3, 99, 7}, "/spikes/theirs");
  EXPECT_EQ(trial(env), (Pairs{{1, 0}, {3, 0}, {3, 0}}));
}

TEST_F(SpikesPlugin, NamesWhatIsWrong) {
  write({4.0, 5.0}, {3, 99});
  EXPECT_THAT(refused(), HasSubstr("1 of 2 spikes are of the node 99, which are no LGN units"));
  write({4.0, -5.0}, {3, 3});
  EXPECT_THAT(refused(), HasSubstr("spike 1 (node 3) is at -5"));
  write({4.0, NAN}, {3, 3});
  EXPECT_THAT(refused(), HasSubstr("is at nan"));
  write({4.0}, {3}, "/spikes/v1");
  EXPECT_THAT(refused(), HasSubstr("no spikes of population 'lgn'; the file has v1"));
  write({4.0}, {3}, "/spikes/lgn", "hours");
  EXPECT_THAT(refused(), HasSubstr("units 'hours'"));
  write({4.0, 5.0}, {3});
  EXPECT_THAT(refused(), HasSubstr("lists of the same length"));
}

TEST(StepOfSpike, EndsAtTheFirstGridPointAtOrAfterTheSpike) {
  using kernels::step_of_spike;
  EXPECT_EQ(step_of_spike(1.0, 1000), 0);
  EXPECT_EQ(step_of_spike(1.001, 1000), 1);
  EXPECT_EQ(step_of_spike(0.3, 100), 2);  // 0.3 / 0.1 is below 3 in binary
  EXPECT_EQ(step_of_spike(0.7, 100), 6);  // 0.7 / 0.1 is not
  EXPECT_EQ(step_of_spike(-0.5, 1000), -1);
  EXPECT_EQ(step_of_spike(-1.0, 1000), -2);
  EXPECT_EQ(step_of_spike(0.0, 1000), -1);
  EXPECT_EQ(step_of_spike(600.0004, 1000), 600);
  EXPECT_GT(step_of_spike(1e300, 1000), 1000000000000);
}

}  // namespace
}  // namespace v1::stimulus
