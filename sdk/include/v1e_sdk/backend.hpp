#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "module.hpp"

/// A backend is a class with its parameters as members and
///   static constexpr auto name, version, summary; static constexpr std::uint64_t caps;
///   static std::uint32_t device_count();
///   static void describe_device(std::uint32_t index, v1e_device&);
///   v1e_memory_need estimate(const v1e_backend_env&) const;
///   void prepare(const v1e_backend_env&);                        may throw v1e::Error
///   void begin_trial(lane, trial, condition, mode);
///   v1e_ticket advance(std::int64_t steps);
///   void wait(v1e_ticket);
///   void drain_spikes(v1e_ticket, v1e_spikes&);
/// and, where the capabilities or the network's blocks ask for them,
///   void bind_rates(block, condition, const v1e_rates&);
///   void bind_pulses(condition, std::span<const v1e_pulse* const>);
///   void inject_spikes(const v1e_spikes&);
///   v1e_const_array drain_probe(v1e_ticket, lane, probe, std::int64_t& first_step);
///   void save(lane, const v1e::StateWriter&); void load(lane, const v1e::StateReader&);
///   double read_state(lane, const std::string& variable, std::int64_t neuron);
///   std::uint64_t counter(const std::string& name);
/// Meanings, units and order of calls: v1e/backend.h. Complete example: the reference backend.
namespace v1e {

namespace detail {

template <class T>
constexpr v1e_dtype dtype_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return V1E_U8;
  if constexpr (std::is_same_v<T, std::int32_t>) return V1E_I32;
  if constexpr (std::is_same_v<T, std::int64_t>) return V1E_I64;
  if constexpr (std::is_same_v<T, float>) return V1E_F32;
  if constexpr (std::is_same_v<T, double>) return V1E_F64;
}

// A dense view: shape as given, row-major.
template <class Array, class T>
Array dense_view(T* data, const std::vector<std::int64_t>& shape) {
  Array array{};
  array.data = data;
  array.dtype = dtype_of<std::remove_const_t<T>>();
  array.ndim = static_cast<std::uint32_t>(shape.size());
  std::int64_t stride = sizeof(T);
  for (std::size_t d = shape.size(); d-- > 0;) {
    array.shape[d] = shape[d];
    array.stride[d] = stride;
    stride *= shape[d];
  }
  return array;
}

}  // namespace detail

/// The rows of an edge block, slice by slice: visit(rows) for consecutive slices.
template <class Visit>
void for_each_rows(const v1e_network& network, std::uint32_t block, Visit&& visit) {
  const std::int64_t sources = network.blocks[block]->source_count;
  for (std::int64_t begin = 0; begin < sources;) {
    v1e_rows rows{};
    rows.struct_size = sizeof rows;
    call_host([&](v1e_error* err) {
      return network.rows(network.ctx, block, begin, sources - begin, &rows, err);
    });
    if (rows.row_count < 1) throw Error(V1E_E_INTERNAL, "", "the engine lent no rows of a block");
    visit(rows);
    begin += rows.row_count;
  }
}

/// Stores named arrays of a checkpoint; shape is that of the array, row-major.
class StateWriter {
 public:
  explicit StateWriter(const v1e_state_writer& writer) : writer_(writer) {}
  template <class T, class Allocator>
  void put(const std::string& name, const std::vector<T, Allocator>& values,
           const std::vector<std::int64_t>& shape) const {
    const auto view = detail::dense_view<v1e_const_array>(values.data(), shape);
    call_host([&](v1e_error* err) { return writer_.put(writer_.ctx, name.c_str(), &view, err); });
  }

 private:
  const v1e_state_writer& writer_;
};

/// Reads them back.
class StateReader {
 public:
  explicit StateReader(const v1e_state_reader& reader) : reader_(reader) {}

  /// Shape of the stored array. Throws Error(V1E_E_UNSUPPORTED) when there is none of that name.
  std::vector<std::int64_t> shape(const std::string& name) const {
    const v1e_array found = look_up(name);
    return {found.shape, found.shape + found.ndim};
  }
  /// Fills `values`. Throws when the stored array is of another type or shape.
  template <class T, class Allocator>
  void get(const std::string& name, std::vector<T, Allocator>& values,
           const std::vector<std::int64_t>& expected) const {
    if (look_up(name).dtype != detail::dtype_of<T>() || shape(name) != expected) {
      throw Error(V1E_E_UNSUPPORTED, "",
                  "checkpoint array '" + name +
                      "' is of another shape or type than this run needs; resume with the "
                      "network, precision and scheme it was written with");
    }
    auto view = detail::dense_view<v1e_array>(values.data(), expected);
    call_host([&](v1e_error* err) { return reader_.get(reader_.ctx, name.c_str(), &view, err); });
  }

 private:
  v1e_array look_up(const std::string& name) const {
    v1e_array found{};
    call_host([&](v1e_error* err) { return reader_.get(reader_.ctx, name.c_str(), &found, err); });
    return found;
  }
  const v1e_state_reader& reader_;
};

namespace detail {

template <class T>
T& backend(v1e_backend* self) {
  return *reinterpret_cast<T*>(self);
}

template <class T>
void fill_life_cycle(v1e_backend_api& a) {
  a.devices = [](std::uint32_t* count, v1e_error* err) noexcept {
    return guard(err, [&] { *count = T::device_count(); });
  };
  a.device = [](std::uint32_t index, v1e_device* out, v1e_error* err) noexcept {
    return guard(err, [&] {
      if (index >= T::device_count()) throw Error(V1E_E_INVALID, "", "there is no such device");
      out->index = index;
      out->caps = T::caps;
      T::describe_device(index, *out);
    });
  };
  a.validate = validate<T>;
  a.estimate = [](const v1e_settings* settings, const v1e_backend_env* env, v1e_memory_need* out,
                  v1e_error* err) noexcept {
    return guard(err, [&] {
      Schema schema(settings);
      *out = construct<T>(schema).estimate(*env);
      out->struct_size = sizeof *out;
    });
  };
  a.create = [](const v1e_settings* settings, const v1e_backend_env* env, v1e_backend** out,
                v1e_error* err) noexcept {
    return guard(err, [&] {
      Schema schema(settings);
      auto object = std::make_unique<T>(construct<T>(schema));
      object->prepare(*env);
      *out = reinterpret_cast<v1e_backend*>(object.release());
    });
  };
  a.destroy = [](v1e_backend* self) noexcept { delete reinterpret_cast<T*>(self); };
}

template <class T>
void fill_running(v1e_backend_api& a) {
  a.begin_trial = [](v1e_backend* self, std::uint32_t lane, std::uint32_t trial,
                     std::uint32_t condition, std::uint32_t mode, v1e_error* err) noexcept {
    return guard(err, [&] { backend<T>(self).begin_trial(lane, trial, condition, mode); });
  };
  a.advance = [](v1e_backend* self, std::int64_t steps, v1e_ticket* ticket,
                 v1e_error* err) noexcept {
    return guard(err, [&] { *ticket = backend<T>(self).advance(steps); });
  };
  a.wait = [](v1e_backend* self, v1e_ticket ticket, v1e_error* err) noexcept {
    return guard(err, [&] { backend<T>(self).wait(ticket); });
  };
  a.drain_spikes = [](v1e_backend* self, v1e_ticket ticket, v1e_spikes* out,
                      v1e_error* err) noexcept {
    return guard(err, [&] { backend<T>(self).drain_spikes(ticket, *out); });
  };
}

template <class T>
void fill_inputs(v1e_backend_api& a) {
  if constexpr (requires { &T::bind_rates; }) {
    a.bind_rates = [](v1e_backend* self, std::uint32_t block, std::uint32_t condition,
                      const v1e_rates* rates, v1e_error* err) noexcept {
      return guard(err, [&] { backend<T>(self).bind_rates(block, condition, *rates); });
    };
  }
  if constexpr (requires { &T::bind_pulses; }) {
    a.bind_pulses = [](v1e_backend* self, std::uint32_t condition, std::uint32_t count,
                       const v1e_pulse* const* pulses, v1e_error* err) noexcept {
      return guard(err, [&] { backend<T>(self).bind_pulses(condition, {pulses, count}); });
    };
  }
  if constexpr (requires { &T::inject_spikes; }) {
    a.inject_spikes = [](v1e_backend* self, const v1e_spikes* spikes, v1e_error* err) noexcept {
      return guard(err, [&] { backend<T>(self).inject_spikes(*spikes); });
    };
  }
}

template <class T>
void fill_observers(v1e_backend_api& a) {
  if constexpr (requires { &T::drain_probe; }) {
    a.drain_probe = [](v1e_backend* self, v1e_ticket ticket, std::uint32_t lane,
                       std::uint32_t probe, v1e_const_array* out, std::int64_t* first_step,
                       v1e_error* err) noexcept {
      return guard(err,
                   [&] { *out = backend<T>(self).drain_probe(ticket, lane, probe, *first_step); });
    };
  }
  if constexpr (requires { &T::read_state; }) {
    a.read_state = [](v1e_backend* self, std::uint32_t lane, const char* variable,
                      std::int64_t begin, v1e_array* out, v1e_error* err) noexcept {
      return guard(err, [&] {
        if (out->dtype != V1E_F64 || out->ndim != 1 || begin < 0) {
          throw Error(V1E_E_INVALID, "", "read_state fills a one-dimensional F64 array");
        }
        for (std::int64_t i = 0; i < out->shape[0]; ++i) {
          *reinterpret_cast<double*>(static_cast<char*>(out->data) + i * out->stride[0]) =
              backend<T>(self).read_state(lane, variable, begin + i);
        }
      });
    };
  }
  if constexpr (requires { &T::save; }) {
    a.save = [](v1e_backend* self, std::uint32_t lane, const v1e_state_writer* writer,
                v1e_error* err) noexcept {
      return guard(err, [&] { backend<T>(self).save(lane, StateWriter(*writer)); });
    };
    a.load = [](v1e_backend* self, std::uint32_t lane, const v1e_state_reader* reader,
                v1e_error* err) noexcept {
      return guard(err, [&] { backend<T>(self).load(lane, StateReader(*reader)); });
    };
  }
  if constexpr (requires { &T::counter; }) {
    a.counter = [](v1e_backend* self, const char* name, std::uint64_t* value,
                   v1e_error* err) noexcept {
      return guard(err, [&] { *value = backend<T>(self).counter(name); });
    };
  }
}

template <class T>
const v1e_backend_api* backend_api() {
  static const v1e_backend_api api = [] {
    v1e_backend_api a{};
    a.struct_size = sizeof a;
    a.caps = T::caps;
    fill_life_cycle<T>(a);
    fill_running<T>(a);
    fill_inputs<T>(a);
    fill_observers<T>(a);
    return a;
  }();
  return &api;
}

}  // namespace detail

template <class T>
const v1e_plugin* backend_plugin() {
  return detail::make_plugin<T>(V1E_KIND_BACKEND, detail::backend_api<T>());
}

}  // namespace v1e
