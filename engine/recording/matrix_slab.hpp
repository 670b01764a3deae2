#pragma once
#include <string>

#include "engine/base/hdf5.hpp"
#include "plugin_api/include/v1e/abi.h"

namespace v1::recording {

/// Reads a rectangle of a recorded matrix of V1E_F16 or V1E_F32 as floats; out: [row][column] of
/// `count`. Compressed chunks are unpacked outside of the HDF5 library's lock, so several threads
/// may do it at once. Throws Error(data) when the file is damaged.
void read_matrix(const h5::File& file, const std::string& dataset, v1e_dtype dtype,
                 const h5::Shape& offset, const h5::Shape& count, float* out);

}  // namespace v1::recording
