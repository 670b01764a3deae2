#include "tests/emulated_cuda/memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <new>

namespace emulated {
namespace {

struct DeviceBlock {
  int device;
  std::size_t bytes;
  unsigned char* pages;
  std::size_t mapped;  // without the page behind them, which is never accessible
};

using Address = std::uintptr_t;
// Never destroyed: asked about when a program ends.
auto& device_blocks = *new std::map<Address, DeviceBlock>;
auto& pinned_blocks = *new std::map<Address, std::size_t>;

Address address_of(const void* memory) { return reinterpret_cast<Address>(memory); }

std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// The last entry that begins at or before an address, or end.
template <class Map>
auto entry_of(Map& entries, Address at) {
  auto next = entries.upper_bound(at);
  return next == entries.begin() ? entries.end() : std::prev(next);
}

void protect(int device, int protection) {
  for (auto& [begin, block] : device_blocks) {
    if (block.device == device) mprotect(block.pages, block.mapped, protection);
  }
}

}  // namespace

void* allocate_device(int device, std::size_t bytes, std::uint64_t limit) {
  if (bytes > limit || device_bytes(device) > limit - bytes) return nullptr;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t kept = round_up(bytes, 16), mapped = round_up(kept, page);
  void* const pages = mmap(nullptr, mapped + page, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  madvise(pages, mapped, MADV_HUGEPAGE);  // fewer pages to open and close for each kernel
  std::memset(pages, garbage, mapped);
  mprotect(pages, mapped + page, PROT_NONE);
  unsigned char* const first = static_cast<unsigned char*>(pages);
  unsigned char* const memory = first + (mapped - kept);
  device_blocks[address_of(memory)] = {device, bytes, first, mapped};
  return memory;
}

bool release_device(void* memory) {
  const auto block = device_blocks.find(address_of(memory));
  if (block == device_blocks.end()) return false;
  // Stays mapped without any access: later use is a fault.
  madvise(block->second.pages, block->second.mapped, MADV_DONTNEED);
  device_blocks.erase(block);
  return true;
}

bool on_device(const void* memory, std::size_t bytes, int device) {
  const auto block = entry_of(device_blocks, address_of(memory));
  return block != device_blocks.end() && block->second.device == device &&
         address_of(memory) - block->first + bytes <= block->second.bytes;
}

bool of_a_device(const void* memory) {
  const auto block = entry_of(device_blocks, address_of(memory));
  return block != device_blocks.end() &&
         address_of(memory) < address_of(block->second.pages) + block->second.mapped;
}

std::uint64_t device_bytes(int device) {
  std::uint64_t sum = 0;
  for (const auto& [begin, block] : device_blocks) {
    if (block.device == device) sum += block.bytes;
  }
  return sum;
}

void* allocate_pinned(std::size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (!memory) return nullptr;
  std::memset(memory, garbage, bytes);
  pinned_blocks[address_of(memory)] = bytes;
  return memory;
}

bool release_pinned(void* memory) {
  if (pinned_blocks.erase(address_of(memory)) == 0) return false;
  std::free(memory);
  return true;
}

bool is_pinned(const void* memory, std::size_t bytes) {
  const auto block = entry_of(pinned_blocks, address_of(memory));
  return block != pinned_blocks.end() && address_of(memory) - block->first + bytes <= block->second;
}

std::size_t pinned_size(const void* memory) {
  const auto block = pinned_blocks.find(address_of(memory));
  return block == pinned_blocks.end() ? 0 : block->second;
}

std::uint64_t pinned_bytes() {
  std::uint64_t sum = 0;
  for (const auto& [begin, bytes] : pinned_blocks) sum += bytes;
  return sum;
}

DeviceAccess::DeviceAccess(int device) : device_(device) {
  protect(device_, PROT_READ | PROT_WRITE);
}
DeviceAccess::~DeviceAccess() { protect(device_, PROT_NONE); }

}  // namespace emulated
