#pragma once
#include <cstddef>
#include <new>
#include <vector>

namespace v1::cpu {

/// Allocates on cache lines, so that vectors of the state load whole lines. Growing leaves the new
/// elements undefined: the thread that owns them writes them first, which on machines with
/// several memories places them near it.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <class Other>
  CacheLineAllocator(const CacheLineAllocator<Other>&) {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{64}));
  }
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class Arg>
  void construct(U* place, Arg&& arg) {
    ::new (static_cast<void*>(place)) U(static_cast<Arg&&>(arg));
  }
  void deallocate(T* block, std::size_t) { ::operator delete (block, std::align_val_t{64}); }
  bool operator==(const CacheLineAllocator&) const { return true; }
};

template <class T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

}  // namespace v1::cpu
