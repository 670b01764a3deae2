#pragma once
#include <string_view>

namespace v1 {

/// Length of the mark with which some programs begin their UTF-8 files, or 0: to be left out of the
/// first line of a table.
inline std::size_t byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? mark.size() : 0;
}

}  // namespace v1
