#pragma once
#include <v1e/stimulus.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "module.hpp"

/// A stimulus is a class with its parameters as members and
///   static constexpr auto name, version, summary; static constexpr uint32_t outputs;
///   static constexpr uint64_t flags;
///   void prepare(const v1e_stimulus_env&);                        may throw v1e::Error
///   void fill(const v1e_window&, v1e_drive&) const;               (not const unless PURE)
///   void describe(v1e::StimulusDescription&);                     optional
///   void check();                                                 optional
namespace v1e {

/// What a stimulus tells about itself; units as given.
class StimulusDescription {
 public:
  explicit StimulusDescription(const v1e_stimulus_sink& sink) : sink_(sink) {}

  void marker(double time_ms, const std::string& label) {
    call_host([&](v1e_error* err) { return sink_.marker(sink_.ctx, time_ms, label.c_str(), err); });
  }
  /// value[i] holds from time_ms[i] on.
  void strip(const std::string& name, const std::string& unit, const std::vector<double>& time_ms,
             const std::vector<double>& value) {
    call_host([&](v1e_error* err) {
      return sink_.strip(sink_.ctx, name.c_str(), unit.c_str(), time_ms.size(), time_ms.data(),
                         value.data(), err);
    });
  }
  /// One value per trial.
  void trial_column(const std::string& name, const std::string& unit,
                    const std::vector<double>& values) {
    v1e_column column{};
    column.struct_size = sizeof column;
    column.name = name.c_str();
    column.unit = unit.c_str();
    column.values.data = values.data();
    column.values.dtype = V1E_F64;
    column.values.ndim = 1;
    column.values.shape[0] = static_cast<std::int64_t>(values.size());
    column.values.stride[0] = sizeof(double);
    call_host([&](v1e_error* err) { return sink_.trial_column(sink_.ctx, &column, err); });
  }

 private:
  const v1e_stimulus_sink& sink_;
};

namespace detail {

template <class T>
const v1e_stimulus_api* stimulus_api() {
  static const v1e_stimulus_api api = [] {
    v1e_stimulus_api a{};
    a.struct_size = sizeof a;
    a.outputs = T::outputs;
    a.flags = T::flags;
    a.validate = validate<T>;
    a.create = [](const v1e_settings* settings, const v1e_stimulus_env* env, v1e_stimulus** out,
                  v1e_error* err) noexcept {
      return guard(err, [&] {
        Schema schema(settings);
        auto object = std::make_unique<T>(construct<T>(schema));
        object->prepare(*env);
        *out = reinterpret_cast<v1e_stimulus*>(object.release());
      });
    };
    a.destroy = [](v1e_stimulus* self) noexcept { delete reinterpret_cast<T*>(self); };
    a.describe = [](v1e_stimulus* self, const v1e_stimulus_sink* sink, v1e_error* err) noexcept {
      return guard(err, [&] {
        if constexpr (requires(T & t, StimulusDescription & d) { t.describe(d); }) {
          StimulusDescription description(*sink);
          reinterpret_cast<T*>(self)->describe(description);
        }
      });
    };
    a.fill = [](v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                v1e_error* err) noexcept {
      return guard(err, [&] { reinterpret_cast<T*>(self)->fill(*window, *out); });
    };
    return a;
  }();
  return &api;
}

}  // namespace detail

template <class T>
const v1e_plugin* stimulus_plugin() {
  return detail::make_plugin<T>(V1E_KIND_STIMULUS, detail::stimulus_api<T>());
}

}  // namespace v1e
