#include <algorithm>

#include "plugins/analyses/effective_weights/effective_weights.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"

namespace v1::analyses {
namespace {

std::vector<std::string> laminar(std::vector<std::string> names) {
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return laminar_key(a) < laminar_key(b);
  });
  return names;
}

}  // namespace

std::string EffectiveWeights::sample_text() const {
  std::string out = "Neurons:";
  for (const std::string& word : class_order()) {
    const auto c = std::find(class_names.begin(), class_names.end(), word) - class_names.begin();
    out += (out.back() == ':' ? " " : ", ") + word + " " +
           std::to_string(classes_.size(static_cast<ResponseClass>(c)));
  }
  return out + "; " + counted(dataset_.trials() - first_trial_, "trial") + ", run " +
         dataset_.label() + ", mode " + mode.text() + ".";
}

void EffectiveWeights::draw_change(v1e::Output& output) const {
  v1e::Figure figure("Change of input by source");
  figure.caption(
      "Mean synaptic current during the stimulus minus before, by source, for the classes side by "
      "side; bars: standard error over neurons. Without the background. " +
      sample_text());
  figure.legend("top").size_mm(180.0, 80.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("").categories(laminar(sources_)).angle(90.0);
  panel.y_axis().label("Change of current").unit("pA");
  panel.horizontal_line(0.0).color("#444444");
  panel.bar("sources", "source", "current_change")
      .error("current_change_sem")
      .group("class")
      .group_order(classes_.present())
      .colors("classes");
  output.figure("change", figure.toml());
}

// The sources that carry most of the influence, before and during the stimulus.
void EffectiveWeights::draw_effective(v1e::Output& output) const {
  std::vector<std::string> shown;
  for (const std::string& source : sources_) {
    if (is_relevant(source)) shown.push_back(source);
  }
  v1e::Figure figure("Effective weights");
  figure.caption(
      "Weights times the rates of their sources: medians (boxes: quartiles, whiskers to 1.5 "
      "interquartile ranges) over the neurons of a class, before (light) and during the stimulus. "
      "Shown are the sources below a cumulative share of " +
      fixed_text(100.0 * share, 0) + " % in any class. " + sample_text());
  figure.grid(1, 3).share("none", "rows").letters().legend("top").size_mm(180.0, 90.0);
  for (const std::string& word : class_order()) {
    v1e::Panel& panel = figure.panel();
    panel.title(word);
    panel.x_axis().label("").categories(laminar(shown)).angle(90.0);
    panel.y_axis().label("Effective weight").unit("pA/ms");
    panel.horizontal_line(0.0).color("#444444");
    panel.box("periods", "source", "influence")
        .where("class", word)
        .group("period")
        .group_order({"baseline", "stimulus"})
        .palette({"#CCCCCC", "#3CB371"})
        .fliers(false);
  }
  RowTable<std::string, std::string, std::string, double> table(
      {{"class", "1"}, {"source", "1"}, {"period", "1"}, {"influence", "pA/ms"}});
  for (std::size_t i = 0; i < targets(); ++i) {
    for (std::size_t s = 0; s < sources(); ++s) {
      const std::size_t at = i * sources() + s;
      if (!is_relevant(sources_[s])) continue;
      if (mode.is("reference") && sums_.synapses[at] == 0) continue;
      for (std::size_t w = 0; w < window_count; ++w) {
        table.add(name_of(class_of(i)), sources_[s], w == 0 ? "baseline" : "stimulus",
                  sums_.influence[w][at]);
      }
    }
  }
  output.table("periods", "The relevant sources of `targets`, one row per period", table);
  output.figure("effective_weights", figure.toml());
}

void EffectiveWeights::draw_static(v1e::Output& output) const {
  v1e::Figure figure("Weights by source");
  figure.caption(
      "Summed weight onto single neurons by source. Boxes: quartiles, whiskers to 1.5 "
      "interquartile ranges. " +
      sample_text());
  figure.legend("top").size_mm(180.0, 85.0);
  v1e::Panel& panel = figure.panel();
  std::vector<std::string> present;
  for (std::size_t s = 0; s < sources(); ++s) {
    bool any = s + 1 == sources();
    for (std::size_t i = 0; i < targets(); ++i) any |= sums_.synapses[i * sources() + s] > 0;
    if (any) present.push_back(sources_[s]);
  }
  panel.x_axis().label("").categories(laminar(present)).angle(90.0);
  panel.y_axis().label("Summed weight").unit("pA");
  panel.horizontal_line(0.0).color("#444444");
  panel.box("targets", "source", "weight")
      .group("class")
      .group_order(classes_.present())
      .colors("classes")
      .fliers(false);
  output.figure("weights", figure.toml());
}

}  // namespace v1::analyses
