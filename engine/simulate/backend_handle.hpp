#pragma once
#include "engine/plugin/plugin_info.hpp"
#include "engine/plugin/status.hpp"
#include "engine/simulate/sink.hpp"
#include "plugin_api/include/v1e/backend.h"

namespace v1::simulate {

/// A backend instance whose calls throw: one thin method per entry of v1e_backend_api.
class BackendHandle {
 public:
  BackendHandle(const plugin::LoadedPlugin& backend, const v1e_settings& settings,
                const v1e_backend_env& env);
  ~BackendHandle();
  BackendHandle(const BackendHandle&) = delete;
  BackendHandle& operator=(const BackendHandle&) = delete;

  void bind_rates(std::uint32_t block, std::uint32_t condition, const v1e_rates& rates);
  void bind_pulses(std::uint32_t condition, const std::vector<const v1e_pulse*>& pulses);
  void begin_trial(std::uint32_t lane, std::uint32_t trial, std::uint32_t condition,
                   std::uint32_t mode);
  void inject_spikes(const v1e_spikes& spikes);
  v1e_ticket advance(std::int64_t steps);
  v1e_spikes drain_spikes(v1e_ticket ticket, std::uint32_t lane, std::uint32_t block);
  v1e_const_array drain_probe(v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe,
                              std::int64_t& first_step);
  BackendState save(std::uint32_t lane);
  void load(std::uint32_t lane, const BackendState& state);
  /// 0 for a counter the backend does not keep.
  std::uint64_t counter(const char* name);

 private:
  void check(v1e_status status, const v1e_error& err, const char* function) const {
    plugin::check(status, err, plugin_, function);
  }
  const plugin::LoadedPlugin& plugin_;
  const v1e_backend_api& api_;
  v1e_backend* self_ = nullptr;
};

/// Bytes of one element.
std::size_t dtype_size(v1e_dtype dtype);

}  // namespace v1::simulate
