#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>

#include "engine/network/sonata/json.hpp"
#include "engine/network/sonata/types_table.hpp"

namespace v1::network::sonata {

/// How the weight of an edge follows from its attributes (column weight_function).
enum class WeightRule {
  synapses_times_weight,  // none, default_weight_fnc, wmax: nsyns * syn_weight
  weight_only,            // weight_function_recurrent, _lgn, _bkg: syn_weight
  direction,              // DirectionRule_others
  direction_and_phase,    // DirectionRule_EE
};

/// One row of an edge-types file with its synapse file. NaN: not given.
struct EdgeType {
  std::int64_t id = 0;
  WeightRule rule = WeightRule::synapses_times_weight;
  double syn_weight, nsyns, delay_ms, weight_sigma_deg;
  std::uint32_t receptor = 0;  // 1-based; 0: not given
  std::string where;           // for messages
};

/// Edge types by id, each made when an edge first uses it.
class EdgeTypes {
 public:
  /// `file` may be empty; then every type has no attributes. `edges_file` is for messages.
  EdgeTypes(const std::filesystem::path& file, std::filesystem::path edges_file,
            ComponentFiles& synapses);
  /// Throws Error(data) for ids that are not in the file, synapse models other than
  /// static_synapse, unknown weight functions and bad synapse files.
  const EdgeType& type(std::int64_t edge_type_id);

 private:
  EdgeType make(std::int64_t edge_type_id) const;
  TypesTable table_;
  std::unordered_map<std::int64_t, std::size_t> row_of_id_;
  std::filesystem::path edges_file_;
  ComponentFiles& synapses_;
  std::unordered_map<std::int64_t, EdgeType> types_;
};

/// What the direction rules use; angles in degrees, positions in um.
struct NodePlace {
  double x_um, z_um, tuning_angle_deg;
};

/// Weight of one edge. Sources: Billeh et al. 2020 (direction rules), SONATA tools (others).
double edge_weight(WeightRule rule, double syn_weight, double nsyns, double weight_sigma_deg,
                   const NodePlace& source, const NodePlace& target);

}  // namespace v1::network::sonata
