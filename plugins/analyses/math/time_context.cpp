#include "plugins/analyses/math/time_context.hpp"

namespace v1::analyses {
namespace {

bool has_strip(const v1e::Dataset& dataset) {
  return dataset.strip() != nullptr && dataset.strip()->count > 0;
}

}  // namespace

bool write_stimulus(v1e::Output& output, const v1e::Dataset& dataset) {
  if (!has_strip(dataset)) return false;
  const v1e_strip& strip = *dataset.strip();
  std::vector<double> time(strip.time_ms, strip.time_ms + strip.count);
  std::vector<double> value(strip.value, strip.value + strip.count);
  if (time.back() < dataset.duration_ms()) {
    time.push_back(dataset.duration_ms());
    value.push_back(value.back());
  }
  v1e::Table table;
  table.column("time", "ms", time).column("value", strip.unit, value);
  output.table("stimulus", std::string("Stimulus: ") + strip.name, table);
  return true;
}

void add_time_context(v1e::Figure& figure, const v1e::Dataset& dataset,
                      const std::vector<double>& otherwise) {
  std::vector<double> times = dataset.marker_times_ms();
  if (times.empty()) times = otherwise;
  if (!times.empty()) figure.markers(times);
  if (!has_strip(dataset)) return;
  const v1e_strip& strip = *dataset.strip();
  figure.strip("stimulus", "time", "value").label(strip.name).unit(strip.unit);
}

void time_axis(v1e::Panel& panel, const v1e::Dataset& dataset) {
  panel.x_axis().label("Time").unit("ms").range(0.0, dataset.duration_ms()).time();
}

}  // namespace v1::analyses
