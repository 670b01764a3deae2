#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/column_view/page.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

/// The column in three dimensions: a random sample of its neurons, coloured by cell type, layer
/// and, where a classification is named, response class. A still figure and an interactive page.
class ColumnView {
 public:
  static constexpr auto name = "column_view";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "The column in three dimensions, still and interactive";

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to show"};
  v1e::Int points{"points", "1", 4000, v1e::closed(10, 50000),
                  "Most neurons drawn; the same share of every type"};
  v1e::Text classification{
      "classification", "",
      "Name of a classification that ran before, for its classes; empty: none"};

  struct Partial {
    ClassTable classes;
  };

  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t, Partial& merged) { classes_ = std::move(merged.classes); }
  void finish(v1e::Output& output);

 private:
  bool has_classes() const { return !classes_.of_neuron.empty(); }
  void choose_sample();
  void find_borders();
  void write_neurons(v1e::Output& output) const;
  void write_picture(v1e::Output& output) const;
  void write_page(v1e::Output& output) const;
  void draw(v1e::Output& output) const;
  std::string sample_text() const;

  v1e::Dataset dataset_;
  std::string variable_;
  ClassTable classes_;
  std::vector<double> x_, y_, z_;          // of all neurons [um]
  std::vector<std::string> layer_, type_;  // of all neurons
  std::vector<std::uint32_t> sample_;      // ascending positions
  std::vector<double> borders_um_;         // heights between layers, and the two ends
  double radius_um_ = 0.0;
};

}  // namespace v1::analyses
