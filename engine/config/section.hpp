#pragma once
#include <toml++/toml.h>

#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/issues.hpp"
#include "engine/config/selection.hpp"
#include "engine/plugin/check_parameters.hpp"

namespace v1::config {

/// Limits of a number; the bounds belong to it unless `above` says otherwise.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool above = false;  // low itself is not allowed
};

/// One table of a config. Each read names a key, keeps the default when it is absent and notes
/// a mistake when it is wrong; finish() then reports the keys that nobody asked for.
class Section {
 public:
  /// `table` may be null (all defaults). `name` is "" for the top level.
  Section(Issues& issues, const toml::table* table, std::string name,
          const toml::source_region& otherwise);

  void text(const char* key, std::string& value);
  void number(const char* key, double& value, const Limits& limits);
  template <class Integer>
  void integer(const char* key, Integer& value, std::int64_t low, std::int64_t high) {
    if (const auto found = read_integer(key, low, high)) value = static_cast<Integer>(*found);
  }
  void boolean(const char* key, bool& value);
  /// One of `words`; returns its index.
  std::optional<std::size_t> choice(const char* key, const std::vector<std::string>& words);
  void choice(const char* key, std::string& value, const std::vector<std::string>& words);
  void texts(const char* key, std::vector<std::string>& value);
  void selection(const char* key, Selection& value);
  /// A path made absolute; with `must_exist` a missing file is Error(data).
  void path(const char* key, std::filesystem::path& value, bool must_exist);
  /// "2 GiB" or a number of bytes.
  void bytes(const char* key, std::uint64_t& value);
  /// Sub-table, or null when absent or wrong.
  const toml::table* table(const char* key);
  /// Elements of a list of tables ([[key]]).
  std::vector<const toml::table*> tables(const char* key);

  /// Complains when the key is present.
  void forbid(const char* key, const std::string& because);
  void require(const char* key, const std::string& because);
  void complain(const char* key, const std::string& message, ExitCode code = ExitCode::config);

  bool has(const char* key) const { return table_ && table_->contains(key); }
  /// Where the key's value stands; the table or what it hangs from when it is absent.
  toml::source_region where(const char* key) const;
  toml::source_region where() const;
  std::string full_name(const std::string& key) const;
  Issues& issues() { return issues_; }

  /// Where a key that is none of this table is at home: finish() says so.
  void place_elsewhere(const std::string& key, const std::string& full_name);
  void finish();

 private:
  const toml::node* get(const char* key);
  std::optional<std::int64_t> read_integer(const char* key, std::int64_t low, std::int64_t high);
  void wrong_type(const char* key, const toml::node& node, const std::string& expected);

  Issues& issues_;
  const toml::table* table_;
  std::string name_;
  toml::source_region otherwise_;
  std::vector<std::string> known_;
  std::map<std::string, std::string> elsewhere_;
};

/// All that is wrong with a node as a selection, or the selection.
std::vector<plugin::NodeProblem> selection_problems(const toml::node& node,
                                                    Selection* result = nullptr);
/// The selection as a TOML value.
std::string selection_to_toml(const Selection& selection);

}  // namespace v1::config
