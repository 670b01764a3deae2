#include "engine/lgn/rate_device.hpp"

#include "engine/base/log.hpp"
#include "engine/lgn/flat_bank.hpp"
#include "engine/plugin/call.hpp"
#include "engine/plugin/extension.hpp"
#include "engine/plugin/status.hpp"

namespace v1::lgn {

namespace {

const v1e_lgn_rates* rates_of(const plugin::LoadedPlugin& backend) {
  const auto* api =
      static_cast<const v1e_lgn_rates*>(plugin::find_extension(backend, V1E_EXTENSION_LGN_RATES));
  const bool complete = api && V1E_HAS(api, v1e_lgn_rates, collect) && api->create &&
                        api->destroy && api->begin && api->lend && api->submit && api->collect;
  return complete ? api : nullptr;
}

// Calls a function of the extension; a failure is an error of the backend.
template <class Function, class... Arguments>
void must(const plugin::LoadedPlugin& backend, const char* name, Function function,
          Arguments... arguments) {
  plugin::ErrorSlot err;
  plugin::check(plugin::call(backend.name, name, err, function, arguments...), err, backend, name);
}

}  // namespace

bool computes_rates(const plugin::LoadedPlugin& backend) { return rates_of(backend) != nullptr; }

std::unique_ptr<DeviceFilters> DeviceFilters::make(const FilterBank& bank, std::int64_t max_frames,
                                                   const RateDevice& device) {
  const v1e_lgn_rates* api = rates_of(*device.backend);
  if (!api || bank.unit_count() == 0) return nullptr;
  const FlatBank flat(bank);
  v1e_lgn_env env{};
  env.struct_size = sizeof env;
  env.device = device.device;
  env.max_frames = static_cast<std::uint32_t>(max_frames);
  env.bank = &flat.view();
  env.host = device.host;
  std::unique_ptr<DeviceFilters> made(new DeviceFilters(*api, *device.backend));
  plugin::ErrorSlot err;
  const v1e_status status = plugin::call(device.backend->name, V1E_EXTENSION_LGN_RATES " create",
                                         err, api->create, device.settings, &env, &made->self_);
  if (status == V1E_E_UNSUPPORTED || status == V1E_E_DEVICE_MEMORY || status == V1E_E_MEMORY) {
    log::info("LGN rates are computed on the host: backend {}: {}", device.backend->name,
              err.message);
    return nullptr;
  }
  plugin::check(status, err, *device.backend, V1E_EXTENSION_LGN_RATES);
  log::debug("LGN rates are computed by backend {}", device.backend->name);
  return made;
}

DeviceFilters::~DeviceFilters() {
  if (!self_) return;
  plugin::call_void(backend_.name, V1E_EXTENSION_LGN_RATES " destroy", api_.destroy, self_);
}

void DeviceFilters::begin() { must(backend_, V1E_EXTENSION_LGN_RATES " begin", api_.begin, self_); }

float* DeviceFilters::lend() {
  float* frames = nullptr;
  must(backend_, V1E_EXTENSION_LGN_RATES " lend", api_.lend, self_, &frames);
  return frames;
}

void DeviceFilters::submit(const Stretch& stretch) {
  v1e_lgn_stretch out{};
  out.struct_size = sizeof out;
  out.frame_count = static_cast<std::uint32_t>(stretch.count);
  out.distinct_count = static_cast<std::uint32_t>(stretch.distinct.size());
  out.distinct = stretch.distinct.data();
  out.shown = stretch.shown.data();
  must(backend_, V1E_EXTENSION_LGN_RATES " submit", api_.submit, self_, &out);
}

const float* DeviceFilters::collect() {
  const float* rates_hz = nullptr;
  must(backend_, V1E_EXTENSION_LGN_RATES " collect", api_.collect, self_, &rates_hz);
  return rates_hz;
}

}  // namespace v1::lgn
