#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

/// Whole runs with the backend cuda on an emulated device (tests/emulated_cuda).
namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;
namespace fs = std::filesystem;

/// The engine and its plugins as they are installed, with the emulated device's cuda.
class EmulatedGpu : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    installed_ = std::make_unique<Scratch>();
    const fs::path plugins = *installed_ / "lib/v1engine/plugins";
    fs::create_directories(plugins);
    fs::create_directories(*installed_ / "bin");
    fs::copy_file(V1_BINARY, *installed_ / "bin/v1engine");
    for (const auto& plugin : fs::directory_iterator(V1_PLUGIN_DIR)) {
      const fs::path name = plugin.path().filename();
      if (name != "cuda.so") fs::create_symlink(plugin.path(), plugins / name);
    }
    fs::create_symlink(V1_EMULATED_PLUGINS "/cuda.so", plugins / "cuda.so");
  }
  static void TearDownTestSuite() { installed_.reset(); }

  /// `v1engine ARGUMENTS` where the device is; it did nothing that a device would not forgive.
  testing::ProcessResult with_device(const std::vector<std::string>& arguments,
                                     int code = 0) const {
    std::vector<std::string> all = {*installed_ / "bin/v1engine"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto result = testing::Process(all, scratch_.path()).wait();
    EXPECT_EQ(result.code, code) << result.err;
    EXPECT_THAT(result.err, ::testing::Not(HasSubstr("emulated device:")));
    return result;
  }
  void expect_identical(const std::string& a, const std::string& b) const {
    const auto compared = scratch_.v1engine({"compare", a, b});
    EXPECT_EQ(compared.code, 0) << compared.out << compared.err;
    EXPECT_THAT(compared.out, HasSubstr("identical"));
    EXPECT_GT(recording::RunReader(scratch_ / a).totals().neuron_spikes(), 3u);
  }

  static inline std::unique_ptr<Scratch> installed_;
  Scratch scratch_;
};

const std::string independent =
    "name = 'gpu'\nseed = 5\n[network]\nneurons = 300\n[simulation]\nduration = 150.0\n"
    "trials = 3\ncarry_state = false\n[stimulus]\nplugin = 'gratings'\n"
    "params = { onset = 0, duration = 150, contrast = 1.0 }\n[record]\nvariables = ['v', "
    "'background_current']\n";

// Three trials run side by side.
TEST_F(EmulatedGpu, GivesTheRunOfTheCpu) {
  scratch_.write("a.toml", independent);
  ASSERT_EQ(scratch_.v1engine({"run", "a.toml", "-o", "cpu", "--backend", "cpu"}).code, 0);
  with_device({"run", "a.toml", "-o", "cuda", "--backend", "cuda"});
  expect_identical("cpu", "cuda");
  const std::string log = testing::read_text(scratch_ / "cuda" / "log.txt");
  EXPECT_THAT(log, HasSubstr("Emulated device"));
}

TEST_F(EmulatedGpu, GivesItWhicheverWayStepsGo) {
  scratch_.write("a.toml", independent);
  ASSERT_EQ(scratch_.v1engine({"run", "a.toml", "-o", "cpu", "--backend", "cpu"}).code, 0);
  with_device({"run", "a.toml", "-o", "cuda", "--backend", "cuda", "--set",
               "simulation.backend_params.step=one-launch", "--set",
               "simulation.backend_params.state=streaming", "--set",
               "simulation.backend_params.lanes=1"});
  expect_identical("cpu", "cuda");
}

// Of blocks that wait for each other, with the LGN and the background of the model.
TEST_F(EmulatedGpu, GivesItWhereOnlySpikesPassBetweenBlocks) {
  for (const char* model : {"billeh2020", "v1dd2024"}) {
    scratch_.write("a.toml", std::string("name = 'gpu'\nseed = 5\n[network]\nneurons = 300\n"
                                         "model = '") +
                                 model +
                                 "'\n[simulation]\nduration = 150.0\ntrials = 2\n"
                                 "[stimulus]\nplugin = 'spontaneous'\n");
    const std::string cpu = std::string("cpu-") + model, cuda = std::string("cuda-") + model;
    ASSERT_EQ(scratch_.v1engine({"run", "a.toml", "-o", cpu, "--backend", "cpu"}).code, 0);
    setenv("EMULATED_CUDA_MULTIPROCESSORS", "3", 1);
    with_device({"run", "a.toml", "-o", cuda, "--backend", "cuda", "--set",
                 "simulation.backend_params.step=on-chip"});
    unsetenv("EMULATED_CUDA_MULTIPROCESSORS");
    expect_identical(cpu, cuda);
    EXPECT_THAT(testing::read_text(scratch_ / cuda / "log.txt"),
                ::testing::Not(HasSubstr("on-chip")));  // nothing says that it is not served
  }
}

TEST_F(EmulatedGpu, IsWhatAutoTakes) {
  scratch_.write("a.toml", independent);
  const auto plan = with_device({"validate", "a.toml", "--backend", "auto"});
  EXPECT_THAT(plan.out, HasSubstr("cuda"));
  EXPECT_THAT(plan.out, HasSubstr("Emulated device"));
}

// Trials that follow each other; the first on the device, the rest on the processor.
TEST_F(EmulatedGpu, HandsARunOverToTheCpu) {
  scratch_.write(
      "a.toml",
      "name = 'gpu'\nseed = 7\n[network]\nneurons = 300\n[simulation]\nduration = 200.0\n"
      "trials = 2\n[stimulus]\nplugin = 'spontaneous'\n"
      "[record]\nvariables = ['v']\n");
  ASSERT_EQ(scratch_.v1engine({"run", "a.toml", "-o", "whole", "--backend", "cpu"}).code, 0);
  with_device({"run", "a.toml", "-o", "parts", "--backend", "cuda", "--trials", "1"});
  const auto rest = scratch_.v1engine(
      {"run", "a.toml", "-o", "parts", "--backend", "cpu", "--trials", "2", "--resume"});
  ASSERT_EQ(rest.code, 0) << rest.err;
  expect_identical("whole", "parts");
}

TEST_F(EmulatedGpu, TakesThePointsOfASweepInTurn) {
  scratch_.write("a.toml", independent + "[[sweep]]\nstimulus.params.contrast = [0.2, 1.0]\n");
  ASSERT_EQ(scratch_.v1engine({"run", "a.toml", "-o", "cpu", "--backend", "cpu"}).code, 0);
  with_device({"run", "a.toml", "-o", "cuda", "--backend", "cuda"});
  for (const char* point : {"contrast=0.2", "contrast=1"}) {
    expect_identical(std::string("cpu/points/") + point, std::string("cuda/points/") + point);
  }
}

#if defined(V1_EMULATED_LONG_TESTS)  // several minutes under a sanitizer
// Without the cache the rates of the 17,400 units come from the device.
TEST_F(EmulatedGpu, FiltersTheStimulus) {
  scratch_.write("a.toml", independent);
  const auto cpu =
      scratch_.v1engine({"run", "a.toml", "-o", "cpu", "--backend", "cpu", "--trials", "1"});
  ASSERT_EQ(cpu.code, 0) << cpu.err;
  with_device({"run", "a.toml", "-o", "cuda", "--backend", "cuda", "--trials", "1", "--no-cache"});
  expect_identical("cpu", "cuda");
  EXPECT_THAT(testing::read_text(scratch_ / "cuda" / "log.txt"),
              HasSubstr("LGN rates are computed by backend cuda"));
}

TEST_F(EmulatedGpu, KeepsTheRulesOfPlugins) {
  const std::string plugin = *installed_ / "lib/v1engine/plugins/cuda.so";
  const auto checked = with_device({"plugins", "check", plugin});
  EXPECT_THAT(checked.out, HasSubstr(" passed, 0 failed, 0 skipped")) << checked.out;
}
#endif

TEST_F(EmulatedGpu, DevicesThatAreNotThereAreNamed) {
  scratch_.write("a.toml", independent);
  const auto third = with_device(
      {"run", "a.toml", "-o", "none", "--backend", "cuda", "--set", "simulation.device=2"}, 5);
  EXPECT_THAT(third.err, HasSubstr("must be 0 to 1, as backend cuda finds 2 devices here"));
}

}  // namespace
}  // namespace v1
