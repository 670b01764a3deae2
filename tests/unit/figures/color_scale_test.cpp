#include <gmock/gmock.h>

#include <cmath>

#include "engine/figures/color.hpp"
#include "engine/figures/page.hpp"
#include "engine/figures/panel.hpp"
#include "engine/figures/scale.hpp"

namespace v1::figures {
namespace {

TEST(ColorMap, DivergingMapHasAHundredSteps) {
  const ColorMap map = *ColorMap::named("diverging");
  EXPECT_EQ(map.at(0.0), (Rgb{4, 81, 149}));
  EXPECT_EQ(map.at(0.25), (Rgb{31, 134, 197}));
  EXPECT_EQ(map.at(0.5), (Rgb{255, 251, 252}));
  EXPECT_EQ(map.at(0.75), (Rgb{235, 43, 116}));
  EXPECT_EQ(map.at(1.0), (Rgb{130, 20, 45}));
  EXPECT_EQ(map.at(-3.0), map.at(0.0));
  EXPECT_EQ(map.at(3.0), map.at(1.0));
}

TEST(ColorMap, EveryNameExists) {
  for (const std::string& name : map_names())
    EXPECT_TRUE(ColorMap::named(name).has_value()) << name;
  EXPECT_FALSE(ColorMap::named("jet").has_value());
}

TEST(Colors, HexAndNames) {
  EXPECT_EQ(parse_color("#33ABA2"), (Rgb{51, 171, 162}));
  EXPECT_EQ(parse_color("#33aba2"), (Rgb{51, 171, 162}));
  EXPECT_EQ(parse_color("white"), (Rgb{255, 255, 255}));
  for (const char* bad : {"33ABA2", "#33ABA", "#33ABAG", "", "off-white"})
    EXPECT_FALSE(parse_color(bad).has_value()) << bad;
  EXPECT_EQ(hex({51, 171, 162}), "#33aba2");
}

TEST(Colors, FieldSchemesKnowNamesInsideNames) {
  const auto type = [](const char* name) { return scheme_color("types", name, 0); };
  EXPECT_EQ(type("i23Pvalb"), type("Pvalb"));
  EXPECT_EQ(type("e4"), type("excitatory"));
  EXPECT_EQ(type("i5Sst"), type("Sst"));
  EXPECT_EQ(type("i1Htr3a"), type("Vip"));
  EXPECT_NE(type("e4"), type("i4Pvalb"));
  EXPECT_EQ(scheme_color("classes", "dVf", 5), (Rgb{0x33, 0xAB, 0xA2}));
  EXPECT_EQ(scheme_color("classes", "hVf", 5), (Rgb{0xF0, 0x62, 0x33}));
  EXPECT_EQ(scheme_color("classes", "unclassified", 5), (Rgb{0x9C, 0xB0, 0xAE}));
  EXPECT_EQ(scheme_color("types", "no such type", 1), scheme_color("cycle", "", 1));
}

TEST(Scale, MapsAndInverts) {
  Scale linear{ScaleKind::linear, -2.0, 6.0};
  EXPECT_DOUBLE_EQ(linear.map(0.0), 0.25);
  EXPECT_DOUBLE_EQ(linear.invert(0.25), 0.0);
  linear.reverse = true;
  EXPECT_DOUBLE_EQ(linear.map(0.0), 0.75);
  const Scale log{ScaleKind::log, 0.01, 100.0};
  EXPECT_NEAR(log.map(1.0), 0.5, 1e-15);
  EXPECT_TRUE(std::isnan(log.map(0.0)));
  const Scale symlog{ScaleKind::symlog, -100.0, 100.0, 1.0};
  EXPECT_NEAR(symlog.map(0.0), 0.5, 1e-15);
  EXPECT_NEAR(symlog.map(1.0), 0.5 + 1.0 / 6.0, 1e-15);
  for (const double value : {-30.0, -0.4, 0.0, 0.7, 5.0})
    EXPECT_NEAR(symlog.invert(symlog.map(value)), value, 1e-12);
}

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> out;
  for (const Tick& tick : ticks)
    if (!tick.label.empty()) out.push_back(tick.label);
  return out;
}

TEST(Ticks, AreRoundNumbersWithEqualDigits) {
  EXPECT_THAT(labels(make_ticks({ScaleKind::linear, 0.0, 2500.0}, 5.0)),
              testing::ElementsAre("0", "500", "1000", "1500", "2000", "2500"));
  EXPECT_THAT(labels(make_ticks({ScaleKind::linear, -0.1, 0.32}, 4.0)),
              testing::ElementsAre("0", "0.2"));
  EXPECT_THAT(labels(make_ticks({ScaleKind::log, 0.01, 100.0}, 6.0)),
              testing::ElementsAre("0.01", "0.1", "1", "10", "100"));
  EXPECT_THAT(labels(make_ticks({ScaleKind::symlog, -10.0, 100.0, 1.0}, 12.0)),
              testing::ElementsAre("\xE2\x88\x92"
                                   "10",
                                   "\xE2\x88\x92"
                                   "1",
                                   "0", "1", "10", "100"));
}

TEST(Ticks, AreTwoAtLeast) {
  EXPECT_THAT(labels(make_ticks({ScaleKind::linear, 12.0, 850.0}, 1.9)),
              testing::ElementsAre("250", "500", "750"));
  EXPECT_THAT(labels(make_ticks({ScaleKind::linear, 0.0, 2500.0}, 2.0)),
              testing::ElementsAre("0", "2000"));
}

TEST(Numbers, ThatRoundToZeroHaveNoSign) {
  EXPECT_EQ(format_number(-0.04, 1), "0.0");
  EXPECT_EQ(format_number(-0.06, 1),
            "\xE2\x88\x92"
            "0.1");
}

TEST(Texts, GetDegreesAndMinusSigns) {
  EXPECT_EQ(typeset("dVf, 0 / 180 deg"), "dVf, 0 / 180\xC2\xB0");
  EXPECT_EQ(typeset("90 deg, 2 Hz"), "90\xC2\xB0, 2 Hz");
  EXPECT_EQ(typeset("3 degrees of 5"), "3 degrees of 5");
  EXPECT_EQ(typeset("L(r) - r"), "L(r) \xE2\x88\x92 r");
  EXPECT_EQ(typeset("hVf (-4.9 pA)"),
            "hVf (\xE2\x88\x92"
            "4.9 pA)");
  EXPECT_EQ(typeset("E-I, firing-rate 2-3"), "E-I, firing-rate 2-3");
}

TEST(Titles, CarryTheirUnitTypeset) {
  EXPECT_EQ(axis_title("Firing rate", "Hz"), "Firing rate (Hz)");
  EXPECT_EQ(axis_title("Depth", "um"), "Depth (\xC2\xB5m)");
  EXPECT_EQ(axis_title("Direction", "deg"), "Direction (\xC2\xB0)");
  EXPECT_EQ(axis_title("Density", "mm^-2"), "Density (mm\xE2\x81\xBB\xC2\xB2)");
  EXPECT_EQ(axis_title("Volume", "sum"), "Volume (sum)");
  EXPECT_EQ(axis_title("Neurons", "1"), "Neurons");
}

TEST(Range, ComesFromTheSpecificationFirst) {
  AxisNeeds needs;
  needs.add(3.0);
  needs.add(9.0);
  needs.padded = true;
  AxisSpec spec;
  spec.max = 20.0;
  EXPECT_EQ(build_scale(spec, needs, true).high, 20.0);
  EXPECT_EQ(build_scale(spec, needs, true).low, 0.0);  // close enough to show zero
  spec.min = 2.0;
  EXPECT_EQ(build_scale(spec, needs, true).low, 2.0);
}

TEST(Range, OfNothingAndOfOneValueIsNotEmpty) {
  const Scale nothing = build_scale({}, {}, true);
  EXPECT_LT(nothing.low, nothing.high);
  AxisNeeds needs;
  needs.add(7.0);
  const Scale one = build_scale({}, needs, false);
  EXPECT_LT(one.low, 7.0);
  EXPECT_GT(one.high, 7.0);
}

TEST(Range, BarsStandOnZero) {
  AxisNeeds needs;
  needs.add(5.0);
  needs.from_zero = needs.padded = true;
  EXPECT_EQ(build_scale({}, needs, true).low, 0.0);
  EXPECT_GT(build_scale({}, needs, true).high, 5.0);
}

TEST(Clip, APathKeepsWhatIsInside) {
  const Rect area{0.0, 0.0, 10.0, 10.0};
  const auto parts = clip_path({{-5, 5}, {5, 5}, {5, 20}, {8, 20}, {8, 5}}, area);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_DOUBLE_EQ(parts[0].front().x, 0.0);
  EXPECT_DOUBLE_EQ(parts[0].back().y, 10.0);
  EXPECT_DOUBLE_EQ(parts[1].front().y, 10.0);
  EXPECT_DOUBLE_EQ(parts[1].back().y, 5.0);
  const auto broken = clip_path({{1, 1}, {2, 2}, {std::nan(""), 3}, {4, 4}, {5, 5}}, area);
  EXPECT_EQ(broken.size(), 2u);
}

TEST(Clip, APolygonIsCutToTheArea) {
  const auto cut = clip_polygon({{-5, -5}, {15, -5}, {15, 15}, {-5, 15}}, {0.0, 0.0, 10.0, 4.0});
  ASSERT_EQ(cut.size(), 4u);
  for (const Point& point : cut) {
    EXPECT_GE(point.x, 0.0);
    EXPECT_LE(point.x, 10.0);
    EXPECT_GE(point.y, 0.0);
    EXPECT_LE(point.y, 4.0);
  }
  EXPECT_TRUE(clip_polygon({{20, 20}, {21, 20}, {21, 21}}, {0.0, 0.0, 10.0, 4.0}).empty());
}

TEST(Thin, KeepsTheExtremesOfEachColumn) {
  std::vector<Point> path;
  for (int i = 0; i < 100000; ++i)
    path.push_back({i * 0.001, i == 54321 ? 50.0 : std::sin(i * 0.1)});
  const std::vector<Point> thin = thin_path(path, 200);
  EXPECT_LE(thin.size(), 804u);
  EXPECT_TRUE(std::any_of(thin.begin(), thin.end(), [](const Point& p) { return p.y == 50.0; }));
  EXPECT_EQ(thin.front().x, path.front().x);
  EXPECT_EQ(thin.back().x, path.back().x);
}

}  // namespace
}  // namespace v1::figures
