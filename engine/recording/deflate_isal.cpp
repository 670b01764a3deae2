#include <isa-l.h>

#include <cstdint>

#include "engine/base/error.hpp"
#include "engine/recording/deflate.hpp"

namespace v1::recording {

std::vector<std::byte> deflate(std::span<const std::byte> data) {
  // What does not shrink is stored as it is, in blocks with a few bytes of header each.
  constexpr std::size_t smallest_block = 16384, block_header = 8, stream_header = 64;
  std::vector<std::byte> out(data.size() + (data.size() / smallest_block + 1) * block_header +
                             stream_header);
  thread_local std::vector<std::uint8_t> scratch(ISAL_DEF_LVL1_DEFAULT);
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.level = 1;
  stream.level_buf = scratch.data();
  stream.level_buf_size = static_cast<std::uint32_t>(scratch.size());
  stream.gzip_flag = IGZIP_ZLIB;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(data.data()));
  stream.avail_in = static_cast<std::uint32_t>(data.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  if (isal_deflate_stateless(&stream) != COMP_OK || stream.avail_in != 0) {
    throw error(ExitCode::internal, "{} bytes could not be compressed", data.size());
  }
  out.resize(stream.total_out);
  return out;
}

bool inflate(std::span<const std::byte> stream, std::span<std::byte> data) {
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_ZLIB;
  state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(stream.data()));
  state.avail_in = static_cast<std::uint32_t>(stream.size());
  state.next_out = reinterpret_cast<std::uint8_t*>(data.data());
  state.avail_out = static_cast<std::uint32_t>(data.size());
  return isal_inflate_stateless(&state) == ISAL_DECOMP_OK && state.total_out == data.size();
}

}  // namespace v1::recording
