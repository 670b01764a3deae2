#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Process;
using testing::Scratch;

// Pango would end the program.
TEST(DrawnFigures, AreSvgWhereNoFontIsInstalled) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1, "[[analysis]]\nplugin = 'overview'\n"));
  scratch.write("fonts.conf", "<?xml version='1.0'?><fontconfig></fontconfig>\n");
  const auto without_fonts = [&](std::vector<std::string> arguments) {
    arguments.insert(
        arguments.begin(),
        {"/usr/bin/env", "FONTCONFIG_FILE=" + (scratch / "fonts.conf").string(), V1_BINARY});
    return Process(arguments, scratch.path()).wait();
  };
  const auto exists = [&](const std::string& file) {
    return std::filesystem::exists(scratch / ("out/analyses/overview/" + file));
  };
  const auto run = without_fonts({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string warning = "warning: figures were drawn as SVG only: ";
  EXPECT_THAT(run.err, HasSubstr(warning));
  EXPECT_EQ(run.err.find(warning), run.err.rfind(warning)) << "said twice";
  EXPECT_TRUE(exists("raster.svg"));
  EXPECT_FALSE(exists("raster.pdf"));
  EXPECT_FALSE(exists("raster.png"));
  EXPECT_THAT(testing::read_text(scratch / "out/report.html"), Not(HasSubstr("Not drawn")));

  EXPECT_EQ(scratch.v1engine({"report", "out"}).code, 0);
#ifdef V1_SVG_ONLY
  const bool can_draw_all = false;
#else
  const bool can_draw_all = true;
  EXPECT_THAT(run.err, HasSubstr("no font is installed"));
#endif
  EXPECT_EQ(exists("raster.pdf"), can_draw_all);
  EXPECT_EQ(exists("raster.png"), can_draw_all);
}

}  // namespace
}  // namespace v1
