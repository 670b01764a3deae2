#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <string>

/// What the backends cpu and cuda share on the side of the engine: the calls of v1e/backend.h,
/// what they refuse and how they lend their output. The step itself is in kernels/ and in each.
namespace v1::backend {

/// One created backend, behind the C functions. All calls come from one thread; all throw
/// v1e::Error. Meanings as in v1e/backend.h.
class Instance {
 public:
  virtual ~Instance() = default;
  virtual void bind_rates(std::uint32_t block, std::uint32_t condition, const v1e_rates& rates) = 0;
  virtual void bind_pulses(std::uint32_t condition, std::uint32_t count,
                           const v1e_pulse* const* pulses) = 0;
  virtual void begin_trial(std::uint32_t lane, std::uint32_t trial, std::uint32_t condition,
                           std::uint32_t mode) = 0;
  virtual void inject_spikes(const v1e_spikes& spikes) = 0;
  virtual v1e_ticket advance(std::int64_t steps) = 0;
  virtual void wait(v1e_ticket ticket) = 0;
  virtual void drain_spikes(v1e_ticket ticket, v1e_spikes& out) = 0;
  virtual void drain_probe(v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe,
                           v1e_const_array& out, std::int64_t& first_step) = 0;
  virtual void read_state(std::uint32_t lane, const std::string& variable, std::int64_t begin,
                          v1e_array& out) = 0;
  virtual void save(std::uint32_t lane, const v1e_state_writer& writer) = 0;
  virtual void load(std::uint32_t lane, const v1e_state_reader& reader) = 0;
  virtual v1e_memory_need memory() const = 0;
  virtual std::uint64_t counter(const std::string& name) = 0;
};

/// Fills the entries of the table that work on an Instance, which `create` hands out as a
/// v1e_backend*: everything but caps, devices, device, validate, estimate and create.
void fill_instance_calls(v1e_backend_api& table);

}  // namespace v1::backend
