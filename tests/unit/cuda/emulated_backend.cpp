#include "tests/unit/cuda/emulated_backend.hpp"

#include "plugins/backends/cuda/api.hpp"
#include "tests/emulated_cuda/emulated.hpp"

namespace v1::test {
namespace {

using emulated::Order;
using emulated::Schedule;

struct Late {
  static emulated::Settings settings() { return {}; }
};
struct AtOnce {
  static emulated::Settings settings() {
    emulated::Settings now;
    now.schedule = Schedule::at_once;
    now.order = Order::shuffled;
    now.multiprocessors = 2;
    now.major = 8;
    return now;
  }
};

using Step = cuda::Way::Step;
using State = cuda::Way::State;

template <class Table, class Device, Step step = Step::two_launches, State state = State::cached>
const Table& table(const Table& real) {
  static const Table changed = [&real] {
    Table t = real;
    static auto* const create = real.create;
    t.create = [](const v1e_settings*, auto... arguments) noexcept {
      emulated::configure(Device::settings());
      static const std::vector<v1e_value> values = way_settings({step, state});
      const v1e_settings settings{sizeof settings, static_cast<std::uint32_t>(values.size()),
                                  values.data()};
      return create(&settings, arguments...);
    };
    return t;
  }();
  return changed;
}

}  // namespace

std::vector<v1e_value> way_settings(cuda::Way way) {
  return {{V1E_INT, 1, {0}},
          {V1E_CHOICE, 1, {static_cast<std::int64_t>(way.step)}},
          {V1E_CHOICE, 1, {static_cast<std::int64_t>(way.state)}}};
}

std::vector<const v1e_backend_api*> emulated_apis() {
  const v1e_backend_api& real = cuda::api();
  return {&table<v1e_backend_api, Late>(real), &table<v1e_backend_api, AtOnce>(real),
          &table<v1e_backend_api, Late, Step::one_launch, State::streaming>(real),
          &table<v1e_backend_api, AtOnce, Step::one_launch, State::persisting>(real)};
}

std::vector<const v1e_lgn_rates*> emulated_lgn_extensions() {
  return {&table<v1e_lgn_rates, Late>(cuda::lgn_extension()),
          &table<v1e_lgn_rates, AtOnce>(cuda::lgn_extension())};
}

}  // namespace v1::test
