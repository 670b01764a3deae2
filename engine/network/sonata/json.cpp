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

/// Keys that stand twice in an object: the parser keeps the last without a word.
class RepeatedKeys {
 public:
  void see(int depth, Json::parse_event_t event, const Json& value) {
    const auto level = static_cast<std::size_t>(depth);
    if (event == Json::parse_event_t::object_start) {
      keys_.resize(level + 1);
      keys_.emplace_back();
    } else if (event == Json::parse_event_t::key && level < keys_.size()) {
      const auto key = value.get<std::string>();
      if (!keys_[level].insert(key).second) found_.push_back(key);
    }
  }
  const std::vector<std::string>& found() const { return found_; }

 private:
  std::vector<std::set<std::string>> keys_;  // by level
  std::vector<std::string> found_;
};

// Configs are read several times.
void warn_once(const std::string& text) {
  const std::vector<std::string> said = log::warnings();
  if (std::find(said.begin(), said.end(), text) == said.end()) log::warn("{}", text);
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
  RepeatedKeys repeated;
  const auto check = [&](int depth, Json::parse_event_t event, Json& value) {
    repeated.see(depth, event, value);
    if (depth <= deepest) return true;
    throw error(ExitCode::data, "{}: is nested more than {} levels deep; no file of SONATA is",
                path.string(), deepest);
  };
  Json json;
  try {
    json = Json::parse(text, check, true, /*ignore_comments=*/true);
  } catch (const Json::out_of_range& failure) {
    const std::string reason = failure.what();  // "... number overflow parsing '1e999'"
    throw error(ExitCode::data, "{}: holds the number {}, which is too large; correct it",
                path.string(), reason.substr(std::min(reason.find('\''), reason.size())));
  } catch (const Json::parse_error& failure) {
    throw error(ExitCode::data, "{}: is not valid JSON at {}; check for a missing comma or quote",
                path.string(), line_and_column(text, failure.byte));
  }
  for (const std::string& key : repeated.found()) {
    warn_once(
        fmt::format("{}: '{}' stands twice in one object, and only the last counts, as in "
                    "SONATA's tools; rename or remove one",
                    path.string(), key));
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
