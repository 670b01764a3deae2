#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "plugin_api/include/v1e/abi.h"

namespace v1::plugin {

/// Bytes of one element; 0 for text and unknown types.
std::size_t element_size(v1e_dtype dtype);

/// Converts n numbers. Integers asked for must be met exactly: throws Error(data), beginning
/// with `what`, when a value has a fraction or does not fit. `to` is F32, F64, I64 or U32.
void convert_elements(const void* from, v1e_dtype from_type, void* to, v1e_dtype to_type,
                      std::size_t n, const std::string& what);

/// IEEE half precision to float, exact.
float half_to_float(std::uint16_t bits);

}  // namespace v1::plugin
