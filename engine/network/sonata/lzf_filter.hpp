#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace v1::network::sonata {

/// Expands LZF data (literal runs and back references of up to 8 KiB). Returns false when the data
/// is malformed or larger than `out`; `written` is the size of the result.
bool expand_lzf(std::span<const std::uint8_t> packed, std::span<std::uint8_t> out,
                std::size_t& written);

/// Makes HDF5 read datasets compressed with h5py's "lzf" (filter 32000). Idempotent.
void register_lzf_filter();

}  // namespace v1::network::sonata
