#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"
#include "engine/network/sonata/edge_types.hpp"
#include "engine/network/sonata/node_population.hpp"
#include "engine/network/sonata/row_groups.hpp"

namespace v1::network::sonata {

/// Some consecutive rows of an edge population. Attribute columns hold NaN where a row has none
/// and are empty when no row of the population has one.
struct EdgeSlab {
  std::uint64_t first_row = 0;
  std::vector<std::int64_t> source, target, type;  // ids as stored
  std::vector<double> syn_weight, nsyns, delay_ms;
};

/// One population of an edges file, read in slabs of rows in file order. The indices that some
/// files carry are not needed and not read.
class EdgePopulation {
 public:
  static constexpr std::uint64_t slab_rows = std::uint64_t{1} << 20;

  /// Finds source and target populations by the node_population attributes, or by the group name
  /// "<source>_to_<target>" where these are missing. Throws Error(data) for unknown populations.
  EdgePopulation(std::shared_ptr<const h5::File> file, std::string name,
                 std::shared_ptr<EdgeTypes> types, const std::vector<Population>& populations);

  std::uint64_t rows() const { return groups_.rows(); }
  const Population& source() const { return *source_; }
  const Population& target() const { return *target_; }
  EdgeTypes& types() { return *types_; }

  /// Source ids of rows [begin, begin + count).
  std::vector<std::int64_t> sources(std::uint64_t begin, std::uint64_t count) const;
  EdgeSlab slab(std::uint64_t begin, std::uint64_t count);
  /// "file: row 5 of edge population 'v1_to_v1'", for messages.
  std::string where(std::uint64_t row) const;

 private:
  const Population& find_population(const char* end, const std::vector<Population>& populations,
                                    const std::string& named) const;
  void warn_of_attributes_without_effect() const;
  std::shared_ptr<const h5::File> file_;
  std::string name_, base_;
  std::shared_ptr<EdgeTypes> types_;
  RowGroups groups_;
  const Population* source_ = nullptr;
  const Population* target_ = nullptr;
};

}  // namespace v1::network::sonata
