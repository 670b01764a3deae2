#include <gmock/gmock.h>

#include "engine/config/load_config.hpp"

namespace v1::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Selection, WordsAreRead) {
  EXPECT_EQ(parse_selection("all").kind, Selection::Kind::all);
  EXPECT_EQ(parse_selection("none").kind, Selection::Kind::none);
  EXPECT_EQ(parse_selection(" core ").kind, Selection::Kind::core);
  EXPECT_EQ(parse_selection("\"core\"").kind, Selection::Kind::core);
  const Selection name = parse_selection("e5_e6");
  EXPECT_EQ(name.kind, Selection::Kind::name);
  EXPECT_EQ(name.name, "e5_e6");
  EXPECT_EQ(name.text, "e5_e6");
}

TEST(Selection, IdsAreSortedAndUnique) {
  const Selection ids = parse_selection("[7, 3, 7]");
  EXPECT_EQ(ids.kind, Selection::Kind::ids);
  EXPECT_THAT(ids.ids, ElementsAre(3, 7));
}

TEST(Selection, FiltersAreRead) {
  const Selection filter = parse_selection("{ layer = \"2/3\", ei = 'e', radius = 200 }");
  EXPECT_EQ(filter.kind, Selection::Kind::filter);
  EXPECT_EQ(filter.layer, "2/3");
  EXPECT_EQ(filter.ei, "e");
  EXPECT_EQ(filter.radius_um, 200.0);
  EXPECT_FALSE(parse_selection("{ layer = 4 }").ei.has_value());
}

TEST(Selection, MistakesAreNamed) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      parse_selection(text);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::config);
      return e.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message(""), HasSubstr("must select neurons"));
  EXPECT_THAT(message("[1, -2]"), HasSubstr("neuron ids"));
  EXPECT_THAT(message("[1.5]"), HasSubstr("found the number 1.5"));
  EXPECT_THAT(message("[4294967296]"), HasSubstr("neuron ids"));
  EXPECT_THAT(message("{ layer = 3 }"), HasSubstr("a layer out of"));
  EXPECT_THAT(message("{ ei = \"x\" }"), HasSubstr("ei = \"e\" or \"i\""));
  EXPECT_THAT(message("{ radius = 0 }"), HasSubstr("radius > 0"));
  EXPECT_THAT(message("{ radius = inf }"), HasSubstr("radius > 0"));
  EXPECT_THAT(message("{ rdius = 3 }"), HasSubstr("did you mean 'radius'?"));
  EXPECT_THAT(message("{}"), HasSubstr("empty table"));
  EXPECT_THAT(message("[1"), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace v1::config
