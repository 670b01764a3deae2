#include "engine/figures/report.hpp"

#include <gmock/gmock.h>

#include "engine/base/error.hpp"
#include "engine/figures/html.hpp"
#include "engine/figures/markup.hpp"
#include "tests/unit/figures/sample.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  void SetUp() override { run_ = sample::fresh_folder("report"); }
  void TearDown() override { fs::remove_all(run_); }
  std::string report() const {
    write_report(run_);
    return sample::read_bytes(run_ / "report.html");
  }
  fs::path run_;
};

TEST_F(ReportTest, AnEmptyFolderGivesAPageThatSaysWhatIsMissing) {
  EXPECT_THAT(report(), AllOf(HasSubstr("<!doctype html>"), HasSubstr("run.json is missing"),
                              HasSubstr("No analyses were run"), HasSubstr("</html>")));
}

TEST_F(ReportTest, RunJsonIsShownAlsoWhereItsKeysAreNew) {
  sample::write_text(
      run_ / "run.json",
      R"({"name":"gratings <1>","version":"0.1.0","status":"finished","created":"2030-01-01",
    "network":{"model":"billeh2020","neurons":51978,"synapses":3000000},"simulation":{"duration_ms":2500.0,"trials":20},
    "seeds":{"seed":3000},"rates":{"e23":0.75,"i4Pvalb":8.5},"timings_s":{"build":1.25,"simulate":30.5},"rtf":0.0069197,
    "peak_memory_bytes":1073741824,"plugins":[{"kind":"stimulus","name":"gratings","version":"1.0"}],"warnings":["mind **this**"],
    "future":{"thing_ms":3}})");
  sample::write_text(run_ / "config.toml", "name = \"<x>\"\n");
  sample::write_text(
      run_ / "log.txt",
      "2030-01-01 10:00:00.000 warning slow disk\n2030-01-01 10:00:00.000 info fine\n");
  const std::string page = report();
  EXPECT_THAT(page, AllOf(HasSubstr("gratings &lt;1&gt;"), HasSubstr("billeh2020"),
                          HasSubstr("i4Pvalb"), HasSubstr("1.0 GiB")));
  EXPECT_THAT(page, AllOf(HasSubstr("mind <strong>this</strong>"), HasSubstr("slow disk"),
                          Not(HasSubstr(">fine"))));
  EXPECT_THAT(page, AllOf(HasSubstr("Thing"), HasSubstr("3 ms"), HasSubstr("&lt;x&gt;"),
                          HasSubstr("badge good"), HasSubstr("<b>0.00692</b>")));
}

// All seven facts of a run, on the widest page.
TEST_F(ReportTest, CardsStandInOneRow) {
  const std::string page = report();
  const std::size_t at =
      page.find(".cards { display:grid; grid-template-columns: repeat(auto-fit, minmax(");
  ASSERT_NE(at, std::string::npos);
  const int card = std::stoi(page.substr(page.find("minmax(", at) + 7));
  EXPECT_THAT(page, HasSubstr("gap: 10px"));
  EXPECT_THAT(page, HasSubstr("main { max-width: 1040px; margin: 0 auto; padding: 24px 20px"));
  EXPECT_LE(7 * card + 6 * 10, 1040 - 2 * 20);
}

TEST_F(ReportTest, AsksForNothingOutside) {
  sample::write_text(run_ / "run.json", R"({"name":"x","status":"finished"})");
  const std::string page = report();
  for (const char* outside : {"http://", "https://", "@import", "<script", "<link", "url("})
    EXPECT_THAT(page, Not(HasSubstr(outside))) << outside;
}

TEST_F(ReportTest, SectionsAreLinkedFromTheTop) {
  fs::create_directories(run_ / "stimulus");
  const std::string page = report();
  EXPECT_THAT(page, AllOf(HasSubstr("<a href=\"#stimulus\">"), HasSubstr("<h2 id=\"stimulus\">"),
                          HasSubstr("<a href=\"#details\">"), HasSubstr("<h2 id=\"details\">")));
}

TEST_F(ReportTest, AFailureThatWasForeseenIsToldOnce) {
  sample::write_text(
      run_ / "run.json",
      R"({"warnings":["a is short; this analysis will fail","b is; this analysis will fail"]})");
  sample::write_text(run_ / "log.txt", "2030-01-01 10:00:00.000 error a is short\n");
  EXPECT_THAT(report(), AllOf(HasSubstr("a is short"), Not(HasSubstr("a is short; this")),
                              HasSubstr("b is; this analysis will fail")));
}

TEST_F(ReportTest, AnInterruptedRunTellsHowFarItCame) {
  sample::write_text(run_ / "run.json",
                     R"({"status":"interrupted","simulation":{"trials":20,"trials_done":7}})");
  EXPECT_THAT(report(), AllOf(HasSubstr("interrupted"), HasSubstr("7 of 20")));
}

TEST_F(ReportTest, AnalysesBringScalarsNotesTablesAndFigures) {
  const fs::path folder = run_ / "analyses" / "overview";
  fs::create_directories(folder);
  sample::write_text(
      folder / "summary.json",
      R"({"plugin":"overview","version":"1.0","scalars":[{"name":"mean_rate","value":2.4,"unit":"Hz","summary":"over the core"}],
    "notes":[{"level":"info","markdown":"Read *this*."},{"level":"warn","markdown":"few trials"}],
    "tables":[{"name":"rates","summary":"Rates by type","rows":30}],"figures":["activity"]})");
  std::string csv = "type,rate [Hz]\n";
  for (int i = 0; i < 30; ++i) csv += "t" + std::to_string(i) + "," + std::to_string(i) + "\n";
  sample::write_text(folder / "rates.csv", csv);
  sample::write_text(
      folder / "activity.figure.toml",
      "format = \"v1e-figure/1\"\ntitle = \"Activity\"\ncaption = \"Mean & "
      "error.\"\n[[panel]]\nmark = \"line\"\ntable = \"rates\"\nx = \"rate\"\ny = \"rate\"\n");
  EXPECT_THAT(report(), HasSubstr("Not drawn"));
  sample::write_text(folder / "activity.svg", "<svg/>");
  const std::string page = report();
  EXPECT_THAT(page, HasSubstr("width:calc(180mm"));
  EXPECT_THAT(page, AllOf(HasSubstr("mean_rate"), HasSubstr("2.4 Hz"), HasSubstr("over the core"),
                          HasSubstr("class=\"data quantities\""), HasSubstr("Read <em>this</em>."),
                          HasSubstr("overview: few trials")));
  EXPECT_THAT(page, AllOf(HasSubstr("rate (Hz)"), HasSubstr("first 20 of 30 rows"),
                          HasSubstr(">t19<"), Not(HasSubstr(">t20<"))));
  EXPECT_THAT(page, AllOf(HasSubstr("data:image/svg+xml;base64," + base64("<svg/>")),
                          HasSubstr("Mean &amp; error."),
                          HasSubstr("href=\"analyses/overview/rates.csv\"")));
}

TEST_F(ReportTest, PagesOfAnalysesAreShownAndOtherFilesLinked) {
  const fs::path folder = run_ / "analyses" / "view";
  fs::create_directories(folder);
  sample::write_text(folder / "summary.json", R"({"files":["scene.html","t.tex","gone.html"]})");
  sample::write_text(folder / "scene.html", "<b title=\"q\">turn me</b>");
  sample::write_text(folder / "t.tex", "x");
  const std::string page = report();
  EXPECT_THAT(page, HasSubstr("sandbox=\"allow-scripts\""));
  EXPECT_THAT(page, HasSubstr("srcdoc=\"&lt;b title=&quot;q&quot;&gt;turn me"));
  EXPECT_THAT(page, HasSubstr("href=\"analyses/view/t.tex\""));
  EXPECT_THAT(page, Not(HasSubstr("gone.html")));
}

TEST_F(ReportTest, ALargeSvgIsReplacedByThePng) {
  const fs::path folder = run_ / "analyses" / "a";
  fs::create_directories(folder);
  sample::write_text(folder / "f.figure.toml", "format = \"v1e-figure/1\"\n");
  sample::write_text(folder / "f.svg", std::string(1600000, ' '));
  sample::write_text(folder / "f.png", "png bytes");
  EXPECT_THAT(report(), AllOf(HasSubstr("data:image/png;base64," + base64("png bytes")),
                              Not(HasSubstr("image/svg+xml"))));
}

TEST_F(ReportTest, BrokenPiecesAreReportedAndLeftOut) {
  fs::create_directories(run_ / "analyses" / "a");
  sample::write_text(run_ / "run.json", "{ not json");
  sample::write_text(run_ / "analyses" / "a" / "summary.json", "[1, 2");
  sample::write_text(run_ / "analyses" / "a" / "tables.h5", "no hdf5");
  EXPECT_THAT(report(), AllOf(HasSubstr("run.json is not readable"),
                              HasSubstr("a: summary.json is not readable"), HasSubstr("</html>")));
}

TEST_F(ReportTest, TheConfigGivesTitleTextHeadingsAndOrder) {
  for (const char* name : {"alpha", "beta", "extra"}) {
    fs::create_directories(run_ / "analyses" / name);
    sample::write_text(run_ / "analyses" / name / "summary.json", R"({"plugin":"p"})");
  }
  sample::write_text(run_ / "config.toml",
                     "[report]\ntitle = \"The <story>\"\ntext = \"It *begins*.\"\n"
                     "[[analysis]]\nname = \"beta\"\ntitle = \"Second & first\"\ntext = "
                     "\"Why **so**.\"\n[[analysis]]\nname = \"absent\"\n"
                     "[[analysis]]\nname = \"alpha\"\n");
  const std::string page = report();
  EXPECT_THAT(
      page, AllOf(HasSubstr("<h1>The &lt;story&gt;</h1>"), HasSubstr("<p>It <em>begins</em>.</p>"),
                  HasSubstr("<h2 id=\"analysis-beta\">Second &amp; first</h2>\n"
                            "<p>Why <strong>so</strong>.</p>"),
                  Not(HasSubstr("analysis-absent"))));
  EXPECT_LT(page.find("<h2 id=\"analysis-beta"), page.find("<h2 id=\"analysis-alpha"));
  EXPECT_LT(page.find("<h2 id=\"analysis-alpha"), page.find("<h2 id=\"analysis-extra"));
}

TEST_F(ReportTest, ASweepShowsAnalysesOfPointsByTheFirstThatHasThem) {
  sample::write_text(run_ / "sweep.json",
                     R"({"points":[{"name":"x=1","settings":{"x":"1"}},
                                   {"name":"x=2","settings":{"x":"2"}}]})");
  sample::write_text(run_ / "config.toml",
                     "[[analysis]]\nname = \"each\"\n[[analysis]]\nname = \"all\"\n");
  const fs::path second = run_ / "points" / "x=2";
  for (const char* x : {"1", "2"}) {
    fs::create_directories(run_ / "points" / ("x=" + std::string(x)));
    sample::write_text(run_ / "points" / ("x=" + std::string(x)) / "run.json",
                       R"({"network":{"neurons":2000,"synapses":)" + std::string(x) +
                           R"(77},"simulation":{"trials":3},"counts":{"spikes":5}})");
  }
  sample::write_text(run_ / "run.json", R"({"name":"s","sweep":{"points":2,"finished":2}})");
  for (const fs::path& folder : {second / "analyses" / "each", run_ / "analyses" / "all"}) {
    fs::create_directories(folder);
    sample::write_text(folder / "rates.csv", "rate [Hz]\n1\n");
  }
  const std::string page = report();
  // What the points have in common stands on top.
  const std::string top = page.substr(0, page.find("<nav>"));
  EXPECT_THAT(top, AllOf(HasSubstr("<b>2</b><span>runs"), HasSubstr("<b>2000</b><span>neurons"),
                         HasSubstr("<b>3</b><span>trials"), Not(HasSubstr("77")),
                         Not(HasSubstr("spikes"))));
  EXPECT_LT(page.find("<h2 id=\"analysis-each"), page.find("<h2 id=\"analysis-all"));
  EXPECT_THAT(page, AllOf(HasSubstr("href=\"points/x=2/report.html\""),
                          HasSubstr("href=\"points/x=2/analyses/each/rates.csv\""),
                          HasSubstr("href=\"analyses/all/rates.csv\"")));
  write_report(second);
  EXPECT_THAT(sample::read_bytes(second / "report.html"),
              HasSubstr("href=\"analyses/each/rates.csv\""));
}

TEST_F(ReportTest, ASweepHasATableOfItsPointsWithRatesAndResults) {
  sample::write_text(run_ / "sweep.json",
                     R"({"points":[{"name":"a","settings":{"x":"0.5","s":"\"e \\\"1\\\", i\""}},
                                   {"name":"b","settings":{"x":"2"}},
                                   {"name":"c","settings":{"x":"3"}}]})");
  const auto point = [&](const std::string& name, const std::string& run,
                         const std::string& summary) {
    const fs::path folder = run_ / "points" / name;
    fs::create_directories(folder / "analyses" / "flow");
    sample::write_text(folder / "run.json", run);
    sample::write_text(folder / "analyses" / "flow" / "summary.json", summary);
  };
  point("a",
        R"({"status":"complete","simulation":{"trials_done":3},"network":{"neurons":20},
            "counts":{"spikes":7},"rates":{"e23":0.123456789012,"v1":1.5}})",
        R"({"scalars":[{"name":"share","value":0.25,"unit":"1"},
                       {"name":"best","value":42.5,"unit":"Hz"}]})");
  point("b", R"({"status":"interrupted"})",
        R"({"scalars":[{"name":"share","value":null,"unit":"1"}, 3, {"name":4}]})");
  const std::string page = report();
  EXPECT_EQ(sample::read_bytes(run_ / "points.csv"),
            "point,x,s,status,trials,neurons,spikes,rate.e23 [Hz],rate.v1 [Hz],flow.share,"
            "flow.best [Hz]\n"
            "a,0.5,\"e \"\"1\"\", i\",complete,3,20,7,0.123456789,1.5,0.25,42.5\n"
            "b,2,,interrupted,,,,,,nan,\n"
            "c,3,,not started,,,,,,,\n");
  EXPECT_THAT(page, AllOf(HasSubstr("<tr><th>Result</th><th>a</th><th>b</th><th>c</th></tr>\n"
                                    "<tr><td>flow.share</td><td>0.25</td><td>nan</td><td></td>"),
                          HasSubstr("<td>flow.best [Hz]</td><td>42.5</td>"),
                          HasSubstr("href=\"points.csv\"")));
}

TEST_F(ReportTest, ARunOfItsOwnHasNoTableOfPoints) {
  const std::string page = report();
  EXPECT_FALSE(fs::exists(run_ / "points.csv"));
  EXPECT_THAT(page, Not(HasSubstr("points.csv")));
}

TEST(Report, NeedsAFolder) { EXPECT_THROW(write_report("/no/such/run"), Error); }

TEST(Html, KeysAndUnitsAreReadable) {
  EXPECT_EQ(readable_key("drop_below_pa"), "Too weak below");
  EXPECT_EQ(json_to_html(0.001, "drop_below_pa"), "0.001 pA");
  EXPECT_EQ(readable_key("bytes_written"), "Written");
  EXPECT_EQ(json_to_html(1048576, "bytes_written"), "1.0 MiB");
  EXPECT_EQ(readable_key("lgn"), "LGN");
  EXPECT_EQ(readable_key("lgn_synapses"), "LGN synapses");
  EXPECT_EQ(readable_key("bkg"), "Background");
  EXPECT_EQ(readable_key("git_revision"), "Git revision");
  EXPECT_EQ(json_to_html({"v1engine", "run", "a.toml"}, "command"), "v1engine run a.toml");
}

TEST(Html, Base64Pads) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Html, MarkdownEscapesAndMarksUp) {
  EXPECT_EQ(markdown_to_html("a <b> `x*y*` **c** 2 * 3"),
            "<p>a &lt;b&gt; <code>x*y*</code> <strong>c</strong> 2 * 3</p>\n");
  EXPECT_EQ(markdown_to_html("- one\n- two\n\nend"),
            "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>end</p>\n");
}

TEST(Html, NumbersAreReadable) {
  EXPECT_EQ(readable_number(0.123456789), "0.12346");
  EXPECT_EQ(readable_number(3000.0), "3000");
  EXPECT_EQ(readable_number(51978.0),
            "51\xE2\x80\xAF"
            "978");
  EXPECT_EQ(readable_number(-2.5),
            "\xE2\x88\x92"
            "2.5");
}

}  // namespace
}  // namespace v1::figures
