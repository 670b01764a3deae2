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

template <class Table, class Way>
const Table& table(const Table& real) {
  static const Table changed = [&real] {
    Table t = real;
    static auto* const create = real.create;
    t.create = [](auto... arguments) noexcept {
      emulated::configure(Way::settings());
      return create(arguments...);
    };
    return t;
  }();
  return changed;
}

}  // namespace

std::vector<const v1e_backend_api*> emulated_apis() {
  return {&table<v1e_backend_api, Late>(cuda::api()), &table<v1e_backend_api, AtOnce>(cuda::api())};
}

std::vector<const v1e_lgn_rates*> emulated_lgn_extensions() {
  return {&table<v1e_lgn_rates, Late>(cuda::lgn_extension()),
          &table<v1e_lgn_rates, AtOnce>(cuda::lgn_extension())};
}

}  // namespace v1::test
