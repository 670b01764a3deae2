#include "engine/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace v1 {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// "temporal_frq" for "temporal_frequency": all letters in order, some left out.
bool abbreviates(std::string_view word, std::string_view candidate) {
  if (word.empty() || candidate.empty() || word.front() != candidate.front()) return false;
  if (2 * word.size() < candidate.size()) return false;
  std::size_t matched = 0;
  for (const char c : candidate) {
    if (matched < word.size() && word[matched] == c) ++matched;
  }
  return matched == word.size();
}

// 'trails' for 'trials' surely is one; 'direction' for 'deflection' may be a wrong guess.
bool is_slip_of_the_pen(std::string_view word, std::string_view meant) {
  constexpr std::size_t beginning = 3;  // letters
  return edit_distance(word, meant) <= 1 || word.substr(0, beginning) == meant.substr(0, beginning);
}

}  // namespace

std::optional<std::string> nearest_spelling(std::string_view word,
                                            const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    const bool extends = word.size() >= 4 && (candidate.find(word) != std::string::npos ||
                                              abbreviates(word, candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    } else if (extends && !best) {
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto best = nearest_spelling(word, candidates);
  return best ? fmt::format("; did you mean '{}'?", *best) : std::string();
}

std::string known_names_hint(std::string_view word, const std::vector<std::string>& known) {
  if (known.empty()) return "";
  const std::string hint = did_you_mean(word, known);
  const auto nearest = nearest_spelling(word, known);
  if (nearest && is_slip_of_the_pen(word, *nearest)) return hint;
  return hint + (nearest ? " known: " : "; known: ") + join(known, ", ");
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else if (c == '\t') {
      line += "\\t";
    } else if (code < 32 || code == 127) {
      line += fmt::format("\\u{:04X}", code);
    } else {
      line += c;
    }
  }
  return line;
}

std::string place_prefix(const std::string& place) { return place.empty() ? "" : place + ": "; }

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  text = trim(text);
  double number = 0.0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || !std::isfinite(number) || number < 0.0) return std::nullopt;
  const std::string_view unit = trim(text.substr(static_cast<std::size_t>(end - text.data())));
  static constexpr struct {
    std::string_view name;
    double factor;
  } units[] = {{"", 1.0},
               {"B", 1.0},
               {"KB", 1e3},
               {"kB", 1e3},
               {"MB", 1e6},
               {"GB", 1e9},
               {"TB", 1e12},
               {"KiB", 1024.0},
               {"MiB", 1048576.0},
               {"GiB", 1073741824.0},
               {"TiB", 1099511627776.0}};
  for (const auto& candidate : units) {
    if (unit != candidate.name) continue;
    const double bytes = number * candidate.factor;
    if (bytes > 9e18) return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
  }
  return std::nullopt;
}

std::string format_bytes(std::uint64_t bytes) {
  static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  int unit = 0;
  while (value >= 1024.0 && unit < 4) {
    value /= 1024.0;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace v1
