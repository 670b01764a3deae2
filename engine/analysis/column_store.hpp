#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/raw_vector.hpp"
#include "plugin_api/include/v1e/abi.h"

namespace v1::analysis {

/// Owns columns that are lent to plugins. Addresses stay valid while columns are added.
class ColumnStore {
 public:
  ColumnStore() = default;
  ColumnStore(const ColumnStore&) = delete;
  ColumnStore& operator=(const ColumnStore&) = delete;

  void add(std::string name, std::string unit, const std::vector<double>& values);
  void add(std::string name, std::string unit, const std::vector<float>& values);
  void add(std::string name, std::string unit, const std::vector<std::uint32_t>& values);
  void add(std::string name, std::string unit, const std::vector<std::int64_t>& values);
  void add(std::string name, std::string unit, std::vector<std::string> values);
  /// values[kind[i]] for every i: each text is kept once.
  void add_spread(std::string name, std::string unit, std::vector<std::string> values,
                  const std::vector<std::uint16_t>& kind);
  /// A column without values: name and unit only.
  void declare(std::string name, std::string unit);

  std::size_t size() const { return pointers_.size(); }
  const v1e_column* const* data() const { return pointers_.data(); }

 private:
  struct Column {
    std::string name, unit;
    std::variant<std::monostate, RawVector<double>, RawVector<float>, RawVector<std::uint32_t>,
                 RawVector<std::int64_t>, RawVector<const char*>>
        values;
    std::vector<std::string> texts;
    v1e_column view{};
  };
  template <class T>
  void add_numbers(std::string name, std::string unit, const std::vector<T>& values,
                   v1e_dtype dtype);
  Column& begin(std::string name, std::string unit);

  std::deque<Column> columns_;
  std::vector<const v1e_column*> pointers_;
};

}  // namespace v1::analysis
