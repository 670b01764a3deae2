#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace v1::config {

/// A set of neurons as a user writes it: "all", "core", "none", a population or class name
/// (substring; "e5_e6" is a union), a list of ids, or { layer = 4, ei = "e", radius = 200.0 }.
struct Selection {
  enum class Kind { all, none, core, name, ids, filter };
  Kind kind = Kind::all;
  std::string name;                  // Kind::name
  std::vector<std::uint32_t> ids;    // Kind::ids: ids in the full network
  std::optional<std::string> layer;  // Kind::filter: "1", "2/3", "4", "5", "6"
  std::optional<std::string> ei;     // Kind::filter: "e" or "i"
  std::optional<double> radius_um;   // Kind::filter: distance from the axis below this
  std::string text = "all";          // as written, for messages and labels
  std::string where;                 // "a.toml:3:9: 'record.spikes'", for messages; may be empty
};

}  // namespace v1::config
