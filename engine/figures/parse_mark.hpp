#pragma once
#include "engine/figures/spec.hpp"
#include "engine/figures/toml_keys.hpp"

namespace v1::figures {

/// Reads the mark keys of a table without refusing other keys (see mark_key_names).
MarkSpec parse_mark(TomlKeys& keys);
/// Names of all keys that a mark of this kind understands.
std::vector<std::string> mark_key_names(const std::string& kind);
/// The "where" table.
std::vector<Condition> parse_where(TomlKeys& keys);
Dash dash_of(const std::string& word);

}  // namespace v1::figures
