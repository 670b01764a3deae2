#include <cmath>

#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"
#include "plugins/analyses/tuning/cell_types.hpp"
#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {
namespace {

// A column of the cell types.
template <class Field>
std::vector<double> column(const std::vector<CellType>& types, Field field) {
  std::vector<double> out;
  for (const CellType& type : types) out.push_back(static_cast<double>(type.*field));
  return out;
}

double offset_from(double direction, double best) {
  const double d = direction - best;
  return d - 360.0 * std::floor((d + 180.0) / 360.0);  // [-180, 180)
}

}  // namespace

void Tuning::finish(v1e::Output& output) {
  evoked.report(output);
  spontaneous.report(output);
  for (const std::string& text : warnings_) output.warn(text);
  for (const std::string& text : neurons_.notes) output.note(text);
  for (const std::string& text : notes_) output.note(text);
  cell_types_ = summarize(result_, neurons_.groups, neurons_.group_of);
  write_neurons(output);
  write_cell_types(output);
  write_curves(output);
  write_assigned_curves(output);
  write_preference(output);
  draw_rates(output);
  if (selective()) {
    draw_selectivity(output);
    draw_curves(output);
  }
  draw_preference(output);
  draw_map(output);
  draw_comparison(output);
  write_similarity(output);
}

void Tuning::write_neurons(v1e::Output& output) const {
  const NeuronTuning& r = result_;
  std::vector<std::string> population;
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    population.push_back(neurons_.groups[neurons_.group_of[i]]);
  }
  const std::vector<std::int64_t> position(neurons_.positions.begin(), neurons_.positions.end());
  v1e::Table table;
  table.column("neuron", "1", position).column("id", "1", neurons_.ids);
  table.column("population", "1", population);
  if (!x_.empty()) table.column("x", "um", x_).column("z", "um", z_);
  table.column("tuning_angle", "deg", tuning_angle_);
  table.column("spontaneous_rate", "Hz", r.spontaneous).column("evoked_rate", "Hz", r.evoked);
  table.column("best_rate", "Hz", r.best_rate);
  if (selective()) {
    const auto add = [&](const char* title, const char* unit, double Selectivity::*field) {
      std::vector<double> values;
      for (const Selectivity& s : r.selectivity) values.push_back(s.*field);
      table.column(title, unit, values);
    };
    add("osi", "1", &Selectivity::osi);
    add("dsi", "1", &Selectivity::dsi);
    add("osi_peak", "1", &Selectivity::osi_peak);
    add("dsi_peak", "1", &Selectivity::dsi_peak);
    add("best_direction", "deg", &Selectivity::best_direction);
    add("preferred_orientation", "deg", &Selectivity::preferred_orientation);
    add("preferred_direction", "deg", &Selectivity::preferred_direction);
    table.column("orientation_p", "1", r.tuned_p);
  }
  output.table(
      "neurons",
      "Rates and selectivity of every neuron; neuron: position in the network. Selectivity "
      "is missing where the best rate is below least_rate",
      table);
}

void Tuning::write_cell_types(v1e::Output& output) const {
  std::vector<std::int64_t> size, selective_size;
  for (const CellType& type : cell_types_) {
    size.push_back(static_cast<std::int64_t>(type.neurons));
    selective_size.push_back(static_cast<std::int64_t>(type.selective));
  }
  v1e::Table table;
  table.column("population", "1", neurons_.groups).column("n", "1", size);
  const auto add = [&](const char* title, const char* unit, double CellType::*field) {
    table.column(title, unit, column(cell_types_, field));
  };
  add("spontaneous_mean", "Hz", &CellType::spontaneous_mean);
  add("spontaneous_median", "Hz", &CellType::spontaneous_median);
  add("evoked_mean", "Hz", &CellType::evoked_mean);
  add("evoked_median", "Hz", &CellType::evoked_median);
  add("evoked_q25", "Hz", &CellType::evoked_q25);
  add("evoked_q75", "Hz", &CellType::evoked_q75);
  add("best_median", "Hz", &CellType::best_median);
  add("silent_fraction", "1", &CellType::silent_fraction);
  table.column("selective_n", "1", selective_size);
  add("osi_median", "1", &CellType::osi_median);
  add("dsi_median", "1", &CellType::dsi_median);
  add("tuned_fraction", "1", &CellType::tuned_fraction);
  output.table("cell_types", "Summary by population", table);
  write_comparison(output);

  double spikes = 0.0;
  for (const double rate : result_.evoked) spikes += rate;
  output.scalar("evoked_mean_rate", spikes / static_cast<double>(neurons_.size()), "Hz",
                "Mean rate of all neurons during the grating");
}

// This run beside the values of the reference table, one row per population and source.
void Tuning::write_comparison(v1e::Output& output) const {
  struct Columns {
    const char* title;
    const char* unit;
    const char* reference;  // column of the table, after its prefix
    double CellType::*field;
    std::vector<double> values;
  };
  Columns columns[] = {
      {"spontaneous_mean", "Hz", "spont_mean_hz", &CellType::spontaneous_mean, {}},
      {"spontaneous_median", "Hz", "spont_median_hz", &CellType::spontaneous_median, {}},
      {"evoked_mean", "Hz", "grating_mean_hz", &CellType::evoked_mean, {}},
      {"evoked_median", "Hz", "grating_median_hz", &CellType::evoked_median, {}},
      {"osi_median", "1", "osi_median", &CellType::osi_median, {}},
      {"dsi_median", "1", "dsi_median", &CellType::dsi_median, {}}};
  std::vector<std::string> population, source;
  std::vector<double> deviation, spontaneous_deviation;
  const auto add_reference = [&](const CellType& type, const std::string& prefix,
                                 const char* label) {
    if (!reference_.has_column(prefix + "grating_mean_hz")) return;
    population.push_back(type.population);
    source.push_back(label);
    for (Columns& one : columns) {
      one.values.push_back(reference_.value(type.population, prefix + one.reference));
    }
    const double driven = reference_.value(type.population, prefix + "grating_mean_hz");
    deviation.push_back(100.0 * (type.evoked_mean / driven - 1.0));
    const double resting = reference_.value(type.population, prefix + "spont_mean_hz");
    spontaneous_deviation.push_back(100.0 * (type.spontaneous_mean / resting - 1.0));
  };
  for (const CellType& type : cell_types_) {
    population.push_back(type.population);
    source.push_back("this run");
    for (Columns& one : columns) one.values.push_back(type.*one.field);
    deviation.push_back(undefined);
    spontaneous_deviation.push_back(undefined);
    add_reference(type, "released_", "released model");
    add_reference(type, "", "recorded");
  }
  v1e::Table table;
  table.column("population", "1", population).column("source", "1", source);
  for (const Columns& one : columns) table.column(one.title, one.unit, one.values);
  table.column("evoked_deviation", "%", deviation);
  table.column("spontaneous_deviation", "%", spontaneous_deviation);
  output.table("comparison",
               "This run beside reference values; deviations: of this run's evoked and spontaneous "
               "means from the row's",
               table);
}

// Mean rate against the direction, and against its distance from each neuron's best direction.
void Tuning::write_curves(v1e::Output& output) const {
  if (!selective()) return;
  const std::size_t n = neurons_.size(), directions = directions_.size();
  RowTable<std::string, double, double, double> table(
      {{"population", "1"}, {"direction", "deg"}, {"rate", "Hz"}, {"rate_sem", "Hz"}});
  RowTable<std::string, double, double, double> curves(
      {{"population", "1"}, {"offset", "deg"}, {"rate", "Hz"}, {"rate_sem", "Hz"}});
  for (std::size_t p = 0; p < neurons_.groups.size(); ++p) {
    std::map<double, Moments> aligned;
    std::map<double, std::size_t> aligned_count;
    for (std::size_t d = 0; d < directions; ++d) {
      Moments moments;
      for (std::size_t i = 0; i < n; ++i) {
        if (neurons_.group_of[i] != p) continue;
        const double hz = result_.rates[d * n + i];
        moments.add(hz);
        const double best = result_.selectivity[i].best_direction;
        if (std::isnan(best)) continue;
        const double apart = std::round(offset_from(directions_.degrees(d), best) * 1e6) / 1e6;
        aligned[apart].add(hz);
        ++aligned_count[apart];
      }
      table.add(neurons_.groups[p], directions_.degrees(d), moments.mean(cell_types_[p].neurons),
                standard_error(moments, cell_types_[p].neurons));
    }
    if (aligned.contains(-180.0)) {  // close the circle
      aligned[180.0] = aligned[-180.0];
      aligned_count[180.0] = aligned_count[-180.0];
    }
    for (const auto& [apart, moments] : aligned) {
      curves.add(neurons_.groups[p], apart, moments.mean(aligned_count[apart]),
                 standard_error(moments, aligned_count[apart]));
    }
  }
  output.table("direction_rates", "Mean rate by direction and its standard error over neurons",
               table);
  output.table("tuning_curves",
               "Mean rate of the selective neurons against the distance from each one's best "
               "direction",
               curves);
}

}  // namespace v1::analyses
