#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace v1 {

/// A JSON value (nlohmann) as text. Bytes that are no UTF-8, as plugins and file names may hold,
/// become U+FFFD. `indent`: spaces for each level, -1 for a single line.
template <class Json>
std::string json_text(const Json& value, int indent = -1) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// The text in double quotes, as JSON and TOML read it.
inline std::string quoted_text(const std::string& text) { return json_text(nlohmann::json(text)); }

}  // namespace v1
