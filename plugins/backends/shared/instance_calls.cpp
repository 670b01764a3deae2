#include <v1e_sdk/error.hpp>

#include "plugins/backends/shared/instance.hpp"

namespace v1::backend {
namespace {

Instance& instance(v1e_backend* self) { return *reinterpret_cast<Instance*>(self); }

}  // namespace

void fill_instance_calls(v1e_backend_api& t) {
  using v1e::guard;
  t.struct_size = sizeof t;
  t.destroy = [](v1e_backend* self) noexcept { delete reinterpret_cast<Instance*>(self); };
  t.bind_rates = [](v1e_backend* self, std::uint32_t block, std::uint32_t condition,
                    const v1e_rates* rates, v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).bind_rates(block, condition, *rates); });
  };
  t.bind_pulses = [](v1e_backend* self, std::uint32_t condition, std::uint32_t count,
                     const v1e_pulse* const* pulses, v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).bind_pulses(condition, count, pulses); });
  };
  t.begin_trial = [](v1e_backend* self, std::uint32_t lane, std::uint32_t trial,
                     std::uint32_t condition, std::uint32_t mode, v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).begin_trial(lane, trial, condition, mode); });
  };
  t.inject_spikes = [](v1e_backend* self, const v1e_spikes* spikes, v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).inject_spikes(*spikes); });
  };
  t.advance = [](v1e_backend* self, std::int64_t steps, v1e_ticket* ticket,
                 v1e_error* err) noexcept {
    return guard(err, [&] { *ticket = instance(self).advance(steps); });
  };
  t.wait = [](v1e_backend* self, v1e_ticket ticket, v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).wait(ticket); });
  };
  t.drain_spikes = [](v1e_backend* self, v1e_ticket ticket, v1e_spikes* out,
                      v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).drain_spikes(ticket, *out); });
  };
  t.drain_probe = [](v1e_backend* self, v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe,
                     v1e_const_array* out, std::int64_t* first_step, v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).drain_probe(ticket, lane, probe, *out, *first_step); });
  };
  t.read_state = [](v1e_backend* self, std::uint32_t lane, const char* variable, std::int64_t begin,
                    v1e_array* out, v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).read_state(lane, variable, begin, *out); });
  };
  t.save = [](v1e_backend* self, std::uint32_t lane, const v1e_state_writer* writer,
              v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).save(lane, *writer); });
  };
  t.load = [](v1e_backend* self, std::uint32_t lane, const v1e_state_reader* reader,
              v1e_error* err) noexcept {
    return guard(err, [&] { instance(self).load(lane, *reader); });
  };
  t.memory = [](v1e_backend* self, v1e_memory_need* out, v1e_error* err) noexcept {
    return guard(err, [&] { *out = instance(self).memory(); });
  };
  t.counter = [](v1e_backend* self, const char* name, std::uint64_t* value,
                 v1e_error* err) noexcept {
    return guard(err, [&] { *value = instance(self).counter(name); });
  };
}

}  // namespace v1::backend
