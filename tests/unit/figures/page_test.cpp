#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "engine/base/error.hpp"
#include "engine/figures/compose.hpp"
#include "engine/figures/dots.hpp"
#include "engine/figures/drawing.hpp"
#include "engine/figures/figures.hpp"
#include "tests/unit/figures/sample.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

/// Small tables whose pages are easy to reason about.
class PageTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = sample::fresh_folder("page");
    sample::write_text(
        folder_ / "t.csv",
        "name,n [ms],value [Hz],theta [deg],kind\n"
        "a,0,1,0,red\na,1,2,90,blue\nb,2,4,180,red\nb,3,nan,270,blue\nc,4,8,45,red\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  Page page(const std::string& panel) const {
    return compose(
        parse_figure("format = \"v1e-figure/1\"\nsize_mm = [80, 60]\n[[panel]]\n" + panel, "f"),
        TableStore(folder_));
  }
  std::string problem(const std::string& panel) const {
    try {
      page(panel);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  template <class T>
  static std::vector<T> all(const Page& page) {
    std::vector<T> found;
    for (const Item& item : page.items)
      if (const auto* shape = std::get_if<T>(&item)) found.push_back(*shape);
    return found;
  }
  static std::vector<std::string> words(const Page& page) {
    std::vector<std::string> out;
    for (const Text& text : all<Text>(page)) out.push_back(text.text);
    return out;
  }
  fs::path folder_;
};

TEST_F(PageTest, WrongTablesAndColumnsAreNamedWithTheNearestSpelling) {
  EXPECT_THAT(problem("mark = \"line\"\ntable = \"tt\"\nx = \"n\"\ny = \"value\"\n"),
              AllOf(HasSubstr("f:"), HasSubstr("'tt'"), HasSubstr("did you mean 't'")));
  EXPECT_THAT(problem("mark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"valu\"\n"),
              AllOf(HasSubstr("'valu'"), HasSubstr("did you mean 'value'")));
  EXPECT_THAT(problem("mark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"name\"\n"),
              HasSubstr("holds text"));
  EXPECT_THAT(
      problem(
          "mark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"value\"\nwhere = { nam = \"a\" }\n"),
      HasSubstr("did you mean 'name'"));
}

TEST_F(PageTest, AxesCarryNamesAndUnitsOfTheColumns) {
  EXPECT_THAT(words(page("mark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"value\"\n")),
              testing::IsSupersetOf({"n (ms)", "Value (Hz)"}));
  EXPECT_THAT(words(page("x_axis = { label = \"Time\" }\ny_axis = { label = \"Rate\", unit = "
                         "\"kHz\" }\nmark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"value\"\n")),
              testing::IsSupersetOf({"Time (ms)", "Rate (kHz)"}));
}

TEST_F(PageTest, ADensityHasTheReciprocalUnit) {
  const std::string x = "mark = \"histogram\"\ntable = \"t\"\nnormalize = \"density\"\nx = ";
  EXPECT_THAT(words(page(x + "\"value\"\n")), testing::Contains("Density (1/Hz)"));
  EXPECT_THAT(words(page(x + "\"n\"\n")), testing::Contains("Density (1/ms)"));
}

// value - error is 0 or less in places: the band and the bars end at the axis.
TEST_F(PageTest, ErrorsThatALogarithmicAxisCannotShowEndAtIt) {
  sample::write_text(folder_ / "e.csv", "x,y,e\n1,1,0.5\n2,1,1\n3,1,2\n4,2,0.1\n");
  const std::string axis = "y_axis = { scale = \"log\", range = [0.1, 10] }\n";
  const std::string of = "table = \"e\"\nx = \"x\"\ny = \"y\"\n";
  const Page band = page(axis + "mark = \"line\"\nerror = \"e\"\n" + of);
  std::size_t points = 0;
  for (const Shapes& shapes : all<Shapes>(band))
    for (const auto& shape : shapes.polygons)
      for (const Point& point : shape) {
        EXPECT_TRUE(point.x > 1.0 && point.y > 1.0) << point.x << " " << point.y;
        ++points;
      }
  EXPECT_GE(points, 8u);
  const auto bars = [&](const Page& drawn) {
    std::size_t found = 0;
    for (const Lines& lines : all<Lines>(drawn)) found = std::max(found, lines.paths.size());
    return found;
  };
  EXPECT_GE(bars(page(axis + "mark = \"scatter\"\ny_error = \"e\"\n" + of)), 4u);
}

TEST_F(PageTest, AMissingValueBreaksTheLine) {
  const Page drawn =
      page("mark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"value\"\ncolor = \"#123456\"\n");
  std::size_t points = 0;
  for (const Lines& lines : all<Lines>(drawn))
    if (lines.stroke.color == Rgb{0x12, 0x34, 0x56})
      for (const auto& path : lines.paths) points += path.size();
  EXPECT_EQ(points, 3u);  // 0, 1, 2; then NaN; a single point draws no line
}

TEST_F(PageTest, ConditionsChooseRows) {
  const auto dots = [&](const std::string& where) {
    std::size_t count = 0;
    for (const Dots& item : all<Dots>(
             page("mark = \"scatter\"\ntable = \"t\"\nx = \"n\"\ny = \"theta\"\nwhere = " + where +
                  "\n")))
      count += item.points.size();
    return count;
  };
  EXPECT_EQ(dots("{ name = \"a\" }"), 2u);
  EXPECT_EQ(dots("{ name = [\"a\", \"c\"] }"), 3u);
  EXPECT_EQ(dots("{ n = { min = 1, max = 3 } }"), 3u);
  EXPECT_EQ(dots("{ n = 4 }"), 1u);
  EXPECT_EQ(dots("{ name = \"a\", kind = \"red\" }"), 1u);
}

// Whichever class is drawn on top.
TEST_F(PageTest, LegendsListClassesInOneOrder) {
  sample::write_text(folder_ / "c.csv",
                     "x,y,class\n0,0,hVf\n1,1,other\n2,2,unclassified\n3,3,dVf\n");
  std::vector<std::string> listed;
  for (const std::string& word : words(
           page("legend = { at = \"inside\" }\nmark = \"scatter\"\ntable = \"c\"\nx = \"x\"\ny = "
                "\"y\"\ngroup = \"class\"\ncolors = \"classes\"\ngroup_order = [\"unclassified\", "
                "\"hVf\", \"dVf\", \"other\"]\n")))
    if (word == "other" || word.ends_with("Vf") || word == "unclassified") listed.push_back(word);
  EXPECT_THAT(listed, testing::ElementsAre("dVf", "unclassified", "hVf", "other"));
}

TEST_F(PageTest, AScaleBarThatHasNoRoomIsShorter) {
  const auto bar = [&](const char* length) {
    return page(std::string("mark = \"points3d\"\ntable = \"t\"\nx = \"n\"\ny = \"theta\"\nz = "
                            "\"n\"\nscale_bar = ") +
                length + "\n");
  };
  EXPECT_THAT(words(bar("10")), testing::Contains("10 ms"));
  EXPECT_THAT(words(bar("10000")), testing::Contains("20 ms"));
  for (const Lines& line : all<Lines>(bar("10000")))
    for (const auto& path : line.paths)
      for (const Point& point : path) EXPECT_LE(point.x, 80.0);
}

TEST_F(PageTest, ALongTitleIsMadeSmaller) {
  const std::string title = "Correlations against the difference of the preferred directions";
  const Page drawn = compose(
      parse_figure("format = \"v1e-figure/1\"\nsize_mm = [80, 60]\ntitle = \"" + title +
                       "\"\n[[panel]]\nmark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"theta\"\n",
                   "f"),
      TableStore(folder_));
  for (const Text& text : all<Text>(drawn)) {
    if (text.text != title) continue;
    EXPECT_LE(text.at.x + text_width_mm(title, text.size_pt), 78.0);
    EXPECT_GT(text.size_pt, 5.0);
  }
}

TEST_F(PageTest, EveryStripOfAPanelIsDrawnBelowTheOneBefore) {
  const std::string line = "mark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"theta\"\n";
  const auto strip = [](const char* label) {
    return std::string("{ table = \"t\", x = \"n\", y = \"theta\", label = \"") + label + "\" }";
  };
  const auto height = [](const Page& drawn, const std::string& word) {
    for (const Text& text : all<Text>(drawn))
      if (text.text.starts_with(word)) return text.at.y;
    ADD_FAILURE() << "no text " << word;
    return 0.0;
  };
  const Page one = page("strip = " + strip("A") + "\n" + line);
  const Page two = page("strip = [" + strip("A") + ", " + strip("B") + "]\n" + line);
  EXPECT_LT(height(two, "B"), height(two, "A"));
  EXPECT_LT(height(two, "n (ms)"), height(two, "B"));
  EXPECT_GT(height(two, "A"), height(one, "A"));  // the panel makes room
}

TEST_F(PageTest, AStripWithoutRoomForItsTitleKeepsTheNameOrElseTheUnit) {
  const auto shown = [&](const std::string& label, const std::string& unit) {
    return words(page("strip = { table = \"t\", x = \"n\", y = \"value\", label = \"" + label +
                      "\", unit = \"" + unit + "\" }\nx_axis = { time = true }\nmark = \"line\"\n" +
                      "table = \"t\"\nx = \"n\"\ny = \"theta\"\n"));
  };
  const std::string fits(6, 'x'), wide(200, 'x');
  EXPECT_THAT(shown(fits, "Hz"), testing::Contains(axis_title(fits, "Hz")));
  EXPECT_THAT(shown(fits, wide), testing::Contains(axis_title(fits, "")));
  EXPECT_THAT(shown(wide, "Hz"), testing::Contains("Hz"));
}

TEST_F(PageTest, APanelWithoutRowsSaysSo) {
  EXPECT_THAT(
      words(page(
          "mark = \"line\"\ntable = \"t\"\nx = \"n\"\ny = \"value\"\nwhere = { name = \"z\" }\n")),
      testing::Contains("no data"));
  EXPECT_THAT(words(page("mark = \"raster\"\ntable = \"t\"\nx = \"n\"\ny = \"value\"\n"
                         "where = { name = \"z\" }\n")),
              testing::Contains("no spikes"));
}

// Neither invented numbers on its axes nor a line through the words.
TEST_F(PageTest, APanelWithoutRowsIsEmptyButForThat) {
  const auto panel = [&](const std::string& axes) {
    return page(axes +
                "lines = [{ y = 0, dash = \"dotted\" }]\nmark = \"line\"\ntable = \"t\"\n"
                "x = \"n\"\ny = \"value\"\nwhere = { name = \"z\" }\n");
  };
  EXPECT_THAT(words(panel("")), testing::UnorderedElementsAre("no data", "n (ms)", "Value (Hz)"));
  EXPECT_THAT(words(panel("x_axis = { range = [0, 10] }\n")), testing::Contains("10"));
  const auto dotted = [](const Page& drawn) {
    const auto lines = all<Lines>(drawn);
    return std::count_if(lines.begin(), lines.end(),
                         [](const Lines& one) { return one.stroke.dash == Dash::dotted; });
  };
  EXPECT_EQ(dotted(panel("")), 0);
  EXPECT_EQ(dotted(page("lines = [{ y = 0, dash = \"dotted\" }]\nmark = \"line\"\ntable = "
                        "\"t\"\nx = \"n\"\ny = \"value\"\n")),
            1);
}

TEST_F(PageTest, APanelWithoutANumberToShowSaysSo) {
  const std::string dots = "mark = \"scatter\"\ntable = \"t\"\n";
  EXPECT_THAT(words(page(dots + "x = \"name\"\ny = \"value\"\nwhere = { n = 3 }\n")),
              testing::Contains("no data"));  // nan
  const std::string zero = "x = \"n\"\ny = \"theta\"\nwhere = { n = 0 }\n";
  EXPECT_THAT(words(page("y_axis = { scale = \"log\" }\n" + dots + zero)),
              testing::Contains("no data"));
  EXPECT_THAT(words(page(dots + zero)), testing::Not(testing::Contains("no data")));
}

TEST_F(PageTest, AViolinOfOneValueIsADot) {
  const Page drawn = page(
      "mark = \"violin\"\ntable = \"t\"\nx = \"name\"\ny = \"value\"\ncolor = \"#123456\"\n"
      "where = { n = 4 }\n");
  std::size_t dots = 0;
  for (const Dots& item : all<Dots>(drawn)) {
    if (item.fill.color == Rgb{0x12, 0x34, 0x56}) dots += item.points.size();
  }
  EXPECT_EQ(dots, 1u);
}

TEST_F(PageTest, BarsHaveTheHeightsOfTheTable) {
  const Page drawn = page(
      "y_axis = { range = [0, 8] }\nmark = \"bar\"\ntable = \"t\"\nx = \"n\"\ny = \"value\"\ncolor "
      "= \"#123456\"\n");
  std::vector<double> heights;
  for (const Shapes& shapes : all<Shapes>(drawn))
    for (const auto& shape : shapes.polygons) {
      const auto [low, high] = std::minmax_element(
          shape.begin(), shape.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
      heights.push_back(high->y - low->y);
    }
  ASSERT_EQ(heights.size(), 4u);
  EXPECT_NEAR(heights[1] / heights[0], 2.0, 1e-9);
  EXPECT_NEAR(heights[3] / heights[0], 8.0, 1e-9);
}

TEST_F(PageTest, StackedHistogramsStandOnEachOther) {
  const Page drawn = page(
      "mark = \"histogram\"\ntable = \"t\"\nx = \"n\"\nedges = [-0.5, 4.5]\ngroup = "
      "\"kind\"\nstacked = true\ncolors = { red = \"#c80000\", blue = \"#0000c8\" }\n");
  const auto top_and_bottom = [&](Rgb color) {
    for (const Shapes& shapes : all<Shapes>(drawn))
      if (shapes.fill.color == color && shapes.polygons[0][0].x < 60.0 &&
          shapes.fill.alpha == 0.9 && shapes.polygons[0][1].x - shapes.polygons[0][0].x > 10.0)
        return std::pair(shapes.polygons[0][0].y, shapes.polygons[0][2].y);
    return std::pair(0.0, 0.0);
  };
  const auto red = top_and_bottom({200, 0, 0});
  const auto blue = top_and_bottom({0, 0, 200});
  EXPECT_NEAR(red.second, blue.first, 1e-9);
  EXPECT_NEAR((red.second - red.first) / (blue.second - blue.first), 1.5, 1e-9);
}

TEST_F(PageTest, HeatmapCellsAreColouredByValue) {
  sample::write_text(folder_ / "m.csv", "x,y,v\n0,0,-1\n1,0,0\n0,1,1\n1,1,nan\n");
  const Page drawn = page(
      "color_axis = { range = [-1, 1], center = 0 }\nmark = \"heatmap\"\ntable = \"m\"\nx = "
      "\"x\"\ny = \"y\"\nvalue = \"v\"\n");
  const Picture picture = all<Picture>(drawn).front();
  const auto pixel = [&](double fx, double fy) {
    const auto x = static_cast<std::size_t>(fx * static_cast<double>(picture.image.width));
    const auto y = static_cast<std::size_t>(fy * static_cast<double>(picture.image.height));
    const std::uint8_t* p = &picture.image.rgba[(y * picture.image.width + x) * 4];
    return Rgb{p[0], p[1], p[2]};
  };
  EXPECT_EQ(pixel(0.2, 0.2), (Rgb{4, 81, 149}));
  EXPECT_EQ(pixel(0.8, 0.2), (Rgb{255, 251, 252}));
  EXPECT_EQ(pixel(0.2, 0.8), (Rgb{130, 20, 45}));
  EXPECT_EQ(pixel(0.8, 0.8), (Rgb{225, 225, 225}));  // missing
}

TEST_F(PageTest, ManyEventsBecomeOneImageAndFewStayVector) {
  const std::string raster =
      "x_axis = { range = [0, 1] }\ny_axis = { range = [0, 1] }\nmark = \"raster\"\ntable = "
      "\"events\"\nx = \"x\"\ny = \"y\"\n";
  const auto write_events = [&](std::size_t count) {
    sample::Noise noise(11);
    std::vector<double> x(count);
    std::vector<double> y(count);
    for (std::size_t i = 0; i < count; ++i) {
      x[i] = noise.uniform();
      y[i] = noise.uniform();
    }
    sample::write_csv(folder_, sample::table("events", {sample::numbers("x", "", x),
                                                        sample::numbers("y", "", y)}));
  };
  write_events(max_vector_dots);
  EXPECT_EQ(all<Picture>(page(raster)).size(), 0u);
  write_events(max_vector_dots + 1);
  EXPECT_EQ(all<Picture>(page(raster)).size(), 1u);
  EXPECT_EQ(all<Dots>(page(raster)).size(), 0u);
}

TEST_F(PageTest, BracketsJoinCategoriesWithStars) {
  const Page drawn = page(
      "brackets = [{ from = \"a\", to = \"c\", p = 0.0001 }]\nmark = \"swarm\"\ntable = \"t\"\nx = "
      "\"name\"\ny = \"value\"\n");
  EXPECT_THAT(words(drawn), testing::Contains("***"));
}

TEST_F(PageTest, CsvAndHdf5TablesGiveTheSamePicture) {
  const std::vector<Table> tables = sample::all_tables();
  const fs::path csv = sample::fresh_folder("csv");
  const fs::path hdf5 = sample::fresh_folder("hdf5");
  for (const Table& table : tables) {
    if (table.rows > 20000) continue;  // the spike tables only make the test slow
    sample::write_csv(csv, table);
    sample::write_hdf5(hdf5, table);
  }
  const TableStore from_csv(csv);
  const TableStore from_hdf5(hdf5);
  for (const auto& [name, toml] : sample::mark_gallery()) {
    if (toml.find("\"spikes\"") != std::string::npos) continue;
    const FigureSpec spec = parse_figure(toml, name);
    EXPECT_EQ(draw_svg(compose(spec, from_csv)), draw_svg(compose(spec, from_hdf5))) << name;
  }
  fs::remove_all(csv);
  fs::remove_all(hdf5);
}

TEST(Tables, HeadersCarryUnitsAndAnyTextMakesATextColumn) {
  EXPECT_EQ(split_header("rate [Hz]"), std::pair(std::string("rate"), std::string("Hz")));
  EXPECT_EQ(split_header("rate"), std::pair(std::string("rate"), std::string("")));
  EXPECT_EQ(split_header("share [1]"), std::pair(std::string("share"), std::string("")));
  const fs::path folder = sample::fresh_folder("tables");
  sample::write_text(folder / "t.csv", "a,b [mV],c\n1,,x\n2,-3.5e-1,7\n,nan,\n");
  const Table table = read_csv_table(folder / "t.csv");
  EXPECT_EQ(table.rows, 3u);
  EXPECT_FALSE(table.find("a")->is_text);
  EXPECT_TRUE(std::isnan(table.find("a")->numbers[2]));
  EXPECT_EQ(table.find("b")->unit, "mV");
  EXPECT_EQ(table.find("b")->numbers[1], -0.35);
  EXPECT_TRUE(table.find("c")->is_text);
  EXPECT_EQ(table.find("c")->texts[1], "7");
  fs::remove_all(folder);
}

TEST(Draw, ABadFigureIsAWarningAndDoesNotStopTheOthers) {
  const fs::path folder = sample::fresh_folder("bad");
  sample::write_text(folder / "t.csv", "a,b\n1,2\n2,3\n");
  const std::string good =
      "format = \"v1e-figure/1\"\n[[panel]]\nmark = \"line\"\ntable = \"t\"\nx = \"a\"\ny = "
      "\"b\"\n";
  sample::write_text(folder / "good.figure.toml", good);
  sample::write_text(folder / "bad.figure.toml", good + "colour = \"red\"\n");
  ThreadPool pool(1);
  const DrawResult result = draw_figures(folder, pool, {true, false, false, 200.0});
  EXPECT_EQ(result.drawn, 1u);
  EXPECT_EQ(result.failed, 1u);
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_THAT(result.warnings[0],
              AllOf(HasSubstr("bad.figure.toml"), HasSubstr("'panel[0].colour'"),
                    HasSubstr("did you mean 'color'")));
  EXPECT_TRUE(fs::exists(folder / "good.svg"));
  EXPECT_FALSE(fs::exists(folder / "good.pdf"));
  fs::remove_all(folder);
}

TEST(Draw, AFolderWithoutFiguresIsNoError) {
  ThreadPool pool(1);
  const DrawResult result = draw_figures("/no/such/folder", pool);
  EXPECT_EQ(result.drawn, 0u);
  EXPECT_TRUE(result.warnings.empty());
}

}  // namespace
}  // namespace v1::figures
