#include "engine/network/sonata/json.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/special_file.hpp"

namespace v1::network::sonata {
namespace {

// "line 3, column 7" of a byte position that counts from 1.
std::string line_and_column(const std::string& text, std::size_t byte) {
  const std::size_t end = std::min(byte > 0 ? byte - 1 : 0, text.size());
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(end), '\n');
  const std::size_t line_begin = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
  const std::size_t column = line_begin == std::string::npos ? end + 1 : end - line_begin;
  return fmt::format("line {}, column {}", line, column);
}

}  // namespace

Json read_json_object(const std::filesystem::path& path, const std::string& role) {
  if (std::filesystem::is_directory(path)) {
    throw error(ExitCode::data, "{}: is a folder ({}); name the file in it", path.string(), role);
  }
  refuse_special_file(path);
  std::ifstream stream(path);
  if (!stream) {
    throw error(ExitCode::data, "{}: no such file ({}); correct the path there", path.string(),
                role);
  }
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  // Code that walks through the values calls itself for each level.
  constexpr int deepest = 100;
  const auto check_depth = [&](int depth, Json::parse_event_t, Json&) {
    if (depth <= deepest) return true;
    throw error(ExitCode::data, "{}: is nested more than {} levels deep; no file of SONATA is",
                path.string(), deepest);
  };
  Json json;
  try {
    json = Json::parse(text, check_depth, true, /*ignore_comments=*/true);
  } catch (const Json::out_of_range& failure) {
    const std::string reason = failure.what();  // "... number overflow parsing '1e999'"
    throw error(ExitCode::data, "{}: holds the number {}, which is too large; correct it",
                path.string(), reason.substr(std::min(reason.find('\''), reason.size())));
  } catch (const Json::parse_error& failure) {
    throw error(ExitCode::data, "{}: is not valid JSON at {}; check for a missing comma or quote",
                path.string(), line_and_column(text, failure.byte));
  }
  if (!json.is_object()) {
    throw error(ExitCode::data, "{}: expected a JSON object {{...}}, found {}", path.string(),
                json.type_name());
  }
  return json;
}

ComponentFiles::ComponentFiles(std::filesystem::path directory, std::filesystem::path config,
                               std::string key)
    : directory_(std::move(directory)), config_(std::move(config)), key_(std::move(key)) {}

const Json& ComponentFiles::read(const std::string& file, const std::string& user) {
  if (directory_.empty()) {
    throw error(ExitCode::data, "{}: 'components.{}' is not set, but {} needs '{}' from there",
                config_.string(), key_, user, file);
  }
  const auto known = files_.find(file);
  if (known != files_.end()) return known->second;
  Json json = read_json_object(path_of(file), fmt::format("dynamics_params of {}", user));
  return files_.emplace(file, std::move(json)).first->second;
}

}  // namespace v1::network::sonata
