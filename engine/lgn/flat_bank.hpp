#pragma once
#include <cstdint>
#include <vector>

#include "engine/lgn/filter_bank.hpp"
#include "plugin_api/include/v1e/ext/lgn_rates.h"

namespace v1::lgn {

/// A filter bank as the flat arrays of v1e_lgn_bank; the bank must stay.
class FlatBank {
 public:
  explicit FlatBank(const FilterBank& bank) : unit_begin_(bank.begin) {
    row_begin_.push_back(0);
    col_begin_.push_back(0);
    kernel_begin_.push_back(0);
    for (const Subunit& subunit : bank.subunits) {
      row_first_.push_back(static_cast<std::uint32_t>(subunit.rows.begin));
      col_first_.push_back(static_cast<std::uint32_t>(subunit.cols.begin));
      first_lag_.push_back(static_cast<std::uint32_t>(subunit.first_lag));
      append(subunit.rows.weight, row_weight_, row_begin_);
      append(subunit.cols.weight, col_weight_, col_begin_);
      append(subunit.kernel, kernel_, kernel_begin_);
      gain_.push_back(subunit.gain);
      offset_hz_.push_back(subunit.offset_hz);
    }
    view_.struct_size = sizeof view_;
    view_.rows = static_cast<std::uint32_t>(bank.rows);
    view_.cols = static_cast<std::uint32_t>(bank.cols);
    view_.unit_count = static_cast<std::uint32_t>(bank.unit_count());
    view_.subunit_count = static_cast<std::uint32_t>(bank.subunits.size());
    view_.unit_begin = unit_begin_.data();
    view_.row_first = row_first_.data();
    view_.col_first = col_first_.data();
    view_.row_begin = row_begin_.data();
    view_.col_begin = col_begin_.data();
    view_.kernel_begin = kernel_begin_.data();
    view_.first_lag = first_lag_.data();
    view_.row_weight = row_weight_.data();
    view_.col_weight = col_weight_.data();
    view_.kernel = kernel_.data();
    view_.gain = gain_.data();
    view_.offset_hz = offset_hz_.data();
  }

  const v1e_lgn_bank& view() const { return view_; }

 private:
  static void append(const std::vector<double>& part, std::vector<double>& all,
                     std::vector<std::uint64_t>& begin) {
    all.insert(all.end(), part.begin(), part.end());
    begin.push_back(all.size());
  }

  const std::vector<std::uint32_t>& unit_begin_;
  std::vector<std::uint32_t> row_first_, col_first_, first_lag_;
  std::vector<std::uint64_t> row_begin_, col_begin_, kernel_begin_;
  std::vector<double> row_weight_, col_weight_, kernel_, gain_, offset_hz_;
  v1e_lgn_bank view_{};
};

}  // namespace v1::lgn
