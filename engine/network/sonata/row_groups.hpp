#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"

namespace v1::network::sonata {

/// One model parameter of `dynamics_params` subgroups: rows x width, NaN where a row has none.
struct ParameterColumn {
  std::string name;
  std::size_t width = 1;
  bool is_vector = false;  // stored with two dimensions
  std::vector<double> values;
};

/// Attributes of the rows of one SONATA population (nodes or edges). A row's attribute is found in
/// the group named by its <kind>_group_id at row <kind>_group_index; without these datasets, in
/// group 0 at the row's own number. Works on a window of rows, so that large populations can be
/// read in slabs.
class RowGroups {
 public:
  /// base: "/nodes/v1" or "/edges/v1_to_v1"; kind: "node" or "edge".
  RowGroups(const h5::File& file, std::string base, std::string kind);

  std::uint64_t rows() const { return rows_; }  // of the population
  /// True when any group stores the attribute.
  bool has(const std::string& attribute) const;
  /// Moves the window to rows [begin, begin + count).
  void select(std::uint64_t begin, std::uint64_t count);

  /// Attribute of the rows of the window; NaN where the row's group has none.
  std::vector<double> numbers(const std::string& attribute) const;
  /// Entry `entry` of an attribute stored as rows x entries; NaN where the row has none.
  std::vector<double> numbers_at(const std::string& attribute, std::size_t entry) const;
  /// As text, through the group's @library where there is one; nothing where the group has none.
  std::vector<std::optional<std::string>> texts(const std::string& attribute) const;
  /// All model parameters stored per row.
  std::vector<ParameterColumn> parameters() const;
  /// Those of `names` that any group has, as a dataset or as a group.
  std::vector<std::string> present(const std::vector<std::string>& names) const;

  /// Warns of those of `names` that lie beside the groups, where they have no effect.
  void warn_of_attributes_outside(const std::vector<std::string>& names) const;

  /// A whole-population dataset such as "node_type_id", for the rows of the window.
  std::vector<std::int64_t> ids(const std::string& dataset) const;

 private:
  struct Group {
    std::int64_t id = 0;
    std::string path;
  };
  struct Span {  // rows of one group that the window needs: [begin, end)
    std::uint64_t begin = 0, end = 0;
    bool empty() const { return begin >= end; }
  };
  bool is_dataset(const std::string& path) const;
  std::string dataset_path(const std::string& name) const { return base_ + "/" + name; }
  Span span_of(std::size_t group, const std::string& dataset) const;
  std::vector<std::string> entries_of_library(const std::string& dataset,
                                              const std::string& library,
                                              const std::vector<std::string>& names) const;
  void check_one_value_per_row(const std::string& dataset) const;
  void check_groups(const std::vector<std::int64_t>& group_ids) const;
  void scatter_numbers(std::size_t group, const std::string& dataset,
                       std::vector<double>& out) const;

  const h5::File& file_;
  std::string base_, kind_;
  std::uint64_t rows_ = 0;
  std::vector<Group> groups_;
  std::vector<std::string> other_groups_;  // whose names are no numbers; indices apart
  bool single_group_ = false;              // no <kind>_group_id: every row is of group 0
  bool has_index_ = false;
  std::uint64_t begin_ = 0, count_ = 0;
  std::vector<std::int32_t> slot_;   // of each row of the window: index into groups_, -1 none
  std::vector<std::int64_t> index_;  // row in the group
};

}  // namespace v1::network::sonata
