#include "engine/figures/spec.hpp"

#include <gmock/gmock.h>
#include <v1e_sdk/figure.hpp>

#include "engine/base/error.hpp"
#include "tests/unit/figures/sample.hpp"

namespace v1::figures {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string head = "format = \"v1e-figure/1\"\n";
const std::string line_mark =
    "[[panel.marks]]\nmark = \"line\"\ntable = \"t\"\nx = \"a\"\ny = \"b\"\n";

std::string problem_of(const std::string& text) {
  try {
    parse_figure(text, "f.figure.toml");
  } catch (const Error& problem) {
    EXPECT_EQ(problem.code(), ExitCode::data);
    return problem.what();
  }
  return "no error";
}

TEST(Spec, APanelMayCarryTheKeysOfItsOnlyMark) {
  const FigureSpec figure =
      parse_figure(head +
                       "title = \"T\"\n[[panel]]\nmark = \"line\"\ntable = \"tuning\"\nx = "
                       "\"direction\"\ny = \"rate\"\ngroup = \"population\"\n",
                   "f");
  ASSERT_EQ(figure.panels.size(), 1u);
  ASSERT_EQ(figure.panels[0].marks.size(), 1u);
  EXPECT_EQ(figure.panels[0].marks[0].columns.at("group"), "population");
  EXPECT_EQ(figure.title, "T");
}

TEST(Spec, EverySampleOfTheBuilderIsUnderstood) {
  for (const auto& list : {sample::mark_gallery(), sample::page_gallery()})
    for (const auto& [name, toml] : list) EXPECT_NO_THROW(parse_figure(toml, name)) << toml;
}

TEST(Spec, BuilderEscapesTextsAndKeepsNumbersExact) {
  v1e::Figure figure("A \"quoted\" \\ title\n");
  v1e::Panel& panel = figure.panel();
  panel.x_axis().range(0.1, 1.0 / 3.0);
  panel.line("t", "x", "y")
      .where("name", "a\tb")
      .where("n", 3.0)
      .where_any("k", {"u", "v"})
      .where_between("r", -1.5, 2.0);
  panel.strip("s", "time", "tf").label("TF");
  const FigureSpec spec = parse_figure(figure.toml(), "f");
  EXPECT_EQ(spec.title, "A \"quoted\" \\ title\n");
  EXPECT_EQ(spec.panels[0].x.min, 0.1);
  EXPECT_EQ(spec.panels[0].x.max, 1.0 / 3.0);
  ASSERT_EQ(spec.panels[0].marks[0].where.size(), 4u);
  ASSERT_EQ(spec.panels[0].strips.size(), 1u);
  EXPECT_EQ(spec.panels[0].strips[0].label, "TF");
}

TEST(Spec, StripsStandOneUnderTheOther) {
  v1e::Figure figure;
  figure.strip("s", "time", "old");
  figure.strip("s", "time", "tf").label("TF");
  figure.add_strip("s", "time", "contrast");
  figure.panel().line("t", "x", "y");
  const FigureSpec spec = parse_figure(figure.toml(), "f");
  ASSERT_EQ(spec.strips.size(), 2u);
  EXPECT_EQ(spec.strips[0].label, "TF");
  EXPECT_EQ(spec.strips[1].y, "contrast");
}

TEST(Spec, PanelsFillFreeCellsAroundPlacedOnes) {
  const FigureSpec figure = parse_figure(head + "[grid]\nrows = 2\ncolumns = 2\n[[panel]]\n" +
                                             line_mark + "[[panel]]\nat = [0, 0]\nspan = [1, 2]\n" +
                                             line_mark + "[[panel]]\n" + line_mark,
                                         "f");
  EXPECT_EQ(figure.panels[0].row, 1);
  EXPECT_EQ(figure.panels[0].column, 0);
  EXPECT_EQ(figure.panels[2].row, 1);
  EXPECT_EQ(figure.panels[2].column, 1);
}

TEST(SpecErrors, NameFileLineAndKey) {
  EXPECT_THAT(
      problem_of("format = \"v1e-figure/2\"\n"),
      AllOf(HasSubstr("f.figure.toml:1:"), HasSubstr("'format'"), HasSubstr("v1e-figure/1")));
  EXPECT_THAT(problem_of(head + "title = \n"),
              AllOf(HasSubstr("f.figure.toml:2:"), HasSubstr("not valid TOML")));
  EXPECT_THAT(problem_of(head), HasSubstr("'panel' is missing"));
  EXPECT_THAT(problem_of(head + "titel = \"x\"\n[[panel]]\n" + line_mark),
              AllOf(HasSubstr("unknown key 'titel'"), HasSubstr("did you mean 'title'")));
  EXPECT_THAT(
      problem_of(head + "[[panel]]\ntitle = 3\n" + line_mark),
      AllOf(HasSubstr("f.figure.toml:3:9"), HasSubstr("'panel[0].title' must be a text, found 3")));
}

TEST(SpecErrors, MarksKnowTheirKindAndKeys) {
  EXPECT_THAT(problem_of(head + "[[panel]]\nmark = \"lime\"\ntable = \"t\"\n"),
              AllOf(HasSubstr("'panel[0].mark'"), HasSubstr("did you mean 'line'")));
  EXPECT_THAT(
      problem_of(head + "[[panel]]\n[[panel.marks]]\nmark = \"line\"\ntable = \"t\"\nx = \"a\"\n"),
      HasSubstr("key 'panel[0].marks[0].y' is missing"));
  EXPECT_THAT(problem_of(head + "[[panel]]\n" + line_mark + "bins = 3\n"),
              HasSubstr("unknown key 'panel[0].marks[0].bins'"));
  EXPECT_THAT(problem_of(head + "[[panel]]\n" + line_mark + "low = \"c\"\n"),
              HasSubstr("'panel[0].marks[0].high' is missing"));
  EXPECT_THAT(problem_of(head + "[[panel]]\n" + line_mark + "color = \"reddish\"\n"),
              HasSubstr("must be a colour"));
  EXPECT_THAT(problem_of(head + "[[panel]]\n" + line_mark + "colors = \"rainbow\"\n"),
              HasSubstr("must be one of cycle, types"));
  EXPECT_THAT(problem_of(head + "[[panel]]\n" + line_mark +
                         "[[panel.marks]]\nmark = \"polar\"\ntable = \"t\"\ntheta = \"a\"\n"),
              HasSubstr("of one projection"));
}

TEST(SpecErrors, AxesAndPlacesAreChecked) {
  EXPECT_THAT(problem_of(head + "[[panel]]\nx_axis = { range = [3, 1] }\n" + line_mark),
              HasSubstr("'panel[0].x_axis.range' must be ascending"));
  EXPECT_THAT(problem_of(head + "[[panel]]\ny_axis = { scale = \"log\", min = 0 }\n" + line_mark),
              HasSubstr("positive on a log scale"));
  EXPECT_THAT(problem_of(head + "[[panel]]\ny_axis = { scale = \"cubic\" }\n" + line_mark),
              HasSubstr("one of linear, log, symlog"));
  EXPECT_THAT(problem_of(head + "[[panel]]\nx_axis = { ticks = [1, 2], tick_labels = [\"a\"] }\n" +
                         line_mark),
              HasSubstr("as many texts as ticks"));
  EXPECT_THAT(
      problem_of(head + "[grid]\nrows = 1\n[[panel]]\n" + line_mark + "[[panel]]\n" + line_mark),
      HasSubstr("no free cell"));
  EXPECT_THAT(problem_of(head + "[[panel]]\nat = [4, 0]\n" + line_mark),
              HasSubstr("outside the grid"));
  EXPECT_THAT(
      problem_of(head + "[[panel]]\n" + line_mark + "[[panel]]\ninset_of = \"none\"\n" + line_mark),
      HasSubstr("inset_of must be the id"));
  EXPECT_THAT(problem_of(head + "size_mm = [5, 50]\n[[panel]]\n" + line_mark),
              HasSubstr("two numbers from 20 to 1000"));
}

TEST(Spec, PValuesBecomeStars) {
  const auto text_for = [](const std::string& p) {
    return parse_figure(head + "[[panel]]\nbrackets = [{ from = \"a\", to = \"b\", p = " + p +
                            " }]\n" + line_mark,
                        "f")
        .panels[0]
        .brackets[0]
        .text;
  };
  EXPECT_EQ(text_for("0.0005"), "***");
  EXPECT_EQ(text_for("0.005"), "**");
  EXPECT_EQ(text_for("0.049"), "*");
  EXPECT_EQ(text_for("0.05"), "n.s.");
}

}  // namespace
}  // namespace v1::figures
