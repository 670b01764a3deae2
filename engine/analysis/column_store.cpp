#include "engine/analysis/column_store.hpp"

#include <utility>

namespace v1::analysis {
namespace {

v1e_const_array array_of(const void* data, v1e_dtype dtype, std::size_t count, std::size_t width) {
  v1e_const_array array{};
  array.data = data;
  array.dtype = dtype;
  array.ndim = 1;
  array.shape[0] = static_cast<std::int64_t>(count);
  array.stride[0] = static_cast<std::int64_t>(width);
  return array;
}

}  // namespace

ColumnStore::Column& ColumnStore::begin(std::string name, std::string unit) {
  Column& column = columns_.emplace_back();
  column.name = std::move(name);
  column.unit = std::move(unit);
  column.view.struct_size = sizeof column.view;
  column.view.name = column.name.c_str();
  column.view.unit = column.unit.c_str();
  pointers_.push_back(&column.view);
  return column;
}

template <class T>
void ColumnStore::add_numbers(std::string name, std::string unit, const std::vector<T>& values,
                              v1e_dtype dtype) {
  Column& column = begin(std::move(name), std::move(unit));
  auto& kept = column.values.emplace<RawVector<T>>(values.begin(), values.end());
  column.view.values = array_of(kept.data(), dtype, kept.size(), sizeof(T));
}

void ColumnStore::add(std::string name, std::string unit, const std::vector<double>& values) {
  add_numbers(std::move(name), std::move(unit), values, V1E_F64);
}
void ColumnStore::add(std::string name, std::string unit, const std::vector<float>& values) {
  add_numbers(std::move(name), std::move(unit), values, V1E_F32);
}
void ColumnStore::add(std::string name, std::string unit,
                      const std::vector<std::uint32_t>& values) {
  add_numbers(std::move(name), std::move(unit), values, V1E_U32);
}
void ColumnStore::add(std::string name, std::string unit, const std::vector<std::int64_t>& values) {
  add_numbers(std::move(name), std::move(unit), values, V1E_I64);
}

void ColumnStore::add(std::string name, std::string unit, std::vector<std::string> values) {
  Column& column = begin(std::move(name), std::move(unit));
  column.texts = std::move(values);
  auto& kept = column.values.emplace<RawVector<const char*>>();
  kept.reserve(column.texts.size());
  for (const std::string& text : column.texts) kept.push_back(text.c_str());
  column.view.values = array_of(kept.data(), V1E_STR, kept.size(), sizeof(const char*));
}

void ColumnStore::add_spread(std::string name, std::string unit, std::vector<std::string> values,
                             const std::vector<std::uint16_t>& kind) {
  Column& column = begin(std::move(name), std::move(unit));
  column.texts = std::move(values);
  auto& kept = column.values.emplace<RawVector<const char*>>();
  kept.reserve(kind.size());
  for (const std::uint16_t k : kind) kept.push_back(column.texts.at(k).c_str());
  column.view.values = array_of(kept.data(), V1E_STR, kept.size(), sizeof(const char*));
}

void ColumnStore::declare(std::string name, std::string unit) {
  Column& column = begin(std::move(name), std::move(unit));
  column.view.values = array_of(nullptr, V1E_F32, 0, sizeof(float));
}

}  // namespace v1::analysis
