#pragma once
#include <v1e/ext/lgn_rates.h>

#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/lgn/lgn_filters.hpp"

namespace v1::cuda {

inline LgnFilters& lgn_filters(v1e_lgn_filters* self) {
  return *reinterpret_cast<LgnFilters*>(self);
}

/// Everything of the extension but create, which knows the machine.
inline void fill_lgn_calls(v1e_lgn_rates& t) {
  using v1e::guard;
  t.struct_size = sizeof t;
  t.destroy = [](v1e_lgn_filters* self) noexcept { delete reinterpret_cast<LgnFilters*>(self); };
  t.begin = [](v1e_lgn_filters* self, v1e_error* err) noexcept {
    return guard(err, [&] { lgn_filters(self).begin(); });
  };
  t.lend = [](v1e_lgn_filters* self, float** frames, v1e_error* err) noexcept {
    return guard(err, [&] { *frames = lgn_filters(self).lend(); });
  };
  t.submit = [](v1e_lgn_filters* self, const v1e_lgn_stretch* stretch, v1e_error* err) noexcept {
    return guard(err, [&] { lgn_filters(self).submit(*stretch); });
  };
  t.collect = [](v1e_lgn_filters* self, const float** rates_hz, v1e_error* err) noexcept {
    return guard(err, [&] { *rates_hz = lgn_filters(self).collect(); });
  };
}

}  // namespace v1::cuda
