#include "engine/network/sonata/lzf_filter.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/base/hdf5.hpp"

namespace v1::network::sonata {
namespace {

constexpr H5Z_filter_t lzf_filter_id = 32000;  // assigned by the HDF Group to LZF
constexpr std::size_t size_parameter = 2;      // cd_values[2]: bytes of a whole chunk

// Called by HDF5 with malloc'ed buffers; 0 means failure.
std::size_t filter_lzf(unsigned flags, std::size_t value_count, const unsigned values[],
                       std::size_t bytes, std::size_t* buffer_size, void** buffer) {
  if ((flags & H5Z_FLAG_REVERSE) == 0) return 0;  // reading only
  constexpr std::size_t largest_chunk = std::size_t{1} << 32;
  std::size_t capacity = value_count > size_parameter && values[size_parameter] != 0
                             ? values[size_parameter]
                             : std::max<std::size_t>(*buffer_size, bytes);
  const auto* packed = static_cast<const std::uint8_t*>(*buffer);
  for (; capacity <= largest_chunk; capacity *= 2) {
    auto* out = static_cast<std::uint8_t*>(std::malloc(capacity));
    if (!out) return 0;
    std::size_t written = 0;
    if (expand_lzf({packed, bytes}, {out, capacity}, written)) {
      std::free(*buffer);
      *buffer = out;
      *buffer_size = capacity;
      return written;
    }
    std::free(out);
    if (value_count > size_parameter) return 0;  // the size was known, so the data is broken
  }
  return 0;
}

}  // namespace

bool expand_lzf(std::span<const std::uint8_t> packed, std::span<std::uint8_t> out,
                std::size_t& written) {
  constexpr unsigned literal_codes = 32;  // control bytes below this start a literal run
  written = 0;
  for (std::size_t i = 0; i < packed.size();) {
    const unsigned control = packed[i++];
    if (control < literal_codes) {
      const std::size_t length = control + 1;
      if (i + length > packed.size() || written + length > out.size()) return false;
      std::copy_n(packed.data() + i, length, out.data() + written);
      i += length;
      written += length;
      continue;
    }
    std::size_t length = control >> 5;
    if (length == 7) {
      if (i >= packed.size()) return false;
      length += packed[i++];
    }
    length += 2;
    if (i >= packed.size()) return false;
    const std::size_t distance = ((control & 0x1f) << 8 | packed[i++]) + 1;
    if (distance > written || written + length > out.size()) return false;
    // Byte by byte: source and destination overlap in runs.
    for (std::size_t k = 0; k < length; ++k, ++written) out[written] = out[written - distance];
  }
  return true;
}

void register_lzf_filter() {
  const h5::Lock lock;
  if (H5Zfilter_avail(lzf_filter_id) > 0) return;
  const H5Z_class2_t description = {H5Z_CLASS_T_VERS, lzf_filter_id, 1,         1, "lzf",
                                    nullptr,          nullptr,       filter_lzf};
  H5Zregister(&description);
}

}  // namespace v1::network::sonata
