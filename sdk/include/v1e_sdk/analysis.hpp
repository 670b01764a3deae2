#pragma once
#include <v1e/analysis.h>

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "module.hpp"

/// An analysis is a class with its parameters as members and
///   static constexpr auto name, version, summary;
///   struct Partial;                                               accumulator of a stripe
///   void prepare(const v1e_analysis_env&);                        may throw v1e::Error
///   void plan(std::uint32_t pass, v1e::Requests&);                none added = no such pass
///   Partial make_partial(std::uint32_t pass) const;
///   void consume(Partial&, const v1e_chunk&) const;
///   void merge(Partial& into, const Partial& from) const;         ascending stripes
///   void end_pass(std::uint32_t pass, Partial& merged);
///   void finish(v1e::Output&);
///   static constexpr std::uint64_t flags;                         optional
///   static constexpr const char* needs[] = {...};                 optional
namespace v1e {

/// Adds requests; the returned index comes back in v1e_chunk::request.
class Requests {
 public:
  explicit Requests(const v1e_request_sink& sink) : sink_(sink) {}
  std::uint32_t add(v1e_request request) {
    request.struct_size = sizeof request;
    std::uint32_t index = 0;
    call_host([&](v1e_error* err) { return sink_.add(sink_.ctx, &request, &index, err); });
    return index;
  }

 private:
  const v1e_request_sink& sink_;
};

/// A table under construction: equal-length columns with units.
class Table {
 public:
  Table& column(std::string name, std::string unit, std::vector<double> values) {
    Column& c = add(std::move(name), std::move(unit));
    c.numbers = std::move(values);
    view(c, V1E_F64, c.numbers.data(), c.numbers.size(), sizeof(double));
    return *this;
  }
  Table& column(std::string name, std::string unit, std::vector<std::int64_t> values) {
    Column& c = add(std::move(name), std::move(unit));
    c.integers = std::move(values);
    view(c, V1E_I64, c.integers.data(), c.integers.size(), sizeof(std::int64_t));
    return *this;
  }
  Table& column(std::string name, std::string unit, std::vector<std::string> values) {
    Column& c = add(std::move(name), std::move(unit));
    c.texts = std::move(values);
    for (const std::string& text : c.texts) c.pointers.push_back(text.c_str());
    view(c, V1E_STR, c.pointers.data(), c.pointers.size(), sizeof(const char*));
    return *this;
  }
  std::span<const v1e_column* const> columns() const { return pointers_; }

 private:
  struct Column {
    std::string name, unit;
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
    std::vector<std::string> texts;
    std::vector<const char*> pointers;
    v1e_column view{};
  };

  Column& add(std::string name, std::string unit) {
    Column& c = columns_.emplace_back();
    c.name = std::move(name);
    c.unit = std::move(unit);
    return c;
  }
  void view(Column& c, v1e_dtype dtype, const void* data, std::size_t count, std::size_t width) {
    c.view.struct_size = sizeof c.view;
    c.view.name = c.name.c_str();
    c.view.unit = c.unit.c_str();
    c.view.values.data = data;
    c.view.values.dtype = dtype;
    c.view.values.ndim = 1;
    c.view.values.shape[0] = static_cast<std::int64_t>(count);
    c.view.values.stride[0] = static_cast<std::int64_t>(width);
    pointers_.push_back(&c.view);
  }

  std::deque<Column> columns_;  // addresses stay valid
  std::vector<const v1e_column*> pointers_;
};

/// Where results go; the engine owns files, names and formats.
class Output {
 public:
  explicit Output(const v1e_output& out) : out_(out) {}

  void scalar(const std::string& name, double value, const std::string& unit,
              const std::string& summary) {
    call_host([&](v1e_error* err) {
      return out_.scalar(out_.ctx, name.c_str(), value, unit.c_str(), summary.c_str(), err);
    });
  }
  void table(const std::string& name, const std::string& summary, const Table& table) {
    call_host([&](v1e_error* err) {
      return out_.table(out_.ctx, name.c_str(), summary.c_str(), table.columns().size(),
                        table.columns().data(), err);
    });
  }
  /// A hyper-rectangle of an n-d array; `offset` and `block` have the rank of `full_shape`.
  void array(const std::string& name, const std::string& unit,
             const std::vector<std::int64_t>& full_shape, const std::vector<std::int64_t>& offset,
             const v1e_const_array& block) {
    call_host([&](v1e_error* err) {
      return out_.array(out_.ctx, name.c_str(), unit.c_str(),
                        static_cast<std::uint32_t>(full_shape.size()), full_shape.data(),
                        offset.data(), &block, err);
    });
  }
  void figure(const std::string& name, const std::string& spec) {
    call_host(
        [&](v1e_error* err) { return out_.figure(out_.ctx, name.c_str(), spec.c_str(), err); });
  }
  void file(const std::string& name, const std::string& media_type, const std::string& bytes) {
    call_host([&](v1e_error* err) {
      return out_.file(out_.ctx, name.c_str(), media_type.c_str(), bytes.data(), bytes.size(), err);
    });
  }
  void note(const std::string& markdown) { write_note(V1E_LOG_INFO, markdown); }
  void warn(const std::string& markdown) { write_note(V1E_LOG_WARN, markdown); }

 private:
  void write_note(std::int32_t level, const std::string& markdown) {
    call_host([&](v1e_error* err) { return out_.note(out_.ctx, level, markdown.c_str(), err); });
  }
  const v1e_output& out_;
};

namespace detail {

template <class T>
const v1e_analysis_api* analysis_api() {
  using Partial = typename T::Partial;
  static const v1e_analysis_api api = [] {
    v1e_analysis_api a{};
    a.struct_size = sizeof a;
    if constexpr (requires { T::flags; }) a.flags = T::flags;
    if constexpr (requires { T::needs; }) {
      a.need_count = static_cast<std::uint32_t>(std::size(T::needs));
      a.needs = T::needs;
    }
    a.validate = validate<T>;
    a.create = [](const v1e_settings* settings, const v1e_analysis_env* env, v1e_analysis** out,
                  v1e_error* err) noexcept {
      return guard(err, [&] {
        Schema schema(settings);
        auto object = std::make_unique<T>(construct<T>(schema));
        object->prepare(*env);
        *out = reinterpret_cast<v1e_analysis*>(object.release());
      });
    };
    a.destroy = [](v1e_analysis* self) noexcept { delete reinterpret_cast<T*>(self); };
    a.plan = [](v1e_analysis* self, std::uint32_t pass, const v1e_request_sink* sink,
                v1e_error* err) noexcept {
      return guard(err, [&] {
        Requests requests(*sink);
        reinterpret_cast<T*>(self)->plan(pass, requests);
      });
    };
    a.partial_create = [](v1e_analysis* self, std::uint32_t pass, v1e_partial** out,
                          v1e_error* err) noexcept {
      return guard(err, [&] {
        auto partial = std::make_unique<Partial>(reinterpret_cast<T*>(self)->make_partial(pass));
        *out = reinterpret_cast<v1e_partial*>(partial.release());
      });
    };
    a.consume = [](const v1e_analysis* self, v1e_partial* into, const v1e_chunk* chunk,
                   v1e_error* err) noexcept {
      return guard(err, [&] {
        reinterpret_cast<const T*>(self)->consume(*reinterpret_cast<Partial*>(into), *chunk);
      });
    };
    a.partial_merge = [](v1e_analysis* self, v1e_partial* into, const v1e_partial* from,
                         v1e_error* err) noexcept {
      return guard(err, [&] {
        reinterpret_cast<T*>(self)->merge(*reinterpret_cast<Partial*>(into),
                                          *reinterpret_cast<const Partial*>(from));
      });
    };
    a.partial_destroy = [](v1e_partial* partial) noexcept {
      delete reinterpret_cast<Partial*>(partial);
    };
    a.end_pass = [](v1e_analysis* self, std::uint32_t pass, v1e_partial* merged,
                    v1e_error* err) noexcept {
      return guard(err, [&] {
        reinterpret_cast<T*>(self)->end_pass(pass, *reinterpret_cast<Partial*>(merged));
      });
    };
    a.finish = [](v1e_analysis* self, const v1e_output* out, v1e_error* err) noexcept {
      return guard(err, [&] {
        Output output(*out);
        reinterpret_cast<T*>(self)->finish(output);
      });
    };
    return a;
  }();
  return &api;
}

}  // namespace detail

template <class T>
const v1e_plugin* analysis_plugin() {
  return detail::make_plugin<T>(V1E_KIND_ANALYSIS, detail::analysis_api<T>());
}

}  // namespace v1e
