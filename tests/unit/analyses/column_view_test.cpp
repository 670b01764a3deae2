#include <gmock/gmock.h>

#include <algorithm>

#include "plugins/analyses/column_view/page.hpp"
#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Two layers: 40 neurons of e23Cux2 200 um deep and 10 of i4Sst 400 um deep.
class ColumnView : public PluginFixture {
 protected:
  ColumnView() : PluginFixture("column_view") {
    network::Network network = small_network({"e23Cux2", "i4Sst"}, 40);
    network::Neurons& n = network.neurons;
    for (auto* column : {&n.x_um, &n.y_um, &n.z_um, &n.tuning_angle_deg}) column->resize(50);
    n.id.resize(50);
    n.type.resize(50);
    n.populations = {{"v1", 0, 50}};
    for (std::size_t i = 0; i < 50; ++i) {
      n.x_um[i] = static_cast<float>(i);
      n.y_um[i] = i < 40 ? -200.0f : -400.0f;
    }
    run_ = std::make_shared<SyntheticRun>(std::move(network), 1, 100);
  }
  std::shared_ptr<SyntheticRun> run_;
};

TEST_F(ColumnView, ShowsTheSameShareOfEveryType) {
  const AnalysisResult result = run(run_, "points = 25");
  ASSERT_TRUE(result.ok) << result.error;
  const auto types = texts(table("neurons"), "type");
  EXPECT_EQ(std::count(types.begin(), types.end(), "Excitatory"), 20);
  EXPECT_EQ(std::count(types.begin(), types.end(), "Sst"), 5);
  EXPECT_THAT(figures(), ElementsAre("column"));
}

TEST_F(ColumnView, AllNeuronsWhereTheyAreFew) {
  ASSERT_TRUE(run(run_).ok);
  EXPECT_EQ(numbers(table("neurons"), "id").size(), 50u);
}

TEST_F(ColumnView, BordersLieBetweenTheLayers) {
  ASSERT_TRUE(run(run_).ok);
  const ResultTable picture = table("picture");
  const auto type = texts(picture, "type");
  const auto y = numbers(picture, "y");
  std::vector<double> heights;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (type[i] != "layer border") continue;
    if (heights.empty() || heights.back() != y[i]) heights.push_back(y[i]);
  }
  EXPECT_THAT(heights, ElementsAre(-200.0, -300.0, -400.0));
}

TEST_F(ColumnView, ThePageStandsAloneAndHoldsEveryPoint) {
  ASSERT_TRUE(run(run_).ok);
  const std::string page = text_of(place() / "column.html");
  EXPECT_THAT(page, HasSubstr("\"x\":[0,1,2,3,"));
  EXPECT_THAT(page, HasSubstr("\"names\":[\"Excitatory\",\"Sst\"]"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("response class")));
}

TEST_F(ColumnView, ClassesAreShownWhereAClassificationIsNamed) {
  std::vector<std::string> classes(50);
  classes[0] = "dVf";
  classes[1] = "hVf";
  write_classes(folder_.path(), classes);
  ASSERT_TRUE(run(run_, "classification = 'classification'").ok);
  EXPECT_EQ(texts(table("neurons"), "class")[1], "hVf");
  EXPECT_THAT(text_of(place() / "column.html"),
              HasSubstr("\"names\":[\"dVf\",\"hVf\",\"not classified\"]"));
}

TEST_F(ColumnView, AMissingClassificationIsAnError) {
  const AnalysisResult result = run(run_, "classification = 'flow'");
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("no results of the analysis 'flow'"));
}

TEST_F(ColumnView, NeedsPositionsAndNeurons) {
  EXPECT_THAT(run(run_, "neurons = 'nothing'").error, HasSubstr("found none"));
  run_->change_network().neurons.has_positions = false;
  EXPECT_THAT(run(run_).error, HasSubstr("have no positions"));
}

}  // namespace
}  // namespace v1::analysis
