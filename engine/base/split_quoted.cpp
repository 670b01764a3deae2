#include "engine/base/split_quoted.hpp"

namespace v1 {

std::vector<std::string> split_quoted(const std::string& line, char separator, bool merge_runs) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  bool field_begun = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
      field_begun = true;
    } else if (c == separator && !quoted) {
      if (merge_runs && !field_begun) continue;
      fields.emplace_back();
      field_begun = false;
    } else {
      fields.back() += c;
      field_begun = true;
    }
  }
  if (merge_runs && !field_begun && fields.size() > 1) fields.pop_back();
  return fields;
}

}  // namespace v1
