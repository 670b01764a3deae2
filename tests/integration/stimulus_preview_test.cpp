#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/analysis/table.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

const std::string tiny =
    "name = 'p'\nseed = 3\n[network]\nneurons = 30\n[simulation]\nduration = 400.0\n";

TEST(StimulusPreview, EveryShippedStimulusIsPictured) {
  const Scratch scratch;
  for (const char* name :
       {"gratings", "flash", "perturbation", "bar", "looming", "gabor", "spontaneous"}) {
    scratch.write("a.toml", tiny + "trials = 1\n[stimulus]\nplugin = '" + name + "'\n");
    const auto run = scratch.v1engine({"run", "a.toml", "-o", name});
    ASSERT_EQ(run.code, 0) << name << ": " << run.err;
    EXPECT_THAT(run.err, ::testing::Not(HasSubstr("was not drawn"))) << name;
    const auto folder = scratch / (std::string(name) + "/stimulus");
    EXPECT_GT(analysis::read_table(folder, "frames").rows(), 0u) << name;
    const auto course = analysis::read_table(folder, "course");
    EXPECT_EQ(course.rows(), 400u) << name;
    EXPECT_EQ(course.columns.size(), 3u) << name;  // one stimulus needs no name
    EXPECT_THAT(testing::read_text(scratch / (std::string(name) + "/report.html")),
                HasSubstr("<h2 id=\"stimulus\">Stimulus</h2>"));
    EXPECT_TRUE(std::filesystem::exists(folder / "preview.svg")) << name;
  }
}

TEST(StimulusPreview, BlocksShowTheirConditions) {
  const Scratch scratch;
  scratch.write("a.toml",
                tiny +
                    "[[stimulus.block]]\nplugin = 'flash'\nparams = { onset = 100 }\nvary "
                    "= { contrast = [0.2, 0.4, 0.8] }\n");
  const auto run = scratch.v1engine({"run", "a.toml", "-o", "run", "--no-analyses"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto spec = testing::read_text(scratch / "run/stimulus/preview.figure.toml");
  EXPECT_THAT(spec, HasSubstr("title = \"Stimuli\""));
  EXPECT_THAT(spec, HasSubstr("contrast 0.2"));
  EXPECT_THAT(spec, HasSubstr("contrast 0.8"));
  EXPECT_THAT(run.err, ::testing::Not(HasSubstr("was not drawn")));
}

}  // namespace
}  // namespace v1
