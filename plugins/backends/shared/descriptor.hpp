#pragma once
#include <v1e/backend.h>
#include <v1e/plugin.h>

#include <cstdint>
#include <vector>

/// Descriptors of backends and their parameters.
namespace v1::backend {

/// A whole number, shown to those who ask for everything (V1E_PARAM_ADVANCED). Values: kept.
v1e_param advanced_number(const char* key, const char* summary, const v1e_value& default_value,
                          const v1e_value& min_value);

/// One of some words, the first where none is named. Words: kept.
v1e_param advanced_choice(const char* key, const char* summary, const char* const* words,
                          std::uint32_t count);
template <std::uint32_t count>
v1e_param advanced_choice(const char* key, const char* summary, const char* const (&words)[count]) {
  return advanced_choice(key, summary, words, count);
}

/// A value for advanced_number.
constexpr v1e_value whole(std::int64_t value) { return {V1E_INT, 1, {value}}; }

/// Parameters and table are kept by the caller.
v1e_plugin descriptor(const char* name, const char* summary,
                      const std::vector<const v1e_param*>& params, const v1e_backend_api& api);

}  // namespace v1::backend
