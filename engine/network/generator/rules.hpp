#pragma once
#include <toml++/toml.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "engine/config/network_overrides.hpp"

namespace v1::network::generator {

/// Values of model.toml by dotted key, with [network.overrides.rules] carried out. A missing or
/// mistyped value is Error(data) naming file, line and column, or Error(config) naming the
/// override.
class Rules {
 public:
  Rules(const std::filesystem::path& file, const std::vector<config::RuleOverride>& overrides);

  double number(const std::string& key) const;
  double positive(const std::string& key) const;
  double number_or(const std::string& key, double fallback) const;
  std::uint32_t count(const std::string& key) const;
  std::string text(const std::string& key) const;
  std::string text_or(const std::string& key, const std::string& fallback) const;
  /// Index among `words`.
  std::size_t choice(const std::string& key, const std::vector<std::string>& words) const;
  bool has(const std::string& key) const;

  [[noreturn]] void fail(const std::string& key, const std::string& expected) const;
  /// Throws for a key of the file or of an override that nobody has asked for.
  void finish() const;
  const std::filesystem::path& file() const { return file_; }

 private:
  const toml::node* find(const std::string& key) const;
  const config::RuleOverride* overridden(const std::string& key) const;

  std::filesystem::path file_;
  toml::table table_;
  std::vector<config::RuleOverride> overrides_;
  mutable std::set<std::string> asked_;
};

}  // namespace v1::network::generator
