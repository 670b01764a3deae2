#include "engine/process/resume_command.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "engine/base/text.hpp"

namespace v1 {

std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("/._-+=,:@%").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::vector<std::string> without_option(const std::vector<std::string>& words,
                                        const std::string& option) {
  std::vector<std::string> left;
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (words[k] == option) {
      ++k;  // its value
    } else if (!words[k].starts_with(option + "=")) {
      left.push_back(words[k]);
    }
  }
  return left;
}

std::string resume_command(const std::vector<std::string>& words,
                           const std::filesystem::path& folder) {
  std::vector<std::string> command;
  bool names_folder = false;
  for (const std::string& word : words) {
    if (word == "--resume") continue;
    names_folder = names_folder || word.starts_with("-o") || word == "--output" ||
                   word.starts_with("--output=");
    command.push_back(shell_word(word));
  }
  if (!names_folder) command.insert(command.end(), {"-o", shell_word(folder.string())});
  command.emplace_back("--resume");
  return join(command, " ");
}

}  // namespace v1
