#include "engine/simulate/backend_handle.hpp"

#include <cstring>

#include "engine/base/error.hpp"
#include "engine/plugin/array_convert.hpp"
#include "engine/plugin/call.hpp"

namespace v1::simulate {
namespace {

using plugin::ErrorSlot;

// Copies a strided array, innermost dimension last, into contiguous bytes.
void copy_contiguous(const v1e_const_array& from, std::uint32_t dimension, const std::byte* source,
                     std::byte*& out) {
  const std::size_t size = dtype_size(from.dtype);
  if (dimension >= from.ndim || dimension >= 4) {
    std::memcpy(out, source, size);
    out += size;
    return;
  }
  const bool dense =
      dimension + 1 == from.ndim && from.stride[dimension] == static_cast<std::int64_t>(size);
  if (dense) {
    const std::size_t bytes = size * static_cast<std::size_t>(from.shape[dimension]);
    std::memcpy(out, source, bytes);
    out += bytes;
    return;
  }
  for (std::int64_t i = 0; i < from.shape[dimension]; ++i) {
    copy_contiguous(from, dimension + 1, source + i * from.stride[dimension], out);
  }
}

v1e_status put_array(void* ctx, const char* name, const v1e_const_array* value,
                     v1e_error* err) noexcept {
  return plugin::guarded(err, [&] {
    StateArray array;
    array.name = name;
    array.dtype = value->dtype;
    std::size_t count = 1;
    for (std::uint32_t d = 0; d < value->ndim; ++d) {
      array.shape.push_back(value->shape[d]);
      count *= static_cast<std::size_t>(value->shape[d]);
    }
    array.bytes.resize(count * dtype_size(value->dtype));
    std::byte* out = array.bytes.data();
    if (count > 0) copy_contiguous(*value, 0, static_cast<const std::byte*>(value->data), out);
    static_cast<BackendState*>(ctx)->push_back(std::move(array));
  });
}

v1e_status get_array(void* ctx, const char* name, v1e_array* value, v1e_error* err) noexcept {
  for (const StateArray& array : *static_cast<const BackendState*>(ctx)) {
    if (array.name != name) continue;
    if (value->data) {
      std::memcpy(value->data, array.bytes.data(), array.bytes.size());
      return V1E_OK;
    }
    value->dtype = array.dtype;
    value->ndim = static_cast<std::uint32_t>(array.shape.size());
    std::int64_t stride = static_cast<std::int64_t>(dtype_size(array.dtype));
    for (std::size_t d = array.shape.size(); d-- > 0;) {
      value->shape[d] = array.shape[d];
      value->stride[d] = stride;
      stride *= array.shape[d];
    }
    return V1E_OK;
  }
  return plugin::fail(err, V1E_E_UNSUPPORTED, std::string("no array '") + name + "'");
}

}  // namespace

std::size_t dtype_size(v1e_dtype dtype) {
  if (const std::size_t size = plugin::element_size(dtype); size > 0) return size;
  throw error(ExitCode::internal, "array of unknown element type {}", dtype);
}

BackendHandle::BackendHandle(const plugin::LoadedPlugin& backend, const v1e_settings& settings,
                             const v1e_backend_env& env)
    : plugin_(backend), api_(backend.backend()) {
  ErrorSlot err;
  check(plugin::call(plugin_.name, "create", err, api_.create, &settings, &env, &self_), err,
        "create");
}

BackendHandle::~BackendHandle() { plugin::call_void(plugin_.name, "destroy", api_.destroy, self_); }

void BackendHandle::bind_rates(std::uint32_t block, std::uint32_t condition,
                               const v1e_rates& rates) {
  ErrorSlot err;
  check(plugin::call(plugin_.name, "bind_rates", err, api_.bind_rates, self_, block, condition,
                     &rates),
        err, "bind_rates");
}

void BackendHandle::bind_pulses(std::uint32_t condition,
                                const std::vector<const v1e_pulse*>& pulses) {
  ErrorSlot err;
  check(plugin::call(plugin_.name, "bind_pulses", err, api_.bind_pulses, self_, condition,
                     static_cast<std::uint32_t>(pulses.size()), pulses.data()),
        err, "bind_pulses");
}

void BackendHandle::begin_trial(std::uint32_t lane, std::uint32_t trial, std::uint32_t condition,
                                std::uint32_t mode) {
  ErrorSlot err;
  check(plugin::call(plugin_.name, "begin_trial", err, api_.begin_trial, self_, lane, trial,
                     condition, mode),
        err, "begin_trial");
}

void BackendHandle::inject_spikes(const v1e_spikes& spikes) {
  ErrorSlot err;
  check(plugin::call(plugin_.name, "inject_spikes", err, api_.inject_spikes, self_, &spikes), err,
        "inject_spikes");
}

v1e_ticket BackendHandle::advance(std::int64_t steps) {
  ErrorSlot err;
  v1e_ticket ticket = 0;
  check(plugin::call(plugin_.name, "advance", err, api_.advance, self_, steps, &ticket), err,
        "advance");
  return ticket;
}

v1e_spikes BackendHandle::drain_spikes(v1e_ticket ticket, std::uint32_t lane, std::uint32_t block) {
  ErrorSlot err;
  v1e_spikes spikes{};
  spikes.struct_size = sizeof spikes;
  spikes.lane = lane;
  spikes.block = block;
  check(plugin::call(plugin_.name, "drain_spikes", err, api_.drain_spikes, self_, ticket, &spikes),
        err, "drain_spikes");
  return spikes;
}

v1e_const_array BackendHandle::drain_probe(v1e_ticket ticket, std::uint32_t lane,
                                           std::uint32_t probe, std::int64_t& first_step) {
  ErrorSlot err;
  v1e_const_array samples{};
  check(plugin::call(plugin_.name, "drain_probe", err, api_.drain_probe, self_, ticket, lane, probe,
                     &samples, &first_step),
        err, "drain_probe");
  return samples;
}

BackendState BackendHandle::save(std::uint32_t lane) {
  ErrorSlot err;
  BackendState state;
  v1e_state_writer writer{};
  writer.struct_size = sizeof writer;
  writer.ctx = &state;
  writer.put = put_array;
  check(plugin::call(plugin_.name, "save", err, api_.save, self_, lane, &writer), err, "save");
  return state;
}

void BackendHandle::load(std::uint32_t lane, const BackendState& state) {
  ErrorSlot err;
  v1e_state_reader reader{};
  reader.struct_size = sizeof reader;
  reader.ctx = const_cast<BackendState*>(&state);  // get_array only reads it
  reader.get = get_array;
  check(plugin::call(plugin_.name, "load", err, api_.load, self_, lane, &reader), err, "load");
}

std::uint64_t BackendHandle::counter(const char* name) {
  ErrorSlot err;
  std::uint64_t value = 0;
  return api_.counter(self_, name, &value, &err) == V1E_OK ? value : 0;
}

}  // namespace v1::simulate
