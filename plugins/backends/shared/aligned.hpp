#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace v1::backend {

/// Allocates on cache lines, so that vectors of the state load whole lines. Growing leaves the new
/// elements undefined: the thread that owns them writes them first, which on machines with
/// several memories places them near it. Large blocks (synapses, samples) ask for huge pages: rows
/// lie anywhere, and with small pages every one of them would first have to be translated.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <class Other>
  CacheLineAllocator(const CacheLineAllocator<Other>&) {}
  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* const block = ::operator new(bytes, alignment(count));
    if (bytes >= large_bytes) madvise(block, bytes, MADV_HUGEPAGE);  // a wish, may fail
    return static_cast<T*>(block);
  }
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class Arg>
  void construct(U* place, Arg&& arg) {
    ::new (static_cast<void*>(place)) U(static_cast<Arg&&>(arg));
  }
  void deallocate(T* block, std::size_t count) { ::operator delete(block, alignment(count)); }
  bool operator==(const CacheLineAllocator&) const { return true; }

 private:
  static constexpr std::size_t large_bytes = std::size_t{4} << 20;
  static constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;
  static constexpr std::align_val_t alignment(std::size_t count) {
    return std::align_val_t{count * sizeof(T) >= large_bytes ? huge_page_bytes : 64};
  }
};

template <class T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

}  // namespace v1::backend
