#pragma once
#include <v1e/host.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "module.hpp"

namespace v1e {

/// An n-d array of numbers in a file, read slab by slab through the engine: "file.npy",
/// "file.csv", "file.h5:/group/dataset", or the spikes of a SONATA or CSV spike file as
/// [spike][2] (time in ms, node id): "file.h5:/spikes/POPULATION".
class ArrayFile {
 public:
  /// `param`: the key to blame. Throws v1e::Error naming the file.
  ArrayFile(const v1e_host* host, std::string param, std::string address)
      : param_(std::move(param)), address_(std::move(address)) {
    arrays_ = service<v1e_arrays>(host, V1E_SERVICE_ARRAYS);
    if (!arrays_) throw Error(V1E_E_UNSUPPORTED, param_, "this engine cannot read arrays");
    ctx_ = host->ctx;
    call([&](v1e_error* err) { return arrays_->open(ctx_, address_.c_str(), &file_, err); });
    std::uint32_t ndim = 0;
    std::int64_t shape[4] = {};
    call([&](v1e_error* err) { return arrays_->shape(ctx_, file_, &dtype_, &ndim, shape, err); });
    shape_.assign(shape, shape + ndim);
  }
  ~ArrayFile() {
    if (file_) arrays_->close(ctx_, file_);
  }
  ArrayFile(const ArrayFile&) = delete;
  ArrayFile& operator=(const ArrayFile&) = delete;

  v1e_dtype dtype() const { return dtype_; }  // as stored
  const std::vector<std::int64_t>& shape() const { return shape_; }
  const std::string& address() const { return address_; }

  /// Reads entries first ... first + count - 1 of the first dimension, whole in the others, into
  /// `out` (row-major). T: float, double, std::int64_t or std::uint32_t. Any thread.
  template <class T>
  void read(std::int64_t first, std::int64_t count, T* out) const {
    v1e_array view{};
    view.data = out;
    view.dtype = dtype_of<T>();
    view.ndim = static_cast<std::uint32_t>(shape_.size());
    std::int64_t offset[4] = {first, 0, 0, 0};
    for (std::size_t d = 0; d < shape_.size(); ++d) view.shape[d] = d == 0 ? count : shape_[d];
    call([&](v1e_error* err) { return arrays_->read(ctx_, file_, offset, &view, err); });
  }

  /// An Error about this file: "ADDRESS: problem".
  Error problem(const std::string& text) const {
    return Error(V1E_E_IO, param_, address_ + ": " + text);
  }

  /// "3000 x 17400"
  std::string shape_text() const {
    std::string text;
    for (const std::int64_t extent : shape_) {
      text += (text.empty() ? "" : " x ") + std::to_string(extent);
    }
    return text.empty() ? "a single number" : text;
  }

 private:
  template <class T>
  static constexpr v1e_dtype dtype_of() {
    if constexpr (std::is_same_v<T, float>) return V1E_F32;
    if constexpr (std::is_same_v<T, double>) return V1E_F64;
    if constexpr (std::is_same_v<T, std::int64_t>) return V1E_I64;
    if constexpr (std::is_same_v<T, std::uint32_t>) return V1E_U32;
  }
  template <class Call>
  void call(Call&& function) const {
    v1e_error err{};
    err.struct_size = sizeof err;
    const v1e_status status = function(&err);
    if (status != V1E_OK) throw Error(status, param_, err.message);
  }

  std::string param_, address_;
  const v1e_arrays* arrays_ = nullptr;
  void* ctx_ = nullptr;
  v1e_array_file* file_ = nullptr;
  v1e_dtype dtype_ = 0;
  std::vector<std::int64_t> shape_;
};

}  // namespace v1e
