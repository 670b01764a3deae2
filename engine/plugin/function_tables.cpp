#include "engine/plugin/function_tables.hpp"

#include "engine/base/error.hpp"
#include "engine/plugin/schema.hpp"
#include "engine/plugin/status.hpp"

namespace v1::plugin {
namespace {

template <class Api>
Api copy_table(const void* table, const std::string& who) {
  const Api* api = static_cast<const Api*>(table);
  if (api->struct_size < sizeof(std::uint32_t)) {
    throw error(ExitCode::plugin, "{}: its function table has no size", who);
  }
  if (api->struct_size > largest_struct) {
    throw error(ExitCode::plugin, "{}: its function table gives its size as {} bytes", who,
                api->struct_size);
  }
  return copy_sized(api);
}

template <class Function>
void require(Function function, const char* name, const std::string& who,
             const char* because = "") {
  if (!function) {
    throw error(ExitCode::plugin, "{}: lacks the required function '{}'{}", who, name, because);
  }
}

// Flags say what the engine must heed; one it does not know cannot be left out of account.
void refuse_unknown(std::uint64_t flags, std::uint64_t known, const std::string& who) {
  if ((flags & ~known) == 0) return;
  throw error(ExitCode::plugin, "{}: has the flags {:#x}, which this engine does not know", who,
              flags & ~known);
}

// A function of any shape whose last argument is the error slot.
template <class... Args>
v1e_status unsupported(Args... args) noexcept {
  v1e_error* err = nullptr;
  ((void)(err = [](auto arg) -> v1e_error* {
     if constexpr (std::is_same_v<decltype(arg), v1e_error*>) {
       return arg;
     } else {
       return nullptr;
     }
   }(args)),
   ...);
  return fail(err, V1E_E_UNSUPPORTED, "the plugin does not have this function");
}

template <class... Args>
v1e_status nothing_to_do(Args...) noexcept {
  return V1E_OK;
}

template <class... Args>
void fill_unsupported(v1e_status (*&slot)(Args...) noexcept) {
  if (!slot) slot = unsupported<Args...>;
}

template <class... Args>
void fill_no_op(v1e_status (*&slot)(Args...) noexcept) {
  if (!slot) slot = nothing_to_do<Args...>;
}

}  // namespace

v1e_stimulus_api copy_stimulus_api(const void* table, const std::string& who) {
  auto api = copy_table<v1e_stimulus_api>(table, who);
  require(api.create, "create", who);
  require(api.destroy, "destroy", who);
  require(api.fill, "fill", who);
  if (api.outputs == 0) throw error(ExitCode::plugin, "{}: produces no output", who);
  refuse_unknown(api.flags, V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL, who);
  fill_no_op(api.validate);
  fill_no_op(api.describe);
  return api;
}

v1e_analysis_api copy_analysis_api(const void* table, const std::string& who) {
  auto api = copy_table<v1e_analysis_api>(table, who);
  require(api.create, "create", who);
  require(api.destroy, "destroy", who);
  require(api.plan, "plan", who);
  require(api.partial_create, "partial_create", who);
  require(api.consume, "consume", who);
  require(api.partial_merge, "partial_merge", who);
  require(api.partial_destroy, "partial_destroy", who);
  require(api.end_pass, "end_pass", who);
  require(api.finish, "finish", who);
  refuse_unknown(api.flags, V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS, who);
  if (api.need_count > 0) require(api.needs, "needs", who, " (its list of needed analyses)");
  fill_no_op(api.validate);
  return api;
}

v1e_backend_api copy_backend_api(const void* table, const std::string& who) {
  auto api = copy_table<v1e_backend_api>(table, who);
  require(api.devices, "devices", who);
  require(api.device, "device", who);
  require(api.create, "create", who);
  require(api.destroy, "destroy", who);
  require(api.begin_trial, "begin_trial", who);
  require(api.advance, "advance", who);
  require(api.wait, "wait", who);
  require(api.drain_spikes, "drain_spikes", who);
  if (api.caps & V1E_CAP_PROBES) {
    require(api.drain_probe, "drain_probe", who, ", although it claims PROBES");
  }
  if (api.caps & V1E_CAP_PULSES) {
    require(api.bind_pulses, "bind_pulses", who, ", although it claims PULSES");
  }
  if (api.caps & V1E_CAP_CHECKPOINT) {
    require(api.save, "save", who, ", although it claims CHECKPOINT");
    require(api.load, "load", who, ", although it claims CHECKPOINT");
  }
  fill_no_op(api.validate);
  fill_no_op(api.estimate);  // then the need counts as 0
  fill_unsupported(api.bind_rates);
  fill_unsupported(api.bind_pulses);
  fill_unsupported(api.inject_spikes);
  fill_unsupported(api.drain_probe);
  fill_unsupported(api.read_state);
  fill_unsupported(api.save);
  fill_unsupported(api.load);
  fill_unsupported(api.memory);
  fill_unsupported(api.counter);
  return api;
}

}  // namespace v1::plugin
