#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace v1 {

/// Leaves the elements of a vector unset when it grows, and begins on a cache line, as the plugin
/// interface promises for lent arrays. Large ones ask for huge pages: a page is
/// found and cleared when it is first written, one after another of 4 KiB that takes longer than
/// most computing.
template <class T>
struct RawAllocator {
  using value_type = T;
  RawAllocator() = default;
  template <class Other>
  RawAllocator(const RawAllocator<Other>&) {}
  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* const block = ::operator new(bytes, alignment(count));
    if (bytes >= large_bytes) madvise(block, bytes, MADV_HUGEPAGE);  // a wish, may fail
    return static_cast<T*>(block);
  }
  void deallocate(T* block, std::size_t count) { ::operator delete(block, alignment(count)); }
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
  bool operator==(const RawAllocator&) const { return true; }

 private:
  static constexpr std::size_t large_bytes = std::size_t{4} << 20;
  static constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;
  static constexpr std::align_val_t alignment(std::size_t count) {
    return std::align_val_t{count * sizeof(T) >= large_bytes ? huge_page_bytes : 64};
  }
};

/// For numbers that are all written right after, best by the threads that share the work: RawVector
/// v(n) and v.resize(n) touch nothing.
template <class T>
using RawVector = std::vector<T, RawAllocator<T>>;

}  // namespace v1
