#pragma once
#include <cstddef>
#include <cstdint>

#include "tests/emulated_cuda/emulated.hpp"

/// Memory of the emulated devices, and pinned memory of the host.
namespace emulated {

inline constexpr int garbage = 0xAB;

/// nullptr where the device has not that much left. 16 bytes behind the end, at most, can be
/// touched without a fault.
void* allocate_device(int device, std::size_t bytes, std::uint64_t limit);
/// False where `memory` is not what allocate_device gave. Its addresses are not used again.
bool release_device(void* memory);
/// Whether [memory, memory + bytes) lies in one allocation of a device.
bool on_device(const void* memory, std::size_t bytes, int device);
/// Whether `memory` points into any device's memory.
bool of_a_device(const void* memory);
std::uint64_t device_bytes(int device);

void* allocate_pinned(std::size_t bytes);
bool release_pinned(void* memory);
bool is_pinned(const void* memory, std::size_t bytes);
/// Size of the allocation that begins at `memory`, 0 where none does.
std::size_t pinned_size(const void* memory);
std::uint64_t pinned_bytes();

/// While it lives, the memory of one device can be read and written.
class DeviceAccess {
 public:
  explicit DeviceAccess(int device);
  ~DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;

 private:
  int device_;
};

}  // namespace emulated
