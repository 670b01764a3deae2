#include "engine/base/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace v1 {

struct Hasher::State {
  XXH3_state_t xxh;
};

Hasher::Hasher() : state_(std::make_unique<State>()) { XXH3_64bits_reset(&state_->xxh); }
Hasher::~Hasher() = default;

Hasher& Hasher::bytes(const void* data, std::size_t size) {
  if (size > 0) XXH3_64bits_update(&state_->xxh, data, size);
  return *this;
}

Hasher& Hasher::text(std::string_view item) {
  value<std::uint64_t>(item.size());
  return bytes(item.data(), item.size());
}

std::uint64_t Hasher::digest() const { return XXH3_64bits_digest(&state_->xxh); }

std::string to_hex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace v1
