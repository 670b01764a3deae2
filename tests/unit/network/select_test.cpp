#include "engine/network/select.hpp"

#include <gmock/gmock.h>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "tests/unit/base/refusal.hpp"
#include "tests/unit/network/small_network.hpp"

namespace v1::network {
namespace {

using config::Selection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Selection of_kind(Selection::Kind kind) {
  Selection selection;
  selection.kind = kind;
  return selection;
}

Selection named(const std::string& name) {
  Selection selection = of_kind(Selection::Kind::name);
  selection.name = selection.text = name;
  return selection;
}

std::string refusal(const Network& network, const Selection& selection) {
  return refusal_of(ExitCode::config, [&] { select_neurons(network, selection); });
}

TEST(SelectNeurons, TakesAllNoneAndTheCore) {
  const Network network = small_network();
  EXPECT_THAT(select_neurons(network, of_kind(Selection::Kind::all)), SizeIs(6));
  EXPECT_THAT(select_neurons(network, of_kind(Selection::Kind::none)), IsEmpty());
  EXPECT_THAT(select_neurons(network, of_kind(Selection::Kind::core)), ElementsAre(0, 1, 2, 4));
}

TEST(SelectNeurons, CoreWithoutCoordinatesIsAllWithAWarning) {
  Network network = small_network();
  network.neurons.has_positions = false;
  log::clear_warnings();
  EXPECT_THAT(select_neurons(network, of_kind(Selection::Kind::core)), SizeIs(6));
  EXPECT_THAT(log::warnings(), ElementsAre(HasSubstr("no coordinates")));
}

TEST(SelectNeurons, PrefersSonataPopulationsToClasses) {
  Network network = small_network();
  EXPECT_THAT(select_neurons(network, named("lm")), ElementsAre(4, 5));
  network.neurons.populations[1].name = "e23";
  EXPECT_THAT(select_neurons(network, named("e23")), ElementsAre(4, 5));
}

TEST(SelectNeurons, MatchesClassesBySubstringAndUnitesThem) {
  const Network network = small_network();
  EXPECT_THAT(select_neurons(network, named("e23")), ElementsAre(0, 3, 4));
  EXPECT_THAT(select_neurons(network, named("Pvalb")), ElementsAre(1));
  EXPECT_THAT(select_neurons(network, named("i23_e5")), ElementsAre(1, 2, 5));
}

TEST(SelectNeurons, NamesTheNearestPopulationForAnUnknownOne) {
  const std::string message = refusal(small_network(), named("e23Cuxx"));
  EXPECT_THAT(message, HasSubstr("'e23Cuxx'"));
  EXPECT_THAT(message, HasSubstr("did you mean 'e23Cux2'"));
}

TEST(SelectNeurons, TakesIdsOfTheFullNetworkFromEveryPopulation) {
  const Network network = small_network();
  Selection selection = of_kind(Selection::Kind::ids);
  selection.ids = {40, 3, 3};
  EXPECT_THAT(select_neurons(network, selection), ElementsAre(0, 3, 4));
  selection.ids = {12};
  EXPECT_THAT(refusal(network, selection), HasSubstr("neuron 12 is not among"));
}

TEST(SelectNeurons, FiltersByLayerKindAndRadius) {
  const Network network = small_network();
  Selection selection = of_kind(Selection::Kind::filter);
  selection.layer = "2/3";
  EXPECT_THAT(select_neurons(network, selection), ElementsAre(0, 1, 3, 4));
  selection.ei = "e";
  EXPECT_THAT(select_neurons(network, selection), ElementsAre(0, 3, 4));
  selection.radius_um = 100.0;
  EXPECT_THAT(select_neurons(network, selection), ElementsAre(0));
  selection.layer = "5";
  selection.radius_um.reset();
  EXPECT_THAT(select_neurons(network, selection), ElementsAre(2, 5));
}

TEST(SelectNeurons, RefusesARadiusWithoutCoordinates) {
  Network network = small_network();
  network.neurons.has_positions = false;
  Selection selection = of_kind(Selection::Kind::filter);
  selection.radius_um = 100.0;
  EXPECT_THAT(refusal(network, selection), HasSubstr("no coordinates"));
}

TEST(SelectNeurons, RefusesAnEmptyResultByName) {
  Selection selection = of_kind(Selection::Kind::filter);
  selection.layer = "6";
  selection.text = "{ layer = 6 }";
  EXPECT_THAT(refusal(small_network(), selection), HasSubstr("{ layer = 6 }"));
}

}  // namespace
}  // namespace v1::network
