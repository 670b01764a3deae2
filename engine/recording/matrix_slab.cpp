#include "engine/recording/matrix_slab.hpp"

#include <algorithm>
#include <cstring>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "engine/recording/chunks.hpp"
#include "kernels/half.hpp"

namespace v1::recording {
namespace {

// Elements whose bytes stand in planes of their own, `plane` bytes apart.
struct Planes {
  const std::byte* first;
  std::size_t plane;
};

#if defined(__x86_64__)
bool has_f16c() {
  static const bool has = __builtin_cpu_supports("avx") && __builtin_cpu_supports("f16c");
  return has;
}
[[gnu::target("avx,f16c")]] std::size_t eights(Planes from, std::size_t count, float* out) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const auto* const low = reinterpret_cast<const __m128i*>(from.first + i);
    const auto* const high = reinterpret_cast<const __m128i*>(from.first + from.plane + i);
    const __m128i half = _mm_unpacklo_epi8(_mm_loadl_epi64(low), _mm_loadl_epi64(high));
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(half));
  }
  return i;
}
[[gnu::target("avx,f16c")]] std::size_t eights(const h5::Half* from, std::size_t count,
                                               float* out) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(half));
  }
  return i;
}
#else
bool has_f16c() { return false; }
template <class From>
std::size_t eights(From, std::size_t, float*) {
  return 0;
}
#endif

void halves(Planes from, std::size_t count, float* out) {
  for (std::size_t i = has_f16c() ? eights(from, count, out) : 0; i < count; ++i) {
    const auto low = static_cast<unsigned>(from.first[i]);
    const auto high = static_cast<unsigned>(from.first[from.plane + i]);
    out[i] = kernels::from_half(static_cast<std::uint16_t>(low | high << 8));
  }
}

void halves(const h5::Half* from, std::size_t count, float* out) {
  for (std::size_t i = has_f16c() ? eights(from, count, out) : 0; i < count; ++i) {
    out[i] = kernels::from_half(from[i].bits);
  }
}

void floats(Planes from, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < sizeof bits; ++k) {
      bits |= static_cast<std::uint32_t>(from.first[k * from.plane + i]) << (8 * k);
    }
    std::memcpy(out + i, &bits, sizeof bits);
  }
}

// What a rectangle and a chunk have in common, in one dimension.
struct Overlap {
  std::uint64_t begin, end;
  Overlap(std::uint64_t chunk_begin, std::uint64_t chunk_size, std::uint64_t offset,
          std::uint64_t count)
      : begin(std::max(chunk_begin, offset)),
        end(std::min(chunk_begin + chunk_size, offset + count)) {}
};

void read_packed(const ChunkedDataset& dataset, const h5::Shape& chunk, std::size_t element_bytes,
                 const h5::Shape& offset, const h5::Shape& count, float* out) {
  const std::size_t elements = chunk[0] * chunk[1];
  thread_local std::vector<std::byte> planes;
  planes.resize(elements * element_bytes);
  const auto first_chunk = [&](std::size_t d) { return offset[d] / chunk[d] * chunk[d]; };
  for (std::uint64_t row = first_chunk(0); row < offset[0] + count[0]; row += chunk[0]) {
    const Overlap rows(row, chunk[0], offset[0], count[0]);
    for (std::uint64_t column = first_chunk(1); column < offset[1] + count[1]; column += chunk[1]) {
      const Overlap columns(column, chunk[1], offset[1], count[1]);
      const std::vector<std::byte> packed = dataset.read({row, column});
      if (packed.empty()) {
        std::fill(planes.begin(), planes.end(), std::byte{0});
      } else {
        unpack_planes(packed, planes, dataset.where());
      }
      for (std::uint64_t r = rows.begin; r < rows.end; ++r) {
        const Planes from{planes.data() + (r - row) * chunk[1] + (columns.begin - column),
                          elements};
        float* const to = out + (r - offset[0]) * count[1] + (columns.begin - offset[1]);
        const std::size_t width = columns.end - columns.begin;
        element_bytes == sizeof(h5::Half) ? halves(from, width, to) : floats(from, width, to);
      }
    }
  }
}

}  // namespace

void read_matrix(const h5::File& file, const std::string& dataset, v1e_dtype dtype,
                 const h5::Shape& offset, const h5::Shape& count, float* out) {
  const ChunkedDataset stored(file, dataset);
  const h5::Shape chunk = stored.packed_shape();
  const std::size_t element_bytes = dtype == V1E_F16 ? sizeof(h5::Half) : sizeof(float);
  if (chunk.size() == 2) return read_packed(stored, chunk, element_bytes, offset, count, out);
  if (dtype == V1E_F32) return file.slab(dataset, offset, count, out);
  // Read as stored: the library's own conversion of halves is ten times slower.
  std::vector<h5::Half> values(count[0] * count[1]);
  file.slab(dataset, offset, count, values.data());
  halves(values.data(), values.size(), out);
}

}  // namespace v1::recording
