#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>
#include <vector>

#include "plugins/analyses/shared/signals/spectrum.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/statistics/bootstrap.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

/// Spectrum of one group in one window: mean over trials, in the normalisation asked for.
struct GroupSpectrum {
  std::vector<double> frequency_hz, power, sem;
  Aperiodic line;
  Peak peak;
  double one_over_f = 0.0;
  std::vector<std::vector<double>> band;  // [band][trial]
};

/// Evoked against spontaneous power of one group in one band.
struct BandChange {
  std::string group, band;
  double relative = 0.0, p = 0.0, q = 0.0;
  Interval interval;
};

/// Power spectra of population activity by cell type: Welch's method on the summed spikes.
class Spectra {
 public:
  static constexpr auto name = "spectra";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Power spectra and band power of population activity, evoked against spontaneous";
  static constexpr auto citation =
      "Welch PD (1967) The use of fast Fourier transform for the estimation of power spectra. "
      "IEEE Trans Audio Electroacoust 15:70-73";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to analyse"};
  v1e::Choice group{"group",
                    "cell_class",
                    {"population", "cell_class", "all"},
                    "Spikes of which neurons are summed"};
  TimeWindow evoked{"evoked", {500.0, 2500.0}, "Begin and end of the stimulus"};
  TimeWindow spontaneous{"spontaneous", {}, "Begin and end of a window without stimulus, or empty"};
  v1e::Choice normalize{"normalize",
                        "neurons",
                        {"none", "neurons", "spikes"},
                        "Divide power by the square of the number of neurons or of spikes"};
  v1e::Bool times_frequency{"times_frequency", false, "Multiply power by the frequency"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0 of every run"};

  struct Partial {
    // Of (dataset, trial): spikes [group][ms].
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> trials;
  };

  void check() const;
  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  using Trains = std::vector<std::vector<double>>;  // [trial][ms]
  GroupSpectrum analyse(const Trains& trains, std::size_t group_index) const;
  void compare_windows();
  std::size_t bins() const;
  bool compared() const { return !spontaneous_.empty(); }

  void write_spectra(v1e::Output& output) const;
  void write_bands(v1e::Output& output) const;
  void write_fits(v1e::Output& output) const;
  void write_changes(v1e::Output& output) const;
  void draw_spectra(v1e::Output& output) const;
  void draw_bands(v1e::Output& output) const;
  std::string method_text() const;

  std::vector<v1e::Dataset> datasets_;
  SpikeNeurons chosen_;
  std::vector<std::uint32_t> dataset_of_request_;
  std::size_t trial_count_ = 0;
  std::vector<GroupSpectrum> evoked_, spontaneous_;  // by group
  std::vector<BandChange> changes_;
};

}  // namespace v1::analyses
