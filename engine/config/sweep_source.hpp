#pragma once
#include <toml++/toml.h>

#include <string>
#include <vector>

#include "engine/config/issues.hpp"

/// [[sweep]] as it stands in a file.
namespace v1::config {

/// One swept key. The nodes belong to the table the axis was read from.
struct RawAxis {
  std::string key;                  // dotted
  toml::source_region where;        // of the key
  std::vector<toml::node*> values;  // at least one
  bool is_list = true;              // false: a single value, the same in every point of the block
};

/// The axes of every [[sweep]] in the order in which they were written; mistakes go to `issues`.
std::vector<std::vector<RawAxis>> read_sweep(toml::table& root, Issues& issues);

/// Complains about command-line values of swept keys, which would have no effect.
void check_overrides(const std::vector<std::vector<RawAxis>>& sweep, const toml::table& overrides,
                     Issues& issues);

/// Sets the key of an axis in `root`; a table replaces what was there.
void apply_value(toml::table& root, const RawAxis& axis, toml::node&& value, Issues& issues);

/// A node as TOML on one line.
std::string toml_text(const toml::node& node);
/// The same, but with one text for numbers that are equal: 500 and 500.0, on their own or within.
std::string comparable_text(const toml::node& node);

/// Names of points: short keys ("contrast") that are unique among all axes.
std::vector<std::vector<std::string>> short_keys(const std::vector<std::vector<RawAxis>>& sweep);
/// A value as part of a folder name; `index` stands for values without a short text.
std::string short_value(const toml::node& node, std::size_t index);

}  // namespace v1::config
