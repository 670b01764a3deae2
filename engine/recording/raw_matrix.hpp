#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"

namespace v1::recording {

/// An uncompressed [row][column] dataset whose chunks have their places in the file from the
/// start, so that rows go there straight from where they are: the library would want each chunk
/// gathered first, and recording without compression is nothing but moving bytes.
class RawMatrix {
 public:
  /// Makes the dataset. chunk: at most the shape.
  static void create(const h5::File& file, const std::string& dataset, hid_t stored_type,
                     const h5::Shape& shape, const h5::Shape& chunk);

  RawMatrix() = default;
  /// Of a dataset made by create(), while the file is open.
  RawMatrix(const h5::File& file, const std::string& dataset, const h5::Shape& shape,
            const h5::Shape& chunk, std::size_t element_bytes);
  ~RawMatrix();
  RawMatrix(RawMatrix&& other) noexcept;
  RawMatrix& operator=(RawMatrix&& other) noexcept;

  /// Throws Error(memory) when the disk is full.
  void write(const std::byte* rows, std::uint64_t first_row, std::uint64_t count);

 private:
  void write_in_chunk(const std::byte* rows, std::uint64_t first_row, std::uint64_t count,
                      std::uint64_t chunk_column);

  int fd_ = -1;
  std::filesystem::path path_;
  std::uint64_t columns_ = 0, chunk_rows_ = 1, chunk_columns_ = 1, chunks_per_row_ = 0;
  std::size_t element_bytes_ = 0;
  std::vector<std::uint64_t> address_;  // [chunk row][chunk column], in the file
  std::vector<std::byte> padding_;      // zeros for the columns beyond the last
};

}  // namespace v1::recording
