#include "engine/plugin/plugin_info.hpp"

#include "engine/base/error.hpp"
#include "engine/plugin/call.hpp"

namespace v1::plugin {
namespace {

void require_kind(const LoadedPlugin& plugin, Kind wanted) {
  if (plugin.kind != wanted) {
    throw error(ExitCode::internal, "plugin '{}' is of kind {}, but was used as {}", plugin.name,
                kind_name(plugin.kind), kind_name(wanted));
  }
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::stimulus:
      return "stimulus";
    case Kind::analysis:
      return "analysis";
    case Kind::backend:
      return "backend";
  }
  return "unknown";
}

const v1e_stimulus_api& LoadedPlugin::stimulus() const {
  require_kind(*this, Kind::stimulus);
  return stimulus_api;
}

const v1e_analysis_api& LoadedPlugin::analysis() const {
  require_kind(*this, Kind::analysis);
  return analysis_api;
}

const v1e_backend_api& LoadedPlugin::backend() const {
  require_kind(*this, Kind::backend);
  return backend_api;
}

v1e_status LoadedPlugin::validate(const v1e_settings& settings, v1e_error& err) const {
  switch (kind) {
    case Kind::stimulus:
      return call(name, "validate", err, stimulus_api.validate, &settings);
    case Kind::analysis:
      return call(name, "validate", err, analysis_api.validate, &settings);
    case Kind::backend:
      return call(name, "validate", err, backend_api.validate, &settings);
  }
  return V1E_E_INTERNAL;
}

}  // namespace v1::plugin
