#pragma once
#include <v1e/network.h>

#include <algorithm>
#include <cstdint>
#include <v1e_sdk/error.hpp>

namespace v1::backend {

/// Calls visit(rows) for consecutive stretches of the rows of sources [first, last) of a block, as
/// the engine lends them, each of at most `most` rows.
template <class Visit>
void for_each_stretch(const v1e_network& network, std::uint32_t block, std::int64_t first,
                      std::int64_t last, std::int64_t most, Visit&& visit) {
  for (std::int64_t begin = first; begin < last;) {
    v1e_rows rows{};
    rows.struct_size = sizeof rows;
    v1e::call_host([&](v1e_error* err) {
      return network.rows(network.ctx, block, begin, std::min(most, last - begin), &rows, err);
    });
    if (rows.row_count <= 0) {
      throw v1e::Error(V1E_E_INTERNAL, "", "the engine lent no rows of an edge block");
    }
    visit(rows);
    begin += rows.row_count;
  }
}

/// Calls visit(source, rows, begin, end) for the rows of sources [first, last) of a block: the
/// row's synapses are rows.address[begin .. end) and rows.weight.
template <class Visit>
void for_each_row(const v1e_network& network, std::uint32_t block, std::int64_t first,
                  std::int64_t last, Visit&& visit) {
  constexpr std::int64_t rows_per_call = 4096;
  for_each_stretch(network, block, first, last, rows_per_call, [&](const v1e_rows& rows) {
    for (std::int64_t r = 0; r < rows.row_count; ++r) {
      visit(static_cast<std::uint32_t>(rows.row_begin + r), rows, rows.row_ptr[r],
            rows.row_ptr[r + 1]);
    }
  });
}

}  // namespace v1::backend
