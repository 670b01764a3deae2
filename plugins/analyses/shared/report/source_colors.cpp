#include "plugins/analyses/shared/report/source_colors.hpp"

#include <array>

#include "plugins/analyses/shared/classes/classes.hpp"

namespace v1::analyses {
namespace {

struct Hue {
  std::string_view word;
  std::array<const char*, 5> by_layer;  // L1, L2/3, L4, L5, L6
};

constexpr Hue hues[] = {
    {"Pvalb", {"#B4BEF8", "#7C8CF0", "#1E3CC8", "#14267A", "#0A123C"}},
    {"Sst", {"#B0E4BA", "#6CC883", "#1F9A45", "#166030", "#0B3018"}},
    {"Htr3a", {"#C79BEB", "#A55FD8", "#7A1FB4", "#531478", "#2E0A44"}},
    {"Vip", {"#C79BEB", "#A55FD8", "#7A1FB4", "#531478", "#2E0A44"}},
    {"e", {"#F8B4B4", "#F07878", "#C81E1E", "#8C1010", "#4A0606"}},
};

// The layer of "e23" or "i4Pvalb" as an index into Hue::by_layer.
std::size_t layer_of(std::string_view name) {
  if (name.size() < 2 || name[1] < '1' || name[1] > '6') return 2;
  constexpr std::array<std::size_t, 7> index = {0, 0, 1, 1, 2, 3, 4};
  return index[static_cast<std::size_t>(name[1] - '0')];
}

}  // namespace

std::string source_color(std::string_view name) {
  for (const ResponseClass c : all_classes) {
    const auto i = static_cast<std::size_t>(c);
    if (name == class_names[i]) return std::string(class_colors[i]);
  }
  if (name.starts_with("LGN")) return "#1E90FF";
  if (name == "background") return "#7F7F7F";
  for (const Hue& hue : hues) {
    const bool excitatory = hue.word == "e";
    if (excitatory ? name.starts_with('e') : name.find(hue.word) != std::string_view::npos) {
      return hue.by_layer[layer_of(name)];
    }
  }
  return "#404040";
}

std::vector<std::pair<std::string, std::string>> source_colors(
    const std::vector<std::string>& names) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& name : names) out.emplace_back(name, source_color(name));
  return out;
}

}  // namespace v1::analyses
