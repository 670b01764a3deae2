#include "engine/figures/color.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace v1::figures {
namespace {

constexpr std::array<std::pair<std::string_view, Rgb>, 26> named_colors = {{
    {"black", {0, 0, 0}},           {"white", {255, 255, 255}},     {"gray", {128, 128, 128}},
    {"grey", {128, 128, 128}},      {"lightgray", {211, 211, 211}}, {"darkgray", {96, 96, 96}},
    {"red", {200, 30, 30}},         {"blue", {31, 69, 224}},        {"green", {47, 168, 79}},
    {"darkviolet", {122, 15, 180}}, {"orange", {230, 159, 0}},      {"olive", {128, 128, 0}},
    {"dodgerblue", {30, 144, 255}}, {"teal", {51, 171, 162}},       {"brown", {139, 69, 19}},
    {"pink", {204, 121, 167}},      {"yellow", {240, 228, 66}},     {"cyan", {86, 180, 233}},
    {"magenta", {197, 27, 125}},    {"darkred", {139, 0, 0}},       {"darkblue", {0, 0, 139}},
    {"darkgreen", {0, 100, 0}},     {"seagreen", {60, 179, 113}},   {"lightcoral", {240, 128, 128}},
    {"lightblue", {173, 216, 230}}, {"violet", {148, 103, 189}},
}};

// Okabe and Ito's set without its yellow, ordered for contrast on white.
constexpr std::array<Rgb, 8> cycle = {{{0, 114, 178},
                                       {213, 94, 0},
                                       {0, 158, 115},
                                       {204, 121, 167},
                                       {230, 159, 0},
                                       {86, 180, 233},
                                       {127, 127, 127},
                                       {0, 0, 0}}};

constexpr std::array<Rgb, 5> layers = {
    {{160, 196, 226}, {107, 160, 205}, {60, 122, 178}, {27, 86, 143}, {8, 48, 92}}};

constexpr std::array<Rgb, 3> classes = {
    {{51, 171, 162}, {156, 176, 174}, {240, 98, 51}}};  // dVf, unclassified, hVf

bool contains(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [&](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

/// 'e23', 'e4Rorb', 'E' but not 'everything'.
bool is_excitatory(std::string_view key) {
  if (contains(key, "exc")) return true;
  if (key.empty() || (key[0] != 'e' && key[0] != 'E')) return false;
  return key.size() == 1 || (key[1] >= '1' && key[1] <= '6');
}

std::optional<Rgb> type_color(std::string_view key) {
  if (contains(key, "pvalb") || key == "PV" || contains(key, "_PV")) return Rgb{31, 69, 224};
  if (contains(key, "sst")) return Rgb{47, 168, 79};
  if (contains(key, "htr3") || contains(key, "vip")) return Rgb{122, 15, 180};
  if (is_excitatory(key)) return Rgb{200, 30, 30};
  if (contains(key, "inh") || (key.size() > 1 && key[0] == 'i' && key[1] >= '1' && key[1] <= '6'))
    return Rgb{31, 69, 224};
  return std::nullopt;
}

std::optional<Rgb> class_color(std::string_view key) {
  if (contains(key, "dvf")) return classes[0];
  if (contains(key, "unc")) return classes[1];
  if (contains(key, "hvf")) return classes[2];
  return std::nullopt;
}

std::optional<Rgb> current_color(std::string_view key) {
  if (contains(key, "total") || contains(key, "input")) return Rgb{200, 30, 30};
  if (contains(key, "recurrent")) return Rgb{128, 128, 0};
  if (contains(key, "bottom") || contains(key, "lgn")) return Rgb{30, 144, 255};
  if (contains(key, "background") || contains(key, "bkg") || contains(key, "asc") ||
      contains(key, "after"))
    return Rgb{128, 128, 128};
  return std::nullopt;
}

std::optional<Rgb> layer_color(std::string_view key) {
  const std::size_t digit = key.find_first_of("123456");
  if (digit == std::string_view::npos) return std::nullopt;
  constexpr std::array<std::size_t, 7> index = {0, 0, 1, 1, 2, 3, 4};
  return layers[index[static_cast<std::size_t>(key[digit] - '0')]];
}

std::uint8_t blend(std::uint8_t a, std::uint8_t b, double fraction) {
  return static_cast<std::uint8_t>(std::lround(a + (b - a) * fraction));
}

}  // namespace

std::optional<Rgb> parse_color(std::string_view text) {
  for (const auto& [name, color] : named_colors)
    if (name == text) return color;
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(1)) {
    const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit < 16 ? digit : digit - 6);
  }
  return Rgb{static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8),
             static_cast<std::uint8_t>(value)};
}

std::vector<std::string> color_names() {
  std::vector<std::string> names;
  for (const auto& [name, color] : named_colors) names.emplace_back(name);
  return names;
}

std::string hex(Rgb color) { return fmt::format("#{:02x}{:02x}{:02x}", color.r, color.g, color.b); }

const std::vector<std::string>& scheme_names() {
  static const std::vector<std::string> names = {"cycle", "types", "classes", "currents", "layers"};
  return names;
}

int class_rank(Rgb color) {
  return static_cast<int>(std::find(classes.begin(), classes.end(), color) - classes.begin());
}

Rgb scheme_color(std::string_view scheme, std::string_view key, std::size_t index) {
  std::optional<Rgb> color;
  if (scheme == "types") color = type_color(key);
  if (scheme == "classes") color = class_color(key);
  if (scheme == "currents") color = current_color(key);
  if (scheme == "layers") color = layer_color(key);
  return color.value_or(cycle[index % cycle.size()]);
}

ColorMap::ColorMap(const std::vector<Rgb>& stops, std::size_t steps) {
  for (std::size_t i = 0; i < steps; ++i) {
    const double position = static_cast<double>(i) / static_cast<double>(steps - 1) *
                            static_cast<double>(stops.size() - 1);
    const std::size_t below = std::min(static_cast<std::size_t>(position), stops.size() - 2);
    const double fraction = position - static_cast<double>(below);
    const Rgb a = stops[below];
    const Rgb b = stops[below + 1];
    table_.push_back(
        {blend(a.r, b.r, fraction), blend(a.g, b.g, fraction), blend(a.b, b.b, fraction)});
  }
}

std::optional<ColorMap> ColorMap::named(std::string_view name) {
  if (name == "sequential")
    return ColorMap(
        {{255, 255, 255}, {198, 219, 239}, {107, 174, 214}, {33, 113, 181}, {8, 48, 107}}, 256);
  if (name == "heat")
    return ColorMap({{255, 255, 255}, {253, 212, 158}, {252, 141, 89}, {215, 48, 31}, {110, 0, 0}},
                    256);
  if (name == "gray") return ColorMap({{255, 255, 255}, {0, 0, 0}}, 256);
  if (name == "viridis")
    return ColorMap({{68, 1, 84},
                     {72, 40, 120},
                     {62, 74, 137},
                     {49, 104, 142},
                     {38, 130, 142},
                     {31, 158, 137},
                     {53, 183, 121},
                     {110, 206, 88},
                     {181, 222, 43},
                     {253, 231, 37}},
                    256);
  if (name == "diverging")
    return ColorMap({{0x04, 0x51, 0x95},
                     {0x1D, 0x85, 0xC4},
                     {255, 255, 255},
                     {0xEE, 0x2C, 0x76},
                     {0x82, 0x14, 0x2D}},
                    100);
  return std::nullopt;
}

Rgb ColorMap::at(double fraction) const {
  if (std::isnan(fraction)) return {225, 225, 225};
  const double n = static_cast<double>(table_.size());
  return table_[static_cast<std::size_t>(std::clamp(std::floor(fraction * n), 0.0, n - 1.0))];
}

const std::vector<std::string>& map_names() {
  static const std::vector<std::string> names = {"sequential", "heat", "gray", "viridis",
                                                 "diverging"};
  return names;
}

}  // namespace v1::figures
