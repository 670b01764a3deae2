#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <v1e_sdk/error.hpp>
#include <vector>

/// Named arrays [...][neuron] of a checkpoint, contiguous and in network order.
namespace v1::cuda {

template <class T>
constexpr v1e_dtype dtype_of() {
  if constexpr (std::is_same_v<T, float>) return V1E_F32;
  if constexpr (std::is_same_v<T, double>) return V1E_F64;
  if constexpr (std::is_same_v<T, std::int32_t>) return V1E_I32;
  if constexpr (std::is_same_v<T, std::int64_t>) return V1E_I64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return V1E_U8;
}

template <class Array>
void describe_array(Array& array, v1e_dtype dtype, std::size_t size,
                    const std::vector<std::int64_t>& shape) {
  array.dtype = dtype;
  array.ndim = static_cast<std::uint32_t>(shape.size());
  std::int64_t stride = static_cast<std::int64_t>(size);
  for (std::size_t d = shape.size(); d-- > 0;) {
    array.shape[d] = shape[d];
    array.stride[d] = stride;
    stride *= shape[d];
  }
}

template <class T>
void put_array(const v1e_state_writer& writer, const std::string& name,
               const std::vector<T>& values, const std::vector<std::int64_t>& shape) {
  v1e_const_array array{};
  array.data = values.data();
  describe_array(array, dtype_of<T>(), sizeof(T), shape);
  v1e::call_host([&](v1e_error* err) { return writer.put(writer.ctx, name.c_str(), &array, err); });
}

inline v1e_array find_array(const v1e_state_reader& reader, const std::string& name) {
  v1e_array found{};
  v1e::call_host([&](v1e_error* err) { return reader.get(reader.ctx, name.c_str(), &found, err); });
  return found;
}

template <class T>
std::vector<T> get_array(const v1e_state_reader& reader, const std::string& name,
                         const std::vector<std::int64_t>& shape) {
  const v1e_array found = find_array(reader, name);
  bool same = found.dtype == dtype_of<T>() && found.ndim == shape.size();
  std::size_t count = 1;
  for (std::size_t d = 0; same && d < shape.size(); ++d) {
    same = found.shape[d] == shape[d];
    count *= static_cast<std::size_t>(shape[d]);
  }
  if (!same) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "checkpoint array '" + name +
                         "' has another type or shape than this run needs; resume with the "
                         "network, precision and scheme it was written with");
  }
  std::vector<T> values(count);
  v1e_array array{};
  array.data = values.data();
  describe_array(array, dtype_of<T>(), sizeof(T), shape);
  v1e::call_host([&](v1e_error* err) { return reader.get(reader.ctx, name.c_str(), &array, err); });
  return values;
}

}  // namespace v1::cuda
