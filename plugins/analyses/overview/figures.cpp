#include <algorithm>

#include "plugins/analyses/overview/overview.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"
#include "plugins/analyses/shared/report/trial_ticks.hpp"
#include "plugins/analyses/shared/trials/run_conditions.hpp"

namespace v1::analyses {
namespace {

const char* lgn_units_caption(bool rates, bool spikes) {
  if (!spikes) return "Rates that spikes are drawn from.";
  return rates
             ? "Rates that spikes are drawn from (line), rates estimated from the spikes of all "
               "trials (steps) and the spikes, one row per trial."
             : "Rates estimated from the spikes of all trials, and the spikes, one row per trial.";
}

}  // namespace

v1e::Figure Overview::figure(const std::string& title, const std::string& caption,
                             std::optional<std::uint32_t> only_trial) const {
  v1e::Figure figure(title);
  figure.caption(caption + " Run " + dataset_.label() + ", " + std::to_string(neurons_.size()) +
                 " neurons (" + neurons.text() + "), " + counted(dataset_.trials(), "trial") +
                 ", seed " + std::to_string(dataset_.raw().seed) + ".");
  if (only_trial) {
    add_trial_context(figure, dataset_, *only_trial);
  } else {
    add_time_context(figure, dataset_);
  }
  return figure;
}

// LGN above, the column in laminar order below, mean rate of every population at the side.
void Overview::draw_raster(v1e::Output& output) const {
  if (neurons_.empty() && !has_lgn_) return;
  v1e::Figure figure = this->figure("Raster",
                                    "Spikes of trial " + std::to_string(trial_) +
                                        "; layer 1 on top, bars: mean rates over all "
                                        "trials.",
                                    trial_);
  const bool both = has_lgn_ && !neurons_.empty();
  const bool side = !neurons_.empty();
  figure.grid(both ? 2 : 1, side ? 2 : 1).share("columns", "none").legend("top");
  if (both) figure.heights({1.0, 2.2});
  if (side) figure.widths({6.0, 1.0});
  figure.size_mm(180.0, both ? 175.0 : 130.0);
  const double duration_ms = dataset_.duration_ms();
  if (has_lgn_) {
    v1e::Panel& lgn = figure.panel().at(0, 0);
    lgn.title("LGN");
    lgn.x_axis().label("Time").unit("ms").range(0.0, duration_ms).time();
    lgn.y_axis().label("LGN unit");
    lgn.raster("lgn_raster", "time", "unit").color("#444444").alpha(0.3).legend(false);
  }
  if (neurons_.empty()) {
    output.figure("raster", figure.toml());
    return;
  }
  const int row = both ? 1 : 0;
  const auto n = static_cast<double>(neurons_.size());
  v1e::Panel& v1 = figure.panel().at(row, 0);
  v1.title("Neurons");
  v1.x_axis().label("Time").unit("ms").range(0.0, duration_ms).time();
  v1.y_axis().label("Neuron").range(0.5, n + 0.5);
  v1.shades_from("layers", "low", "high", "label").axis("y").alternate().label_at("margin");
  v1e::Mark& spikes = v1.raster("v1_raster", "time", "height")
                          .group("type")
                          .colors(have_layers(labels_) ? "types" : "cycle")
                          .alpha(0.5);
  if (have_layers(labels_)) spikes.group_order({"Excitatory", "Pvalb", "Sst", "Htr3a", "Vip"});
  v1e::Panel& profile = figure.panel().at(row, 1);
  profile.title("Mean rate");
  profile.x_axis().label("Rate").unit("Hz").min(0.0);
  profile.y_axis().range(0.5, n + 0.5).hide();
  profile.binned_histogram("rate_profile", "low", "high", "rate")
      .horizontal()
      .color("#888888")
      .legend(false);
  output.figure("raster", figure.toml());
}

void Overview::draw_lgn_units(v1e::Output& output) const {
  if (units_.empty() || (!has_lgn_ && result_.rates.empty())) return;
  v1e::Figure figure =
      this->figure("LGN units", lgn_units_caption(!result_.rates.empty(), has_lgn_));
  const int columns = static_cast<int>(units_.size());
  figure.grid(has_lgn_ ? 2 : 1, columns)
      .share("columns", "none")
      .legend("top")
      .size_mm(90.0 * columns, 110.0);
  const auto time_axis = [&](v1e::Panel& panel) {
    panel.x_axis().label("Time").unit("ms").range(0.0, dataset_.duration_ms()).time();
  };
  for (int k = 0; k < columns; ++k) {
    const std::string unit_name = "unit " + std::to_string(units_[static_cast<std::size_t>(k)]);
    v1e::Panel& rate = figure.panel().at(0, k);
    rate.title("LGN " + unit_name);
    time_axis(rate);
    rate.y_axis().label("Firing rate").unit("Hz").min(0.0);
    if (has_lgn_) {
      rate.binned_histogram("lgn_unit_psth", "low", "high", "psth")
          .style("step")
          .where("unit", unit_name)
          .color("#9A9A9A")
          .label("from spikes");
    }
    if (!result_.rates.empty()) {
      rate.line("lgn_unit_rates", "time", "rate")
          .where("unit", unit_name)
          .color("#1E90FF")
          .label("rate");
    }
    if (!has_lgn_) continue;
    v1e::Panel& raster = figure.panel().at(1, k);
    time_axis(raster);
    raster.y_axis()
        .label("Trial")
        .reverse()
        .tick_step(trial_tick_step(dataset_.trials()))
        .range(-0.5, static_cast<double>(dataset_.trials()) - 0.5);
    raster.raster("lgn_unit_raster", "time", "trial")
        .where("unit", unit_name)
        .color("#444444")
        .legend(false);
  }
  output.figure("lgn_units", figure.toml());
}

void Overview::activity_panel(v1e::Panel& panel, const std::string& table, const std::string& group,
                              const std::string& color) const {
  panel.title(group);
  panel.x_axis().label("Time").unit("ms").range(0.0, dataset_.duration_ms()).time();
  panel.y_axis().label("Rate").unit("Hz").min(0.0);
  if (has_trial_spread()) {
    panel.line(table, "time", "mean_rate")
        .error("rate_error")
        .where("group", group)
        .color(color)
        .label("mean of trials");
  }
  panel.line(table, "time", "rate")
      .where("group", group)
      .color(has_trial_spread() ? "#444444" : color)
      .width(0.6)
      .alpha(0.7)
      .label("trial " + std::to_string(trial_));
}

// Layers from top to bottom, inhibitory left and excitatory right; without layers one panel each.
void Overview::draw_activity(v1e::Output& output) const {
  const std::vector<std::string>& names = divisions_[groups].names;
  if (names.empty()) return;
  v1e::Figure figure = this->figure(
      "Population activity",
      "Mean rates in bins of " + plain_number(bin_ms()) +
          " ms; line and band: mean and standard error over trials, thin line: trial " +
          std::to_string(trial_) + ".");
  const bool laminar = have_layers(labels_);
  std::vector<std::string> layers;  // rows
  const auto row_of = [&](const std::string& group) {
    const std::string layer = group.substr(1);
    const auto at = std::find(layers.begin(), layers.end(), layer);
    const auto row = static_cast<int>(at - layers.begin());
    if (at == layers.end()) layers.push_back(layer);
    return row;
  };
  if (laminar) {
    for (const std::string& group : names) row_of(group);
  }
  const int rows =
      laminar ? static_cast<int>(layers.size()) : static_cast<int>((names.size() + 1) / 2);
  figure.grid(rows, 2).share("columns", "none").legend("none").size_mm(180.0, 30.0 * rows + 25.0);
  for (const std::string& group : names) {
    v1e::Panel& panel = figure.panel();
    const bool excitatory = laminar && group.front() == 'e';
    if (laminar) {
      panel.at(row_of(group), excitatory ? 1 : 0);
    }
    activity_panel(panel, "population_activity", group,
                   !laminar ? "#0072B2" : (excitatory ? "#C81E1E" : "#0000CC"));
  }
  output.figure("population_activity", figure.toml());
}

// Inhibitory neurons of each layer by subclass.
void Overview::draw_interneurons(v1e::Output& output) const {
  const Grouping& grouping = divisions_[interneurons];
  if (grouping.names.empty()) return;
  v1e::Figure figure = this->figure("Activity of inhibitory neurons",
                                    "Mean rates over trials by subclass; bands: standard error.");
  std::vector<std::string> layers;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (grouping.group_of[i] < 0) continue;
    const std::string& layer = labels_[i].layer;
    if (std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(layer);
  }
  std::sort(layers.begin(), layers.end());
  const int rows = static_cast<int>(layers.size());
  figure.grid(rows, 1).share("columns", "none").legend("top").size_mm(160.0, 32.0 * rows + 25.0);
  for (const std::string& layer : layers) {
    v1e::Panel& panel = figure.panel();
    panel.title("Layer " + layer);
    panel.x_axis().label("Time").unit("ms").range(0.0, dataset_.duration_ms()).time();
    panel.y_axis().label("Rate").unit("Hz").min(0.0);
    v1e::Mark& mark = panel.line("interneuron_activity", "time", "mean_rate")
                          .where("layer", layer)
                          .group("type")
                          .group_order({"Pvalb", "Sst", "Htr3a", "Vip"})
                          .colors("types");
    if (has_trial_spread()) mark.error("rate_error");
  }
  output.figure("interneuron_activity", figure.toml());
}

void Overview::draw_rates(v1e::Output& output) const {
  if (divisions_[populations].names.empty()) return;
  v1e::Figure figure = this->figure(
      "Mean rates", "Mean over neurons and trials; error bars: standard deviation over trials.");
  figure.size_mm(170.0, 90.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("").categories(divisions_[populations].names).angle(45.0);
  panel.y_axis().label("Rate").unit("Hz").min(0.0);
  v1e::Mark& mark = panel.bar("mean_rates", "population", "rate");
  if (has_trial_spread()) mark.error("rate_sd");
  if (have_layers(labels_)) {
    mark.group("population").colors("types").legend(false);
  } else {
    mark.color("#0072B2");
  }
  output.figure("mean_rates", figure.toml());
}

}  // namespace v1::analyses
