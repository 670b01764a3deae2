#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/statistics/ripley.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

/// Are the response classes clustered in space or mixed at random? Ripley's K in the plane of the
/// layer with correction for the edge, of each class and between dVf and hVf, against a null model;
/// distributions of radius and depth.
class Spatial {
 public:
  static constexpr auto name = "spatial";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Spatial arrangement of the response classes";
  static constexpr const char* needs[] = {"classification"};

  v1e::Choice mode{"mode",
                   "clean",
                   {"clean", "reference"},
                   "clean: without self-pairs, against labels exchanged at random; reference: with "
                   "self-pairs, against uniform points as many as all classified neurons"};
  v1e::Text classification{"classification", "classification", "Name of the classification"};
  v1e::Float radius{"radius", "um", 0.0, v1e::at_least(0),
                    "Radius of the disc that holds the neurons; 0: 400 um or, in clean mode and "
                    "where it is less, that of the network's core"};
  v1e::Int realisations{"realisations", "1", 100, v1e::closed(2, 1000),
                        "Realisations of the null model"};
  v1e::Int radii{"radii", "1", 100, v1e::closed(2, 1000),
                 "Radii from 10 um to that of the disc, in equal steps of the logarithm"};

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
  static constexpr double smallest_distance_um = 10.0;

  /// K(r) / A of one class, or between two, and what the null model gives.
  struct Curve {
    std::string label;
    std::size_t n = 0;
    std::vector<double> k, null_mean, null_sem, null_low, null_high;

    /// The next radius: K and that of all realisations of the null model.
    void add(double found, const std::vector<double>& null);
    /// Shares of the radii at which K lies above and below the null model's 95 %.
    double share_above() const;
    double share_below() const;
  };

  bool reference() const { return mode.is("reference"); }
  /// Is there a K between dVf and hVf? The published scripts have none.
  bool crossed() const {
    return !reference() && size(ResponseClass::dvf) >= 2 && size(ResponseClass::hvf) >= 2;
  }
  void choose_disc(const std::vector<double>& x, const std::vector<double>& z);
  void collect_points(v1e::Output& output);
  std::size_t size(ResponseClass c) const;
  std::string sample_text() const;

  // curves.cpp
  /// Labels exchanged at random; the last labelling is the data.
  using Labellings = std::vector<std::vector<std::uint8_t>>;
  Labellings labellings() const;
  std::vector<Curve> clean_curves(const RipleyCounts& counts, const Labellings& labellings) const;
  Curve cross_curve(const RipleyCounts& counts, const Labellings& labellings) const;
  std::vector<Curve> reference_curves(const RipleyCounts& counts,
                                      const std::vector<double>& radii_um) const;
  void compute(v1e::Output& output);

  // tables.cpp
  void write_ripley(v1e::Output& output, const std::vector<Curve>& curves,
                    const RipleyCounts& counts) const;
  void write_cross(v1e::Output& output, const Curve& curve, const RipleyCounts& counts) const;
  void write_neurons(v1e::Output& output) const;
  void write_densities(v1e::Output& output) const;
  void write_layers(v1e::Output& output) const;
  static void add_curves(v1e::Table& table, const std::vector<const Curve*>& curves,
                         const RipleyCounts& counts);
  // figures.cpp
  void draw_ripley(v1e::Output& output) const;
  void ripley_panel(v1e::Panel& panel, const std::string& title) const;
  void draw_densities(v1e::Output& output) const;
  void draw_arrangement(v1e::Output& output) const;

  v1e::Dataset dataset_;
  std::string variable_;
  ClassTable classes_;
  std::vector<std::uint32_t> neurons_;  // classified ones inside the disc
  std::vector<Point> points_;
  std::vector<double> depth_um_;
  std::vector<std::uint8_t> labels_;  // ResponseClass
  double disc_radius_ = 0.0;          // [um]
  std::vector<std::string> shown_;    // classes with at least two neurons
};

}  // namespace v1::analyses
