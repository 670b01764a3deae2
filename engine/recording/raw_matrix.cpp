#include "engine/recording/raw_matrix.hpp"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::recording {
namespace {

std::uint64_t chunk_count(std::uint64_t extent, std::uint64_t chunk) {
  return (extent + chunk - 1) / chunk;
}

// Writes all of the pieces one behind the other; they are used up.
bool write_pieces(int fd, std::vector<iovec>& pieces, std::uint64_t offset) {
  constexpr std::size_t most_at_once = 1024;  // IOV_MAX of Linux
  for (std::size_t i = 0; i < pieces.size();) {
    const std::size_t count = std::min(most_at_once, pieces.size() - i);
    const ssize_t written =
        ::pwritev(fd, pieces.data() + i, static_cast<int>(count), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    offset += static_cast<std::uint64_t>(written);
    auto left = static_cast<std::size_t>(written);
    while (i < pieces.size() && left >= pieces[i].iov_len) left -= pieces[i++].iov_len;
    if (left == 0) continue;
    pieces[i].iov_base = static_cast<std::byte*>(pieces[i].iov_base) + left;
    pieces[i].iov_len -= left;
  }
  return true;
}

}  // namespace

void RawMatrix::create(const h5::File& file, const std::string& dataset, hid_t stored_type,
                       const h5::Shape& shape, const h5::Shape& chunk) {
  const h5::Lock lock;
  const hsize_t extent[2] = {shape[0], shape[1]};
  const hsize_t pieces[2] = {std::max<hsize_t>(1, chunk[0]), std::max<hsize_t>(1, chunk[1])};
  const hid_t space = H5Screate_simple(2, extent, nullptr);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(creation, false);
  H5Pset_chunk(creation, 2, pieces);
  H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
  const hid_t link = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(link, 1);
  const hid_t id =
      H5Dcreate2(file.id(), dataset.c_str(), stored_type, space, link, creation, H5P_DEFAULT);
  if (id >= 0) H5Dclose(id);
  H5Pclose(link);
  H5Pclose(creation);
  H5Sclose(space);
  if (id < 0) throw cannot_write(file.path(), errno);
}

RawMatrix::RawMatrix(const h5::File& file, const std::string& dataset, const h5::Shape& shape,
                     const h5::Shape& chunk, std::size_t element_bytes)
    : path_(file.path()),
      columns_(shape[1]),
      chunk_rows_(std::max<std::uint64_t>(1, chunk[0])),
      chunk_columns_(std::max<std::uint64_t>(1, chunk[1])),
      chunks_per_row_(chunk_count(columns_, chunk_columns_)),
      element_bytes_(element_bytes),
      padding_(chunk_columns_ * element_bytes, std::byte{0}) {
  const h5::Lock lock;
  const hid_t id = H5Dopen2(file.id(), dataset.c_str(), H5P_DEFAULT);
  if (id < 0) throw error(ExitCode::data, "{}: {}: no such dataset", path_.string(), dataset);
  bool placed = true;
  for (std::uint64_t r = 0; r < chunk_count(shape[0], chunk_rows_); ++r) {
    for (std::uint64_t c = 0; c < chunks_per_row_; ++c) {
      const hsize_t start[2] = {r * chunk_rows_, c * chunk_columns_};
      unsigned mask = 0;
      haddr_t address = HADDR_UNDEF;
      hsize_t bytes = 0;
      placed = placed && H5Dget_chunk_info_by_coord(id, start, &mask, &address, &bytes) >= 0 &&
               address != HADDR_UNDEF;
      address_.push_back(address);
    }
  }
  H5Dclose(id);
  if (!placed) {
    throw error(ExitCode::internal, "{}: {}: a chunk has no place in the file", path_.string(),
                dataset);
  }
  fd_ = ::open(file.path().c_str(), O_WRONLY | O_CLOEXEC);
  if (fd_ < 0) throw cannot_write(path_, errno);
}

RawMatrix::~RawMatrix() {
  if (fd_ >= 0) ::close(fd_);
}

RawMatrix::RawMatrix(RawMatrix&& other) noexcept { *this = std::move(other); }

RawMatrix& RawMatrix::operator=(RawMatrix&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(columns_, other.columns_);
  std::swap(chunk_rows_, other.chunk_rows_);
  std::swap(chunk_columns_, other.chunk_columns_);
  std::swap(chunks_per_row_, other.chunks_per_row_);
  std::swap(element_bytes_, other.element_bytes_);
  std::swap(address_, other.address_);
  std::swap(padding_, other.padding_);
  return *this;
}

void RawMatrix::write(const std::byte* rows, std::uint64_t first_row, std::uint64_t count) {
  const std::size_t row_bytes = columns_ * element_bytes_;
  while (count > 0) {
    const std::uint64_t part = std::min(count, chunk_rows_ - first_row % chunk_rows_);
    for (std::uint64_t c = 0; c < chunks_per_row_; ++c) write_in_chunk(rows, first_row, part, c);
    rows += part * row_bytes;
    first_row += part;
    count -= part;
  }
}

void RawMatrix::write_in_chunk(const std::byte* rows, std::uint64_t first_row, std::uint64_t count,
                               std::uint64_t chunk_column) {
  const std::uint64_t begin = chunk_column * chunk_columns_;
  const std::uint64_t width = std::min(chunk_columns_, columns_ - begin);
  std::vector<iovec> pieces;
  pieces.reserve(2 * count);
  for (std::uint64_t r = 0; r < count; ++r) {
    // Only read; iovec has no const.
    auto* const row = const_cast<std::byte*>(rows + (r * columns_ + begin) * element_bytes_);
    pieces.push_back({row, width * element_bytes_});
    if (width < chunk_columns_) {
      pieces.push_back({padding_.data(), (chunk_columns_ - width) * element_bytes_});
    }
  }
  const std::uint64_t address = address_[first_row / chunk_rows_ * chunks_per_row_ + chunk_column] +
                                first_row % chunk_rows_ * chunk_columns_ * element_bytes_;
  errno = 0;
  if (!write_pieces(fd_, pieces, address)) throw cannot_write(path_, errno);
}

}  // namespace v1::recording
