#include "engine/plugin/array_convert.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "engine/base/error.hpp"

namespace v1::plugin {
namespace {

template <class To, class From>
bool fits(From value) {
  if constexpr (std::is_floating_point_v<To>) {
    return true;
  } else if constexpr (std::is_floating_point_v<From>) {
    // 2^63 and 2^32 are exact in double, the largest integers below them may not be.
    const double limit = std::ldexp(1.0, std::numeric_limits<To>::digits);
    const double low = std::is_signed_v<To> ? -limit : 0.0;
    return value >= low && value < limit && value == std::floor(value);
  } else {
    return std::in_range<To>(value);
  }
}

template <class From, class To>
void convert(const void* from, void* to, std::size_t n, const std::string& what) {
  const auto* in = static_cast<const std::byte*>(from);
  auto* out = static_cast<std::byte*>(to);
  for (std::size_t i = 0; i < n; ++i) {
    From value;
    std::memcpy(&value, in + i * sizeof(From), sizeof(From));
    if (!fits<To>(value)) {
      throw error(ExitCode::data, "{}: the value {} is no {} integer", what, value,
                  std::is_signed_v<To> ? "64-bit" : "unsigned 32-bit");
    }
    const To converted = static_cast<To>(value);
    std::memcpy(out + i * sizeof(To), &converted, sizeof(To));
  }
}

template <class From>
void convert_from(const void* from, void* to, v1e_dtype to_type, std::size_t n,
                  const std::string& what) {
  switch (to_type) {
    case V1E_F32:
      return convert<From, float>(from, to, n, what);
    case V1E_F64:
      return convert<From, double>(from, to, n, what);
    case V1E_I64:
      return convert<From, std::int64_t>(from, to, n, what);
    case V1E_U32:
      return convert<From, std::uint32_t>(from, to, n, what);
    default:
      throw error(ExitCode::config, "{}: can be read as F32, F64, I64 or U32 only", what);
  }
}

}  // namespace

std::size_t element_size(v1e_dtype dtype) {
  switch (dtype) {
    case V1E_U8:
      return 1;
    case V1E_U16:
    case V1E_F16:
      return 2;
    case V1E_U32:
    case V1E_I32:
    case V1E_F32:
      return 4;
    case V1E_U64:
    case V1E_I64:
    case V1E_F64:
      return 8;
    default:
      return 0;
  }
}

void convert_elements(const void* from, v1e_dtype from_type, void* to, v1e_dtype to_type,
                      std::size_t n, const std::string& what) {
  switch (from_type) {
    case V1E_U8:
      return convert_from<std::uint8_t>(from, to, to_type, n, what);
    case V1E_U16:
      return convert_from<std::uint16_t>(from, to, to_type, n, what);
    case V1E_U32:
      return convert_from<std::uint32_t>(from, to, to_type, n, what);
    case V1E_U64:
      return convert_from<std::uint64_t>(from, to, to_type, n, what);
    case V1E_I32:
      return convert_from<std::int32_t>(from, to, to_type, n, what);
    case V1E_I64:
      return convert_from<std::int64_t>(from, to, to_type, n, what);
    case V1E_F32:
      return convert_from<float>(from, to, to_type, n, what);
    case V1E_F64:
      return convert_from<double>(from, to, to_type, n, what);
    default:
      throw error(ExitCode::data, "{}: holds no numbers", what);
  }
}

float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1Fu;
  const std::uint32_t fraction = bits & 0x3FFu;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | fraction << 13);
  if (exponent == 0) {
    const float tiny = std::ldexp(static_cast<float>(fraction), -24);
    return sign ? -tiny : tiny;
  }
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

}  // namespace v1::plugin
