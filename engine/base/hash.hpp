#pragma once
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace v1 {

/// Streaming 64-bit content hash (XXH3), the same on every machine.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& bytes(const void* data, std::size_t size);
  Hasher& text(std::string_view value);  // length first, so that "ab","c" != "a","bc"
  template <class T>
  Hasher& value(const T& item) {
    static_assert(std::is_trivially_copyable_v<T>);
    return bytes(&item, sizeof item);
  }
  template <class T>
  Hasher& values(std::span<const T> items) {
    value<std::uint64_t>(items.size());
    return bytes(items.data(), items.size_bytes());
  }
  std::uint64_t digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 16 hexadecimal digits.
std::string to_hex(std::uint64_t hash);

}  // namespace v1
