#include "engine/recording/matrix_stream.hpp"

#include <algorithm>
#include <cstring>

#include "engine/base/error.hpp"

namespace v1::recording {

h5::Shape MatrixStream::chunk(const Shape& shape) {
  return {std::min(shape.rows, chunk_samples), std::min(shape.columns, chunk_neurons)};
}

MatrixStream::MatrixStream(const h5::File& file, const std::string& dataset, Shape shape,
                           bool compress, ThreadPool& pool)
    : name_(dataset),
      shape_(shape),
      chunk_(chunk(shape)),
      compress_(compress),
      pool_(&pool),
      rows_(compress ? chunk_[0] * shape.columns * shape.element_bytes : 0) {
  if (compress) {
    dataset_ = ChunkedDataset(file, dataset);
  } else {
    raw_ = RawMatrix(file, dataset, {shape.rows, shape.columns}, chunk_, shape.element_bytes);
  }
}

void MatrixStream::append(const void* rows, std::uint64_t count) {
  if (rows_done_ + count > shape_.rows) {
    throw error(ExitCode::internal, "recording of '{}': got {} rows, the trial has {}", name_,
                rows_done_ + count, shape_.rows);
  }
  const std::size_t row_bytes = shape_.columns * shape_.element_bytes;
  const auto* bytes = static_cast<const std::byte*>(rows);
  if (!compress_) {
    const std::vector<std::byte> zeros(bytes ? 0 : row_bytes, std::byte{0});
    if (bytes) raw_.write(bytes, rows_done_, count);
    for (std::uint64_t row = 0; !bytes && row < count; ++row) {
      raw_.write(zeros.data(), rows_done_ + row, 1);
    }
    rows_done_ += count;
    return;
  }
  while (count > 0) {
    const std::uint64_t part = std::min(count, chunk_[0] - rows_buffered_);
    if (bytes && part == chunk_[0]) {  // a whole row of chunks: no need to gather it first
      rows_done_ += part;
      write_chunks(bytes, rows_done_ - part);
    } else {
      std::byte* target = rows_.data() + rows_buffered_ * row_bytes;
      if (bytes) {
        std::memcpy(target, bytes, part * row_bytes);
      } else {
        std::memset(target, 0, part * row_bytes);
      }
      rows_buffered_ += part;
      rows_done_ += part;
      if (rows_buffered_ == chunk_[0]) flush();
    }
    if (bytes) bytes += part * row_bytes;
    count -= part;
  }
}

void MatrixStream::append_zeros(std::uint64_t count) { append(nullptr, count); }

void MatrixStream::flush() {
  const std::size_t row_bytes = shape_.columns * shape_.element_bytes;
  // A chunk is stored whole, also where it reaches over the border of the dataset.
  std::memset(rows_.data() + rows_buffered_ * row_bytes, 0,
              (chunk_[0] - rows_buffered_) * row_bytes);
  write_chunks(rows_.data(), rows_done_ - rows_buffered_);
  rows_buffered_ = 0;
}

void MatrixStream::write_chunks(const std::byte* rows, std::uint64_t first_row) {
  const std::size_t row_bytes = shape_.columns * shape_.element_bytes;
  const std::size_t chunks = (shape_.columns + chunk_[1] - 1) / chunk_[1];
  const std::size_t chunk_row_bytes = chunk_[1] * shape_.element_bytes;
  pool_->for_each(chunks, [&](std::size_t k) {
    const std::size_t begin = k * chunk_row_bytes;
    const std::size_t width = std::min(chunk_row_bytes, row_bytes - begin);
    thread_local std::vector<std::byte> raw;
    raw.resize(chunk_[0] * chunk_row_bytes);
    for (std::uint64_t row = 0; row < chunk_[0]; ++row) {
      std::byte* const to = raw.data() + row * chunk_row_bytes;
      std::memcpy(to, rows + row * row_bytes + begin, width);
      std::memset(to + width, 0, chunk_row_bytes - width);
    }
    dataset_.write({first_row, k * chunk_[1]}, pack_chunk(raw, shape_.element_bytes, true));
  });
}

void MatrixStream::finish() {
  if (rows_done_ != shape_.rows) {
    throw error(ExitCode::internal, "recording of '{}': got {} rows, the trial has {}", name_,
                rows_done_, shape_.rows);
  }
  if (rows_buffered_ > 0) flush();
  dataset_.close();
}

}  // namespace v1::recording
