#include "engine/recording/chunks.hpp"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
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

// Bits that a byte of the data carries when bytes are coded one by one.
double bits_per_byte(std::span<const std::byte> data) {
  // Four counts, because one would wait for itself where equal bytes follow each other.
  std::array<std::array<std::uint32_t, 256>, 4> count{};
  for (std::size_t i = 0; i < data.size(); ++i) ++count[i % 4][static_cast<std::size_t>(data[i])];
  double bits = 0.0;
  for (std::size_t value = 0; value < 256; ++value) {
    const double n = count[0][value] + count[1][value] + count[2][value] + count[3][value];
    if (n > 0.0) bits -= n * std::log2(n / static_cast<double>(data.size()));
  }
  return data.empty() ? 0.0 : bits / static_cast<double>(data.size());
}

// One zlib stream, as HDF5's deflate filter reads it. In potentials and currents matches at a
// distance hardly occur, so only runs of equal bytes are looked for, which takes half of the time;
// and the lower bytes of numbers are often nearly noise, so these are stored as they are. The size
// stays within a few percent.
class Deflate {
 public:
  explicit Deflate(std::size_t most_bytes) {
    constexpr int largest_window = 15, most_memory = 9;
    if (deflateInit2(&stream_, gzip_level, Z_DEFLATED, largest_window, most_memory, Z_RLE) !=
        Z_OK) {
      throw error(ExitCode::memory, "not enough memory to compress a chunk");
    }
    out_.resize(deflateBound(&stream_, static_cast<uLong>(most_bytes)));
    stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
    stream_.avail_out = static_cast<uInt>(out_.size());
  }
  ~Deflate() { deflateEnd(&stream_); }
  Deflate(const Deflate&) = delete;

  void add(std::span<const std::byte> data) {
    constexpr double noise = 7.5;  // of 8 bits
    const int level = bits_per_byte(data) > noise ? 0 : gzip_level;
    check(deflateParams(&stream_, level, Z_RLE) == Z_OK);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(data.data()));
    stream_.avail_in = static_cast<uInt>(data.size());
    check(deflate(&stream_, Z_NO_FLUSH) == Z_OK || data.empty());
  }

  std::vector<std::byte> finish() {
    check(deflate(&stream_, Z_FINISH) == Z_STREAM_END);
    out_.resize(stream_.total_out);
    return std::move(out_);
  }

 private:
  static void check(bool well) {
    if (!well) throw error(ExitCode::internal, "a chunk could not be compressed");
  }
  z_stream stream_{};
  std::vector<std::byte> out_;
};

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
  Deflate deflate(planes.size() + 1024 * element_bytes);
  const std::size_t plane_bytes = planes.size() / element_bytes;
  for (std::size_t k = 0; k < element_bytes; ++k) {
    deflate.add(std::span(planes).subspan(k * plane_bytes, plane_bytes));
  }
  return deflate.finish();
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
