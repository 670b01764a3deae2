#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/error.hpp"
#include "engine/base/json_text.hpp"
#include "engine/cli/commands.hpp"

namespace v1::cli {
namespace {

using plugin_check::Outcome;

void print(const std::vector<Outcome>& outcomes, const std::filesystem::path& file) {
  std::size_t failed = 0, passed = 0;
  for (const Outcome& outcome : outcomes) {
    const std::string of = outcome.plugin.empty() ? "" : " " + outcome.plugin;
    fmt::print("{:<8} {}{}{}{}\n", outcome.verdict, outcome.rule, of,
               outcome.message.empty() ? "" : ": ", outcome.message);
    if (outcome.verdict == "failed") fmt::print("         {}\n", outcome.reason);
    failed += outcome.verdict == "failed" ? 1 : 0;
    passed += outcome.verdict == "ok" ? 1 : 0;
  }
  fmt::print("{}: {} passed, {} failed, {} skipped\n", file.string(), passed, failed,
             outcomes.size() - passed - failed);
}

}  // namespace

int plugins_check_command(const plugin_check::CheckOptions& options,
                          const run::CommonOptions& common) {
  if (!std::filesystem::is_regular_file(options.file)) {
    throw error(ExitCode::data, "{}: no such file", options.file.string());
  }
  if (!options.rule.empty()) return plugin_check::test_one_rule(options);
  const std::vector<Outcome> outcomes = plugin_check::test_all_rules(options, common);
  if (outcomes.empty()) throw Error(ExitCode::config, "--only: there is no rule of this id");
  if (options.json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const Outcome& outcome : outcomes) {
      all.push_back({{"rule", outcome.rule},
                     {"plugin", outcome.plugin},
                     {"verdict", outcome.verdict},
                     {"message", outcome.message},
                     {"reason", outcome.reason}});
    }
    fmt::print("{}\n", json_text(all, 2));
  } else {
    print(outcomes, options.file);
  }
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& outcome) { return outcome.verdict == "failed"; })
             ? 1
             : 0;
}

}  // namespace v1::cli
