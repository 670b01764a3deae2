#pragma once
#include "module.hpp"

namespace v1e {

/// How far long work is, and whether to go on with it. Without the engine's service it does
/// nothing.
class Progress {
 public:
  /// host: of the env that the plugin was made with.
  explicit Progress(const v1e_host* host)
      : host_(host), service_(service<v1e_progress>(host, V1E_SERVICE_PROGRESS)) {}

  /// fraction: in [0, 1]; what: a few words or null. Throws Error(V1E_E_CANCELLED) once the user
  /// asked to stop: let it pass, and the engine ends the run cleanly. From any thread, but an
  /// exception must not leave a task of v1e.parallel.
  void update(double fraction, const char* what = nullptr) const {
    if (!service_ || service_->update(host_->ctx, fraction, what) != V1E_E_CANCELLED) return;
    throw Error(V1E_E_CANCELLED, "", "stopped by the user");
  }

 private:
  const v1e_host* host_;
  const v1e_progress* service_;
};

}  // namespace v1e
