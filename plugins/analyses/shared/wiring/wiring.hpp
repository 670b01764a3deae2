#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/analyses/shared/classes/classes.hpp"
#include "plugins/analyses/shared/classes/classified_neurons.hpp"

/// What analyses of synapses share: blocks of synapses, short names of types, response classes.
namespace v1::analyses {

/// Where synapses come from.
enum class Origin : std::uint8_t { recurrent, lgn, background };
inline constexpr std::size_t origin_count = 3;
inline constexpr std::array<std::string_view, origin_count> origin_names = {"recurrent", "LGN",
                                                                            "background"};

/// The synapse blocks of a network. Spikes that are not those of the network's own neurons and do
/// not belong to the background count as LGN.
std::vector<Origin> block_origins(const v1e_network& network);

/// Asks for all synapses of block number `block`, in slices large enough to keep partials few.
v1e_request synapses_request(std::uint32_t dataset, const v1e_network& network,
                             std::uint32_t block);

/// "e23" of "e23Cux2"; inhibitory names and names of another form stay as they are.
std::string short_type(const std::string& population);

/// Sort key of source types in laminar order: "LGN unit", i1Htr3a, dVf, unclassified, hVf, e23,
/// i23..., e4, i4..., background, "Total"; unknown names before the background.
std::string laminar_key(const std::string& type);

/// A division of neurons into named types. Names are in laminar order.
struct TypeDivision {
  std::vector<std::string> names;
  std::vector<std::uint32_t> of_neuron;  // index into names, by position in the network
  std::vector<std::int64_t> sizes;
};
TypeDivision short_types(const v1e::Dataset& dataset);

/// Response classes by position in the network.
struct ClassTable {
  static constexpr std::uint8_t none = 255;
  std::vector<std::uint8_t> of_neuron;   // ResponseClass, or none
  std::vector<std::uint32_t> positions;  // neurons that have a class, ascending

  std::size_t size(ResponseClass c) const;
  std::vector<std::string> present() const;  // class_order() without the classes of nobody
  std::size_t of(std::uint32_t position) const { return of_neuron[position]; }
};

/// Reads the table of a classification. Throws when it has no classes or belongs to another
/// network.
ClassTable read_classes(const v1e_chunk& chunk, const v1e_network& network);

/// The types of `dataset` with classified neurons renamed to their class.
TypeDivision with_classes(const TypeDivision& types, const ClassTable& classes);

/// "12.3" of 12.345 with 1 digit.
std::string fixed_text(double value, int digits);

}  // namespace v1::analyses
