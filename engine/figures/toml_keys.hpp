#pragma once
#include <toml++/toml.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/figures/color.hpp"

namespace v1::figures {

/// A TOML table that is read key by key; every mistake becomes Error(data) with file, line, the
/// key's path and what was expected. finish() refuses keys that nobody asked for.
class TomlKeys {
 public:
  TomlKeys(const toml::table& table, std::string file, std::string path);

  bool has(const std::string& key) const;
  bool is_text(const std::string& key) const;
  bool is_table(const std::string& key) const;
  bool is_array(const std::string& key) const;
  std::optional<std::string> text(const std::string& key);
  std::string required_text(const std::string& key);
  /// One of `choices`.
  std::optional<std::string> choice(const std::string& key,
                                    const std::vector<std::string>& choices);
  std::optional<double> number(const std::string& key);
  std::optional<double> number_between(const std::string& key, double min, double max);
  std::optional<long long> integer(const std::string& key, long long min, long long max);
  std::optional<bool> flag(const std::string& key);
  std::optional<std::vector<double>> numbers(const std::string& key);
  std::optional<std::vector<double>> numbers(const std::string& key, std::size_t count);
  std::optional<std::vector<std::string>> texts(const std::string& key);
  std::optional<Rgb> color(const std::string& key);
  Rgb color_value(const std::string& key, const std::string& value) const;
  std::optional<TomlKeys> table(const std::string& key);
  std::vector<TomlKeys> tables(const std::string& key);
  /// Names of all keys of the table, marking them as read.
  std::vector<std::string> take_all();
  /// Counts `key` as read.
  void ignore(const std::string& key) { known_.insert(key); }
  void finish() const;
  /// finish() with the names that would have been understood.
  void finish(const std::vector<std::string>& known) const;

  /// "file:line: path"
  std::string origin() const;
  [[noreturn]] void fail(const std::string& key, const std::string& expected) const;
  const std::string& file() const { return file_; }
  const std::string& path() const { return path_; }

 private:
  const toml::node* find(const std::string& key);
  std::string path_of(const std::string& key) const;
  const toml::table* table_;
  std::string file_;
  std::string path_;
  std::set<std::string> known_;
};

}  // namespace v1::figures
