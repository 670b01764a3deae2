#include "engine/analysis/order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.hpp"

namespace v1::analysis {
namespace {

using testing::HasSubstr;

/// Plugins by name with their needs.
class Order : public testing::Test {
 protected:
  void add(const std::string& name, const std::string& plugin_name,
           std::vector<const char*> needs = {}) {
    needs_.push_back(std::make_unique<std::vector<const char*>>(std::move(needs)));
    auto plugin = std::make_unique<plugin::LoadedPlugin>();
    plugin->kind = plugin::Kind::analysis;
    plugin->name = plugin_name;
    plugin->analysis_api.need_count = static_cast<std::uint32_t>(needs_.back()->size());
    plugin->analysis_api.needs = needs_.back()->data();
    plugins_.push_back(std::move(plugin));
    pointers_.push_back(plugins_.back().get());
    config::PluginUse use;
    use.name = name;
    use.plugin = plugin_name;
    use.where = "a.toml:" + std::to_string(uses_.size() + 1) + ":1";
    uses_.push_back(use);
  }
  std::string error_text(const std::vector<std::string>& stored = {}) {
    try {
      order_analyses(uses_, pointers_, stored);
    } catch (const Error& failure) {
      EXPECT_EQ(failure.code(), ExitCode::config);
      return failure.what();
    }
    return "";
  }

  std::vector<std::unique_ptr<std::vector<const char*>>> needs_;
  std::vector<std::unique_ptr<plugin::LoadedPlugin>> plugins_;
  std::vector<const plugin::LoadedPlugin*> pointers_;
  std::vector<config::PluginUse> uses_;
};

TEST_F(Order, KeepsTheWrittenOrderWithoutNeeds) {
  add("b", "overview");
  add("a", "classification");
  EXPECT_EQ(order_analyses(uses_, pointers_), (std::vector<std::size_t>{0, 1}));
}

TEST_F(Order, PutsNeededAnalysesFirst) {
  add("selectivity", "selectivity", {"classification"});
  add("effective", "effective", {"selectivity", "classification"});
  add("first", "classification");
  add("second", "classification");
  const auto levels = analysis_levels(uses_, pointers_);
  EXPECT_EQ(levels, (std::vector<std::vector<std::size_t>>{{2, 3}, {0}, {1}}));
}

TEST_F(Order, NamesANeedThatNothingMeets) {
  add("selectivity", "selectivity", {"classification"});
  EXPECT_THAT(error_text(), HasSubstr("a.toml:1:1"));
  EXPECT_THAT(error_text(), HasSubstr("classification"));
  EXPECT_EQ(error_text({"classification"}), "");
}

TEST_F(Order, RefusesCircles) {
  add("a", "one", {"two"});
  add("b", "two", {"one"});
  EXPECT_THAT(error_text(), HasSubstr("a, b"));
}

TEST(ParseNeed, TakesParametersApart) {
  const Need need = parse_need("classification[population=e23, mode = clean]");
  EXPECT_EQ(need.plugin, "classification");
  ASSERT_EQ(need.parameters.size(), 2u);
  EXPECT_EQ(need.parameters[0], (std::pair<std::string, std::string>("population", "e23")));
  EXPECT_EQ(need.parameters[1], (std::pair<std::string, std::string>("mode", "clean")));
  EXPECT_TRUE(parse_need("overview").parameters.empty());
}

}  // namespace
}  // namespace v1::analysis
