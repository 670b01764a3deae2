#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace v1::figures {

/// What a kind of mark understands beyond the keys of every mark.
struct MarkKeys {
  std::string_view kind;
  std::vector<std::string> required;  // columns
  std::vector<std::string> columns;   // optional columns
  std::vector<std::string> numbers;
  std::vector<std::string> flags;
  std::vector<std::pair<std::string, std::vector<std::string>>> words;  // key, choices
  std::vector<std::string> lists;                                       // "bins", "edges", "view"
};

/// nullptr for an unknown kind.
const MarkKeys* mark_keys(std::string_view kind);
std::vector<std::string> mark_kinds();

}  // namespace v1::figures
