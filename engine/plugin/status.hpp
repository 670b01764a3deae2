#pragma once
#include <string>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/plugin/plugin_info.hpp"

/// The two places where plugin statuses and engine exceptions meet.
namespace v1::plugin {

/// An empty error slot, ready to be passed to a plugin.
struct ErrorSlot : v1e_error {
  ErrorSlot() : v1e_error{} { struct_size = sizeof(v1e_error); }
};

/// "DEVICE_MEMORY" for V1E_E_DEVICE_MEMORY, "status 99" for an unknown number.
std::string status_name(v1e_status status);

/// Exit code of a failing plugin call: 4 in general; 5 DEVICE, 6 MEMORY and DEVICE_MEMORY,
/// 7 NUMERIC, 130 CANCELLED.
ExitCode exit_code(v1e_status status);

/// Makes what foreign code wrote into the slot safe to read and to print: texts that end, on one
/// line, without control characters.
void tidy(v1e_error& err) noexcept;

/// A plugin refused one of its parameters.
class RefusedParameter : public Error {
 public:
  RefusedParameter(std::string parameter, const std::string& message)
      : Error(ExitCode::config, message), parameter_(std::move(parameter)) {}
  const std::string& parameter() const { return parameter_; }

 private:
  std::string parameter_;
};

/// Does nothing for V1E_OK; otherwise throws an Error (RefusedParameter where the plugin
/// names one) that names plugin, function and reason.
/// check(api.fill(self, &window, &drive, &err), err, plugin, "fill");
void check(v1e_status status, const v1e_error& err, const LoadedPlugin& plugin,
           const char* function);

/// Fills a plugin's slot (which may be null) with a status of ours and returns the status.
v1e_status fail(v1e_error* err, v1e_status status, const std::string& message) noexcept;

/// Turns the exception in flight into a status; call inside catch (...).
v1e_status status_of_current_exception(v1e_error* err) noexcept;

/// Wraps the body of a callback that plugins call: no exception gets out.
template <class Body>
v1e_status guarded(v1e_error* err, Body&& body) noexcept {
  try {
    body();
    return V1E_OK;
  } catch (...) {
    return status_of_current_exception(err);
  }
}

}  // namespace v1::plugin
