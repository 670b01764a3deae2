#include "engine/recording/chunks.hpp"

#include <cerrno>
#include <cstdint>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/recording/deflate.hpp"

namespace v1::recording {
namespace {

// Byte k of every element side by side, as HDF5's shuffle filter orders them. With the size of an
// element known and nothing aliased compilers make vector code of it.
template <std::size_t element_bytes>
void shuffle(const std::byte* __restrict raw, std::size_t count, std::byte* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t byte = 0; byte < element_bytes; ++byte) {
      out[byte * count + i] = raw[i * element_bytes + byte];
    }
  }
}

std::vector<std::byte> shuffled(std::span<const std::byte> raw, std::size_t element_bytes) {
  std::vector<std::byte> out(raw.size());
  const std::size_t count = raw.size() / element_bytes;
  switch (element_bytes) {
    case 2:
      shuffle<2>(raw.data(), count, out.data());
      break;
    case 4:
      shuffle<4>(raw.data(), count, out.data());
      break;
    case 8:
      shuffle<8>(raw.data(), count, out.data());
      break;
    default:
      throw error(ExitCode::internal, "elements of {} bytes are not compressed", element_bytes);
  }
  return out;
}

}  // namespace

h5::Layout chunk_layout(const h5::Shape& chunk, bool compress, bool growable) {
  return h5::Layout{chunk, compress ? gzip_level : 0, compress, growable};
}

std::vector<std::byte> pack_chunk(std::span<const std::byte> raw, std::size_t element_bytes,
                                  bool compress) {
  if (!compress) return {raw.begin(), raw.end()};
  return deflate(shuffled(raw, element_bytes));
}

void unpack_planes(std::span<const std::byte> packed, std::span<std::byte> planes,
                   const std::string& where) {
  if (inflate(packed, planes)) return;
  throw error(ExitCode::data, "{}: a compressed chunk is damaged", where);
}

ChunkedDataset::ChunkedDataset(const h5::File& file, std::string name)
    : path_(file.path()), where_(file.path().string() + ": " + name) {
  const h5::Lock lock;
  id_ = H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT);
  if (id_ < 0) throw error(ExitCode::data, "{}: no such dataset", where_);
}

ChunkedDataset::ChunkedDataset(ChunkedDataset&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      path_(std::move(other.path_)),
      where_(std::move(other.where_)) {}

ChunkedDataset& ChunkedDataset::operator=(ChunkedDataset&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(path_, other.path_);
  std::swap(where_, other.where_);
  return *this;
}

void ChunkedDataset::write(const h5::Shape& offset, std::span<const std::byte> packed) {
  const h5::Lock lock;
  const std::vector<hsize_t> start(offset.begin(), offset.end());
  errno = 0;
  if (H5Dwrite_chunk(id_, H5P_DEFAULT, 0, start.data(), packed.size(), packed.data()) < 0) {
    throw cannot_write(path_, errno);
  }
}

std::vector<std::byte> ChunkedDataset::read(const h5::Shape& offset) const {
  const h5::Lock lock;
  const std::vector<hsize_t> start(offset.begin(), offset.end());
  hsize_t bytes = 0;
  std::uint32_t skipped_filters = 0;
  if (H5Dget_chunk_storage_size(id_, start.data(), &bytes) >= 0) {
    std::vector<std::byte> packed(bytes);
    if (bytes == 0 ||
        (H5Dread_chunk(id_, H5P_DEFAULT, start.data(), &skipped_filters, packed.data()) >= 0 &&
         skipped_filters == 0)) {
      return packed;
    }
  }
  throw error(ExitCode::data, "{}: cannot be read", where_);
}

h5::Shape ChunkedDataset::packed_shape() const {
  const h5::Lock lock;
  const hid_t layout = H5Dget_create_plist(id_);
  constexpr int most_dimensions = 3;
  hsize_t chunk[most_dimensions] = {};
  h5::Shape shape;
  if (H5Pget_layout(layout) == H5D_CHUNKED && H5Pget_nfilters(layout) == 2) {
    const auto filter = [&](unsigned index) {
      std::size_t values = 0;
      unsigned flags = 0;
      return H5Pget_filter2(layout, index, &flags, &values, nullptr, 0, nullptr, nullptr);
    };
    const int dimensions = H5Pget_chunk(layout, most_dimensions, chunk);
    if (filter(0) == H5Z_FILTER_SHUFFLE && filter(1) == H5Z_FILTER_DEFLATE &&
        dimensions <= most_dimensions) {
      shape.assign(chunk, chunk + dimensions);
    }
  }
  H5Pclose(layout);
  return shape;
}

void ChunkedDataset::resize(std::uint64_t length) {
  const h5::Lock lock;
  const hsize_t extent = length;
  errno = 0;
  if (H5Dset_extent(id_, &extent) < 0) throw cannot_write(path_, errno);
}

void ChunkedDataset::close() noexcept {
  if (id_ < 0) return;
  const h5::Lock lock;
  H5Dclose(std::exchange(id_, -1));
}

}  // namespace v1::recording
