#pragma once
#include <cstdint>
#include <memory>

#include "engine/lgn/filter_bank.hpp"
#include "engine/lgn/movie_reader.hpp"
#include "engine/plugin/plugin_info.hpp"
#include "plugin_api/include/v1e/ext/lgn_rates.h"

/// LGN rates from the backend's device (extension v1e.lgn-rates/1): the bits of the loops here.
namespace v1::lgn {

/// The backend of a run, which may be able to compute rates. All is borrowed.
struct RateDevice {
  const plugin::LoadedPlugin* backend = nullptr;
  const v1e_settings* settings = nullptr;
  const v1e_host* host = nullptr;
  std::uint32_t device = 0;
};

/// Whether the backend has the extension.
bool computes_rates(const plugin::LoadedPlugin& backend);

/// A filter bank on a device.
class DeviceFilters {
 public:
  /// Null when the backend has no such extension, or when it refuses or lacks memory, which is
  /// logged. Throws Error when it fails.
  static std::unique_ptr<DeviceFilters> make(const FilterBank& bank, std::int64_t max_frames,
                                             const RateDevice& device);
  ~DeviceFilters();
  DeviceFilters(const DeviceFilters&) = delete;
  DeviceFilters& operator=(const DeviceFilters&) = delete;

  /// The functions of the extension; a stretch may be submitted while one is under way.
  void begin();
  float* lend();
  void submit(const Stretch& stretch);
  const float* collect();

 private:
  DeviceFilters(const v1e_lgn_rates& api, const plugin::LoadedPlugin& backend)
      : api_(api), backend_(backend) {}

  const v1e_lgn_rates& api_;
  const plugin::LoadedPlugin& backend_;
  v1e_lgn_filters* self_ = nullptr;
};

}  // namespace v1::lgn
