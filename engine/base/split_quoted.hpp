#pragma once
#include <string>
#include <vector>

namespace v1 {

/// The fields of a line of a delimited table. Fields may be quoted with "" ('""' inside is one
/// quote). merge_runs: separators in a row, and at either end, count as one (blanks).
std::vector<std::string> split_quoted(const std::string& line, char separator,
                                      bool merge_runs = false);

}  // namespace v1
