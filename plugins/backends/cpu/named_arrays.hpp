#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <v1e_sdk/error.hpp>
#include <vector>

#include "plugins/backends/cpu/layout.hpp"

namespace v1::cpu {

template <class T>
constexpr v1e_dtype dtype_of() {
  if constexpr (std::is_same_v<T, float>) return V1E_F32;
  if constexpr (std::is_same_v<T, double>) return V1E_F64;
  if constexpr (std::is_same_v<T, std::int32_t>) return V1E_I32;
  if constexpr (std::is_same_v<T, std::int64_t>) return V1E_I64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return V1E_U8;
}

/// Moves arrays [...][place] to and from named arrays [...][neuron] in network order.
class NamedArrays {
 public:
  explicit NamedArrays(const Layout& layout) : layout_(layout) {}

  /// leading: extents before the last axis.
  template <class Container>
  void put(const v1e_state_writer& writer, const std::string& name, const Container& values,
           const std::vector<std::int64_t>& leading = {}) const {
    using T = typename Container::value_type;
    const std::size_t neurons = layout_.place_of_position.size();
    std::vector<T> ordered(rows(leading) * neurons);
    for (std::size_t r = 0; r < rows(leading); ++r) {
      for (std::size_t n = 0; n < neurons; ++n) {
        ordered[r * neurons + n] = values[r * layout_.place_count() + layout_.place_of_position[n]];
      }
    }
    v1e_const_array array{};
    array.data = ordered.data();
    describe(array, dtype_of<T>(), sizeof(T), leading);
    v1e::call_host(
        [&](v1e_error* err) { return writer.put(writer.ctx, name.c_str(), &array, err); });
  }

  template <class Container>
  void get(const v1e_state_reader& reader, const std::string& name, Container& values,
           const std::vector<std::int64_t>& leading = {}) const {
    using T = typename Container::value_type;
    v1e_array expected{};
    describe(expected, dtype_of<T>(), sizeof(T), leading);
    v1e_array found = look_up(reader, name);
    bool same = found.dtype == expected.dtype && found.ndim == expected.ndim;
    for (std::uint32_t d = 0; same && d < expected.ndim; ++d) {
      same = found.shape[d] == expected.shape[d];
    }
    if (!same) {
      throw v1e::Error(V1E_E_UNSUPPORTED, "",
                       "checkpoint array '" + name +
                           "' has another type or shape than this run needs; resume with the "
                           "network, precision and scheme it was written with");
    }
    const std::size_t neurons = layout_.place_of_position.size();
    std::vector<T> ordered(rows(leading) * neurons);
    expected.data = ordered.data();
    v1e::call_host(
        [&](v1e_error* err) { return reader.get(reader.ctx, name.c_str(), &expected, err); });
    for (std::size_t r = 0; r < rows(leading); ++r) {
      for (std::size_t n = 0; n < neurons; ++n) {
        values[r * layout_.place_count() + layout_.place_of_position[n]] = ordered[r * neurons + n];
      }
    }
  }

  std::int64_t first_extent(const v1e_state_reader& reader, const std::string& name) const {
    return look_up(reader, name).shape[0];
  }

 private:
  static std::size_t rows(const std::vector<std::int64_t>& leading) {
    std::size_t product = 1;
    for (const std::int64_t extent : leading) product *= static_cast<std::size_t>(extent);
    return product;
  }

  static v1e_array look_up(const v1e_state_reader& reader, const std::string& name) {
    v1e_array found{};
    v1e::call_host(
        [&](v1e_error* err) { return reader.get(reader.ctx, name.c_str(), &found, err); });
    return found;
  }

  template <class Array>
  void describe(Array& array, v1e_dtype dtype, std::size_t size,
                const std::vector<std::int64_t>& leading) const {
    array.dtype = dtype;
    array.ndim = static_cast<std::uint32_t>(leading.size() + 1);
    for (std::size_t d = 0; d < leading.size(); ++d) array.shape[d] = leading[d];
    array.shape[leading.size()] = static_cast<std::int64_t>(layout_.place_of_position.size());
    std::int64_t stride = static_cast<std::int64_t>(size);
    for (std::size_t d = leading.size() + 1; d-- > 0;) {
      array.stride[d] = stride;
      stride *= array.shape[d];
    }
  }

  const Layout& layout_;
};

}  // namespace v1::cpu
