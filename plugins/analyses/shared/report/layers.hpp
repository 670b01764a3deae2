#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/// Layers of the names of groups ("e23", "i4Pvalb").
namespace v1::analyses {

/// "2/3" of "e23" or "i23Pvalb", "4" of "e4Rorb"; "" of names of another form.
inline std::string layer_number(const std::string& group) {
  if (group.size() < 2 || (group[0] != 'e' && group[0] != 'i')) return "";
  std::string digits;
  for (std::size_t k = 1; k < group.size() && group[k] >= '0' && group[k] <= '9'; ++k) {
    digits += group[k];
  }
  return digits == "23" ? "2/3" : digits;
}

/// "L2/3", "L4"; "" of names of another form.
inline std::string layer_of_group(const std::string& group) {
  const std::string number = layer_number(group);
  return number.empty() ? "" : "L" + number;
}

/// Groups by layer, in the order of the layers' names; groups without one come last as "Other".
inline std::vector<std::pair<std::string, std::vector<std::string>>> by_layer(
    const std::vector<std::string>& groups) {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  for (const std::string& group : groups) {
    std::string layer = layer_of_group(group);
    if (layer.empty()) layer = "Other";
    const auto known =
        std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == layer; });
    if (known == out.end()) {
      out.push_back({layer, {group}});
    } else {
      known->second.push_back(group);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// Groups whose names begin with "e"; all where there are none.
inline std::vector<std::string> excitatory_groups(const std::vector<std::string>& groups) {
  std::vector<std::string> out;
  for (const std::string& group : groups) {
    if (!group.empty() && group[0] == 'e') out.push_back(group);
  }
  return out.empty() ? groups : out;
}

}  // namespace v1::analyses
