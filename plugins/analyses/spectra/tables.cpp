#include <cmath>

#include "plugins/analyses/shared/report/layers.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/spectra/spectra.hpp"

namespace v1::analyses {

void Spectra::write_spectra(v1e::Output& output) const {
  const std::string unit = times_frequency ? "1" : "1/Hz";
  RowTable<std::string, std::string, std::string, double, double, double> table(
      {{"group", "1"},
       {"layer", "1"},
       {"window", "1"},
       {"frequency", "Hz"},
       {"power", unit},
       {"power_sem", unit}});
  const auto add = [&](const std::vector<GroupSpectrum>& spectra, const char* label) {
    for (std::size_t g = 0; g < spectra.size(); ++g) {
      for (std::size_t k = 0; k < spectra[g].power.size(); ++k) {
        table.add(chosen_.groups[g], layer_number(chosen_.groups[g]), label,
                  spectra[g].frequency_hz[k], spectra[g].power[k], spectra[g].sem[k]);
      }
    }
  };
  add(evoked_, "evoked");
  add(spontaneous_, "spontaneous");
  output.table("spectra", "Power spectral density, mean over trials. " + method_text(), table);
}

void Spectra::write_bands(v1e::Output& output) const {
  RowTable<std::string, std::string, std::string, double, double> table(
      {{"group", "1"}, {"window", "1"}, {"band", "1"}, {"power", "1"}, {"power_sem", "1"}});
  const auto add = [&](const std::vector<GroupSpectrum>& spectra, const char* label) {
    for (std::size_t g = 0; g < spectra.size(); ++g) {
      for (std::size_t b = 0; b < std::size(bands); ++b) {
        const std::vector<double> power = without_nan(spectra[g].band[b]);
        table.add(chosen_.groups[g], label, bands[b].name, mean(power), sem(power));
      }
    }
  };
  add(evoked_, "evoked");
  add(spontaneous_, "spontaneous");
  output.table("band_power",
               "Power in theta (4-8 Hz), alpha (8-12), beta (12-30) and gamma (30-80), mean and "
               "standard error over trials",
               table);
}

void Spectra::write_fits(v1e::Output& output) const {
  RowTable<std::string, std::string, double, double, double, double, double, double> table(
      {{"group", "1"},
       {"window", "1"},
       {"neurons", "1"},
       {"exponent", "1"},
       {"intercept", "1"},
       {"one_over_f_intercept", "1"},
       {"peak", "Hz"},
       {"peak_over_line", "1"}});
  const auto add = [&](const std::vector<GroupSpectrum>& spectra, const char* label) {
    for (std::size_t g = 0; g < spectra.size(); ++g) {
      table.add(chosen_.groups[g], label, static_cast<double>(chosen_.group_size[g]),
                spectra[g].line.exponent, spectra[g].line.intercept, spectra[g].one_over_f,
                spectra[g].peak.frequency_hz, spectra[g].peak.ratio);
    }
  };
  add(evoked_, "evoked");
  add(spontaneous_, "spontaneous");
  output.table(
      "aperiodic",
      "Line log10 power = intercept - exponent log10 frequency through 2 to 100 Hz "
      "(Theil-Sen), intercept of a line of slope -1, and the highest peak that is at least "
      "twice the line",
      table);
}

void Spectra::write_changes(v1e::Output& output) const {
  if (!compared()) return;
  RowTable<std::string, std::string, double, double, double, double, double, double> table(
      {{"group", "1"},
       {"band", "1"},
       {"ratio", "1"},
       {"change", "%"},
       {"low", "%"},
       {"high", "%"},
       {"p", "1"},
       {"q", "1"}});
  for (const BandChange& one : changes_) {
    table.add(one.group, one.band, 1.0 + one.relative, 100.0 * one.relative,
              100.0 * one.interval.low, 100.0 * one.interval.high, one.p, one.q);
  }
  output.table("band_changes",
               "Evoked against spontaneous power; 95 % bootstrap interval over trials, Wilcoxon's "
               "signed-rank test, q after Benjamini and Hochberg over groups and bands",
               table);
}

void Spectra::finish(v1e::Output& output) {
  evoked.report(output);
  for (const std::string& note : chosen_.notes) output.note(note);
  output.note(method_text());
  write_spectra(output);
  write_bands(output);
  write_fits(output);
  write_changes(output);
  draw_spectra(output);
  draw_bands(output);
}

}  // namespace v1::analyses
