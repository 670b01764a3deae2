#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/hdf5.hpp"
#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

/// 30 neurons in front of a gray screen, and files of spikes that are played onto the neurons.
class SpikeInputs : public ::testing::Test {
 protected:
  static std::string config(const std::string& more, const std::string& simulation = "") {
    return "seed = 7\n[network]\nneurons = 30\n[background]\nkind = 'none'\n[simulation]\n"
           "duration = 40.0\n" +
           (simulation.empty() ? "trials = 2\n" : simulation) +
           "[record]\nvariables = ['v']\nvariables_of = 'all'\nprecision = 'float32'\n" + more;
  }
  static std::string input(const std::string& file, const std::string& more) {
    return "[[input]]\nplugin = 'spikes'\nparams = { file = '" + file + "' }\n" + more;
  }
  void write_trains(const std::string& name, const std::vector<double>& times,
                    const std::vector<std::uint64_t>& ids) const {
    h5::File file = h5::File::create(scratch_ / name);
    file.write("/spikes/mine/timestamps", times);
    file.write("/spikes/mine/node_ids", ids);
  }
  testing::ProcessResult run(const std::string& text, const std::string& out,
                             std::vector<std::string> more = {}) const {
    scratch_.write(out + ".toml", text);
    more.insert(more.begin(), {"run", out + ".toml", "-o", out});
    return scratch_.v1engine(more);
  }
  void expect_runs(const std::string& text, const std::string& out,
                   const std::vector<std::string>& more = {}) const {
    const auto result = run(text, out, more);
    ASSERT_EQ(result.code, 0) << result.err;
  }
  void expect_refused(const std::string& text, int code, const std::string& message) const {
    scratch_.write("bad.toml", text);
    for (const char* command : {"validate", "run"}) {
      const auto result = scratch_.v1engine({command, "bad.toml"});
      EXPECT_EQ(result.code, code) << message;
      EXPECT_THAT(result.err, HasSubstr(message));
    }
  }
  recording::RunReader reader(const std::string& out) const {
    return recording::RunReader(scratch_ / out);
  }
  /// Membrane potential [step][neuron] of a trial.
  std::vector<float> potential(const std::string& out, std::uint32_t trial = 0) const {
    const auto run = reader(out);
    std::vector<float> v(static_cast<std::size_t>(run.steps_per_trial()) * 30);
    run.state(0, trial, 0, run.steps_per_trial(), 0, 30, v.data());
    return v;
  }
  std::uint64_t stored_spikes(const std::string& out, const std::string& population) const {
    const h5::File file = h5::File::read(scratch_ / out / "spikes.h5");
    return file.shape("/spikes/" + population + "/node_ids").at(0);
  }
  void expect_identical(const std::string& a, const std::string& b) const {
    const auto result = scratch_.v1engine({"compare", a, b});
    EXPECT_EQ(result.code, 0) << result.out;
  }

  Scratch scratch_;
};

/// Potential [mV] at t [ms] after an alpha current of peak w [pA] began in a leaky membrane.
double alpha_response(double t, double w, double tau_syn, double c_m, double g) {
  if (t <= 0.0) return 0.0;
  const double k = 1.0 / tau_syn - g / c_m;
  const double decay = std::exp(-t / tau_syn);
  return w * std::exp(1.0) / (tau_syn * c_m) *
         ((std::exp(-t * g / c_m) - decay) / (k * k) - t * decay / k);
}

TEST_F(SpikeInputs, MoveThePotentialByTheAlphaResponse) {
  const double weight = 20.0, delay = 2.0, spike = 10.4;
  for (const char* dt : {"1.0", "0.1"}) {
    const std::string simulation = std::string("trials = 1\ndt = ") + dt + "\n";
    expect_runs(config("", simulation), std::string("without") + dt);
    const auto network = reader(std::string("without") + dt).network();
    write_trains("s.h5", {spike}, {network.neurons.id[4]});
    expect_runs(config(input("s.h5", "weight = 20.0\ndelay = 2.0\n"), simulation),
                std::string("with") + dt);
    const auto before = potential(std::string("without") + dt);
    const auto after = potential(std::string("with") + dt);
    const network::NodeType& type = network.types[network.neurons.type[4]];
    const double step = std::atof(dt), arrival = std::ceil(spike / step - 1e-9) * step + delay;
    double largest = 0.0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const double t = static_cast<double>(i / 30 + 1) * step - arrival;
      // Receptor 1 of billeh2020 is that of excitatory synapses onto excitatory neurons.
      const double expected =
          i % 30 == 4 ? alpha_response(t, weight, type.tau_syn_ms[0], type.c_m_pf, type.g_ns) : 0.0;
      ASSERT_NEAR(after[i] - before[i], expected, 2e-5) << "dt " << dt << ", sample " << i;
      largest = std::max(largest, expected);
    }
    EXPECT_GT(largest, 0.3);
  }
}

TEST_F(SpikeInputs, OneToOneOrAllToAll) {
  expect_runs(config(""), "without");
  const std::vector<std::uint32_t> ids = reader("without").network().neurons.id;
  const std::vector<double> times = {5.0, 12.0, 12.0, 39.5};
  std::vector<double> all_times;
  std::vector<std::uint64_t> all_ids;
  for (const std::uint32_t id : ids) {
    all_times.insert(all_times.end(), times.begin(), times.end());
    all_ids.insert(all_ids.end(), times.size(), id);
  }
  write_trains("own.h5", all_times, all_ids);
  write_trains("all.h5", times, {3, 1, 4, 1});  // whatever the ids are
  expect_runs(config(input("own.h5", "weight = 100.0\n")), "own");
  expect_runs(config(input("all.h5", "weight = 100.0\nconnect = 'all-to-all'\n")), "all");
  for (const std::uint32_t trial : {0u, 1u}) {
    EXPECT_EQ(potential("own", trial), potential("all", trial));
    EXPECT_NE(potential("own", trial), potential("without", trial));
  }
  EXPECT_EQ(stored_spikes("own", "spikes"), 2 * all_times.size());
  EXPECT_EQ(stored_spikes("all", "spikes"), 2 * times.size());
}

TEST_F(SpikeInputs, ActAcrossTheEndOfATrialThatIsCarriedOn) {
  scratch_.write("lgn.csv", "timestamps population node_ids\n3.0 lgn 8000\n");
  write_trains("s.h5", {39.5}, {0});
  const std::string text = config(input("s.h5", "weight = 100.0\nconnect = 'all-to-all'\n") +
                                  "[stimulus]\nplugin = 'spikes'\nparams = { file = 'lgn.csv' }\n");
  expect_runs(text, "carried");
  expect_runs(text, "reset", {"--set", "simulation.carry_state=false"});
  EXPECT_EQ(potential("reset", 0), potential("reset", 1));
  EXPECT_EQ(potential("reset", 0), potential("carried", 0));
  const std::vector<float> before = potential("carried", 0), after = potential("carried", 1);
  EXPECT_GT(after[30], before[30] + 0.1f);  // the second step of the first neuron
}

TEST_F(SpikeInputs, ActBesideEverythingElse) {
  expect_runs(config(""), "without");
  const auto network = reader("without").network();
  write_trains("a.h5", {5.0, 6.0}, {network.neurons.id[0], network.neurons.id[1]});
  const std::string two = input("a.h5", "name = 'a'\nweight = 200.0\n") +
                          input("a.h5",
                                "name = 'b'\nweight = -90.0\nreceptor = 2\n"
                                "connect = 'all-to-all'\n");
  const std::string clamp =
      "[[input]]\nplugin = 'current_clamp'\n"
      "params = { amplitude = 10.0, start = 10.0, duration = 5.0 }\n";
  const std::string blocks =
      "[[stimulus.block]]\nplugin = 'flash'\n[[stimulus.block]]\nplugin = 'spontaneous'\n";
  expect_runs(config(two + clamp + blocks), "mixed", {"--set", "background.kind='model'"});
  EXPECT_EQ(stored_spikes("mixed", "a"), 4u);
  EXPECT_EQ(stored_spikes("mixed", "b"), 4u);
  // Volleys at a few times are marked like the current is.
  EXPECT_EQ(h5::File::read(scratch_ / "mixed/stimulus.h5").values<double>("/markers/time_ms"),
            (std::vector<double>{5.0, 5.0, 6.0, 6.0, 10.0, 15.0}));
  // Without weight they change no spike, but the network says that they are there.
  expect_runs(config(input("a.h5", "weight = 0.0\n")), "silent");
  EXPECT_EQ(potential("silent"), potential("without"));
  EXPECT_NE(reader("silent").network().content_hash, network.content_hash);
  expect_runs(config(two), "tf", {"--set", "simulation.scheme='billeh-tf'"});
  expect_runs(config(input("a.h5", "weight = 50.0\nconnect = 'all-to-all'\n")), "v1dd",
              {"--set", "network.model='v1dd2024'"});
  EXPECT_EQ(stored_spikes("v1dd", "spikes"), 4u);
}

TEST_F(SpikeInputs, GiveTheSameOnAnyThreadsAndResumed) {
  write_trains("s.h5", {5.0, 5.0, 39.2}, {0, 1, 2});
  for (const char* carry : {"true", "false"}) {
    const std::string text =
        config(input("s.h5", "connect = 'all-to-all'\nweight = 300.0\ndelay = 3.0\n"),
               std::string("trials = 3\ncarry_state = ") + carry + "\n");
    const std::string name = std::string(carry) + "-";
    const std::vector<std::string> large = {"--set", "network.neurons=2100", "--set",
                                            "record.variables=[]"};
    const auto with = [&](std::vector<std::string> more) {
      more.insert(more.end(), large.begin(), large.end());
      return more;
    };
    expect_runs(text, name + "one", with({"--threads", "1"}));
    expect_runs(text, name + "two", with({"--threads", "2"}));
    expect_identical(name + "one", name + "two");
    expect_runs(text, name + "part", with({"--trials", "1"}));
    expect_runs(text, name + "part", with({"--resume"}));
    expect_identical(name + "one", name + "part");
    EXPECT_GT(reader(name + "one").totals().neuron_spikes(), 500u);
  }
}

TEST_F(SpikeInputs, RebuildTheirNetworkForStoredRunsAndSweeps) {
  write_trains("s.h5", {5.0}, {0});
  const std::string text =
      config(input("s.h5", "connect = 'all-to-all'\nweight = 300.0\n"), "trials = 1\n");
  expect_runs(text, "out");
  const auto topology = scratch_.v1engine(
      {"analyze", "out", "--set", "analysis=[{plugin='topology'}]", "-o", "analyses"});
  EXPECT_EQ(topology.code, 0) << topology.err;
  expect_runs(text + "[[sweep]]\ninput.0.weight = [0.0, 300.0]\n", "swept");
  expect_identical("out", "swept/points/weight=300");
}

TEST_F(SpikeInputs, SayWhatIsWrong) {
  write_trains("s.h5", {5.0, 6.0, 7.0}, {4000000000, 4000000001, 4000000000});
  expect_refused(config(input("s.h5", "weight = 1.0\n")), 3,
                 "3 of 3 spikes are of the nodes 4000000000, 4000000001, which are not among the "
                 "30 neurons of 'target'");
  const std::string all = "connect = 'all-to-all'\nweight = 1.0\n";
  expect_refused(config(input("s.h5", all + "receptor = 9\n")), 2,
                 "bad.toml:18:12: 'input.receptor' = 9: neurons of");
  expect_refused(config(input("s.h5", all + "target = 'none'\n")), 2, "'target' selects no neuron");
  write_trains("late.h5", {50.0, 60.0}, {0, 0});
  const auto late = run(config(input("late.h5", all)), "late");
  EXPECT_EQ(late.code, 0);
  EXPECT_THAT(late.err, HasSubstr("2 of 2 spikes lie outside the trials and are not played"));
  EXPECT_THAT(late.err, HasSubstr("input 'spikes' has no spike in any trial of 40 ms"));
}

}  // namespace
}  // namespace v1
