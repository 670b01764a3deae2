#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace v1::cli {

/// What is wrong with a command line that CLI11 refused, in one sentence. CLI11 reports an unknown
/// command as a missing one, and an unknown option together with what follows it; this says what
/// was typed instead and its nearest spelling. `words`: the arguments without the program's name.
std::string usage_message(const CLI::App& app, const CLI::ParseError& problem,
                          std::vector<std::string> words);

}  // namespace v1::cli
