#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/plan/step_way.hpp"

namespace v1::test {

/// Settings of the backend cuda that ask for a way of a step.
inline std::vector<v1e_value> way_settings(cuda::Way way) {
  return {{V1E_INT, 1, {0}},
          {V1E_CHOICE, 1, {static_cast<std::int64_t>(way.step) + 1}},  // after "auto"
          {V1E_CHOICE, 1, {static_cast<std::int64_t>(way.state)}}};
}

/// `real` with these instead of the settings that it is given. prepare(): called before.
template <class Table, class Prepare, cuda::Way::Step step, cuda::Way::State state>
const Table& table_of_way(const Table& real) {
  static const Table changed = [&real] {
    Table t = real;
    static auto* const create = real.create;
    t.create = [](const v1e_settings*, auto... arguments) noexcept {
      Prepare::prepare();
      static const std::vector<v1e_value> values = way_settings({step, state});
      const v1e_settings settings{sizeof settings, static_cast<std::uint32_t>(values.size()),
                                  values.data()};
      return create(&settings, arguments...);
    };
    return t;
  }();
  return changed;
}

}  // namespace v1::test
