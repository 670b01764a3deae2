#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

/// Who connects to whom and how strongly: degrees of every neuron, connections between types.
/// Degrees count distinct partners; a pair joined by several synapses counts once.
class Topology {
 public:
  static constexpr auto name = "topology";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Degrees, connection probabilities and weights of the network";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;

  v1e::Choice mode{"mode",
                   "clean",
                   {"clean", "reference"},
                   "Weights of a pair with several synapses: clean = their sum, reference = the "
                   "last one only, as the published scripts have it"};
  v1e::Bool edge_tables{"edge_tables", false, "Also store every synapse (up to 20 million)"};

  /// Per neuron; weights in pA.
  struct Degrees {
    std::vector<std::uint32_t> out;
    std::array<std::vector<std::uint32_t>, origin_count> in;
    std::vector<double> weight_out;
    std::array<std::vector<double>, origin_count> weight_in;
    std::vector<double> excitatory_in, inhibitory_in;  // recurrent weight by sign
  };
  /// One ordered pair of types.
  struct TypePair {
    double pairs = 0.0, synapses = 0.0, weight = 0.0;
  };
  struct Edges {
    std::vector<std::int64_t> target, source;
    std::vector<std::uint32_t> source_type;
    std::vector<double> weight;
  };
  struct Partial {
    Degrees degrees;
    std::vector<TypePair> types;  // [source type][target type]
    std::array<Edges, origin_count> edges;
  };

  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t pass) const;
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t, Partial& merged) { result_ = std::move(merged); }
  void finish(v1e::Output& output);

 private:
  struct Column {
    const char* name;
    const char* title;
    std::vector<double> values;
  };
  double source_count(std::size_t type) const;
  std::vector<double> total_in() const;
  std::vector<double> total_weight_in() const;

  // tables.cpp
  void write_neurons(v1e::Output& output) const;
  void write_type_pairs(v1e::Output& output) const;
  void write_type_degrees(v1e::Output& output) const;
  void write_histogram(v1e::Output& output, const std::string& table, const std::string& unit,
                       const std::vector<Column>& columns) const;
  void write_histograms(v1e::Output& output) const;
  void write_edges(v1e::Output& output) const;
  // figures.cpp
  void draw_degrees(v1e::Output& output) const;
  void draw_degrees_by_type(v1e::Output& output) const;
  void draw_type_pairs(v1e::Output& output) const;
  void draw_balance(v1e::Output& output) const;
  std::string sample_text() const;

  v1e::Dataset dataset_;
  TypeDivision types_;
  std::vector<std::string> sources_;          // types, then what comes from outside
  std::vector<std::size_t> source_of_block_;  // of the blocks from outside
  std::vector<Origin> origins_;               // by block
  std::vector<std::uint32_t> block_of_;       // by request
  Partial result_;
};

}  // namespace v1::analyses
