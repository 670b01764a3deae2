#pragma once
#include <toml++/toml.h>

#include <optional>
#include <string>

#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/settings_storage.hpp"

/// Single values of parameters: from TOML nodes, and back to text.
namespace v1::plugin {

/// Collects what is wrong with the values of one plugin use.
struct ValueReader {
  const LoadedPlugin& plugin;
  const ParamContext& context;
  std::vector<ParamIssue>& issues;

  void complain(const std::string& key, const toml::source_region& where,
                const std::string& message);
  /// Fills every value of `storage` from `table` (may be null): unknown keys, missing required
  /// ones and wrong values are complained about.
  void fill(Settings::Storage& storage, const toml::table* table, const std::string& prefix,
            const toml::source_region& table_region);
  /// The checked value, or nothing after a complaint.
  std::optional<v1e_value> read(Settings::Storage& storage, const Param& param,
                                const toml::node& node, const std::string& key);

 private:
  void report_unknown(const std::vector<Param>& params, const toml::table& table,
                      const std::string& inner, const std::string& prefix);
  std::optional<double> number(const Param& param, const toml::node& node, const std::string& key);
  std::optional<std::int64_t> integer(const Param& param, const toml::node& node,
                                      const std::string& key);
  std::optional<std::string> text(const Param& param, const toml::node& node,
                                  const std::string& key);
  std::optional<v1e_value> choice(const Param& param, const toml::node& node,
                                  const std::string& key);
  std::optional<v1e_value> path(Settings::Storage& storage, const Param& param,
                                const toml::node& node, const std::string& key);
  std::optional<v1e_value> list(Settings::Storage& storage, const Param& param,
                                const toml::node& node, const std::string& key);
  std::optional<v1e_value> records(Settings::Storage& storage, const Param& param,
                                   const toml::array& items, const std::string& key);
  std::optional<v1e_value> selection(Settings::Storage& storage, const toml::node& node,
                                     const std::string& key);
  void wrong_type(const Param& param, const toml::node& node, const std::string& key);
};

/// "a string", "a number", "a list", "a table" - what a node is, for messages.
std::string node_kind(const toml::node& node);
/// "; write 3" for 3.0 where a whole number is wanted, else "".
std::string whole_without_point(const toml::node& node);

/// An integer or floating-point node as a number.
std::optional<double> as_number(const toml::node& node);

/// Is it a text such as "2.5 s"?
bool begins_with_a_number(const toml::node& node);

/// "; did you mean 'contrast'?", and the names of all parameters where that is not certain.
std::string unknown_parameter_hint(const std::vector<Param>& params, const std::string& key);

/// The node of a dotted key, or null.
const toml::node* find_dotted(const toml::table& table, std::string_view key);

}  // namespace v1::plugin
