#pragma once
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/network/sonata/json.hpp"

namespace v1::network::sonata {

/// Model parameters of a cell file with checked access. `where` names node type and file.
class Parameters {
 public:
  /// said: warnings that were given, if they are to come once; may be null.
  Parameters(const Json& json, const std::string& where, std::set<std::string>* said = nullptr)
      : json_(json), where_(where), said_(said) {}

  bool has(const std::string& key) const { return json_.contains(key) && !json_[key].is_null(); }

  double number(const std::string& key) const {
    if (!has(key)) fail_missing(key);
    if (!json_[key].is_number()) {
      throw error(ExitCode::data, "{}: '{}' must be a number, found {}", where_, key,
                  json_[key].dump());
    }
    return json_[key].get<double>();
  }
  double number_or(const std::string& key, double fallback) const {
    return has(key) ? number(key) : fallback;
  }
  bool flag(const std::string& key) const {
    if (!has(key)) return false;
    const Json& value = json_[key];
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0.0;
    throw error(ExitCode::data, "{}: '{}' must be true or false, found {}", where_, key,
                value.dump());
  }
  std::vector<double> list(const std::string& key) const {
    if (!has(key)) fail_missing(key);
    const Json& value = json_[key];
    if (value.is_number()) return {value.get<double>()};
    std::vector<double> out;
    if (!value.is_array()) fail_list(key);
    for (const Json& item : value) {
      if (!item.is_number()) fail_list(key);
      out.push_back(item.get<double>());
    }
    return out;
  }
  std::array<double, 2> pair(const std::string& key) const {
    const std::vector<double> values = list(key);
    if (values.size() != 2) {
      throw error(ExitCode::data, "{}: '{}' has {} values; GLIF3 needs two after-spike currents",
                  where_, key, values.size());
    }
    return {values[0], values[1]};
  }
  void warn_unknown(std::vector<std::string> known) const {
    const std::vector<std::string> harmless = {"V_dynamics_method", "rheobase", "asc_init",
                                               "comment", "name"};
    known.insert(known.end(), harmless.begin(), harmless.end());
    for (const auto& [key, value] : json_.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      warn(fmt::format("parameter '{}' is not known to the model and has no effect{}", key,
                       did_you_mean(key, known)));
    }
  }
  void warn(const std::string& what) const {
    const std::string message = fmt::format("{}: {}", where_, what);
    if (!said_ || said_->insert(message).second) log::warn("{}", message);
  }
  const std::string& where() const { return where_; }

 private:
  [[noreturn]] void fail_missing(const std::string& key) const {
    std::vector<std::string> keys;
    for (const auto& [name, value] : json_.items()) {
      if (!value.is_null()) keys.push_back(name);
    }
    throw error(ExitCode::data, "{}: parameter '{}' is missing{}", where_, key,
                did_you_mean(key, keys));
  }
  [[noreturn]] void fail_list(const std::string& key) const {
    throw error(ExitCode::data, "{}: '{}' must be a number or a list of numbers, found {}", where_,
                key, json_[key].dump());
  }
  const Json& json_;
  const std::string& where_;
  std::set<std::string>* said_;
};

}  // namespace v1::network::sonata
