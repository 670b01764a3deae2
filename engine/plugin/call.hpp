#pragma once
#include <string>

#include "engine/plugin/status.hpp"

/// Calls into foreign code.
namespace v1::plugin {

/// Which plugin this thread is in, for the message of a crash. Null texts: in none.
struct Breadcrumb {
  const char* plugin = nullptr;
  const char* function = nullptr;
};
Breadcrumb& breadcrumb() noexcept;

/// Gives this thread a stack of its own for the handler of crashes, so that a plugin that ran out
/// of stack can be named, too. Does nothing the second time, and under sanitizers, which do the
/// same.
void prepare_for_crashes() noexcept;

/// Leaves a breadcrumb while it lives.
class InPlugin {
 public:
  InPlugin(const char* plugin, const char* function) noexcept : before_(breadcrumb()) {
    prepare_for_crashes();
    breadcrumb() = {plugin, function};
  }
  ~InPlugin() { breadcrumb() = before_; }
  InPlugin(const InPlugin&) = delete;
  InPlugin& operator=(const InPlugin&) = delete;

 private:
  Breadcrumb before_;
};

/// Calls a function of a plugin's table, whose last argument is &err, which is tidy afterwards. The
/// pointers are declared noexcept, but a module in C or in an older dialect can throw through them:
/// what it throws becomes V1E_E_INTERNAL with a message. The parameter drops noexcept from the
/// type, so that the compiler keeps the handlers.
template <class... Parameters, class... Arguments>
v1e_status call(const std::string& plugin, const char* name, v1e_error& err,
                v1e_status (*function)(Parameters...), Arguments... arguments) {
  const InPlugin here(plugin.c_str(), name);
  try {
    const v1e_status status = function(arguments..., &err);
    if (status != V1E_OK) tidy(err);
    return status;
  } catch (const std::exception& e) {
    return fail(&err, V1E_E_INTERNAL, std::string("threw an exception: ") + e.what());
  } catch (...) {
    return fail(&err, V1E_E_INTERNAL, "threw an exception of unknown type");
  }
}

/// The same for functions that give nothing back and never fail: those that destroy.
template <class... Parameters, class... Arguments>
void call_void(const std::string& plugin, const char* name, void (*function)(Parameters...),
               Arguments... arguments) {
  const InPlugin here(plugin.c_str(), name);
  function(arguments...);
}

}  // namespace v1::plugin
