#pragma once
#include <atomic>
#include <cstdio>
#include <deque>
#include <vector>

#include "plugin_api/include/v1e/plugin.h"

/// Plugins in memory: a stimulus with every type of parameter, a current clamp, an analysis and
/// two backends. They compute nothing; they exist to be described and checked.
namespace v1::test {

inline std::atomic<std::uint32_t> cuda_devices{0};
inline std::atomic<v1e_status> validate_status{V1E_OK};

inline v1e_value number(double f) {
  v1e_value value{V1E_FLOAT, 1, {}};
  value.as.f = f;
  return value;
}
inline v1e_value whole(std::int64_t i, v1e_type type = V1E_INT) {
  v1e_value value{type, 1, {}};
  value.as.i = i;
  return value;
}
inline v1e_value text(const char* s, v1e_type type = V1E_STRING) {
  v1e_value value{type, 1, {}};
  value.as.s = s;
  return value;
}

/// Keeps what the parameters point to.
class ParamList {
 public:
  v1e_param& add(v1e_type type, const char* key, const char* unit, const char* summary) {
    v1e_param param{};
    param.struct_size = sizeof param;
    param.type = type;
    param.key = key;
    param.unit = unit;
    param.summary = summary;
    v1e_param& kept = params_.emplace_back(param);
    pointers_.push_back(&kept);
    return kept;
  }
  const v1e_value* keep(const v1e_value& value) { return &values_.emplace_back(value); }
  const v1e_param* const* data() const { return pointers_.data(); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(pointers_.size()); }

 private:
  std::deque<v1e_param> params_;
  std::deque<v1e_value> values_;
  std::vector<const v1e_param*> pointers_;
};

inline const ParamList& pulse_fields() {
  static const ParamList list = [] {
    ParamList fields;
    fields.add(V1E_FLOAT, "start", "ms", "Begin of the pulse").flags = V1E_PARAM_REQUIRED;
    v1e_param& amplitude = fields.add(V1E_FLOAT, "amplitude", "pA", "Height of the pulse");
    amplitude.default_value = fields.keep(number(1.0));
    return fields;
  }();
  return list;
}

/// Parameters of "gratings".
inline const ParamList& grating_params() {
  static const ParamList list = [] {
    static const char* const waves[] = {"sine", "square"};
    static const double offsets[] = {1.0, 2.5};
    static const char* const labels[] = {"a"};
    static const v1e_selection core{sizeof(v1e_selection), 0, "core", 0, nullptr};
    ParamList p;
    v1e_param& orientation = p.add(V1E_FLOAT, "orientation", "deg", "Direction of motion");
    orientation.default_value = p.keep(number(0.0));
    v1e_param& frequency = p.add(V1E_FLOAT, "temporal_frequency", "Hz", "Drift rate");
    frequency.default_value = p.keep(number(2.0));
    frequency.min_value = p.keep(number(0.0));
    frequency.max_value = p.keep(number(100.0));
    frequency.flags = V1E_PARAM_MIN_EXCLUSIVE;
    v1e_param& contrast = p.add(V1E_FLOAT, "contrast", "1", "Michelson contrast");
    contrast.default_value = p.keep(number(0.8));
    contrast.min_value = p.keep(number(0.0));
    contrast.max_value = p.keep(number(1.0));
    p.add(V1E_BOOL, "reverse", "1", "Moving, still, moving").default_value =
        p.keep(whole(0, V1E_BOOL));
    v1e_param& wave = p.add(V1E_CHOICE, "wave", "1", "Profile");
    wave.choices = waves;
    wave.choice_count = 2;
    wave.default_value = p.keep(whole(0, V1E_CHOICE));
    v1e_param& count = p.add(V1E_INT, "count", "1", "Repeats");
    count.default_value = p.keep(whole(3));
    count.min_value = p.keep(whole(1));
    count.max_value = p.keep(whole(10));
    v1e_param& offset_list = p.add(V1E_FLOAT_LIST, "offsets", "deg", "Offsets");
    v1e_value offset_default{V1E_FLOAT_LIST, 2, {}};
    offset_default.as.fv = offsets;
    offset_list.default_value = p.keep(offset_default);
    offset_list.min_value = p.keep(number(0.0));
    offset_list.list_min = 1;
    offset_list.list_max = 3;
    v1e_param& label_list = p.add(V1E_STRING_LIST, "labels", "1", "Names");
    v1e_value label_default{V1E_STRING_LIST, 1, {}};
    label_default.as.sv = labels;
    label_list.default_value = p.keep(label_default);
    p.add(V1E_INT_LIST, "trials", "1", "Chosen trials").default_value =
        p.keep(v1e_value{V1E_INT_LIST, 0, {}});
    p.add(V1E_PATH, "movie", "1", "Frames to show").default_value = p.keep(text("", V1E_PATH));
    v1e_value cells{V1E_SELECTION, 1, {}};
    cells.as.selection = &core;
    p.add(V1E_SELECTION, "cells", "1", "Neurons").default_value = p.keep(cells);
    p.add(V1E_FLOAT, "center.x", "deg", "Center").default_value = p.keep(number(0.0));
    p.add(V1E_STRING, "title", "1", "Text").default_value = p.keep(text("plain"));
    v1e_param& pulses = p.add(V1E_TABLE_LIST, "pulses", "1", "Pulses");
    pulses.fields = pulse_fields().data();
    pulses.field_count = pulse_fields().size();
    pulses.default_value = p.keep(v1e_value{V1E_TABLE_LIST, 0, {}});
    v1e_param& old = p.add(V1E_INT, "repeats", "1", "Former name of count");
    old.default_value = p.keep(whole(3));
    old.flags = V1E_PARAM_DEPRECATED;
    old.replaced_by = "count";
    return p;
  }();
  return list;
}

inline const ParamList& clamp_params() {
  static const ParamList list = [] {
    ParamList p;
    p.add(V1E_FLOAT, "amplitude", "pA", "Current").flags = V1E_PARAM_REQUIRED;
    return p;
  }();
  return list;
}

inline const ParamList& cpu_params() {
  static const ParamList list = [] {
    ParamList p;
    p.add(V1E_INT, "block", "1", "Neurons per block").default_value = p.keep(whole(64));
    return p;
  }();
  return list;
}

// With full contrast the grating may not reverse: a rule between two parameters.
inline v1e_status validate_grating(const v1e_settings* settings, v1e_error* err) noexcept {
  if (validate_status != V1E_OK) {
    std::snprintf(err->message, sizeof err->message, "told to fail");
    return validate_status;
  }
  if (settings->values[2].as.f > 0.9 && settings->values[3].as.i) {
    std::snprintf(err->param, sizeof err->param, "contrast");
    std::snprintf(err->message, sizeof err->message, "must be <= 0.9 with reverse");
    return V1E_E_INVALID;
  }
  return V1E_OK;
}

inline v1e_stimulus_api stimulus_table(std::uint32_t outputs) {
  v1e_stimulus_api api{};
  api.struct_size = sizeof api;
  api.outputs = outputs;
  api.create = [](const v1e_settings*, const v1e_stimulus_env*, v1e_stimulus**,
                  v1e_error*) noexcept -> v1e_status { return V1E_OK; };
  api.destroy = [](v1e_stimulus*) noexcept {};
  api.fill = [](v1e_stimulus*, const v1e_window*, v1e_drive*, v1e_error*) noexcept -> v1e_status {
    return V1E_OK;
  };
  return api;
}

inline const v1e_analysis_api& analysis_table() {
  static const v1e_analysis_api table = [] {
    v1e_analysis_api api{};
    api.struct_size = sizeof api;
    api.create = [](const v1e_settings*, const v1e_analysis_env*, v1e_analysis**,
                    v1e_error*) noexcept -> v1e_status { return V1E_OK; };
    api.destroy = [](v1e_analysis*) noexcept {};
    api.plan = [](v1e_analysis*, std::uint32_t, const v1e_request_sink*,
                  v1e_error*) noexcept -> v1e_status { return V1E_OK; };
    api.partial_create = [](v1e_analysis*, std::uint32_t, v1e_partial**,
                            v1e_error*) noexcept -> v1e_status { return V1E_OK; };
    api.consume = [](const v1e_analysis*, v1e_partial*, const v1e_chunk*,
                     v1e_error*) noexcept -> v1e_status { return V1E_OK; };
    api.partial_merge = [](v1e_analysis*, v1e_partial*, const v1e_partial*,
                           v1e_error*) noexcept -> v1e_status { return V1E_OK; };
    api.partial_destroy = [](v1e_partial*) noexcept {};
    api.end_pass = [](v1e_analysis*, std::uint32_t, v1e_partial*,
                      v1e_error*) noexcept -> v1e_status { return V1E_OK; };
    api.finish = [](v1e_analysis*, const v1e_output*, v1e_error*) noexcept -> v1e_status {
      return V1E_OK;
    };
    return api;
  }();
  return table;
}

inline v1e_backend_api backend_table(bool cuda) {
  v1e_backend_api api{};
  api.struct_size = sizeof api;
  api.caps = V1E_CAP_EXACT;
  api.devices = [](std::uint32_t* count, v1e_error*) noexcept -> v1e_status {
    *count = 1;
    return V1E_OK;
  };
  if (cuda) {
    api.devices = [](std::uint32_t* count, v1e_error*) noexcept -> v1e_status {
      *count = cuda_devices;
      return V1E_OK;
    };
  }
  api.device = [](std::uint32_t, v1e_device*, v1e_error*) noexcept -> v1e_status { return V1E_OK; };
  api.create = [](const v1e_settings*, const v1e_backend_env*, v1e_backend**,
                  v1e_error*) noexcept -> v1e_status { return V1E_OK; };
  api.destroy = [](v1e_backend*) noexcept {};
  api.begin_trial = [](v1e_backend*, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t,
                       v1e_error*) noexcept -> v1e_status { return V1E_OK; };
  api.advance = [](v1e_backend*, std::int64_t, v1e_ticket*, v1e_error*) noexcept -> v1e_status {
    return V1E_OK;
  };
  api.wait = [](v1e_backend*, v1e_ticket, v1e_error*) noexcept -> v1e_status { return V1E_OK; };
  api.drain_spikes = [](v1e_backend*, v1e_ticket, v1e_spikes*, v1e_error*) noexcept -> v1e_status {
    return V1E_OK;
  };
  return api;
}

inline v1e_plugin describe_plugin(std::uint32_t kind, const char* name, const ParamList* params,
                                  const void* api) {
  v1e_plugin plugin{};
  plugin.struct_size = sizeof plugin;
  plugin.kind = kind;
  plugin.name = name;
  plugin.version = "1.0.0";
  plugin.summary = "For tests";
  plugin.api = api;
  if (params) {
    plugin.params = params->data();
    plugin.param_count = params->size();
  }
  return plugin;
}

inline v1e_module describe_module(const char* id, const std::vector<const v1e_plugin*>& plugins) {
  v1e_module module{};
  module.struct_size = sizeof module;
  module.abi_minor = V1E_ABI_MINOR;
  module.plugin_count = static_cast<std::uint32_t>(plugins.size());
  module.id = id;
  module.version = "1.0.0";
  module.plugins = plugins.data();
  return module;
}

/// gratings, current_clamp, classification, overview, cpu, cuda.
inline const v1e_module* test_module() {
  static v1e_stimulus_api grating = stimulus_table(V1E_OUT_FRAMES);
  static const v1e_stimulus_api clamp = stimulus_table(V1E_OUT_CURRENTS);
  static const v1e_backend_api cpu = [] {
    v1e_backend_api api = backend_table(false);
    api.caps |= V1E_CAP_BILLEH_TF | V1E_CAP_FLOAT64;
    return api;
  }();
  static const v1e_backend_api cuda = backend_table(true);
  grating.validate = validate_grating;
  static const v1e_plugin all[] = {
      describe_plugin(V1E_KIND_STIMULUS, "gratings", &grating_params(), &grating),
      describe_plugin(V1E_KIND_STIMULUS, "current_clamp", &clamp_params(), &clamp),
      describe_plugin(V1E_KIND_ANALYSIS, "classification", &cpu_params(), &analysis_table()),
      describe_plugin(V1E_KIND_ANALYSIS, "overview", nullptr, &analysis_table()),
      describe_plugin(V1E_KIND_BACKEND, "cpu", &cpu_params(), &cpu),
      describe_plugin(V1E_KIND_BACKEND, "cuda", nullptr, &cuda)};
  static const std::vector<const v1e_plugin*> pointers = {&all[0], &all[1], &all[2],
                                                          &all[3], &all[4], &all[5]};
  static const v1e_module module = describe_module("org.v1engine.test", pointers);
  return &module;
}

}  // namespace v1::test
