#pragma once
#include <v1e/param.h>

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Parameters are declared once, as data members, and then used as values:
///
///   struct Gratings {
///     v1e::Float contrast{"contrast", "1", 0.8, v1e::closed(0, 1), "Michelson contrast"};
///     v1e::Bool reverse{"reverse", false, "Exchange the moving and the still phases"};
///   };
///
/// The same declaration yields the schema that the engine checks configs against.
namespace v1e {

/// Allowed interval of a number or of every element of a list.
struct Range {
  std::optional<double> low;
  std::optional<double> high;
  std::uint32_t flags = 0;
};
constexpr Range any() { return {}; }
constexpr Range closed(double low, double high) { return {low, high, 0}; }
constexpr Range at_least(double low) { return {low, std::nullopt, 0}; }
constexpr Range above(double low) { return {low, std::nullopt, V1E_PARAM_MIN_EXCLUSIVE}; }
constexpr Range above_up_to(double low, double high) {
  return {low, high, V1E_PARAM_MIN_EXCLUSIVE};
}

/// Collects the declarations made while a plugin object is constructed. With settings bound,
/// the same constructors pick up their values instead of their defaults.
class Schema {
 public:
  explicit Schema(const v1e_settings* settings = nullptr) : settings_(settings) {}
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  std::span<const v1e_param* const> params() const { return pointers_; }

  /// The schema under construction on this thread.
  static Schema*& current() {
    static thread_local Schema* schema = nullptr;
    return schema;
  }

  /// Adds a declaration; returns its bound value, or the default without settings.
  const v1e_value& declare(v1e_param param, const v1e_value* default_value, const Range& range) {
    param.struct_size = sizeof param;
    param.flags |= range.flags;
    param.default_value = default_value ? &values_.emplace_back(*default_value) : nullptr;
    if (!default_value) param.flags |= V1E_PARAM_REQUIRED;
    if (range.low) param.min_value = bound(param.type, *range.low);
    if (range.high) param.max_value = bound(param.type, *range.high);
    params_.push_back(param);
    pointers_.push_back(&params_.back());
    const std::size_t index = pointers_.size() - 1;
    if (settings_ && index < settings_->count) return settings_->values[index];
    static constexpr v1e_value nothing{};
    return default_value ? *params_.back().default_value : nothing;
  }
  bool bound() const { return settings_ != nullptr; }

  // Storage for whatever a declaration points to; addresses stay valid.
  const double* keep(std::vector<double> items) {
    return floats_.emplace_back(std::move(items)).data();
  }
  const std::int64_t* keep(std::vector<std::int64_t> items) {
    return ints_.emplace_back(std::move(items)).data();
  }
  const char* const* keep(std::vector<const char*> items) {
    return texts_.emplace_back(std::move(items)).data();
  }
  Schema& keep_child() { return children_.emplace_back(); }
  const v1e_selection* keep(const v1e_selection& selection) {
    return &selections_.emplace_back(selection);
  }

 private:
  const v1e_value* bound(v1e_type type, double limit) {
    v1e_value value{};
    const bool integer = type == V1E_INT || type == V1E_INT_LIST;
    value.type = integer ? V1E_INT : V1E_FLOAT;
    value.count = 1;
    if (integer) {
      value.as.i = static_cast<std::int64_t>(limit);
    } else {
      value.as.f = limit;
    }
    return &values_.emplace_back(value);
  }

  const v1e_settings* settings_;
  std::deque<v1e_value> values_;
  std::deque<v1e_param> params_;
  std::vector<const v1e_param*> pointers_;
  std::deque<std::vector<double>> floats_;
  std::deque<std::vector<std::int64_t>> ints_;
  std::deque<std::vector<const char*>> texts_;
  std::deque<v1e_selection> selections_;
  std::deque<Schema> children_;
};

/// Constructs T with `schema` collecting (and, if bound, feeding) its declarations.
template <class T>
T construct(Schema& schema) {
  struct Scope {
    Schema* outer;
    explicit Scope(Schema* inner) : outer(std::exchange(Schema::current(), inner)) {}
    ~Scope() { Schema::current() = outer; }
  } scope(&schema);
  return T();
}

namespace detail {

inline v1e_param declaration(v1e_type type, const char* key, const char* unit,
                             const char* summary) {
  v1e_param param{};
  param.type = type;
  param.key = key;
  param.unit = unit;
  param.summary = summary;
  return param;
}

}  // namespace detail

class Bool {
 public:
  Bool(const char* key, bool initial, const char* summary) {
    v1e_value value{V1E_BOOL, 1, {}};
    value.as.i = initial ? 1 : 0;
    value_ = Schema::current()
                 ->declare(detail::declaration(V1E_BOOL, key, "1", summary), &value, any())
                 .as.i != 0;
  }
  operator bool() const { return value_; }

 private:
  bool value_ = false;
};

class Int {
 public:
  Int(const char* key, const char* unit, std::int64_t initial, Range range, const char* summary) {
    v1e_value value{V1E_INT, 1, {}};
    value.as.i = initial;
    value_ = Schema::current()
                 ->declare(detail::declaration(V1E_INT, key, unit, summary), &value, range)
                 .as.i;
  }
  operator std::int64_t() const { return value_; }

 private:
  std::int64_t value_ = 0;
};

class Float {
 public:
  Float(const char* key, const char* unit, double initial, Range range, const char* summary) {
    v1e_value value{V1E_FLOAT, 1, {}};
    value.as.f = initial;
    value_ = Schema::current()
                 ->declare(detail::declaration(V1E_FLOAT, key, unit, summary), &value, range)
                 .as.f;
  }
  operator double() const { return value_; }

 private:
  double value_ = 0.0;
};

/// One word out of a list; the value is its index, text() the word.
class Choice {
 public:
  Choice(const char* key, const char* initial, std::initializer_list<const char*> choices,
         const char* summary) {
    v1e_param param = detail::declaration(V1E_CHOICE, key, "1", summary);
    Schema& schema = *Schema::current();
    param.choice_count = static_cast<std::uint32_t>(choices.size());
    param.choices = schema.keep(std::vector<const char*>(choices));
    v1e_value value{V1E_CHOICE, 1, {}};
    value.as.i = param.choice_count;  // refused by the engine, if `initial` is none of them
    for (std::uint32_t i = 0; i < param.choice_count; ++i) {
      if (std::string_view(param.choices[i]) == initial) value.as.i = i;
    }
    index_ = static_cast<std::size_t>(schema.declare(param, &value, any()).as.i);
    if (index_ < param.choice_count) text_ = param.choices[index_];
  }
  std::size_t index() const { return index_; }
  const std::string& text() const { return text_; }
  bool is(std::string_view word) const { return text_ == word; }

 private:
  std::size_t index_ = 0;
  std::string text_;
};

/// Free text; a Path is one that the engine resolves against the config file.
class Text {
 public:
  Text(const char* key, const char* initial, const char* summary)
      : Text(V1E_STRING, key, initial, summary) {}
  const std::string& str() const { return value_; }
  bool empty() const { return value_.empty(); }

 protected:
  Text(v1e_type type, const char* key, const char* initial, const char* summary) {
    v1e_value value{type, 1, {}};
    value.as.s = initial;
    const char* text = Schema::current()
                           ->declare(detail::declaration(type, key, "1", summary),
                                     initial ? &value : nullptr, any())
                           .as.s;
    value_ = text ? text : "";
  }

 private:
  std::string value_;
};

/// initial = nullptr makes it required.
class Path : public Text {
 public:
  Path(const char* key, const char* initial, const char* summary)
      : Text(V1E_PATH, key, initial, summary) {}
};

class FloatList {
 public:
  FloatList(const char* key, const char* unit, std::vector<double> initial, Range range,
            const char* summary) {
    Schema& schema = *Schema::current();
    v1e_value value{V1E_FLOAT_LIST, static_cast<std::uint32_t>(initial.size()), {}};
    value.as.fv = schema.keep(std::move(initial));
    const v1e_value& bound =
        schema.declare(detail::declaration(V1E_FLOAT_LIST, key, unit, summary), &value, range);
    values_.assign(bound.as.fv, bound.as.fv + bound.count);
  }
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> values_;
};

class IntList {
 public:
  IntList(const char* key, const char* unit, std::vector<std::int64_t> initial, Range range,
          const char* summary) {
    Schema& schema = *Schema::current();
    v1e_value value{V1E_INT_LIST, static_cast<std::uint32_t>(initial.size()), {}};
    value.as.iv = schema.keep(std::move(initial));
    const v1e_value& bound =
        schema.declare(detail::declaration(V1E_INT_LIST, key, unit, summary), &value, range);
    values_.assign(bound.as.iv, bound.as.iv + bound.count);
  }
  const std::vector<std::int64_t>& values() const { return values_; }

 private:
  std::vector<std::int64_t> values_;
};

class TextList {
 public:
  TextList(const char* key, std::vector<const char*> initial, const char* summary) {
    Schema& schema = *Schema::current();
    v1e_value value{V1E_STRING_LIST, static_cast<std::uint32_t>(initial.size()), {}};
    value.as.sv = schema.keep(std::move(initial));
    const v1e_value& bound =
        schema.declare(detail::declaration(V1E_STRING_LIST, key, "1", summary), &value, any());
    values_.assign(bound.as.sv, bound.as.sv + bound.count);
  }
  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> values_;
};

/// A set of neurons; empty until the network is known.
class NeuronSelection {
 public:
  NeuronSelection(const char* key, const char* initial, const char* summary) {
    Schema& schema = *Schema::current();
    v1e_selection selection{};
    selection.struct_size = sizeof selection;
    selection.text = initial;
    v1e_value value{V1E_SELECTION, 1, {}};
    value.as.selection = schema.keep(selection);
    const v1e_selection* chosen =
        schema.declare(detail::declaration(V1E_SELECTION, key, "1", summary), &value, any())
            .as.selection;
    if (!chosen) return;
    text_ = chosen->text ? chosen->text : "";
    resolved_ = chosen->resolved != 0;
    if (resolved_) neurons_.assign(chosen->neurons, chosen->neurons + chosen->neuron_count);
  }
  const std::string& text() const { return text_; }
  bool resolved() const { return resolved_; }
  const std::vector<std::uint32_t>& neurons() const { return neurons_; }

 private:
  std::string text_;
  bool resolved_ = false;
  std::vector<std::uint32_t> neurons_;
};

/// A list of records; Record declares its fields as members like a plugin does.
template <class Record>
class Records {
 public:
  Records(const char* key, const char* summary) {
    Schema& schema = *Schema::current();
    Schema& fields = schema.keep_child();
    construct<Record>(fields);
    v1e_param param = detail::declaration(V1E_TABLE_LIST, key, "1", summary);
    param.field_count = static_cast<std::uint32_t>(fields.params().size());
    param.fields = fields.params().data();
    v1e_value value{V1E_TABLE_LIST, 0, {}};
    const v1e_value& bound = schema.declare(param, &value, any());
    for (std::uint32_t i = 0; i < bound.count; ++i) {
      Schema record(bound.as.records[i]);
      records_.push_back(construct<Record>(record));
    }
  }
  const std::vector<Record>& records() const { return records_; }

 private:
  std::vector<Record> records_;
};

}  // namespace v1e
