#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using ResolvedToml = ConfigTest;

TEST_F(ResolvedToml, ReadsBackToTheSameConfig) {
  write("net.h5", "x");
  write("units.csv", "x");
  const std::string texts[] = {
      "",
      "[[network.overrides.add]]\npopulation = \"new\"\nlike = \"e23Cux2\"\n"
      "[[network.overrides.connections]]\nsource = [\"e4\", \"e5\"]\ntarget = \"*\"\n"
      "probability = { times = 0.1 }\n[network.overrides.rules]\nlgn.jitter = 0.5",
      "name = \"odd \\\"name\\\"\"\nseed = 9\n[network]\nseed = 8\nneurons = 12",
      "[network]\nsource = \"file\"\nfile = \"net.h5\"\n[lgn]\nmosaic = \"csv\"\nfile = "
      "\"units.csv\"\n[background]\nkind = \"file\"\nfile = \"units.csv\"",
      "[network]\nsource = \"sonata\"\ncircuit = \"net.h5\"\n[simulation]\nduration = 0.3\ndt = "
      "0.1\nprecision = \"float64\"",
      "[simulation]\nscheme = \"billeh-tf\"\nreset = \"soft\"\nbackend = \"cpu\"\n"
      "[simulation.backend_params]\nblock = 3",
      "[simulation.backend_params]\nblock = 3",
      "[stimulus]\nplugin = \"gratings\"\nparams = { orientation = 0.1, cells = [4, 2], movie = "
      "\"net.h5\", pulses = [{ start = 1 }] }\n"
      "[[input]]\nplugin = \"current_clamp\"\ntarget = { ei = \"e\", layer = \"2/3\", radius = 3 "
      "}\nparams = { amplitude = 1e-7 }\n"
      "[[analysis]]\nplugin = \"org.v1engine.test:classification\"\n"
      "[[analysis]]\nname = \"other\"\nplugin = \"classification\"\nparams = { block = 9 }\n"
      "[record]\nspikes = \"e23\"\nvariables = [\"v\"]\nvariables_of = [1, 2]\n"
      "[limits]\nanalysis_memory = 1234567\nisolate = true",
      "[report]\ntitle = \"A \\\"story\\\"\"\ntext = \"\"\"One.\n\nTwo.\"\"\"\n[[analysis]]\n"
      "plugin = \"overview\"\nover = \"first\"\ntitle = \"T\"\ntext = \"why\"\n"};
  for (const std::string& text : texts) {
    const RunConfig config = load(text);
    // From another folder: nothing may depend on where the text lies.
    LoadOptions options;
    options.path = write("elsewhere/config.toml", config.resolved_toml);
    const RunConfig again = load_config(options, registry_);
    EXPECT_EQ(again.resolved_toml, config.resolved_toml) << text;
    EXPECT_EQ(again.simulation.backend, config.simulation.backend);
    EXPECT_EQ(again.backend.plugin, config.backend.plugin);
    EXPECT_EQ(again.network.file, config.network.file);
    EXPECT_EQ(again.limits.analysis_memory, config.limits.analysis_memory);
    EXPECT_EQ(again.analyses.size(), config.analyses.size());
    EXPECT_EQ(again.report.text, config.report.text);
    EXPECT_EQ(again.inputs.size(), config.inputs.size());
  }
}

TEST_F(ResolvedToml, HoldsDefaultsIncludesAndSets) {
  write("base.toml", "[simulation]\ntrials = 4\n[stimulus]\nplugin = \"gratings\"\n");
  const RunConfig config = load("include = [\"base.toml\"]", {"stimulus.params.contrast=0.5"});
  EXPECT_THAT(config.resolved_toml,
              AllOf(HasSubstr("trials = 4\n"), HasSubstr("contrast = 0.5\n"),
                    HasSubstr("temporal_frequency = 2.0\n"), HasSubstr("seed = 3000\n"),
                    HasSubstr("analysis_memory = \"2 GiB\"\n"), Not(HasSubstr("include"))));
}

TEST_F(ResolvedToml, AutomaticBackendStaysAutomatic) {
  const RunConfig config = load("");
  EXPECT_THAT(config.resolved_toml,
              AllOf(HasSubstr("backend = \"auto\""), Not(HasSubstr("backend_params"))));
  // The same text on a machine with a device: no parameters of the other backend in the way.
  test::cuda_devices = 1;
  EXPECT_EQ(load(config.resolved_toml).backend.plugin, "cuda");
}

}  // namespace
}  // namespace v1::config
