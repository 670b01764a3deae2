#include "tests/unit/cuda/emulated_backend.hpp"

#include "plugins/backends/cuda/api.hpp"
#include "tests/emulated_cuda/emulated.hpp"
#include "tests/unit/cuda/way_settings.hpp"

namespace v1::test {
namespace {

using emulated::Order;
using emulated::Schedule;

struct Late {
  static void prepare() { emulated::configure({}); }
};
struct AtOnce {
  static void prepare() {
    emulated::Settings now;
    now.schedule = Schedule::at_once;
    now.order = Order::shuffled;
    now.multiprocessors = 2;
    now.major = 8;
    emulated::configure(now);
  }
};

/// Several blocks that wait for each other.
struct Many {
  static void prepare() {
    emulated::Settings many;
    many.order = Order::shuffled;
    many.multiprocessors = 4;
    emulated::configure(many);
  }
};

using Step = cuda::Way::Step;
using State = cuda::Way::State;

template <class Table, class Device, Step step = Step::two_launches, State state = State::cached>
const Table& table(const Table& real) {
  return table_of_way<Table, Device, step, state>(real);
}

}  // namespace

std::vector<const v1e_backend_api*> emulated_apis() {
  const v1e_backend_api& real = cuda::api();
  return {&table<v1e_backend_api, Late>(real),
          &table<v1e_backend_api, AtOnce>(real),
          &table<v1e_backend_api, Late, Step::one_launch, State::streaming>(real),
          &table<v1e_backend_api, AtOnce, Step::one_launch, State::persisting>(real),
          &table<v1e_backend_api, Many, Step::resident>(real),
          &table<v1e_backend_api, Many, Step::on_chip>(real)};
}

std::vector<const v1e_lgn_rates*> emulated_lgn_extensions() {
  return {&table<v1e_lgn_rates, Late>(cuda::lgn_extension()),
          &table<v1e_lgn_rates, AtOnce>(cuda::lgn_extension())};
}

}  // namespace v1::test
