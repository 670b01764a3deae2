#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/recording/chunks.hpp"
#include "engine/recording/raw_matrix.hpp"

namespace v1::recording {

/// Chunks of recorded variables: about 250 samples of 1024 neurons, half a megabyte in float16.
inline constexpr std::uint64_t chunk_samples = 250;
inline constexpr std::uint64_t chunk_neurons = 1024;

/// A [row][column] dataset written row by row. With compression rows are kept until a row of chunks
/// is complete, then those chunks are compressed side by side; without, they are written at once.
class MatrixStream {
 public:
  struct Shape {
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
    std::size_t element_bytes = 0;
  };

  /// Makes the dataset, of numbers of type T.
  template <class T>
  static MatrixStream create(h5::File& file, const std::string& dataset, const Shape& shape,
                             bool compress, ThreadPool& pool) {
    if (compress) {
      file.create_dataset<T>(dataset, {shape.rows, shape.columns},
                             chunk_layout(chunk(shape), true, false));
    } else {
      RawMatrix::create(file, dataset, h5::Type<T>::stored(), {shape.rows, shape.columns},
                        chunk(shape));
    }
    return MatrixStream(file, dataset, shape, compress, pool);
  }

  static h5::Shape chunk(const Shape& shape);

  std::uint64_t row_count() const { return rows_done_; }
  /// Throws Error(internal) on more rows than the dataset has.
  void append(const void* rows, std::uint64_t count);
  void append_zeros(std::uint64_t count);
  /// Throws Error(internal) when rows are missing.
  void finish();

 private:
  MatrixStream(const h5::File& file, const std::string& dataset, Shape shape, bool compress,
               ThreadPool& pool);
  void flush();
  void write_chunks(const std::byte* rows, std::uint64_t first_row);

  ChunkedDataset dataset_;  // with compression
  RawMatrix raw_;           // without
  std::string name_;
  Shape shape_;
  h5::Shape chunk_;
  bool compress_;
  ThreadPool* pool_;
  std::vector<std::byte> rows_;  // the chunk row being filled
  std::uint64_t rows_done_ = 0;
  std::uint64_t rows_buffered_ = 0;
};

}  // namespace v1::recording
