#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/classes/class_connections.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

/// Whether the response classes are wired differently: synapses onto the classified neurons by type
/// and class of their source, degrees by class, connections between the classes against chance.
class Synapses {
 public:
  static constexpr auto name = "synapses";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Synapses, weights and degrees of the response classes";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;
  static constexpr const char* needs[] = {"classification"};

  v1e::Choice mode{"mode",
                   "clean",
                   {"clean", "reference"},
                   "clean: a neuron without synapses from a type counts as zero; reference: it is "
                   "left out, and of several synapses of a pair degrees keep the last weight"};
  v1e::Text classification{"classification", "classification", "Name of the classification"};
  v1e::Int realisations{"realisations", "1", 1000, v1e::closed(2, 10000),
                        "Exchanges of the classes among the neurons that tell what chance gives"};

  /// Synapses onto the classified neurons.
  struct Sums {
    std::vector<double> count, weight;  // [target][source type]
    std::vector<std::uint32_t> out;     // recurrent partners, by target
    std::array<std::vector<std::uint32_t>, origin_count> in;
    std::vector<double> weight_out;
    std::array<std::vector<double>, origin_count> weight_in;
    ClassConnections::Sums among;  // the classified neurons; the first labelling is the data
  };
  struct Partial {
    ClassTable classes;  // pass 0
    Sums sums;           // pass 1
  };

  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t pass) const;
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  /// Counts or weights of one source type for the neurons of a class.
  struct Sample {
    std::vector<double> count, weight;
  };
  /// dVf against hVf; p_holm: corrected over the sources.
  struct Comparison {
    double dvf = 0.0, hvf = 0.0;  // means
    Welch welch;
    double p_holm = 0.0;
    double reach_95() const { return 0.5 * (welch.high_95 - welch.low_95); }
  };
  struct Difference {
    std::string source;
    Comparison count, weight;
  };
  struct Degree {
    std::string name, unit;
    std::vector<double> values;  // by classified neuron
  };

  std::size_t targets() const { return classes_.positions.size(); }
  bool reference() const { return mode.is("reference"); }
  ResponseClass class_of(std::size_t target) const {
    return static_cast<ResponseClass>(classes_.of_neuron[classes_.positions[target]]);
  }
  void choose_sources();
  Sample sample(std::size_t source, ResponseClass c) const;
  std::vector<Degree> degrees() const;
  std::string sample_text() const;

  // tables.cpp
  void write_neurons(v1e::Output& output) const;
  void write_degrees(v1e::Output& output) const;
  void write_sources(v1e::Output& output) const;
  void write_targets(v1e::Output& output) const;
  // differences.cpp
  void compare_sources();
  void write_differences(v1e::Output& output) const;
  void draw_differences(v1e::Output& output) const;
  std::vector<std::string> starred_sources(bool weighted) const;
  std::string test_text() const;
  // matrices.cpp
  // Published: dVf and hVf.
  std::vector<ResponseClass> shown_classes() const {
    if (reference()) return {ResponseClass::dvf, ResponseClass::hvf};
    return {all_classes.begin(), all_classes.end()};
  }
  AgainstChance connection(std::size_t measure, ResponseClass target, ResponseClass source) const;
  std::vector<AgainstChance> connections_of(std::size_t measure) const;
  void write_matrices(v1e::Output& output) const;
  void draw_matrices(v1e::Output& output) const;
  // figures.cpp
  void draw_degrees(v1e::Output& output) const;
  void draw_sources(v1e::Output& output) const;
  void draw_targets(v1e::Output& output) const;

  v1e::Dataset dataset_;
  std::string variable_;  // of the request, must outlive it
  std::vector<Origin> origins_;
  std::vector<std::uint32_t> block_of_;
  ClassTable classes_;
  ClassConnections connections_;
  TypeDivision types_;
  std::vector<std::string> sources_;          // types, then what comes from outside
  std::vector<std::size_t> source_of_block_;  // of the blocks from outside
  std::vector<std::int64_t> target_of_;       // by position: index of a classified neuron, or -1
  Sums sums_;
  std::vector<Difference> differences_;
  std::vector<std::string> shown_;  // source types with any synapse onto a classified neuron
};

}  // namespace v1::analyses
