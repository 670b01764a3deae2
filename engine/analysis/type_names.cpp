#include <array>
#include <cctype>
#include <string_view>

#include "engine/analysis/dataset_view.hpp"

namespace v1::analysis {
namespace {

// Layer at the start of `text`, after an optional "e" or "i" and an optional "L".
std::string leading_layer(std::string_view text) {
  const auto skip = [&](std::string_view letters) {
    if (!text.empty() && letters.find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    }
  };
  skip("eiEI");
  skip("lL");
  if (text.empty()) return "";
  switch (text.front()) {
    case '1':
      return "1";
    case '2':
      return text.starts_with("23") || text.starts_with("2/3") ? "2/3" : "2";
    case '4':
      return "4";
    case '5':
      return "5";
    case '6':
      return "6";
    default:
      return "";
  }
}

bool contains_word(std::string_view text, std::string_view lower_word) {
  if (lower_word.size() > text.size()) return false;
  for (std::size_t at = 0; at + lower_word.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < lower_word.size() &&
           std::tolower(static_cast<unsigned char>(text[at + same])) == lower_word[same]) {
      ++same;
    }
    if (same == lower_word.size()) return true;
  }
  return false;
}

}  // namespace

std::string layer_of(const network::NodeType& type) {
  const std::size_t mark = type.location.find_first_of("lL");
  for (std::size_t at = mark; at != std::string::npos;
       at = type.location.find_first_of("lL", at + 1)) {
    const std::string layer = leading_layer(std::string_view(type.location).substr(at));
    if (!layer.empty()) return layer;
  }
  return leading_layer(type.population);
}

std::string ei_of(const network::NodeType& type) {
  if (!type.ei.empty()) return type.ei;
  const std::string& name = type.population;
  if (name.size() < 2 || !std::isdigit(static_cast<unsigned char>(name[1]))) return "";
  return name[0] == 'e' || name[0] == 'i' ? name.substr(0, 1) : "";
}

std::string subclass_of(const network::NodeType& type) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 4> words = {
      {{"pvalb", "Pvalb"}, {"sst", "Sst"}, {"htr3a", "Htr3a"}, {"vip", "Vip"}}};
  for (const auto& [word, name] : words) {
    if (contains_word(type.population, word)) return name;
  }
  if (type.population.starts_with("PV")) return "Pvalb";
  return ei_of(type) == "e" ? "e" : "";
}

}  // namespace v1::analysis
