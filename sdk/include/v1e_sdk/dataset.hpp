#pragma once
#include <v1e/analysis.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

/// Convenient reading of what an analysis is told about a run.
namespace v1e {

/// The column of that name, or null.
inline const v1e_column* find_column(const v1e_column* const* columns, std::uint64_t count,
                                     std::string_view name) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (name == columns[i]->name) return columns[i];
  }
  return nullptr;
}

/// Values of a number column as doubles; empty for null. Throws for text.
inline std::vector<double> numbers(const v1e_column* column) {
  std::vector<double> out;
  if (!column) return out;
  const v1e_const_array& a = column->values;
  out.reserve(static_cast<std::size_t>(a.shape[0]));
  const char* at = static_cast<const char*>(a.data);
  const auto copy = [&]<class T>(T) {
    for (std::int64_t i = 0; i < a.shape[0]; ++i, at += a.stride[0]) {
      out.push_back(static_cast<double>(*reinterpret_cast<const T*>(at)));
    }
  };
  switch (a.dtype) {
    case V1E_U8:
      copy(std::uint8_t{});
      break;
    case V1E_U16:
      copy(std::uint16_t{});
      break;
    case V1E_U32:
      copy(std::uint32_t{});
      break;
    case V1E_I32:
      copy(std::int32_t{});
      break;
    case V1E_I64:
      copy(std::int64_t{});
      break;
    case V1E_F32:
      copy(float{});
      break;
    case V1E_F64:
      copy(double{});
      break;
    default:
      throw Error(V1E_E_INVALID, "", std::string("column '") + column->name + "' holds no numbers");
  }
  return out;
}

/// Values of a text column; empty for null.
inline std::vector<std::string> texts(const v1e_column* column) {
  std::vector<std::string> out;
  if (!column || column->values.dtype != V1E_STR) return out;
  const auto* items = static_cast<const char* const*>(column->values.data);
  for (std::int64_t i = 0; i < column->values.shape[0]; ++i) out.emplace_back(items[i]);
  return out;
}

/// Read-only view of a v1e_dataset; cheap to copy.
class Dataset {
 public:
  Dataset() = default;
  explicit Dataset(const v1e_dataset& raw) : raw_(&raw) {}
  const v1e_dataset& raw() const { return *raw_; }

  std::string label() const { return raw_->label ? raw_->label : ""; }
  std::uint32_t trials() const { return raw_->trial_count; }
  std::int64_t steps() const { return raw_->step_count; }
  double dt_ms() const { return raw_->dt_ms; }
  double duration_ms() const { return raw_->dt_ms * static_cast<double>(raw_->step_count); }
  std::size_t neurons() const { return static_cast<std::size_t>(raw_->network->neuron_count); }

  const v1e_column* neuron_column(std::string_view name) const {
    return find_column(raw_->network->neuron_columns, raw_->network->neuron_column_count, name);
  }
  const v1e_column* type_column(std::string_view name) const {
    return find_column(raw_->network->type_columns, raw_->network->type_column_count, name);
  }
  /// A type column spread over all neurons; empty when there is none of that name.
  std::vector<double> by_neuron(std::string_view type_column_name) const {
    const std::vector<double> of_type = numbers(type_column(type_column_name));
    std::vector<double> out;
    if (of_type.empty()) return out;
    for (std::size_t i = 0; i < neurons(); ++i) {
      out.push_back(of_type.at(raw_->network->neuron_type[i]));
    }
    return out;
  }

  bool has_state(std::string_view name) const {
    return find_column(raw_->state_columns, raw_->state_column_count, name) != nullptr;
  }
  std::vector<std::uint32_t> state_neurons() const {
    return {raw_->state_neurons, raw_->state_neurons + raw_->state_neuron_count};
  }
  /// Names of the recorded variables, for messages.
  std::string state_names() const {
    std::string out;
    for (std::uint64_t i = 0; i < raw_->state_column_count; ++i) {
      out += (i ? ", " : "") + std::string(raw_->state_columns[i]->name);
    }
    return out.empty() ? "none" : out;
  }

  /// Index of an input block with recorded spikes, or -1.
  int input(std::string_view name) const {
    for (std::uint64_t i = 0; i < raw_->input_count; ++i) {
      if (name == raw_->input_names[i]) return static_cast<int>(i);
    }
    return -1;
  }

  std::vector<double> marker_times_ms() const {
    std::vector<double> out;
    for (std::uint64_t i = 0; i < raw_->marker_count; ++i) {
      out.push_back(raw_->markers[i]->time_ms);
    }
    return out;
  }
  /// The first stimulus strip, or null.
  const v1e_strip* strip() const { return raw_->strip_count ? raw_->strips[0] : nullptr; }
  std::vector<const v1e_strip*> strips() const {
    return {raw_->strips, raw_->strips + raw_->strip_count};
  }

 private:
  const v1e_dataset* raw_ = nullptr;
};

}  // namespace v1e
