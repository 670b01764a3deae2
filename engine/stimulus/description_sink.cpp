#include "engine/stimulus/description_sink.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/error.hpp"
#include "engine/plugin/status.hpp"

namespace v1::stimulus {

namespace {

std::string text_or(const char* text, const char* fallback) {
  return text && *text ? text : fallback;
}

template <class To, class From>
std::vector<To> column_values(const v1e_const_array& values) {
  std::vector<To> out;
  const auto* at = static_cast<const char*>(values.data);
  for (std::int64_t i = 0; i < values.shape[0]; ++i) {
    From item;
    std::memcpy(&item, at + i * values.stride[0], sizeof item);
    if constexpr (std::is_pointer_v<From>) {
      out.push_back(item ? To(item) : To());
    } else {
      out.push_back(static_cast<To>(item));
    }
  }
  return out;
}

}  // namespace

DescriptionSink::DescriptionSink(std::uint32_t trial_count) : trial_count_(trial_count) {
  sink_.struct_size = sizeof sink_;
  sink_.ctx = this;
  sink_.trial_column = [](void* ctx, const v1e_column* column, v1e_error* err) noexcept {
    return plugin::guarded(err, [&] { static_cast<DescriptionSink*>(ctx)->add_column(*column); });
  };
  sink_.marker = [](void* ctx, double time_ms, const char* label, v1e_error* err) noexcept {
    return plugin::guarded(err,
                           [&] { static_cast<DescriptionSink*>(ctx)->add_marker(time_ms, label); });
  };
  sink_.strip = [](void* ctx, const char* name, const char* unit, std::uint64_t count,
                   const double* time_ms, const double* value, v1e_error* err) noexcept {
    return plugin::guarded(err, [&] {
      static_cast<DescriptionSink*>(ctx)->add_strip(name, unit, count, time_ms, value);
    });
  };
}

void DescriptionSink::add_column(const v1e_column& column) {
  const v1e_const_array& values = column.values;
  TrialColumn out{
      text_or(column.name, ""), text_or(column.unit, "1"), text_or(column.summary, ""), {}};
  if (out.name.empty()) throw error(ExitCode::plugin, "a trial column has no name");
  const auto& known = description_.trial_columns;
  if (std::any_of(known.begin(), known.end(), [&](const auto& c) { return c.name == out.name; })) {
    throw error(ExitCode::plugin, "trial column '{}' is told twice", out.name);
  }
  if (values.ndim != 1 || values.shape[0] != trial_count_ || !values.data) {
    throw error(ExitCode::plugin, "trial column '{}': expected one value for each of {} trials",
                out.name, trial_count_);
  }
  switch (values.dtype) {
    case V1E_F32:
      out.values = column_values<double, float>(values);
      break;
    case V1E_F64:
      out.values = column_values<double, double>(values);
      break;
    case V1E_U8:
      out.values = column_values<std::int64_t, std::uint8_t>(values);
      break;
    case V1E_U16:
      out.values = column_values<std::int64_t, std::uint16_t>(values);
      break;
    case V1E_U32:
      out.values = column_values<std::int64_t, std::uint32_t>(values);
      break;
    case V1E_I32:
      out.values = column_values<std::int64_t, std::int32_t>(values);
      break;
    case V1E_I64:
      out.values = column_values<std::int64_t, std::int64_t>(values);
      break;
    case V1E_STR:
      out.values = column_values<std::string, const char*>(values);
      break;
    default:
      throw error(ExitCode::plugin, "trial column '{}': type {} is not supported", out.name,
                  values.dtype);
  }
  description_.trial_columns.push_back(std::move(out));
}

void DescriptionSink::add_marker(double time_ms, const char* label) {
  if (!std::isfinite(time_ms)) {
    throw error(ExitCode::plugin, "marker '{}': its time is not finite", text_or(label, ""));
  }
  description_.markers.push_back({time_ms, text_or(label, "")});
}

void DescriptionSink::add_strip(const char* name, const char* unit, std::uint64_t count,
                                const double* time_ms, const double* value) {
  Strip strip{text_or(name, ""), text_or(unit, "1"), {}, {}};
  if (count > 0) {
    strip.time_ms.assign(time_ms, time_ms + count);
    strip.value.assign(value, value + count);
  }
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::all_of(strip.time_ms.begin(), strip.time_ms.end(), finite) ||
      !std::all_of(strip.value.begin(), strip.value.end(), finite) ||
      !std::is_sorted(strip.time_ms.begin(), strip.time_ms.end())) {
    throw error(ExitCode::plugin, "strip '{}': expected finite values at ascending times",
                strip.name);
  }
  description_.strips.push_back(std::move(strip));
}

}  // namespace v1::stimulus
