#pragma once
#include <cstring>
#include <string>
#include <vector>

#include "engine/plugin/plugin_info.hpp"

namespace v1::plugin {

/// No struct of the interface will ever be as large: whoever says so is mistaken about its size.
inline constexpr std::uint32_t largest_struct = 4096;

/// The part of a growable struct that the other side wrote; the rest is zero.
template <class T>
T copy_sized(const T* from) {
  T copy{};
  const std::size_t size = from->struct_size < sizeof(T) ? from->struct_size : sizeof(T);
  std::memcpy(static_cast<void*>(&copy), from, size);
  copy.struct_size = sizeof(T);
  return copy;
}

/// Reads and checks declared parameters: texts present, keys unique, defaults of the declared
/// type and inside the range. Throws Error(plugin) with a message that begins with `who`.
std::vector<Param> read_schema(const v1e_param* const* params, std::uint32_t count,
                               const std::string& who);

/// "[0, 1]", "(0, 100]", ">= 0", "> 0", "<= 5" or "" when there is no limit.
std::string range_text(const Param& param);
bool in_range(const Param& param, double value);
bool in_range(const Param& param, std::int64_t value);

/// "bool", "int", "float", "text", "choice", "path", "list of int", "records", "selection" ...
std::string type_text(v1e_type type);

}  // namespace v1::plugin
