#include <gmock/gmock.h>

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/generate.hpp"
#include "engine/network/generator/model.hpp"
#include "tests/unit/base/refusal.hpp"

namespace v1::network::generator {
namespace {

using config::NetworkOverrides;
using config::OverrideCell;
using ::testing::AllOf;
using ::testing::HasSubstr;

OverrideCell cell(const char* column, const char* text) {
  return {column, {text}, false, std::string("a.toml:7:1")};
}

OverrideCell times(const char* column, const char* factor) {
  return {column, {factor}, true, std::string("a.toml:8:1")};
}

NetworkOverrides edit(const char* table, std::vector<OverrideCell> cells) {
  NetworkOverrides overrides;
  overrides.tables.push_back({table, std::move(cells), "a.toml:6:1"});
  return overrides;
}

NetworkOverrides add(const char* name, const char* like, std::vector<OverrideCell> cells = {}) {
  NetworkOverrides overrides;
  overrides.added.push_back({name, like, std::move(cells), "a.toml:5:1"});
  return overrides;
}

Model load(const NetworkOverrides& overrides, const char* model = "billeh2020") {
  return load_model(find_model_directory(model), overrides);
}

std::string refusal(const NetworkOverrides& overrides) {
  return refusal_of(ExitCode::config, [&] { load(overrides); });
}

std::uint32_t named(const Model& model, const std::string& name) {
  const auto found = std::find_if(model.populations.begin(), model.populations.end(),
                                  [&](const Population& p) { return p.name == name; });
  EXPECT_NE(found, model.populations.end()) << name;
  return static_cast<std::uint32_t>(found - model.populations.begin());
}

TEST(Overrides, SetAndScaleCellsOfTheChosenRows) {
  const Model before = load({});
  NetworkOverrides overrides = edit(
      "connections", {cell("source", "e4"), cell("target", "e*"), times("probability", "0.5")});
  overrides.tables.push_back({"synapses",
                              {{"source", {"e4Rorb", "e4other"}, false, ""},
                               cell("target", "e23Cux2"),
                               cell("kappa_mv_per_ms", "0.25")},
                              "a.toml:9:1"});
  const Model after = load(overrides);
  for (const Population& s : before.populations) {
    for (const Population& t : before.populations) {
      const bool chosen = s.class_name == "e4" && t.class_name.front() == 'e';
      EXPECT_DOUBLE_EQ(after.connection(s.class_index, t.class_index).peak,
                       before.connection(s.class_index, t.class_index).peak * (chosen ? 0.5 : 1.0))
          << s.name << " -> " << t.name;
    }
  }
  const std::uint32_t e23 = named(after, "e23Cux2");
  EXPECT_EQ(after.synapse(named(after, "e4Rorb"), e23).kappa_mv_per_ms, 0.25);
  EXPECT_EQ(after.synapse(named(after, "e4other"), e23).kappa_mv_per_ms, 0.25);
  EXPECT_NE(after.synapse(named(after, "e4Scnn1a"), e23).kappa_mv_per_ms, 0.25);
}

TEST(Overrides, CountsScaleTheNodeTypesAndMoveTheIds) {
  const Model before = load({});
  const Model after =
      load(edit("populations", {cell("population", "e4Scnn1a"), cell("n_core", "1000"),
                                times("n_periphery", "0.5")}));
  const std::uint32_t p = named(after, "e4Scnn1a");
  EXPECT_EQ(after.populations[p].n_core, 1000u);
  EXPECT_EQ(after.populations[p].n_periphery, (before.populations[p].n_periphery + 1) / 2);
  std::vector<double> shares;
  std::uint32_t cells = 0, next = 0;
  for (std::size_t t = 0; t < after.types.size(); ++t) {
    if (after.types[t].population != p) continue;
    cells += after.types[t].n_cells;
    EXPECT_NEAR(double{1.0} * after.types[t].n_cells / after.populations[p].count(),
                double{1.0} * before.types[t].n_cells / before.populations[p].count(), 2e-4);
  }
  EXPECT_EQ(cells, after.populations[p].count());
  std::vector<Population> by_id = after.populations;
  std::sort(by_id.begin(), by_id.end(),
            [](const Population& a, const Population& b) { return a.first_id < b.first_id; });
  for (const Population& one : by_id) {
    EXPECT_EQ(one.first_id, next);
    next += one.count();
  }
}

TEST(Overrides, ChangeRules) {
  NetworkOverrides overrides;
  overrides.rules.push_back({"weights.ee.direction_sigma_deg", "45", "a.toml:3:1"});
  overrides.rules.push_back(
      {"weights.ei.phase_sigma_deg", "2.0", "a.toml:4:1"});  // not in the file
  const Model model = load(overrides);
  EXPECT_EQ(model.weights[0][0].direction_sigma_deg, 45.0);
  EXPECT_EQ(model.weights[0][1].phase_sigma_deg, 2.0);
}

TEST(Overrides, AnAddedPopulationStartsAsACopyInAllTables) {
  const Model before = load({});
  const Model after =
      load(add("i23Chat", "i23Htr3a", {cell("n_core", "50"), cell("n_periphery", "100")}));
  ASSERT_EQ(after.populations.size(), before.populations.size() + 1);
  const std::uint32_t added = named(after, "i23Chat"), like = named(after, "i23Htr3a");
  EXPECT_EQ(after.populations[added].count(), 150u);
  EXPECT_EQ(after.populations[added].first_id, before.neuron_count());
  EXPECT_EQ(after.class_names.back(), "i23Chat");
  const std::uint32_t cls = after.populations[added].class_index;
  const std::uint32_t like_class = after.populations[like].class_index;
  EXPECT_EQ(after.connection(cls, cls).peak, after.connection(like_class, like_class).peak);
  for (std::uint32_t p = 0; p < before.populations.size(); ++p) {
    const std::uint32_t other = after.populations[p].class_index;
    EXPECT_EQ(after.populations[p].first_id, before.populations[p].first_id);
    EXPECT_EQ(after.connection(cls, other).peak, before.connection(like_class, other).peak);
    EXPECT_EQ(after.connection(other, cls).peak, before.connection(other, like_class).peak);
    EXPECT_EQ(after.synapse(added, p).kappa_mv_per_ms, before.synapse(like, p).kappa_mv_per_ms);
    EXPECT_EQ(after.synapse(p, added).kappa_mv_per_ms, before.synapse(p, like).kappa_mv_per_ms);
  }
  std::vector<std::int64_t> ids;
  for (const CellType& type : after.types) ids.push_back(type.node.id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(load(add("i5New", "i5Sst"), "v1dd2024").populations.size(), 23u);
}

TEST(Overrides, AnAddedPopulationLeavesTheOthersAsTheyWere) {
  ThreadPool pool(2);
  GenerateOptions options;
  options.selection = "random";
  options.neurons = 800;
  const Network plain = generate(options, pool);
  options.overrides = add("i23Chat", "i23Htr3a");
  options.overrides.added[0].cells = {cell("n_core", "1000"), cell("n_periphery", "3000")};
  GenerateReport report;
  const Network changed = generate(options, pool, &report);
  EXPECT_NO_THROW(check_network(changed));
  EXPECT_EQ(changed.full_size, 234924u);
  EXPECT_GT(report.neurons.back(), 0u);
  // What both selections share has the same connections.
  const auto outgoing = [](const Network& network, std::uint32_t source_id,
                           const std::vector<std::uint32_t>& kept) {
    std::vector<std::pair<std::uint32_t, float>> edges;
    const EdgeBlock& block = network.blocks[0];
    const auto row = static_cast<std::size_t>(
        std::lower_bound(block.source_id.begin(), block.source_id.end(), source_id) -
        block.source_id.begin());
    for (auto e = static_cast<std::size_t>(block.row_ptr[row]);
         e < static_cast<std::size_t>(block.row_ptr[row + 1]); ++e) {
      const std::uint32_t target = network.neurons.id[block.address.target(e)];
      if (std::binary_search(kept.begin(), kept.end(), target)) {
        edges.emplace_back(target, block.weight_pa[e]);
      }
    }
    return edges;
  };
  std::vector<std::uint32_t> common;
  std::set_intersection(plain.neurons.id.begin(), plain.neurons.id.end(),
                        changed.neurons.id.begin(), changed.neurons.id.end(),
                        std::back_inserter(common));
  ASSERT_GT(common.size(), 700u);
  std::size_t edges = 0;
  for (const std::uint32_t id : common) {
    const auto row = outgoing(plain, id, common);
    EXPECT_EQ(row, outgoing(changed, id, common));
    edges += row.size();
  }
  EXPECT_GT(edges, 300u);
}

TEST(Overrides, NamePlaceAndNearestSpelling) {
  EXPECT_THAT(refusal(edit("connections", {cell("source", "e44"), cell("target", "e4"),
                                           cell("probability", "0.1")})),
              AllOf(HasSubstr("a.toml:7:1"), HasSubstr("connections.csv has no source 'e44'"),
                    HasSubstr("did you mean 'e4'")));
  EXPECT_THAT(refusal(edit("connections", {cell("source", "e4"), cell("probabilty", "0.1")})),
              HasSubstr("connections.csv has no column 'probabilty'; did you mean 'probability'"));
  EXPECT_THAT(refusal(edit("connections", {cell("source", "e4"), cell("probability", "1.1")})),
              AllOf(HasSubstr("a.toml:7:1: network.overrides.connections"),
                    HasSubstr("must lie in [0, 1], found 1.1")));
  EXPECT_THAT(
      refusal(edit("populations", {cell("population", "e23Cux2"), cell("n_core", "-5")})),
      AllOf(HasSubstr("a.toml:7:1"), HasSubstr("'n_core' must lie in"), HasSubstr("found -5")));
  EXPECT_THAT(refusal(edit("synapses", {cell("source", "e4Rorb"), cell("target", "e23Cux2"),
                                        cell("kappa_mv_per_ms", "much")})),
              AllOf(HasSubstr("a.toml:7:1"), HasSubstr("must be a number, found 'much'")));
  EXPECT_THAT(refusal(edit("unitary_psp", {cell("population", "e23Cux2"), cell("pv", "1")})),
              HasSubstr("this model has no table unitary_psp.csv"));
  EXPECT_THAT(refusal(edit("populations", {cell("n_core", "5")})),
              HasSubstr("needs population to choose rows"));
  EXPECT_THAT(refusal(add("x", "i23Htr3")), HasSubstr("did you mean 'i23Htr3a'"));
  EXPECT_THAT(refusal(add("e23Cux2", "i23Htr3a")), HasSubstr("'e23Cux2' exists already"));
  NetworkOverrides rules;
  rules.rules.push_back({"weights.ee.direction_sigma", "45", "a.toml:3:1"});
  EXPECT_THAT(refusal(rules),
              AllOf(HasSubstr("a.toml:3:1"), HasSubstr("no rule 'weights.ee.direction_sigma'"),
                    HasSubstr("did you mean 'weights.ee.direction_sigma_deg'")));
  rules.rules = {{"lgn.delay_ms", "\"slow\"", "a.toml:3:1"}};
  EXPECT_THAT(refusal(rules), HasSubstr("network.overrides.rules.lgn.delay_ms must be a number"));
}

}  // namespace
}  // namespace v1::network::generator
