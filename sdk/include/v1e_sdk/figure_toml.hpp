#pragma once
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// TOML values as text, for the figure builder.
namespace v1e {

namespace detail {

inline std::string toml_text(std::string_view value) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : value) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (code < 0x20 || code == 0x7F) {
      out += "\\u00";
      out += hex[code >> 4];
      out += hex[code & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

inline std::string toml_number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return std::string(digits, end);
}

template <class Items, class Print>
std::string toml_list(const Items& items, Print print) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ", ";
    out += print(item);
  }
  return out + "]";
}
inline std::string toml_numbers(const std::vector<double>& items) {
  return toml_list(items, toml_number);
}
inline std::string toml_texts(const std::vector<std::string>& items) {
  return toml_list(items, [](const std::string& item) { return toml_text(item); });
}
inline std::string toml_pairs(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string out = "{ ";
  for (const auto& [key, value] : items) {
    if (out.size() > 2) out += ", ";
    out += toml_text(key) + " = " + toml_text(value);
  }
  return out + " }";
}

/// Keys with their TOML values, in the order in which they were first set.
class Keys {
 public:
  void set(const std::string& key, std::string value) {
    for (auto& [name, old] : items_) {
      if (name == key) {
        old = std::move(value);
        return;
      }
    }
    items_.emplace_back(key, std::move(value));
  }
  bool empty() const { return items_.empty(); }
  std::string lines() const {
    std::string out;
    for (const auto& [key, value] : items_) out += key + " = " + value + "\n";
    return out;
  }
  std::string inline_table() const {
    std::string out = "{ ";
    for (const auto& [key, value] : items_) {
      if (out.size() > 2) out += ", ";
      out += key + " = " + value;
    }
    return out + " }";
  }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

}  // namespace detail

}  // namespace v1e
