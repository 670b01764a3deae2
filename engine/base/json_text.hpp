#pragma once
#include <string>

namespace v1 {

/// A JSON value (nlohmann) as text. Bytes that are no UTF-8, as plugins and file names may hold,
/// become U+FFFD. `indent`: spaces for each level, -1 for a single line.
template <class Json>
std::string json_text(const Json& value, int indent = -1) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace v1
