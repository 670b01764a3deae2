#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// HDF5's deflate filter outside of the HDF5 library, which lets one thread work at a time. One
/// source file per library that can do it: deflate_isal.cpp where ISA-L is found (two to three
/// times faster), deflate_zlib.cpp elsewhere.
namespace v1::recording {

/// `data` (below 2 GiB) as one zlib stream, which HDF5's deflate filter reads. Made for speed:
/// recorded samples are nearly noise in their lower bytes, so looking longer hardly saves room.
std::vector<std::byte> deflate(std::span<const std::byte> data);

/// The other way round; false when the stream is damaged or does not hold data.size() bytes.
bool inflate(std::span<const std::byte> stream, std::span<std::byte> data);

}  // namespace v1::recording
