#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/base/hdf5.hpp"
#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

/// v1engine build, info and export: networks and recordings in other forms.
namespace v1 {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::read_text;
using testing::Scratch;

const char* run_part =
    "[simulation]\nduration = 300.0\ntrials = 1\n"
    "[stimulus]\nplugin = 'gratings'\n[record]\nspikes = 'all'\n";

std::string generated() { return std::string("seed = 7\n[network]\nneurons = 200\n") + run_part; }

class NetworkFormats : public ::testing::Test {
 protected:
  void SetUp() override { scratch_.write("a.toml", generated()); }
  void run(const std::string& config, const std::string& folder) const {
    const auto result = scratch_.v1engine({"run", config, "-o", folder, "--no-analyses", "-q"});
    ASSERT_EQ(result.code, 0) << result.err;
  }
  void build(const std::vector<std::string>& where) const {
    std::vector<std::string> arguments{"build", "a.toml", "-q"};
    arguments.insert(arguments.end(), where.begin(), where.end());
    const auto result = scratch_.v1engine(arguments);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out,
              where[0] == "-o" ? where[1] + "\n" : where[1] + "/simulation_config.json\n");
  }
  // Runs that spike, and alike.
  void expect_identical(const std::string& a, const std::string& b) const {
    EXPECT_GT(recording::RunReader(scratch_ / a).totals().neuron_spikes(), 0u);
    const auto result = scratch_.v1engine({"compare", a, b});
    EXPECT_EQ(result.code, 0) << result.out << result.err;
  }
  Scratch scratch_;
};

TEST_F(NetworkFormats, ANetworkFileAndACircuitRunLikeTheGeneratedNetwork) {
  build({"-o", "network.h5"});
  build({"--sonata", "circuit"});
  scratch_.write("file.toml", std::string("seed = 7\n[network]\nsource = 'file'\n"
                                          "file = 'network.h5'\n") +
                                  run_part);
  scratch_.write(
      "circuit.toml",
      std::string("seed = 7\n[network]\nsource = 'sonata'\n"
                  "circuit = 'circuit/circuit_config.json'\n[lgn]\nmosaic = 'sonata'\n") +
          run_part);
  run("a.toml", "generated");
  run("file.toml", "from_file");
  run("circuit.toml", "from_circuit");
  expect_identical("generated", "from_file");
  expect_identical("generated", "from_circuit");
}

// The circuit brings its own spikes: nothing else is needed to simulate it.
TEST_F(NetworkFormats, ACircuitTakesInputsOfSpikesWithIt) {
  scratch_.write("volley.csv", "timestamps population node_ids\n5.2 x 0\n9 x 0\n9 x 0\n");
  const std::string simulation =
      "[simulation]\nduration = 60.0\ndt = 0.5\ntrials = 1\n[background]\nkind = 'none'\n";
  const std::string inputs =
      "[[input]]\nplugin = 'spikes'\nname = 'volley'\ntarget = 'e23'\nweight = 400.0\n"
      "delay = 1.5\nconnect = 'all-to-all'\nparams = { file = 'volley.csv' }\n"
      "[[input]]\nplugin = 'current_clamp'\ntarget = 'e5'\n"
      "params = { amplitude = 1.0, start = 10.0, duration = 5.0 }\n";
  scratch_.write("in.toml", "seed = 7\n[network]\nneurons = 200\n" + simulation + inputs);
  const auto built = scratch_.v1engine({"build", "in.toml", "--sonata", "circuit"});
  ASSERT_EQ(built.code, 0) << built.err;
  EXPECT_THAT(built.err, AllOf(HasSubstr("in.toml:"), HasSubstr("'current_clamp' injects currents: "
                                                                "it is not written")));
  const h5::File spikes = h5::File::read(scratch_ / "circuit/inputs/volley_spikes.h5");
  EXPECT_EQ(spikes.values<double>("/spikes/volley/timestamps"),
            (std::vector<double>{5.5, 9.0, 9.0}));
  EXPECT_EQ(spikes.values<std::uint64_t>("/spikes/volley/node_ids"),
            (std::vector<std::uint64_t>{0, 0, 0}));
  scratch_.write("without.toml", "seed = 7\n[network]\nneurons = 200\n" + simulation +
                                     inputs.substr(0, inputs.find("[[input]]", 1)));
  scratch_.write("circuit.toml",
                 "seed = 7\n[network]\nsource = 'sonata'\n"
                 "circuit = 'circuit/simulation_config.json'\n[lgn]\nmosaic = 'sonata'\n" +
                     simulation);
  run("without.toml", "direct");
  run("circuit.toml", "from_circuit");
  const auto neurons = [&](const char* folder) {
    const h5::File file = h5::File::read(scratch_ / folder / "spikes.h5");
    return std::pair(file.values<double>("/spikes/v1/timestamps"),
                     file.values<std::uint64_t>("/spikes/v1/node_ids"));
  };
  EXPECT_GT(neurons("direct").first.size(), 10u);
  EXPECT_EQ(neurons("direct"), neurons("from_circuit"));
}

TEST_F(NetworkFormats, InfoCountsDrawnAndStoredConnections) {
  build({"-o", "network.h5"});
  const auto of_config = scratch_.v1engine({"info", "a.toml", "--json", "-q"});
  const auto of_file = scratch_.v1engine({"info", "network.h5", "--json"});
  ASSERT_EQ(of_file.code, 0) << of_file.err;
  const auto info = nlohmann::json::parse(of_file.out);
  EXPECT_EQ(info["kind"], "network file");
  EXPECT_EQ(info["network"], nlohmann::json::parse(of_config.out)["network"]);
  const auto& block = info["network"]["blocks"]["recurrent"];
  EXPECT_GE(block["connections_drawn"], block["connections_stored"]);
  EXPECT_EQ(info["network"]["neurons"], 200);
  // Mean in-degrees times sizes are the stored connections.
  double connections = 0.0;
  for (const auto& [source, row] : block["mean_in_degree"].items()) {
    for (const auto& [target, mean] : row.items()) {
      connections += mean.get<double>() * info["network"]["populations"][target].get<double>();
    }
  }
  EXPECT_NEAR(connections, block["connections_stored"].get<double>(),
              0.01 * block["connections_stored"].get<double>());
  const auto text = scratch_.v1engine({"info", "network.h5"});
  EXPECT_THAT(text.out, AllOf(HasSubstr("mean in-degree"), HasSubstr("connections_drawn"),
                              HasSubstr("memory")));
}

TEST_F(NetworkFormats, AFileThatIsNoNetworkFileEndsIn3) {
  scratch_.write("file.toml", std::string("[network]\nsource = 'file'\nfile = 'network.h5'\n"));
  build({"-o", "network.h5"});
  fs::resize_file(scratch_ / "network.h5", fs::file_size(scratch_ / "network.h5") / 2);
  for (const char* command : {"run", "validate", "info"}) {
    const bool info = std::string(command) == "info";
    const auto result = scratch_.v1engine({command, info ? "network.h5" : "file.toml"});
    EXPECT_EQ(result.code, 3) << command;
    EXPECT_THAT(result.err, AllOf(HasSubstr("error: "), HasSubstr("network.h5"))) << command;
  }
  fs::remove(scratch_ / "network.h5");
  h5::File::create(scratch_ / "network.h5").write("/x", std::vector<float>{1.0f});
  const auto foreign = scratch_.v1engine({"run", "file.toml"});
  EXPECT_EQ(foreign.code, 3);
  EXPECT_THAT(foreign.err, HasSubstr("expected a v1engine network file"));
}

TEST_F(NetworkFormats, BuildOverwritesNothingOfYours) {
  EXPECT_EQ(scratch_.v1engine({"build", "a.toml"}).code, 2);
  scratch_.write("notes.txt", "mine");
  const auto file = scratch_.v1engine({"build", "a.toml", "-o", "notes.txt"});
  EXPECT_EQ(file.code, 2);
  EXPECT_THAT(file.err, HasSubstr("is not a network file"));
  EXPECT_EQ(read_text(scratch_ / "notes.txt"), "mine");
  fs::create_directory(scratch_ / "folder");
  scratch_.write("folder/notes.txt", "mine");
  EXPECT_EQ(scratch_.v1engine({"build", "a.toml", "--sonata", "folder"}).code, 2);
  EXPECT_EQ(scratch_.v1engine({"build", "a.toml", "-o", "nowhere/network.h5"}).code, 2);
}

class Export : public NetworkFormats {
 protected:
  void SetUp() override {
    scratch_.write("a.toml",
                   "seed = 7\n[network]\nneurons = 100\n[simulation]\nduration = 200.0\n"
                   "trials = 2\n[stimulus]\nplugin = 'gratings'\n"
                   "[record]\nvariables = ['v']\nvariables_of = 'e4'\n"
                   "precision = 'float32'\n");
    run("a.toml", "out");
  }
};

TEST_F(Export, ToSonataHoldsTheSpikesAndTheReports) {
  const auto result = scratch_.v1engine({"export", "out", "--format", "sonata", "-o", "sonata"});
  ASSERT_EQ(result.code, 0) << result.err;
  const h5::File run = h5::File::read(scratch_ / "out/spikes.h5");
  const h5::File spikes = h5::File::read(scratch_ / "sonata/spikes.h5");
  const auto times = spikes.values<double>("/spikes/v1/timestamps");
  EXPECT_FALSE(times.empty());
  EXPECT_EQ(times, run.values<double>("/spikes/v1/timestamps"));
  EXPECT_EQ(spikes.values<std::uint64_t>("/spikes/v1/node_ids"),
            run.values<std::uint64_t>("/spikes/v1/node_ids"));
  const h5::File lgn = h5::File::read(scratch_ / "sonata/lgn_spikes.h5");
  EXPECT_EQ(lgn.values<double>("/spikes/lgn/timestamps"),
            run.values<double>("/spikes/lgn/timestamps"));
  const h5::File report = h5::File::read(scratch_ / "sonata/v_report.h5");
  const recording::RunReader reader(scratch_ / "out");
  const std::size_t neurons = reader.state_neurons().size();
  EXPECT_EQ(report.shape("/report/v1/data"), (h5::Shape{400, neurons}));
  std::vector<float> expected(200 * neurons), found(200 * neurons);
  reader.state(0, 1, 0, 200, 0, neurons, expected.data());
  report.slab("/report/v1/data", {200, 0}, {200, neurons}, found.data());
  EXPECT_EQ(found, expected);
  EXPECT_EQ(report.values<std::uint64_t>("/report/v1/mapping/node_ids").size(), neurons);
  // Other programs may lack gzip.
  EXPECT_GE(std::filesystem::file_size(scratch_ / "sonata/v_report.h5"), 400 * neurons * 4);
  EXPECT_GE(std::filesystem::file_size(scratch_ / "sonata/lgn_spikes.h5"),
            16 * lgn.values<double>("/spikes/lgn/timestamps").size());
}

TEST_F(Export, ToCsvHasARowPerSpikeAndSample) {
  const auto result = scratch_.v1engine({"export", "out", "--format", "csv", "-o", "csv"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto lines = [&](const std::string& name) {
    const std::string text = read_text(scratch_ / ("csv/" + name));
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  };
  const recording::RunReader reader(scratch_ / "out");
  EXPECT_EQ(lines("spikes.csv"), reader.totals().neuron_spikes() + 1);
  EXPECT_EQ(lines("neurons.csv"), 101u);
  EXPECT_EQ(lines("trials.csv"), 3u);
  EXPECT_EQ(lines("v.csv"), 401u);
  EXPECT_THAT(read_text(scratch_ / "csv/trials.csv"),
              ::testing::StartsWith(
                  "trial,start_ms,stop_ms,direction_deg,temporal_frequency_hz,contrast,reverse\n"));
  EXPECT_THAT(read_text(scratch_ / "csv/spikes.csv"),
              ::testing::StartsWith("timestamps population node_ids\n"));
}

TEST_F(Export, ToNwbHoldsUnitsTrialsAndTimeSeries) {
  const auto result = scratch_.v1engine({"export", "out", "--format", "nwb", "-o", "run.nwb"});
  ASSERT_EQ(result.code, 0) << result.err;
  const h5::File nwb = h5::File::read(scratch_ / "run.nwb");
  EXPECT_EQ(nwb.text_attribute("/", "neurodata_type"), "NWBFile");
  const recording::RunReader reader(scratch_ / "out");
  EXPECT_EQ(nwb.shape("/units/spike_times")[0], reader.totals().neuron_spikes());
  const auto ends = nwb.values<std::uint64_t>("/units/spike_times_index");
  EXPECT_EQ(ends.size(), 100u);
  EXPECT_EQ(ends.back(), reader.totals().neuron_spikes());
  EXPECT_EQ(nwb.values<double>("/intervals/trials/stop_time"), (std::vector<double>{0.2, 0.4}));
  EXPECT_EQ(nwb.shape("/processing/recordings/v/data"),
            (h5::Shape{400, reader.state_neurons().size()}));
}

TEST_F(Export, RefusesWhatItCannotDo) {
  EXPECT_EQ(scratch_.v1engine({"export", "out", "--format", "excel", "-o", "x"}).code, 2);
  EXPECT_EQ(scratch_.v1engine({"export", "nowhere", "--format", "csv", "-o", "x"}).code, 3);
  scratch_.write("taken.nwb", "mine");
  EXPECT_EQ(scratch_.v1engine({"export", "out", "--format", "nwb", "-o", "taken.nwb"}).code, 2);
  EXPECT_EQ(read_text(scratch_ / "taken.nwb"), "mine");
}

}  // namespace
}  // namespace v1
