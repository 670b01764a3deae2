#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"

/// Chunks compressed outside the HDF5 library, so that several threads can do it at once: the
/// library itself compresses under one lock.
namespace v1::recording {

inline constexpr int gzip_level = 1;

/// How the library sees what pack_chunk makes: shuffle + gzip 1, or nothing.
h5::Layout chunk_layout(const h5::Shape& chunk, bool compress, bool growable);

/// Bytes of a complete chunk as they are stored.
std::vector<std::byte> pack_chunk(std::span<const std::byte> raw, std::size_t element_bytes,
                                  bool compress);

/// Undoes deflate for a chunk that pack_chunk compressed: byte k of every element side by side, one
/// such plane after the other. Throws Error(data) naming `where` when the chunk is damaged.
void unpack_planes(std::span<const std::byte> packed, std::span<std::byte> planes,
                   const std::string& where);

/// An open dataset that takes or gives chunks as they are stored.
class ChunkedDataset {
 public:
  ChunkedDataset() = default;
  /// The dataset must exist in the file and be chunked.
  ChunkedDataset(const h5::File& file, std::string name);
  ~ChunkedDataset() { close(); }
  ChunkedDataset(ChunkedDataset&& other) noexcept;
  ChunkedDataset& operator=(ChunkedDataset&& other) noexcept;

  bool is_open() const { return id_ >= 0; }
  /// offset: first element of the chunk, a multiple of the chunk's shape.
  void write(const h5::Shape& offset, std::span<const std::byte> packed);
  /// The bytes of a chunk; nothing for one that was never written. Throws Error(data).
  std::vector<std::byte> read(const h5::Shape& offset) const;
  /// Shape of the chunks when all are stored as by pack_chunk with compression, else empty.
  h5::Shape packed_shape() const;
  const std::string& where() const { return where_; }
  /// New length of the first dimension of a 1-d dataset.
  void resize(std::uint64_t length);
  void close() noexcept;

 private:
  hid_t id_ = -1;
  std::filesystem::path path_;
  std::string where_;  // "file: dataset", for messages
};

}  // namespace v1::recording
