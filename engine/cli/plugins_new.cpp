#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/cli/commands.hpp"
#include "engine/process/resume_command.hpp"
#include "engine/process/standard_streams.hpp"

/// `v1engine plugins new`: a project of its own, out of the SDK's templates and examples.
namespace v1::cli {
namespace {

namespace fs = std::filesystem;

using Replacements = std::vector<std::pair<std::string, std::string>>;

// The build folder or the prefix: both hold bin, lib/cmake/v1engine-sdk and share/v1engine/sdk.
fs::path sdk_prefix() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path prefix = program.parent_path().parent_path();
  if (!fs::exists(prefix / "share/v1engine/sdk/templates")) {
    throw error(ExitCode::data, "{}: the SDK is not installed here (cmake --install brings it)",
                (prefix / "share/v1engine/sdk").string());
  }
  return prefix;
}

void check_name(const std::string& name) {
  const auto usable = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
      std::all_of(name.begin(), name.end(), usable)) {
    return;
  }
  throw error(ExitCode::config,
              "'{}' cannot be the name of a plugin: expected small letters, digits and '_', "
              "beginning with a letter",
              name);
}

// "my_ripple" -> "MyRipple"
std::string type_name(const std::string& name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '_';
  }
  return out;
}

void copy_file(const fs::path& from, const fs::path& to, const Replacements& replacements) {
  std::ifstream in(from, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (const auto& [word, by] : replacements) {
    for (std::size_t at = text.find(word); at != std::string::npos;
         at = text.find(word, at + by.size())) {
      text.replace(at, word.size(), by);
    }
  }
  errno = 0;
  std::ofstream out(to, std::ios::binary);
  out << text;
  out.close();
  if (!in || !out) throw cannot_write(to, errno);
}

void copy_folder(const fs::path& from, const fs::path& to, const Replacements& replacements) {
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    if (entry.is_regular_file()) {
      copy_file(entry.path(), to / entry.path().filename(), replacements);
    }
  }
}

}  // namespace

int plugins_new_command(const NewPluginOptions& options) {
  check_name(options.name);
  const fs::path prefix = sdk_prefix();
  const fs::path sdk = prefix / "share/v1engine/sdk";
  const fs::path folder = options.output.empty() ? fs::path(options.name) : options.output;
  if (fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder))) {
    throw error(ExitCode::config, "{}: already exists; choose another folder with -o",
                folder.string());
  }
  const bool c = options.language == "c";
  const Replacements replacements = {{"my_plugin", options.name},
                                     {"MyPlugin", type_name(options.name)},
                                     {"\"reference\"", "\"" + options.name + "\""},
                                     {"org.v1engine.reference", "org.example." + options.name},
                                     {"ReferenceBackend", type_name(options.name)},
                                     {"@KIND@", options.kind},
                                     {"@LANGUAGE@", c ? "C" : "CXX"},
                                     {"@SOURCE@", c ? "plugin.c" : "plugin.cpp"},
                                     {"@PREFIX@", prefix.string()}};
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    throw error(ExitCode::config, "{}: cannot be made ({}); choose another folder with -o",
                folder.string(), failure.message());
  }
  copy_folder(sdk / "templates/common", folder, replacements);
  copy_folder(sdk / "templates" / (options.kind + "-" + options.language), folder, replacements);
  if (options.kind == "backend" && !c) {
    copy_folder(sdk / "examples/reference_backend", folder, replacements);
  }
  const std::string at = folder.string();
  fmt::print("{}\n", at);
  say(
      fmt::format("next:\n  cmake -S {0} -B {0}/build\n  cmake --build {0}/build\n"
                  "  v1engine run {0}/config.toml --plugin-path {0}/build\n",
                  shell_word(at)));
  return 0;
}

}  // namespace v1::cli
