#include <zlib.h>

#include "engine/base/error.hpp"
#include "engine/recording/deflate.hpp"

namespace v1::recording {
namespace {

struct Stream : z_stream {
  Stream() : z_stream{} {
    // In potentials and currents matches at a distance hardly occur, so only runs of equal bytes
    // are looked for, which takes half of the time.
    constexpr int level = 1, largest_window = 15, most_memory = 9;
    if (deflateInit2(this, level, Z_DEFLATED, largest_window, most_memory, Z_RLE) != Z_OK) {
      throw error(ExitCode::memory, "not enough memory to compress a chunk");
    }
  }
  ~Stream() { deflateEnd(this); }
  Stream(const Stream&) = delete;
};

}  // namespace

std::vector<std::byte> deflate(std::span<const std::byte> data) {
  Stream stream;
  std::vector<std::byte> out(deflateBound(&stream, static_cast<uLong>(data.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    throw error(ExitCode::internal, "{} bytes could not be compressed", data.size());
  }
  out.resize(stream.total_out);
  return out;
}

bool inflate(std::span<const std::byte> stream, std::span<std::byte> data) {
  auto size = static_cast<uLongf>(data.size());
  return uncompress(reinterpret_cast<Bytef*>(data.data()), &size,
                    reinterpret_cast<const Bytef*>(stream.data()),
                    static_cast<uLong>(stream.size())) == Z_OK &&
         size == data.size();
}

}  // namespace v1::recording
