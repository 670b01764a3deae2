#pragma once
#include <cstdint>
#include <memory>

#include "engine/lgn/filter_bank.hpp"
#include "engine/lgn/rates.hpp"

namespace v1::lgn {

class DeviceFilters;
struct RateDevice;

/// A filter bank that turns one movie after another into rates, on the host or, where the backend
/// can, on its device; the bits are the same.
class RateFilters {
 public:
  /// Throws as make_filter_bank. device: null for the host.
  RateFilters(const network::LgnMosaic& mosaic, std::uint32_t rows, std::uint32_t cols,
              const config::LgnConfig& config, ThreadPool& pool, const RateDevice* device);
  ~RateFilters();

  /// As compute_rates, for frames of rows x cols pixels: some frames after the other, from trial
  /// time 0 on, as soon as their rates are there.
  void stream(const FrameSource& source, std::int64_t frame_count, std::int64_t preroll_ms,
              const RateRows& rows);
  /// All of them, in the memory of `used`, which are no longer needed.
  Rates rates(const FrameSource& source, std::int64_t frame_count, std::int64_t preroll_ms,
              Rates used = {});
  bool on_device() const { return device_ != nullptr; }

 private:
  FilterBank bank_;
  ThreadPool& pool_;
  std::unique_ptr<DeviceFilters> device_;
};

}  // namespace v1::lgn
