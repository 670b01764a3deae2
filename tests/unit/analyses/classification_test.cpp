#include <gmock/gmock.h>

#include <toml++/toml.h>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

constexpr std::int64_t steps = 2500;
constexpr double tolerance = 1e-5;  // recordings are float32

json oracle() { return json_of(std::string(V1_TEST_DATA) + "/analysis/classification.json"); }

double value_or_nan(const json& node) { return node.is_string() ? NAN : node.get<double>(); }

/// The eight toy neurons: each its own type, so that each has its own rheobase.
class Classification : public PluginFixture {
 protected:
  Classification() : PluginFixture("classification"), oracle_(oracle()) {}

  std::shared_ptr<SyntheticRun> toy_run(std::uint32_t trials = 3) const {
    network::Network network;
    const auto& cells = oracle_["cells"];
    network = small_network(std::vector<std::string>(cells.size(), "e23Cux2"), 1);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      // With g / C = 0.5 per ms, V_th - E_L = rheobase / g is reached by the next grid current;
      // 0.005 pA less makes the rheobase exactly that of the table.
      network::NodeType& type = network.types[i];
      type.g_ns = 4.0;
      type.c_m_pf = 8.0;
      type.e_l_mv = -75.0;
      type.v_th_mv = -75.0 + (cells[i]["rheo"].get<double>() - 0.005) / type.g_ns;
    }
    auto run = std::make_shared<SyntheticRun>(network, trials, steps);
    for (const char* name : {"v", "input_current", "recurrent_current", "bottom_up_current"}) {
      run->add_variable(name, std::string(name) == "v" ? "mV" : "pA");
    }
    struct Cell {
      double b, a, vb, va;
      int pb, ps;
    };
    std::vector<Cell> toys;
    for (const json& cell : cells) {
      toys.push_back({cell["b"], cell["a"], cell["vb"], cell["va"], cell["pb"], cell["ps"]});
    }
    run->set_state([toys](std::size_t variable, std::uint32_t k, std::int64_t t, std::uint32_t n) {
      const Cell& cell = toys[n];
      const double shown = t >= 500 && t < 1500 ? 1.0 : 0.0;
      const auto trial = static_cast<std::int64_t>(k);
      if (variable == 0) {
        return static_cast<float>(cell.vb + cell.va * shown +
                                  0.1 * static_cast<double>((11 * t + 5 * trial) % 61 - 30) / 30);
      }
      const double input =
          cell.b + cell.a * shown + 0.5 * static_cast<double>((7 * t + 13 * trial) % 101 - 50) / 50;
      if (variable == 1) return static_cast<float>(input);
      return static_cast<float>(variable == 2 ? 0.5 * input : 0.25 * input);
    });
    for (std::uint32_t k = 0; k < trials; ++k) {
      for (std::uint32_t t = 0; t < 1500; ++t) {
        for (std::uint32_t n = 0; n < toys.size(); ++n) {
          const int period = t < 500 ? toys[n].pb : toys[n].ps;
          if (period > 0 && static_cast<int>(t) % period == 0) run->add_spike(k, t, n);
        }
      }
    }
    return run;
  }

  void expect_column(const ResultTable& table, const std::string& column, const char* key) {
    const std::vector<double> found = numbers(table, column);
    ASSERT_EQ(found.size(), oracle_["expected"].size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double expected = value_or_nan(oracle_["expected"][i][key]);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(found[i])) << column << " " << i;
      } else {
        EXPECT_NEAR(found[i], expected, tolerance) << column << " " << i;
      }
    }
  }
  void expect_classes(const char* key) {
    const auto found = texts(table("neurons"), "class");
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i], oracle_["expected"][i]["class"][key].get<std::string>())
          << key << " of neuron " << i;
    }
  }

  json oracle_;
};

TEST_F(Classification, GivesTheWorkedValuesInBothModes) {
  for (const std::string mode : {"clean", "reference"}) {
    SCOPED_TRACE(mode);
    const AnalysisResult result =
        run(toy_run(), "correct_voltage = false\nmode = \"" + mode + "\"");
    ASSERT_TRUE(result.ok) << result.error;
    const ResultTable neurons = table("neurons");
    expect_column(neurons, "baseline_input_current", "baseline_input_current");
    expect_column(neurons, "baseline_input_current_sd", "baseline_input_current_sd");
    expect_column(neurons, "response_input_current", "response_input_current");
    expect_column(neurons, "baseline_v", "baseline_v");
    expect_column(neurons, "response_v", "response_v");
    expect_column(neurons, "threshold", "input_threshold");
    EXPECT_THAT(text_of(place() / "neurons.csv"), testing::HasSubstr("threshold [pA]"));
    const bool clean = mode == "clean";
    expect_column(neurons, "baseline_raw_firing_rate", clean ? "baseline_hz" : "baseline_count");
    expect_column(neurons, "response_raw_firing_rate", clean ? "response_hz" : "response_count");
    expect_column(neurons, "firing_rate_ratio", clean ? "ratio_hz" : "ratio_reference");
    expect_column(neurons, "modulation_index", clean ? "mi_hz" : "mi_reference");
    expect_classes("input_current");
  }
}

TEST_F(Classification, WarnsOfWindowsAcrossChangesOfTheStimulus) {
  const auto data = toy_run();
  data->change().stimulus.markers = {{600.0, "halt"}};
  ASSERT_TRUE(run(data).ok);
  EXPECT_THAT(
      text_of(place() / "summary.json"),
      testing::HasSubstr("`response` (500 to 1500 ms) runs across what is marked at 600 ms"));
  ASSERT_TRUE(run(data, "baseline = [100, 600]\nresponse = [600, 1200]").ok);
  EXPECT_THAT(text_of(place() / "summary.json"), testing::Not(testing::HasSubstr("runs across")));
}

TEST_F(Classification, FollowsEveryCriterion) {
  const auto data = toy_run();
  const auto classes_by = [&](const std::string& criterion, const std::string& mode,
                              const char* key) {
    const AnalysisResult result = run(data, "correct_voltage = false\ncriterion = \"" + criterion +
                                                "\"\nmode = \"" + mode + "\"");
    ASSERT_TRUE(result.ok) << result.error;
    expect_classes(key);
  };
  classes_by("v", "clean", "v");
  classes_by("firing_rate", "clean", "firing_rate_hz");
  classes_by("firing_rate", "reference", "firing_rate_reference");
  classes_by("modulation_index", "clean", "modulation_index_hz");
  classes_by("modulation_index", "reference", "modulation_index_reference");
}

TEST_F(Classification, SortsTheHeatMapByResponse) {
  ASSERT_TRUE(run(toy_run()).ok);
  const auto order = numbers(table("heatmap_rows"), "neuron");
  const auto expected = oracle_["heatmap_order"].get<std::vector<double>>();
  EXPECT_EQ(order, expected);
  const auto ranks = numbers(table("neurons"), "heatmap_neurons");
  for (std::size_t row = 0; row < order.size(); ++row) {
    EXPECT_EQ(ranks[static_cast<std::size_t>(order[row])], static_cast<double>(row));
  }
}

// Odd trials answer with 10 pA less: with three trials used, the halves are 0 and 2 against 1.
TEST_F(Classification, ComparesHalvesOfTheTrials) {
  const auto data = toy_run(4);
  data->set_state([](std::size_t variable, std::uint32_t k, std::int64_t t, std::uint32_t) {
    const float shown = t >= 500 && t < 1500 ? 1.0f : 0.0f;
    return variable == 1 ? shown * (k % 2 == 1 ? 30.0f : -40.0f) : 0.0f;
  });
  ASSERT_TRUE(run(data).ok);  // trials 1, 2 and 3
  for (const double first : numbers(table("halves"), "first")) EXPECT_NEAR(first, 30.0, 1e-6);
  for (const double second : numbers(table("halves"), "second")) EXPECT_NEAR(second, -40.0, 1e-6);
  EXPECT_THAT(texts(table("halves"), "class_first"), testing::Each("dVf"));
  EXPECT_THAT(texts(table("halves"), "class_second"), testing::Each("hVf"));
  EXPECT_THAT(figures(), Contains("split_half"));
  const auto summary = nlohmann::json::parse(json_text_of(place() / "summary.json"));
  EXPECT_THAT(summary.dump(), HasSubstr("split_half_agreement"));
  ASSERT_TRUE(run(data, "trials = 2").ok);  // one trial is left: no halves
  EXPECT_THAT(figures(), testing::Not(Contains("split_half")));
}

TEST_F(Classification, HalvesOfSpikeCriteriaAreRates) {
  const auto data = toy_run(5);
  ASSERT_TRUE(run(data, "criterion = 'modulation_index'").ok);
  EXPECT_EQ(numbers(table("halves"), "first").size(), numbers(table("neurons"), "rheobase").size());
  // All trials of the toys are alike, so both halves give the classes of the whole.
  EXPECT_EQ(texts(table("halves"), "class_first"), texts(table("halves"), "class"));
  EXPECT_EQ(texts(table("halves"), "class_second"), texts(table("halves"), "class"));
}

TEST_F(Classification, SummarisesTheClasses) {
  ASSERT_TRUE(run(toy_run(), "correct_voltage = false").ok);
  const ResultTable counts = table("neurons_per_class");
  const auto names = texts(counts, "class");
  for (std::size_t c = 0; c < names.size(); ++c) {
    const json& expected = oracle_["classes"][names[c]];
    EXPECT_EQ(numbers(counts, "n")[c], expected["n"].get<double>());
    EXPECT_DOUBLE_EQ(numbers(counts, "fraction")[c], expected["fraction"].get<double>());
  }
  const auto check = [&](const std::string& which, const std::string& quantity, const char* key) {
    const ResultTable means = table(which);
    const auto classes = texts(means, "class"), quantities = texts(means, "quantity");
    int found = 0;
    for (std::size_t row = 0; row < classes.size(); ++row) {
      if (quantities[row] != quantity) continue;
      const json& expected = oracle_["classes"][classes[row]][key];
      EXPECT_NEAR(numbers(means, "mean")[row], expected["mean"].get<double>(), tolerance) << key;
      EXPECT_NEAR(numbers(means, "sem")[row], expected["sem"].get<double>(), tolerance) << key;
      if (expected.contains("n")) {
        EXPECT_EQ(numbers(means, "n")[row], expected["n"].get<double>());
      }
      ++found;
    }
    EXPECT_EQ(found, 3) << key;
  };
  check("baseline_by_class", "input_current", "baseline_input_current");
  check("baseline_by_class", "v", "baseline_v");
  check("response_by_class", "raw_firing_rate", "response_hz");
  check("response_by_class", "modulation_index", "mi_hz");
  check("response_by_class", "input_current", "table_response_input_current");
  check("response_by_class", "v", "table_response_v");
  EXPECT_THAT(text_of(place() / "response_by_class.tex"), HasSubstr("unc & "));
  ASSERT_TRUE(run(toy_run(), "mode = \"reference\"").ok);
  check("response_by_class", "firing_rate_ratio", "ratio_reference");
}

TEST_F(Classification, ClassTracesAreMeansOverMembersWithEitherBand) {
  ASSERT_TRUE(run(toy_run(), "correct_voltage = false").ok);
  ResultTable traces = table("traces");
  // dVf are neurons 0, 3 and 6, of which the input rises by 12, 9 and 4 pA.
  const auto value_at = [&](const std::string& column, const std::string& name, double time) {
    const auto classes = texts(traces, "class");
    const auto times = numbers(traces, "time");
    const auto values = numbers(traces, column);
    for (std::size_t row = 0; row < classes.size(); ++row) {
      if (classes[row] == name && times[row] == time) return values[row];
    }
    return static_cast<double>(NAN);
  };
  const auto noise = [](std::int64_t t) {
    double sum = 0.0;
    for (int k = 1; k < 3; ++k) sum += 0.5 * static_cast<double>((7 * t + 13 * k) % 101 - 50) / 50;
    return sum / 2.0;
  };
  const double mean = 25.0 / 3.0 + noise(700) - (-0.00091);
  EXPECT_NEAR(value_at("input_current", "dVf", 700), mean, 1e-4);
  EXPECT_NEAR(value_at("recurrent_current", "dVf", 700), 0.5 * mean, 1e-4);
  EXPECT_NEAR(value_at("asc_bkg", "dVf", 700), 0.25 * mean, 1e-4);
  const double spread =
      std::sqrt(((12 - 25.0 / 3) * (12 - 25.0 / 3) + (9 - 25.0 / 3) * (9 - 25.0 / 3) +
                 (4 - 25.0 / 3) * (4 - 25.0 / 3)) /
                2.0);
  EXPECT_NEAR(value_at("input_current_error", "dVf", 700), spread / std::sqrt(3.0), 1e-4);
  ASSERT_TRUE(run(toy_run(), "correct_voltage = false\nmode = \"reference\"").ok);
  traces = table("traces");
  // Pooled: deviation of the six samples (ddof 1) over the root of three neurons.
  double sum = 0.0, squares = 0.0;
  for (int k = 1; k < 3; ++k) {
    const double deviation = 0.5 * static_cast<double>((7 * 700 + 13 * k) % 101 - 50) / 50;
    for (const double rise : {12.0, 9.0, 4.0}) {
      sum += rise + deviation;
      squares += (rise + deviation) * (rise + deviation);
    }
  }
  const double pooled = std::sqrt((squares - sum * sum / 6.0) / 5.0) / std::sqrt(3.0);
  EXPECT_NEAR(value_at("input_current_error", "dVf", 700), pooled, 1e-4);
  // What recurrent (a half) and bottom-up current (a quarter) leave of it varies with the trial,
  // too.
  EXPECT_NEAR(value_at("asc_bkg_error", "dVf", 700), 0.25 * pooled, 1e-4);
}

TEST_F(Classification, DoesNotDependOnThreadsOrMemory) {
  ASSERT_TRUE(run(toy_run(), "mode = \"reference\"", 1).ok);
  std::map<std::string, std::string> first;
  for (const char* name : {"neurons.csv", "traces.csv", "heatmap.csv", "rates.csv", "anova.csv"}) {
    first[name] = text_of(place() / name);
    EXPECT_GT(first[name].size(), 20u) << name;
  }
  ASSERT_TRUE(run(toy_run(), "mode = \"reference\"", 3, 1 << 20).ok);  // a few neurons a block
  for (const auto& [name, text] : first) {
    if (name == "traces.csv") continue;  // sums over neurons depend on the blocks in the last bits
    EXPECT_EQ(text_of(place() / name), text) << name;
  }
  const std::string small_blocks = text_of(place() / "traces.csv");
  ASSERT_TRUE(run(toy_run(), "mode = \"reference\"", 1, 1 << 20).ok);
  EXPECT_EQ(text_of(place() / "traces.csv"), small_blocks);
}

TEST_F(Classification, RemovesSpikesFromThePotential) {
  const auto data = toy_run();
  data->set_state([](std::size_t variable, std::uint32_t, std::int64_t t, std::uint32_t n) {
    if (variable > 0) return 1.0f + static_cast<float>(n);
    const bool spike = n == 0 && (t < 500 ? t % 100 == 0 : t < 1500 && t % 50 == 0) && t > 1;
    return spike ? 30.0f : -60.0f;
  });
  ASSERT_TRUE(run(data).ok);
  EXPECT_NEAR(numbers(table("neurons"), "baseline_v")[0], -60.0, 1e-9);
  EXPECT_NEAR(numbers(table("neurons"), "response_v")[0], 0.0, 1e-9);
  ASSERT_TRUE(run(data, "mode = \"reference\"").ok);
  EXPECT_NEAR(numbers(table("neurons"), "baseline_v")[0], -60.0, 1e-9);
  ASSERT_TRUE(run(data, "correct_voltage = false").ok);
  EXPECT_NEAR(numbers(table("neurons"), "baseline_v")[0], -60.0 + 90.0 * 4 / 500, 1e-6);
}

TEST_F(Classification, ReferenceBridgesCrossTrialBorders) {
  // A ramp in trial 1 ends at -50 while trial 2 starts at -70; a spike in the last ms of trial 1.
  network::Network network = small_network({"e23"}, 1);
  const auto data = std::make_shared<SyntheticRun>(network, 3, 20);
  data->add_variable("v", "mV");
  data->set_state([](std::size_t, std::uint32_t k, std::int64_t, std::uint32_t) {
    return k == 1 ? -50.0f : -70.0f;
  });
  data->add_spike(1, 19, 0);
  const std::string windows = "criterion = \"v\"\nbaseline = [0, 2]\nresponse = [17, 20]\n";
  ASSERT_TRUE(run(data, windows + "mode = \"reference\"").ok);
  // v[17..22] of the joined trials becomes -50 + k (-70 + 50) / 6
  const double baseline = (2 * -50.0 + (-50.0 - 3 * 20.0 / 6) + (-50.0 - 4 * 20.0 / 6)) / 4.0;
  const double response =
      (-50.0 + (-50.0 - 20.0 / 6) + (-50.0 - 2 * 20.0 / 6) + 3 * -70.0) / 6.0 - baseline;
  EXPECT_NEAR(numbers(table("neurons"), "baseline_v")[0], baseline, 1e-6);
  EXPECT_NEAR(numbers(table("neurons"), "response_v")[0], response, 1e-6);
  // The neuron by itself: trial 1 at 18 ms is -50 - 20 / 6, trial 2 is -70.
  EXPECT_NEAR(numbers(table("spike_removal"), "corrected")[18], -50.0 - 20.0 / 6, 1e-6);
  EXPECT_NEAR(numbers(table("single_traces"), "v")[18], (-50.0 - 20.0 / 6 - 70.0) / 2.0 - baseline,
              1e-6);
  ASSERT_TRUE(run(data, windows).ok);
  EXPECT_NEAR(numbers(table("neurons"), "baseline_v")[0], -60.0, 1e-6);
}

TEST_F(Classification, DrawsTheCatalogue) {
  ASSERT_TRUE(run(toy_run()).ok);
  for (const char* name :
       {"composite_currents_heatmap", "response_per_class", "average_currents_of_classes",
        "voltage", "current_heatmaps", "response_histograms", "firing_rate_ratio",
        "modulation_index", "firing_rates", "firing_rates_heatmap", "baseline_distribution",
        "preferred_angle_distribution", "current_competition", "threshold_sensitivity"}) {
    EXPECT_THAT(figures(), Contains(name));
    EXPECT_NO_THROW(toml::parse_file((place() / (std::string(name) + ".figure.toml")).string()))
        << name;
  }
  EXPECT_THAT(text_of(place() / "neuron_0.figure.toml"), HasSubstr("Potential, change"));
  for (const char* name : {"firing_rate_ratio", "modulation_index"}) {
    EXPECT_THAT(text_of(place() / (std::string(name) + ".figure.toml")), HasSubstr("Shaded:"));
  }
}

TEST_F(Classification, WithoutClassesGivesQuantitiesAndHeatMaps) {
  ASSERT_TRUE(run(toy_run(), "classify = false").ok);
  EXPECT_THAT(figures(), Contains("current_heatmaps"));
  EXPECT_FALSE(std::filesystem::exists(place() / "neurons_per_class.csv"));
  EXPECT_EQ(text_of(place() / "neurons.csv").find("threshold"), std::string::npos);
}

TEST_F(Classification, OneTrialIsAClearError) {
  const AnalysisResult result = run(toy_run(1));
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("skip_first_trial = false"));
  EXPECT_TRUE(run(toy_run(1), "skip_first_trial = false").ok);
}

TEST_F(Classification, TrialsTooShortForAWindowAreAnError) {
  EXPECT_THAT(run(toy_run(), "response = [2000, 3000]").error,
              HasSubstr("response window 2000 to 3000 ms is missing"));
}

TEST_F(Classification, MissingVariablesDropColumnsOrAreAnError) {
  const auto data = toy_run();
  auto& variables = data->change().variables;
  variables.erase(variables.begin() + 1, variables.end());  // only v
  EXPECT_THAT(run(data).error, HasSubstr("add \"input_current\" to [record] variables"));
  const AnalysisResult result = run(data, "criterion = \"v\"");
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_EQ(text_of(place() / "neurons.csv").find("recurrent"), std::string::npos);
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("Not recorded"));
  variables.clear();
  ASSERT_TRUE(run(data, "criterion = \"firing_rate\"").ok);
  EXPECT_THAT(figures(), Contains("firing_rates"));
}

TEST_F(Classification, SilentPopulationsAndEmptyClassesAreNoFailure) {
  const auto data = std::make_shared<SyntheticRun>(small_network({"e23", "i4Sst"}, 4), 2, steps);
  data->add_variable("input_current", "pA");
  data->set_state([](std::size_t, std::uint32_t, std::int64_t, std::uint32_t) { return 5.0f; });
  const AnalysisResult result = run(data);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_EQ(numbers(table("neurons_per_class"), "n"), (std::vector<double>{0, 4, 0}));
  EXPECT_THAT(result.warnings, Contains(HasSubstr("No neuron of the population fired")));
  EXPECT_EQ(texts(table("anova"), "outcome")[0], "not performed");
  for (const double mi : numbers(table("neurons"), "modulation_index")) {
    EXPECT_TRUE(std::isnan(mi));
  }
}

TEST_F(Classification, AValueThatIsNotDefinedIsNoNumberInTexts) {
  const auto data = std::make_shared<SyntheticRun>(small_network({"e23", "i4Sst"}, 1), 3, steps);
  data->add_variable("input_current", "pA");
  data->set_state([](std::size_t, std::uint32_t, std::int64_t, std::uint32_t) { return 5.0f; });
  ASSERT_TRUE(run(data, "criterion = 'firing_rate'").ok);
  const std::string summary = text_of(place() / "summary.json");
  EXPECT_THAT(summary, HasSubstr("(1 neuron), 2 of 3 trials (without the first)"));
  EXPECT_THAT(summary, HasSubstr("kappa not defined"));
  EXPECT_THAT(text_of(place() / "neuron_0.figure.toml"),
              HasSubstr("Neuron 0 (id 1000), e23: unclassified (no value, threshold 2.00)"));
}

TEST_F(Classification, APopulationWithoutNeuronsListsTheKnownOnes) {
  EXPECT_THAT(run(toy_run(), "population = \"e6\"").error, HasSubstr("known are e23Cux2"));
}

}  // namespace
}  // namespace v1::analysis
