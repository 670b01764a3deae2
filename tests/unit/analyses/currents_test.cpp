#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <map>

#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t steps = 1500;
constexpr std::uint32_t trials = 3;

bool fires(std::uint32_t trial, std::int64_t t, std::uint32_t i, bool lgn) {
  if (lgn) return (t * 7 + i * 13 + trial * 5) % (t < 500 ? 90 : 30) == 0;
  return (t * 11 + i * 17 + trial * 3) % (40 + 10 * i) == 0 || t == steps - 1 - i;
}

/// Currents of the eight neurons, step by step as the simulation computes them: a spike is input
/// one step later, and y2 follows y1.
class Simulated {
 public:
  using Wanted = std::function<bool(bool lgn, std::uint32_t source, std::uint32_t receptor)>;
  struct Synapse {
    bool lgn;
    std::uint32_t source, target, receptor;
    double weight;
  };
  static std::vector<Synapse> synapses(const v1e_network* network) {
    std::vector<Synapse> out;
    for (std::uint32_t b = 0; b < 2; ++b) {
      v1e_rows rows{};
      for (std::int64_t at = 0; at < network->blocks[b]->source_count; at += rows.row_count) {
        network->rows(network->ctx, b, at, 2, &rows, nullptr);
        for (std::int64_t r = 0; r < rows.row_count; ++r) {
          for (std::int64_t e = rows.row_ptr[r]; e < rows.row_ptr[r + 1]; ++e) {
            const std::uint32_t word = rows.address[e];
            out.push_back({b == 1, static_cast<std::uint32_t>(at + r),
                           word & ((1u << network->target_bits) - 1), word >> network->target_bits,
                           std::ldexp(rows.weight[e], -10)});
          }
        }
      }
    }
    return out;
  }
  Simulated(const v1e_network* network, bool carried, const Wanted& wanted)
      : current_(trials * steps * 8, 0.0) {
    const auto all = synapses(network);
    double y1[8][4] = {}, y2[8][4] = {};
    for (std::uint32_t trial = 0; trial < trials; ++trial) {
      if (!carried) std::fill(&y1[0][0], &y1[0][0] + 32, 0.0);
      if (!carried) std::fill(&y2[0][0], &y2[0][0] + 32, 0.0);
      for (std::int64_t t = 0; t < steps; ++t) {
        double input[8][4] = {};
        for (const Synapse& s : all) {
          const bool before = t == 0;  // a spike of the last step of the trial before
          if (before && (!carried || trial == 0)) continue;
          if (!wanted(s.lgn, s.source, s.receptor)) continue;
          if (fires(before ? trial - 1 : trial, before ? steps - 1 : t - 1, s.source, s.lgn)) {
            input[s.target][s.receptor] += s.weight;
          }
        }
        for (std::uint32_t i = 0; i < 8; ++i) {
          for (std::uint32_t r = 0; r < 4; ++r) {
            const double tau = WiredNetwork::tau_ms(r), decay = std::exp(-1.0 / tau);
            y2[i][r] = decay * y2[i][r] + decay * y1[i][r];
            y1[i][r] = decay * y1[i][r] + std::exp(1.0) / tau * input[i][r];
            current_[(trial * steps + static_cast<std::size_t>(t)) * 8 + i] += y2[i][r];
          }
        }
      }
    }
  }
  double at(std::uint32_t trial, std::int64_t t, std::uint32_t i) const {
    return current_[(trial * steps + static_cast<std::size_t>(t)) * 8 + i];
  }
  /// Mean over the trials 1 and 2 and the steps [begin, end).
  double mean(std::int64_t begin, std::int64_t end, std::uint32_t i) const {
    double sum = 0.0;
    for (std::uint32_t trial = 1; trial < trials; ++trial) {
      for (std::int64_t t = begin; t < end; ++t) sum += at(trial, t, i);
    }
    return sum / static_cast<double>(end - begin) / (trials - 1);
  }

 private:
  std::vector<double> current_;
};

class Currents : public PluginFixture {
 protected:
  Currents() : PluginFixture("currents") { write_classes(folder_.path(), classes_of_eight); }

  EightNeurons make(bool carried = true, bool recorded = true) {
    EightNeurons out = eight_neurons();
    for (std::uint32_t trial = 0; trial < trials; ++trial) {
      for (std::uint32_t t = 0; t < steps; ++t) {
        for (std::uint32_t i = 0; i < 8; ++i) {
          if (fires(trial, t, i, false)) out.run->add_spike(trial, t, i);
          if (i < 3 && fires(trial, t, i, true)) out.run->add_block_spike(trial, t, i);
        }
      }
    }
    out.run->change().spike_blocks = {1};
    const v1e_network* network = out.run->synapses();
    const auto recurrent = std::make_shared<Simulated>(
        network, carried, [](bool lgn, std::uint32_t, std::uint32_t) { return !lgn; });
    const auto lgn = std::make_shared<Simulated>(
        network, carried, [](bool is_lgn, std::uint32_t, std::uint32_t) { return is_lgn; });
    if (!recorded) return out;
    for (const char* name :
         {"input_current", "recurrent_current", "bottom_up_current", "background_current"}) {
      out.run->add_variable(name, "pA");
    }
    out.run->set_state(
        [=](std::size_t variable, std::uint32_t trial, std::int64_t t, std::uint32_t i) {
          const double background = t < 500 ? 4.0 : 5.0, after_spike = -1.5;
          const double parts[] = {
              recurrent->at(trial, t, i) + lgn->at(trial, t, i) + background + after_spike,
              recurrent->at(trial, t, i), lgn->at(trial, t, i), background};
          return static_cast<float>(parts[variable]);
        });
    return out;
  }
  /// Value of the row where text columns have these values.
  double value(const std::string& table_name,
               const std::vector<std::pair<std::string, std::string>>& row,
               const std::string& column) const {
    const ResultTable stored = table(table_name);
    const auto values = numbers(stored, column);
    for (std::size_t i = 0; i < values.size(); ++i) {
      bool match = true;
      for (const auto& [name, word] : row) match &= texts(stored, name)[i] == word;
      if (match) return values[i];
    }
    ADD_FAILURE() << table_name << " has no such row";
    return NAN;
  }
};

TEST_F(Currents, PartsAddUpToTheRecordings) {
  const EightNeurons example = make();
  const AnalysisResult result = run(example.run, "classification = 'classification'");
  ASSERT_TRUE(result.ok) << result.error;
  for (const char* window : {"baseline", "stimulus"}) {
    for (const char* current : {"recurrent", "bottom_up", "total"}) {
      EXPECT_LT(value("check", {{"current", current}, {"window", window}}, "largest_difference"),
                1e-5)
          << current << " " << window;
    }
  }
  EXPECT_THAT(figures(), testing::IsSupersetOf({"traces", "excitation_inhibition", "sources",
                                                "source_traces", "budget", "receptors", "check"}));
  EXPECT_NEAR(value("budget", {{"group", "hVf"}, {"part", "background"}}, "change"), 1.0, 1e-6);
  EXPECT_NEAR(value("budget", {{"group", "hVf"}, {"part", "after-spike"}}, "stimulus"), -1.5, 1e-6);
  EXPECT_THAT(texts(table("sources"), "source"), Contains("dVf"));
}

// Recorded are the total, recurrent and LGN currents, as most runs do it; the background comes from
// its events. What is left is the after-spike current.
TEST_F(Currents, AfterSpikeCurrentsAreWhatTheBackgroundLeaves) {
  EightNeurons example = eight_neurons();
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    for (std::uint32_t t = 0; t < steps; t += t < 500 ? 10 : 7) {
      example.run->add_block_spike(trial, t, 0);
    }
  }
  example.run->change().spike_blocks = {2};
  for (const char* name : {"input_current", "recurrent_current", "bottom_up_current"}) {
    example.run->add_variable(name, "pA");
  }
  example.run->set_state([](std::size_t variable, std::uint32_t, std::int64_t,
                            std::uint32_t) -> float { return variable == 0 ? 30.0f : 10.0f; });
  ASSERT_TRUE(run(example.run, "classification = 'classification'").ok);
  for (const char* window : {"baseline", "stimulus"}) {
    const double background = value("budget", {{"group", "dVf"}, {"part", "background"}}, window);
    EXPECT_GT(background, 0.1);
    EXPECT_NEAR(value("budget", {{"group", "dVf"}, {"part", "after-spike"}}, window),
                10.0 - background, 1e-6);
  }
  const ResultTable traces = table("part_traces");
  const auto part = texts(traces, "part"), group = texts(traces, "group");
  const auto time = numbers(traces, "time"), current = numbers(traces, "current");
  std::map<std::pair<std::string, double>, double> both;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (part[i] == "background" || part[i] == "after-spike")
      both[{group[i], time[i]}] += current[i];
  }
  EXPECT_FALSE(both.empty());
  for (const auto& [row, sum] : both) EXPECT_NEAR(sum, 10.0, 1e-6);
  EXPECT_THAT(texts(table("check"), "current"), Not(Contains("total")));
}

TEST_F(Currents, TrialsThatStartFromRest) {
  const EightNeurons example = make(false);
  ASSERT_TRUE(run(example.run).ok);
  EXPECT_LT(
      value("check", {{"current", "recurrent"}, {"window", "baseline"}}, "largest_difference"),
      1e-5);
}

TEST_F(Currents, SourcesAndReceptorsAreToldApart) {
  const EightNeurons example = make();
  ASSERT_TRUE(run(example.run, "classification = 'classification'").ok);
  const Simulated pvalb(
      example.run->synapses(), true,
      [](bool lgn, std::uint32_t source, std::uint32_t) { return !lgn && source == 4; });
  const std::vector<std::pair<std::string, std::string>> row = {{"group", "hVf"},
                                                                {"source", "i23Pvalb"}};
  EXPECT_NEAR(value("sources", row, "baseline"), pvalb.mean(0, 500, 2), 1e-5);
  EXPECT_NEAR(value("sources", row, "stimulus"), pvalb.mean(500, 1500, 2), 1e-5);
  const Simulated third(
      example.run->synapses(), true,
      [](bool lgn, std::uint32_t, std::uint32_t receptor) { return !lgn && receptor == 2; });
  EXPECT_NEAR(value("receptors", {{"group", "dVf"}, {"label", "recurrent 3"}}, "stimulus"),
              0.5 * (third.mean(500, 1500, 0) + third.mean(500, 1500, 1)), 1e-5);
  // The traces have the same means as the windows.
  const ResultTable traces = table("source_traces");
  const auto group = texts(traces, "group"), source = texts(traces, "source");
  const auto time = numbers(traces, "time"), current = numbers(traces, "current");
  double sum = 0.0;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (group[i] == "hVf" && source[i] == "i23Pvalb" && time[i] > 500.0) sum += current[i] / 200.0;
  }
  EXPECT_NEAR(sum, pvalb.mean(500, 1500, 2), 1e-5);
}

// Also where bins do not end with the baseline.
TEST_F(Currents, TracesChangeFromTheBaselineOfTheWindows) {
  const EightNeurons example = make();
  ASSERT_TRUE(run(example.run, "classification = 'classification'\nbin = 7.0").ok);
  const ResultTable traces = table("source_traces");
  const auto group = texts(traces, "group"), source = texts(traces, "source");
  const auto current = numbers(traces, "current"), change = numbers(traces, "change");
  for (std::size_t i = 0; i < current.size(); i += 50) {
    const double level = value("sources", {{"group", group[i]}, {"source", source[i]}}, "baseline");
    EXPECT_NEAR(current[i] - change[i], level, 1e-9) << group[i] << " " << source[i];
  }
}

// The heat maps of single neurons: excitation and inhibition from spikes, the total as recorded.
TEST_F(Currents, SampledNeuronsHaveExcitationAndInhibition) {
  write_classes(folder_.path(), classes_of_eight, {2, 0});
  const EightNeurons example = make();
  ASSERT_TRUE(run(example.run, "classification = 'classification'").ok);
  EXPECT_THAT(numbers(table("heatmap_rows"), "neuron"), ElementsAre(2.0, 0.0));
  const Simulated recurrent(example.run->synapses(), true,
                            [](bool lgn, std::uint32_t, std::uint32_t) { return !lgn; });
  const auto row = numbers(table("heatmap"), "row"), time = numbers(table("heatmap"), "time");
  const auto excitation = numbers(table("heatmap"), "recurrent_excitation");
  const auto inhibition = numbers(table("heatmap"), "recurrent_inhibition");
  const auto as_recorded = numbers(table("heatmap"), "recurrent");
  double sum = 0.0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    EXPECT_NEAR(excitation[i] + inhibition[i], as_recorded[i], 1e-4);
    if (row[i] == 0.0 && time[i] > 500.0) sum += (excitation[i] + inhibition[i]) / 200.0;
  }
  EXPECT_NEAR(sum, recurrent.mean(500, 1500, 2) - recurrent.mean(0, 500, 2), 1e-4);
  EXPECT_THAT(figures(), Contains("composite_currents"));
}

TEST_F(Currents, RecordingsAlone) {
  EightNeurons example = make();
  ASSERT_TRUE(run(example.run, "reconstruct = false").ok);
  EXPECT_THAT(texts(table("traces"), "current"), Contains("after_spike"));
  EXPECT_THAT(figures(), Not(Contains("sources")));
  EXPECT_THAT(texts(table("budget"), "group"), Contains("i23Pvalb"));
  const ResultTable traces = table("traces");
  const auto change = numbers(traces, "change"), time = numbers(traces, "time");
  const auto current = texts(traces, "current");
  for (std::size_t i = 0; i < change.size(); ++i) {
    if (current[i] != "background") continue;
    EXPECT_NEAR(change[i], time[i] < 500.0 ? 0.0 : 1.0, 1e-6);
  }
}

// With the windows exchanged, what was added is lost; sources that change by 0.0 pA are not named.
TEST_F(Currents, InhibitionIsAddedOrLost) {
  const EightNeurons bare = make(true, false);
  std::vector<std::string> said;
  for (const char* windows : {"baseline = [0, 500]\nstimulus = [500, 1500]",
                              "baseline = [500, 1500]\nstimulus = [0, 500]"}) {
    ASSERT_TRUE(run(bare.run, windows).ok);
    said.push_back(json_text_of(place() / "summary.json"));
    EXPECT_THAT(said.back(), AllOf(Not(HasSubstr("inhibition: i23Pvalb -0.0")),
                                   Not(HasSubstr("inhibition: i23Pvalb +0.0"))));
  }
  const auto gained = [](const std::string& text) {
    return std::pair(text.find("Most of the added inhibition: i") != text.npos,
                     text.find("Most of the lost inhibition: i") != text.npos);
  };
  EXPECT_TRUE(gained(said[0]).first != gained(said[0]).second) << said[0];
  EXPECT_EQ(gained(said[0]).first, gained(said[1]).second) << said[1];
  EXPECT_EQ(gained(said[0]).second, gained(said[1]).first) << said[1];
}

// Windows left at their defaults for a stimulus that changes at other times.
TEST_F(Currents, WindowsAcrossChangesOfTheStimulusAreWarnedOf) {
  const EightNeurons bare = make(true, false);
  const auto said = [&](const std::vector<double>& marks, const std::string& parameters = "") {
    bare.run->change().stimulus.markers.clear();
    for (const double time : marks) bare.run->change().stimulus.markers.push_back({time, "change"});
    EXPECT_TRUE(run(bare.run, parameters).ok);
    return json_text_of(place() / "summary.json");
  };
  EXPECT_THAT(said({1200, 600, 600}),
              AllOf(HasSubstr("`stimulus` (500 to 1500 ms) runs across what is marked at 600, 1200 "
                              "ms"),
                    Not(HasSubstr("`baseline` ("))));
  EXPECT_THAT(said({600, 1200}, "baseline = [100, 600]\nstimulus = [600, 1200]"),
              Not(HasSubstr("runs across")));
  EXPECT_THAT(said({500, 800, 1200}), Not(HasSubstr("runs across"))) << "a current within";
  EXPECT_THAT(said({}), Not(HasSubstr("runs across")));
}

TEST_F(Currents, SpikesAlone) {
  const EightNeurons bare = make(true, false);
  const AnalysisResult result = run(bare.run);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("No currents were recorded"));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("not recorded, so their"));
  EXPECT_THAT(figures(), Not(Contains("check")));
  const Simulated lgn(bare.run->synapses(), true,
                      [](bool is_lgn, std::uint32_t, std::uint32_t) { return is_lgn; });
  EXPECT_NEAR(numbers(table("neurons"), "from_LGN_stimulus")[2], lgn.mean(500, 1500, 2), 1e-5);
  EXPECT_THAT(run(bare.run, "reconstruct = false").error, HasSubstr("no currents were recorded"));
}

// What was recorded does not tell whether trials carry their state on, so the parameter does.
TEST_F(Currents, SpikesAloneOfTrialsThatStartFromRest) {
  const EightNeurons bare = make(false, false);
  ASSERT_TRUE(run(bare.run, "carried = false").ok);
  const auto is_lgn = [](bool lgn, std::uint32_t, std::uint32_t) { return lgn; };
  const Simulated rest(bare.run->synapses(), false, is_lgn);
  const Simulated carried(bare.run->synapses(), true, is_lgn);
  EXPECT_NEAR(numbers(table("neurons"), "from_LGN_baseline")[2], rest.mean(0, 500, 2), 1e-5);
  EXPECT_GT(std::fabs(rest.mean(0, 500, 2) - carried.mean(0, 500, 2)), 1e-4);
}

TEST_F(Currents, RecurrentCurrentsOfSomeSpikesAreNotCompared) {
  const EightNeurons example = make();
  example.run->change().spike_positions = std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5};
  const AnalysisResult result = run(example.run);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(result.warnings, Contains(HasSubstr("Spikes of 2 of 8 neurons")));
  EXPECT_THAT(texts(table("check"), "current"),
              AllOf(Contains("bottom_up"), Not(Contains("recurrent"))));
}

// By its units or its name; whatever else comes from outside is an input of its own.
TEST_F(Currents, TheLgnIsToldFromOtherInputs) {
  const EightNeurons example = make();
  network::EdgeBlock& block = example.run->change_network().blocks[1];
  const auto sources = [&](const std::string& name, network::SourceKind kind) {
    block.name = name;
    block.source_kind = kind;
    const AnalysisResult result = run(example.run);
    EXPECT_TRUE(result.ok) << result.error;
    return texts(table("sources"), "source");
  };
  using network::SourceKind;
  EXPECT_THAT(sources("thalamus", SourceKind::rates), Contains("LGN unit"));
  EXPECT_THAT(sources("thalamus", SourceKind::events),
              AllOf(Contains("input thalamus"), Not(Contains("LGN unit"))));
  EXPECT_THAT(sources("LGN_left", SourceKind::events), Contains("LGN unit"));
}

TEST_F(Currents, SilentSourcesAndEmptyClasses) {
  write_classes(folder_.path(), {"dVf", "dVf", "dVf", "", "", "", "", ""});
  EightNeurons silent = eight_neurons();
  silent.run->change().spike_blocks = {1};
  ASSERT_TRUE(run(silent.run, "classification = 'classification'").ok);
  EXPECT_THAT(texts(table("budget"), "group"), testing::Each("dVf"));
  for (const double change : numbers(table("sources"), "change")) EXPECT_EQ(change, 0.0);
  write_classes(folder_.path(), {"", "", "", "", "", "", "", ""});
  EXPECT_THAT(run(silent.run, "classification = 'classification'").error, HasSubstr("class"));
}

TEST_F(Currents, ThreadsDoNotMatter) {
  const EightNeurons example = make();
  ASSERT_TRUE(run(example.run, "", 1).ok);
  const auto once = numbers(table("sources"), "stimulus");
  ASSERT_TRUE(run(example.run, "", 4).ok);
  EXPECT_EQ(numbers(table("sources"), "stimulus"), once);
}

TEST_F(Currents, OneTrialAndBadWindowsAreRefused) {
  EightNeurons one = eight_neurons();
  one.run->change().trials = 1;
  EXPECT_THAT(run(one.run).error, HasSubstr("skip_first_trial"));
  const EightNeurons example = eight_neurons();
  EXPECT_THAT(run(example.run, "stimulus = [500, 2500]").error, HasSubstr("stimulus"));
  EXPECT_THAT(run(example.run, "stimulus = [500.2, 500.7]").error,
              HasSubstr("the window holds no step of 'synthetic', whose steps of 1 ms"));
  EXPECT_THAT(run(example.run, "classification = 'none'").error, HasSubstr("none"));
  EXPECT_THAT(run(example.run, "bin = 5000.0").error, HasSubstr("bin"));
}

}  // namespace
}  // namespace v1::analysis
