#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin_api/include/v1e/abi.h"

namespace v1::plugin {

/// An n-d array of numbers in a file, read slab by slab: .npy, .csv (rows x columns, numbers
/// only), a dataset of an HDF5 file ("file.h5:/group/dataset"), or the spikes of a population in a
/// SONATA or CSV spike file ("file.h5:/spikes/lgn") as [spike][2]: time in ms, node id.
class ArrayFile {
 public:
  /// Throws Error(data) naming the file when it is missing or is not such an array.
  static std::unique_ptr<ArrayFile> open(const std::string& address);
  virtual ~ArrayFile() = default;

  v1e_dtype dtype() const { return dtype_; }  // as stored
  const std::vector<std::int64_t>& shape() const { return shape_; }

  /// Reads the elements [offset, offset + count) of every dimension into `out`, row-major,
  /// converted to `dtype` (F32, F64, I64 or U32). Throws Error(data) when the slab leaves the
  /// array or a value does not fit the integer type asked for.
  void read(const std::vector<std::int64_t>& offset, const std::vector<std::int64_t>& count,
            v1e_dtype dtype, void* out) const;

 protected:
  explicit ArrayFile(std::string address) : address_(std::move(address)) {}
  /// Fills `out` with the elements of the slab in some convenient type and returns that type.
  virtual v1e_dtype read_native(const std::vector<std::int64_t>& offset,
                                const std::vector<std::int64_t>& count,
                                std::vector<std::byte>& out) const = 0;

  std::string address_;
  v1e_dtype dtype_ = V1E_F64;
  std::vector<std::int64_t> shape_;
};

}  // namespace v1::plugin
