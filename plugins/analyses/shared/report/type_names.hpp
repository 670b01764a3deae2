#pragma once
#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace v1::analyses {

/// What the colour of a group ("e23", "i4Pvalb") stands for in the scheme "types", as
/// Mark::labels_of wants it: "Excitatory", "Pvalb", ... so that the legend of panels by layer has
/// one entry per cell type. Names of another form stay.
inline std::vector<std::pair<std::string, std::string>> type_names(
    const std::vector<std::string>& groups) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const std::string& group : groups) {
    std::size_t end = 1;
    while (end < group.size() && std::isdigit(static_cast<unsigned char>(group[end]))) ++end;
    const bool layered = end > 1 && (group[0] == 'e' || group[0] == 'i');
    names.emplace_back(group, !layered          ? group
                              : group[0] == 'e' ? "Excitatory"
                                                : group.substr(end));
  }
  return names;
}

}  // namespace v1::analyses
