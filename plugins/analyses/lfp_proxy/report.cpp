#include <cmath>
#include <numbers>

#include "plugins/analyses/lfp_proxy/lfp_proxy.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"
#include "plugins/analyses/shared/signals/current_source.hpp"
#include "plugins/analyses/shared/signals/smoothing.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

// (x - mean) / deviation; not defined where nothing varies.
std::vector<double> standardised(std::vector<double> values) {
  const double center = mean(values), spread = deviation(values, 0);
  for (double& value : values) value = spread > 0.0 ? (value - center) / spread : undefined;
  return values;
}

}  // namespace

std::string LfpProxy::sample_text() const {
  return std::to_string(excitatory_count_) + " excitatory neurons, mean of " +
         counted(dataset_.trials() - first_trial_, "trial") + ", run " + dataset_.label() + ".";
}

void LfpProxy::finish(v1e::Output& output) {
  output.note(
      "Proxies: point neurons make no dipoles, so these are not potentials that could be measured; "
      "sizes depend on the number of neurons.");
  for (const std::string& text : warnings_) output.warn(text);
  for (const std::string& text : notes_) output.note(text);
  if (counts_.empty()) output.note("None of these excitatory neurons fired: their rates are 0.");
  write_stimulus(output, dataset_);
  write_layers(output);
  draw_layers(output);
  if (contact_y_um_.empty()) return;
  write_depth(output);
  draw_depth(output);
}

void LfpProxy::write_layers(v1e::Output& output) const {
  const double trials = dataset_.trials() - first_trial_;
  const double width_ms = static_cast<double>(bin_steps_) * dataset_.dt_ms();
  RowTable<std::string, double, double, double, double, double, double> table(
      {{"layer", "1"},
       {"time", "ms"},
       {"rate", "Hz"},
       {"excitatory_current", "nA"},
       {"inhibitory_current", "nA"},
       {"absolute_current", "nA"},
       {"weighted_sum", "sd"}});
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const auto found = counts_.find(static_cast<std::uint32_t>(l));
    std::vector<double> hz(static_cast<std::size_t>(dataset_.steps()), 0.0);
    if (found != counts_.end()) hz = found->second;
    for (double& value : hz) {
      value /= trials * static_cast<double>(layer_size_[l]) * dataset_.dt_ms() * 1e-3;
    }
    const double sigma = smoothing / dataset_.dt_ms();
    if (sigma > 0.0) {
      hz = smooth_reflected(hz, gaussian_half_kernel(sigma, static_cast<int>(4.0 * sigma) + 1));
    }
    hz = binned(hz);
    const std::vector<double> e = binned(current(excitatory, l)),
                              i = binned(current(inhibitory, l));
    const std::vector<double> sum = standardised(binned(weighted_sum(l)));
    for (std::size_t b = 0; b < hz.size(); ++b) {
      table.add(layers_[l], (static_cast<double>(b) + 0.5) * width_ms, hz[b], e[b] * 1e-3,
                i[b] * 1e-3, (std::fabs(e[b]) + std::fabs(i[b])) * 1e-3, sum[b]);
    }
  }
  output.table("layers",
               "Of the excitatory neurons of a layer: smoothed rate; summed synaptic currents; "
               "|I_E| + |I_I|; I_E(t - delay) - ratio I_I(t) in standard deviations over the trial",
               table);
}

// A point source of current I at distance r raises the potential by I / (4 pi sigma r):
// pA, um and S/m give uV.
void LfpProxy::write_depth(v1e::Output& output) const {
  const double scale = 1.0 / (4.0 * std::numbers::pi * conductivity);
  const double width_ms = static_cast<double>(bin_steps_) * dataset_.dt_ms();
  std::vector<std::vector<double>> potential;  // [contact][bin], uV
  for (std::size_t c = 0; c < contact_y_um_.size(); ++c) {
    potential.push_back(binned(weighted_sum(layers_.size() + c)));
    const double level = mean(potential.back());
    for (double& value : potential.back()) value = (value - level) * scale;
  }
  const std::size_t bins = potential.front().size();
  RowTable<double, double, double> table({{"depth", "um"}, {"time", "ms"}, {"potential", "uV"}});
  RowTable<double, double, double> sources({{"depth", "um"}, {"time", "ms"}, {"csd", "uA/mm^3"}});
  for (std::size_t c = 0; c < potential.size(); ++c) {
    for (std::size_t b = 0; b < bins; ++b) {
      table.add(-contact_y_um_[c], (static_cast<double>(b) + 0.5) * width_ms, potential[c][b]);
    }
  }
  std::vector<std::vector<double>> csd;  // [bin][inner contact]
  std::vector<double> column(potential.size());
  for (std::size_t b = 0; b < bins; ++b) {
    for (std::size_t c = 0; c < potential.size(); ++c) column[c] = potential[c][b] * 1e-3;
    csd.push_back(current_source_density(column, spacing * 1e-3, conductivity));
  }
  for (std::size_t k = 0; bins > 0 && k < csd.front().size(); ++k) {
    for (std::size_t b = 0; b < bins; ++b) {
      sources.add(-contact_y_um_[k + 1], (static_cast<double>(b) + 0.5) * width_ms, csd[b][k]);
    }
  }
  output.table("potential",
               "Weighted sum of the currents of every excitatory neuron over its distance from the "
               "contact, over 4 pi sigma, minus its mean over the trial",
               table);
  output.table(
      "csd", "Second difference of `potential` over depth; positive where net excitation prevails",
      sources);
}

void LfpProxy::draw_layers(v1e::Output& output) const {
  v1e::Figure figure("Proxies by layer");
  figure.caption(
      "Excitatory neurons of a layer: smoothed rate, |I_E| + |I_I| of their synaptic "
      "currents, and the weighted sum in standard deviations. Point neurons: proxies "
      "only. " +
      sample_text());
  figure.grid(3, 1).share("all", "none").letters().legend("right").size_mm(180.0, 130.0);
  add_time_context(figure, dataset_);
  const auto add = [&](const char* column, const char* label, const char* unit) {
    v1e::Panel& panel = figure.panel();
    time_axis(panel, dataset_);
    panel.y_axis().label(label).unit(unit);
    panel.line("layers", "time", column)
        .group("layer")
        .group_order(layers_)
        .colors("layers")
        .width(0.8);
  };
  add("rate", "Rate", "Hz");
  add("absolute_current", "Summed current", "nA");
  add("weighted_sum", "Weighted sum", "sd");
  output.figure("layers", figure.toml());
}

void LfpProxy::draw_depth(v1e::Output& output) const {
  v1e::Figure figure("Potential and current source density by depth");
  figure.caption(
      "Proxy of the potential along the middle of the column and its second derivative "
      "(positive: net excitation, whose synapses would be sinks in a recording), minus the "
      "mean over the trial. Point "
      "neurons: proxies only. " +
      sample_text());
  const bool with_csd = contact_y_um_.size() > 2;
  figure.grid(with_csd ? 2 : 1, 1).share("all", "none").letters().legend("none");
  figure.size_mm(170.0, with_csd ? 130.0 : 75.0);
  add_time_context(figure, dataset_);
  const auto add = [&](const char* table, const char* column, const char* label, const char* unit) {
    v1e::Panel& panel = figure.panel();
    time_axis(panel, dataset_);
    panel.y_axis().label("Depth").unit("um").reverse();
    panel.color_axis().label(label).unit(unit).center(0.0);
    panel.heatmap(table, "time", "depth", column);
  };
  add("potential", "potential", "Potential", "uV");
  if (with_csd) add("csd", "csd", "CSD", "uA/mm^3");
  output.figure("depth", figure.toml());
}

}  // namespace v1::analyses
