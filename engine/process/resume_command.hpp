#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace v1 {

/// The text as a shell takes it for one word: it's -> 'it'\''s'.
std::string shell_word(const std::string& text);

/// The words without an option and its value.
std::vector<std::string> without_option(const std::vector<std::string>& words,
                                        const std::string& option);

/// The command that goes on with an interrupted run: the one that began it, with its options, as a
/// shell takes it.
std::string resume_command(const std::vector<std::string>& words,
                           const std::filesystem::path& folder);

}  // namespace v1
