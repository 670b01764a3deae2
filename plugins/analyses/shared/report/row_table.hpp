#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <v1e_sdk/analysis.hpp>
#include <vector>

namespace v1::analyses {

/// A result table built row by row. Cells: the types of its columns, each double, std::int64_t or
/// std::string.
///
///   RowTable<std::string, double> rates({{"group", "1"}, {"rate", "Hz"}});
///   for (const Group& group : groups) rates.add(group.name, group.rate_hz);
///   output.table("rates", "Mean rates", rates);
template <class... Cells>
class RowTable {
 public:
  struct Column {
    std::string name, unit;
  };

  explicit RowTable(const Column (&columns)[sizeof...(Cells)]) {
    std::copy(std::begin(columns), std::end(columns), columns_.begin());
  }

  /// Appends a row: one value for each column.
  template <class... Values>
  void add(Values&&... values) {
    static_assert(sizeof...(Values) == sizeof...(Cells), "one value for each column");
    std::apply([&](auto&... cells) { (cells.emplace_back(std::forward<Values>(values)), ...); },
               cells_);
  }
  bool empty() const { return std::get<0>(cells_).empty(); }

  operator v1e::Table() const {
    v1e::Table table;
    std::size_t k = 0;
    const auto put = [&](const auto& cells) {
      table.column(columns_[k].name, columns_[k].unit, cells);
      ++k;
    };
    std::apply([&](const auto&... cells) { (put(cells), ...); }, cells_);
    return table;
  }

 private:
  std::array<Column, sizeof...(Cells)> columns_;
  std::tuple<std::vector<Cells>...> cells_;
};

}  // namespace v1::analyses
