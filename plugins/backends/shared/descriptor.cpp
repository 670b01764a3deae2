#include "plugins/backends/shared/descriptor.hpp"

namespace v1::backend {

namespace {

v1e_param advanced(v1e_type type, const char* key, const char* summary,
                   const v1e_value& default_value) {
  v1e_param p{};
  p.struct_size = sizeof p;
  p.type = type;
  p.flags = V1E_PARAM_ADVANCED;
  p.key = key;
  p.unit = "1";
  p.summary = summary;
  p.default_value = &default_value;
  return p;
}

}  // namespace

v1e_param advanced_number(const char* key, const char* summary, const v1e_value& default_value,
                          const v1e_value& min_value) {
  v1e_param p = advanced(V1E_INT, key, summary, default_value);
  p.min_value = &min_value;
  return p;
}

v1e_param advanced_choice(const char* key, const char* summary, const char* const* words,
                          std::uint32_t count) {
  static const v1e_value first = {V1E_CHOICE, 1, {0}};
  v1e_param p = advanced(V1E_CHOICE, key, summary, first);
  p.choices = words;
  p.choice_count = count;
  return p;
}

v1e_plugin descriptor(const char* name, const char* summary,
                      const std::vector<const v1e_param*>& params, const v1e_backend_api& api) {
  v1e_plugin p{};
  p.struct_size = sizeof p;
  p.kind = V1E_KIND_BACKEND;
  p.param_count = static_cast<std::uint32_t>(params.size());
  p.name = name;
  p.version = "0.1.0";
  p.summary = summary;
  p.citation =
      "Rotter & Diesmann, Biol. Cybern. 81:381 (1999), exact integration; "
      "Teeter et al., Nat. Commun. 9:709 (2018), GLIF neurons";
  p.params = params.data();
  p.api = &api;
  return p;
}

}  // namespace v1::backend
