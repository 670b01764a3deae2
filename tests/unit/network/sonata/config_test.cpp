#include "engine/network/sonata/config.hpp"

#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ManifestVariables, AreReplacedInBothSpellingsAndNested) {
  const Variables variables = {{"BASE", "/data"}, {"BASE_DIR", "/other"}, {"NET", "${BASE}/net"}};
  const auto expand = [&](const std::string& text) {
    return expand_variables(text, variables, "config.json");
  };
  EXPECT_EQ(expand("$NET/nodes.h5"), "/data/net/nodes.h5");
  EXPECT_EQ(expand("${NET}x"), "/data/netx");
  EXPECT_EQ(expand("$BASE_DIR/x"), "/other/x");  // the longest name wins
  EXPECT_EQ(expand("$UNKNOWN/x ${ALSO} $"), "$UNKNOWN/x ${ALSO} $");
}

TEST(ManifestVariables, MayNotReferToThemselves) {
  const Variables variables = {{"A", "$B"}, {"B", "x$A"}};
  EXPECT_THAT(data_error([&] { expand_variables("$A", variables, "config.json"); }),
              AllOf(HasSubstr("config.json"), HasSubstr("refers to itself")));
}

TEST(SonataConfig, ResolvesABaseDirectoryOfDotBesideTheFile) {
  Folder dir;
  dir.write("sub/circuit.json", R"({"manifest": {"$BASE_DIR": ".", "$UP": "$BASE_DIR/../cells"},
    "components": {"point_neuron_models_dir": "$UP"}, "networks": {"nodes": []}})");
  const Config config = load_config(dir / "sub/circuit.json");
  EXPECT_EQ(config.data["components"]["point_neuron_models_dir"], (dir / "cells").string());
  EXPECT_EQ(config.circuit, dir / "sub/circuit.json");
}

TEST(SonataConfig, MergesItsChildWithPathsBesideTheChild) {
  Folder dir;
  dir.write("circuit/c.json", R"({"components": {"synaptic_models_dir": "syn",
    "point_neuron_models_dir": "cells"}, "networks": {"nodes": []}, "target_simulator": "x"})");
  dir.write("s.json", R"({"manifest": {"$DIR": "${configdir}/circuit"}, "network": "$DIR/c.json",
    "components": {"synaptic_models_dir": "mine"}, "target_simulator": "NEST"})");
  const Config config = load_config(dir / "s.json");
  EXPECT_EQ(config.circuit, dir / "circuit/c.json");
  EXPECT_EQ(config.data["components"]["point_neuron_models_dir"], (dir / "circuit/cells").string());
  EXPECT_EQ(config.data["components"]["synaptic_models_dir"], (dir / "mine").string());
  EXPECT_EQ(config.data["target_simulator"], "NEST");
}

TEST(SonataConfig, NamesWhatIsWrong) {
  Folder dir;
  dir.write("loop.json", R"({"network": "loop.json"})");
  EXPECT_THAT(data_error([&] { load_config(dir / "loop.json"); }), HasSubstr("includes itself"));
  dir.write("child.json", R"({"network": "absent.json"})");
  EXPECT_THAT(data_error([&] { load_config(dir / "child.json"); }),
              AllOf(HasSubstr("absent.json"), HasSubstr("key 'network'")));
  dir.write("syntax.json", "{\n  \"a\": 1,\n  \"b\" 2\n}");
  EXPECT_THAT(data_error([&] { load_config(dir / "syntax.json"); }), HasSubstr("line 3"));
  dir.write("variable.json", R"({"components": {"synaptic_models_dir": "$NET/x"}})");
  EXPECT_THAT(data_error([&] { load_config(dir / "variable.json"); }),
              AllOf(HasSubstr("components.synaptic_models_dir"), HasSubstr("$NET/x")));
  EXPECT_THAT(data_error([&] { load_config(dir.path()); }),
              AllOf(HasSubstr("is a folder"), HasSubstr("name the file in it")));
  dir.write("list.json", "[1]");
  EXPECT_THAT(data_error([&] { load_config(dir / "list.json"); }), HasSubstr("object"));
}

TEST(SonataConfig, SaysWhichKeysStandTwice) {
  const Folder dir;
  log::set_quiet(true);
  log::clear_warnings();
  dir.write("a.json", R"({"run": {"dt": 0.1}, "inputs": {"a": {"x": 1}, "b": {"x": 1}, "a": {}}})");
  for (int i = 0; i < 2; ++i) read_json_object(dir / "a.json", "test");
  EXPECT_THAT(log::warnings(), ElementsAre(HasSubstr("a.json: 'a' stands twice in one object")));
}

TEST(SonataConfig, NamesNumbersThatAreTooLargeAndNestingThatIsTooDeep) {
  Folder dir;
  dir.write("large.json", R"({"run": {"tstop": 1e999}})");
  EXPECT_THAT(data_error([&] { load_config(dir / "large.json"); }),
              AllOf(HasSubstr("large.json"), HasSubstr("1e999")));
  const std::size_t depth = 200'000;
  dir.write("deep.json", R"({"a": )" + std::string(depth, '[') + std::string(depth, ']') + "}");
  EXPECT_THAT(data_error([&] { load_config(dir / "deep.json"); }),
              AllOf(HasSubstr("deep.json"), HasSubstr("nested")));
}

}  // namespace
}  // namespace v1::network::sonata::testing
