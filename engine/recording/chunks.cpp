#include "engine/recording/chunks.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/error.hpp"

namespace v1::recording {
namespace {

// Byte k of every element side by side, as HDF5's shuffle filter orders them.
std::vector<std::byte> shuffled(std::span<const std::byte> raw, std::size_t element_bytes) {
  std::vector<std::byte> out(raw.size());
  const std::size_t count = raw.size() / element_bytes;
  for (std::size_t byte = 0; byte < element_bytes; ++byte) {
    std::byte* plane = out.data() + byte * count;
    for (std::size_t i = 0; i < count; ++i) plane[i] = raw[i * element_bytes + byte];
  }
  return out;
}

[[noreturn]] void fail_writing(const std::string& where) {
  throw error(ExitCode::memory, "{}: cannot be written{}", where,
              errno != 0 ? std::string(" (") + std::strerror(errno) + ")" : std::string());
}

}  // namespace

h5::Layout chunk_layout(const h5::Shape& chunk, bool compress, bool growable) {
  return h5::Layout{chunk, compress ? gzip_level : 0, compress, growable};
}

std::vector<std::byte> pack_chunk(std::span<const std::byte> raw, std::size_t element_bytes,
                                  bool compress) {
  if (!compress) return {raw.begin(), raw.end()};
  const std::vector<std::byte> planes = shuffled(raw, element_bytes);
  // Matches at a distance hardly occur in potentials and currents; looking for runs of equal bytes
  // only takes half of the time, and the size is within a few percent.
  z_stream stream{};
  constexpr int largest_window = 15, most_memory = 9;
  if (deflateInit2(&stream, gzip_level, Z_DEFLATED, largest_window, most_memory, Z_RLE) != Z_OK) {
    throw error(ExitCode::memory, "not enough memory to compress a chunk");
  }
  std::vector<std::byte> out(deflateBound(&stream, static_cast<uLong>(planes.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(planes.data()));
  stream.avail_in = static_cast<uInt>(planes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw error(ExitCode::internal, "a chunk could not be compressed");
  return out;
}

ChunkedDataset::ChunkedDataset(const h5::File& file, std::string name)
    : where_(file.path().string() + ": " + name) {
  const h5::Lock lock;
  id_ = H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT);
  if (id_ < 0) throw error(ExitCode::internal, "{}: no such dataset", where_);
}

ChunkedDataset::ChunkedDataset(ChunkedDataset&& other) noexcept
    : id_(std::exchange(other.id_, -1)), where_(std::move(other.where_)) {}

ChunkedDataset& ChunkedDataset::operator=(ChunkedDataset&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(where_, other.where_);
  return *this;
}

void ChunkedDataset::write(const h5::Shape& offset, std::span<const std::byte> packed) {
  const h5::Lock lock;
  const std::vector<hsize_t> start(offset.begin(), offset.end());
  errno = 0;
  if (H5Dwrite_chunk(id_, H5P_DEFAULT, 0, start.data(), packed.size(), packed.data()) < 0) {
    fail_writing(where_);
  }
}

void ChunkedDataset::resize(std::uint64_t length) {
  const h5::Lock lock;
  const hsize_t extent = length;
  errno = 0;
  if (H5Dset_extent(id_, &extent) < 0) fail_writing(where_);
}

void ChunkedDataset::close() noexcept {
  if (id_ < 0) return;
  const h5::Lock lock;
  H5Dclose(std::exchange(id_, -1));
}

}  // namespace v1::recording
