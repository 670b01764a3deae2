#pragma once
#include <string>
#include <vector>

namespace v1 {

/// Throws Error(data) when two columns of a table have the same name; `where` is the place of its
/// header, "FILE:LINE". Columns without a name may be several: nothing can ask for them.
void check_distinct_columns(const std::vector<std::string>& names, const std::string& where);

}  // namespace v1
