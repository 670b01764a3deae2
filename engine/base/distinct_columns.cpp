#include "engine/base/distinct_columns.hpp"

#include <string_view>
#include <unordered_map>

#include "engine/base/error.hpp"

namespace v1 {

void check_distinct_columns(const std::vector<std::string>& names, const std::string& where) {
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    const auto [known, is_new] = first.emplace(names[i], i);
    if (is_new) continue;
    throw error(ExitCode::data,
                "{}: two columns are named '{}', fields {} and {}; rename or remove one", where,
                names[i], known->second + 1, i + 1);
  }
}

}  // namespace v1
