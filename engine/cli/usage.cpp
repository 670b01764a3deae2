#include "engine/cli/usage.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>

#include "engine/base/text.hpp"

namespace v1::cli {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// What is no option of the command, with its nearest spelling; empty if all are.
std::string unknown_option(const CLI::App& command, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    const bool number = word.size() > 1 && (std::isdigit(word[1]) != 0 || word[1] == '.');
    if (word.size() < 2 || word[0] != '-' || number) continue;
    const std::string name = word[1] == '-' ? word.substr(0, word.find('=')) : word.substr(0, 2);
    if (command.get_option_no_throw(name) == nullptr) {
      return fmt::format("no option '{}'{}", name, did_you_mean(name, option_names(command)));
    }
  }
  return "";
}

// CLI11's message about an option with too many or too few values, in plain words.
std::string plain_words(const std::string& said) {
  const std::size_t colon = said.find(": ");
  if (colon == std::string::npos) return said;
  const std::string option = said.substr(0, colon), rest = said.substr(colon + 2);
  constexpr std::string_view twice = "At Most 1 required but received ";
  if (rest.starts_with(twice)) {
    return fmt::format("{} is given {} times; give it once", option, rest.substr(twice.size()));
  }
  constexpr std::string_view one = "1 required ", missing = " missing";
  if (rest.starts_with(one) && rest.ends_with(missing)) {
    const std::size_t length = rest.size() - one.size() - missing.size();
    return fmt::format("{} needs a value: {}", option, rest.substr(one.size(), length));
  }
  return said;
}

}  // namespace

std::string usage_message(const CLI::App& app, const CLI::ParseError& problem,
                          std::vector<std::string> words) {
  const CLI::App* command = &app;
  std::string path = "v1engine";
  while (!words.empty() && words.front()[0] != '-' && !command->get_subcommands({}).empty()) {
    const std::vector<std::string> names = command_names(*command);
    if (std::find(names.begin(), names.end(), words.front()) == names.end()) {
      return fmt::format("no command '{}'{} (see {} --help)", words.front(),
                         did_you_mean(words.front(), names), path);
    }
    command = command->get_subcommand(words.front());
    path += " " + words.front();
    words.erase(words.begin());
  }
  std::string message = unknown_option(*command, words);
  if (message.empty() && !command->get_subcommands({}).empty()) {
    message = "which command? " + join(command_names(*command), ", ");
  }
  return fmt::format("{} (see {} --help)", message.empty() ? plain_words(problem.what()) : message,
                     path);
}

}  // namespace v1::cli
