#include <cmath>

#include "plugins/analyses/math/report/row_table.hpp"
#include "plugins/analyses/math/statistics/statistics.hpp"
#include "plugins/analyses/spectra/spectra.hpp"

namespace v1::analyses {
namespace {

// Mean and standard error of the values that are defined.
std::pair<double, double> describe(const std::vector<double>& values) {
  const std::vector<double> defined = without_nan(values);
  return {mean(defined), sem(defined)};
}

}  // namespace

std::string layer_of_group(const std::string& group) {
  std::string digits;
  for (std::size_t k = 1; k < group.size() && std::isdigit(static_cast<unsigned char>(group[k]));
       ++k) {
    digits += group[k];
  }
  if (group.empty() || (group[0] != 'e' && group[0] != 'i')) return "";
  return digits == "23" ? "2/3" : digits;
}

void Spectra::write_spectra(v1e::Output& output) const {
  std::vector<std::string> group_names, window, layer;
  std::vector<double> frequency, power, error;
  const auto add = [&](const std::vector<GroupSpectrum>& spectra, const char* label) {
    for (std::size_t g = 0; g < spectra.size(); ++g) {
      for (std::size_t k = 0; k < spectra[g].power.size(); ++k) {
        group_names.push_back(chosen_.groups[g]);
        layer.push_back(layer_of_group(chosen_.groups[g]));
        window.push_back(label);
        frequency.push_back(spectra[g].frequency_hz[k]);
        power.push_back(spectra[g].power[k]);
        error.push_back(spectra[g].sem[k]);
      }
    }
  };
  add(evoked_, "evoked");
  add(spontaneous_, "spontaneous");
  v1e::Table table;
  table.column("group", "1", group_names).column("layer", "1", layer).column("window", "1", window);
  table.column("frequency", "Hz", frequency);
  table.column("power", times_frequency ? "1" : "1/Hz", power);
  table.column("power_sem", times_frequency ? "1" : "1/Hz", error);
  output.table("spectra", "Power spectral density, mean over trials. " + method_text(), table);
}

void Spectra::write_bands(v1e::Output& output) const {
  std::vector<std::string> group_names, window, band;
  std::vector<double> power, error;
  const auto add = [&](const std::vector<GroupSpectrum>& spectra, const char* label) {
    for (std::size_t g = 0; g < spectra.size(); ++g) {
      for (std::size_t b = 0; b < std::size(bands); ++b) {
        group_names.push_back(chosen_.groups[g]);
        window.push_back(label);
        band.push_back(bands[b].name);
        const auto [average, deviation_of_mean] = describe(spectra[g].band[b]);
        power.push_back(average);
        error.push_back(deviation_of_mean);
      }
    }
  };
  add(evoked_, "evoked");
  add(spontaneous_, "spontaneous");
  v1e::Table table;
  table.column("group", "1", group_names).column("window", "1", window).column("band", "1", band);
  table.column("power", "1", power).column("power_sem", "1", error);
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
