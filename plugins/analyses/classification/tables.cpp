#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"

namespace v1::analyses {
namespace {

struct Quantity {
  std::string name, unit;
  std::vector<double> values;
};

std::vector<double> added(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

std::string latex_table(const std::vector<std::string>& columns,
                        const std::vector<std::pair<std::string, std::vector<std::string>>>& rows) {
  std::string out = "\\begin{tabular}{l" + std::string(columns.size(), 'r') + "}\nClass";
  for (const std::string& column : columns) out += " & " + column;
  out += " \\\\\n\\hline\n";
  for (const auto& [label, cells] : rows) {
    out += label;
    for (const std::string& cell : cells) out += " & " + cell;
    out += " \\\\\n";
  }
  return out + "\\end{tabular}\n";
}

std::string latex_name(std::string name) {
  for (std::size_t at = 0; (at = name.find('_', at)) != std::string::npos; at += 2) {
    name.insert(at, "\\");
  }
  return name;
}

}  // namespace

void Report::write_neurons() {
  const NeuronTable& t = a_.table_;
  const std::vector<std::string> population = v1e::texts(a_.dataset_.neuron_column("population"));
  std::vector<std::int64_t> position, id;
  std::vector<std::string> populations, colors;
  for (const std::uint32_t i : a_.neurons_) {
    position.push_back(i);
    id.push_back(a_.dataset_.raw().network->neuron_id[i]);
    populations.push_back(population.empty() ? "" : population[i]);
  }
  v1e::Table table;
  table.column("neuron", "1", position)
      .column("id", "1", id)
      .column("population", "1", populations);
  const std::string rate_unit = a_.frame_.reference ? "spikes/window" : "Hz";
  for (const auto& [prefix, values] :
       {std::pair<const char*, const decltype(t.baseline)*>{"baseline_", &t.baseline},
        {"response_", &t.response}}) {
    for (std::size_t k = 0; k < variable_count; ++k) {
      if (!a_.has_[k]) continue;
      table.column(prefix + std::string(variables[k].name), std::string(variables[k].unit),
                   (*values)[k]);
    }
  }
  if (!t.baseline_input_sd.empty()) {
    table.column("baseline_input_current_sd", "pA", t.baseline_input_sd);
  }
  if (a_.has_spikes_) {
    table.column("baseline_z", "1/ms", t.baseline_z)
        .column("baseline_raw_firing_rate", rate_unit, t.baseline_rate)
        .column("response_raw_firing_rate", rate_unit, t.response_rate)
        .column("baseline_firing_rate", "Hz", t.baseline_smoothed_rate)
        .column("firing_rate_ratio", "1", t.ratio)
        .column("modulation_index", "1", t.modulation);
  }
  table.column("rheobase", "pA", a_.rheobase_);
  if (classified()) {
    for (const ResponseClass c : t.classes) {
      colors.emplace_back(class_colors[static_cast<std::size_t>(c)]);
    }
    table.column("threshold", criterion_unit(), t.threshold);
    table.column("class", "1", class_labels());
    table.column("color", "1", colors);
  }
  table.column("preferred_angle", "deg", a_.angle_).column("heatmap_neurons", "1", t.heatmap_rank);
  out_.table("neurons", "Baseline, response and class of every neuron", table);
}

void Report::write_class_counts() {
  RowTable<std::string, std::int64_t, double> table(
      {{"class", "1"}, {"n", "1"}, {"fraction", "1"}});
  std::vector<std::pair<std::string, std::vector<std::string>>> rows;
  for (const ResponseClass c : all_classes) {
    const std::string name = name_of(c);
    const std::size_t n = class_size(c);
    const double fraction = static_cast<double>(n) / static_cast<double>(a_.neurons_.size());
    table.add(name, n, fraction);
    rows.push_back({name, {std::to_string(n), fixed(fraction, 3)}});
    out_.scalar("fraction_" + name, fraction, "1", "Share of the population in " + name);
  }
  out_.table("neurons_per_class", "Neurons of each class", table);
  out_.file("neurons_per_class.tex", "text/x-tex", latex_table({"Neurons", "Fraction"}, rows));
  out_.scalar("neurons", static_cast<double>(a_.neurons_.size()), "1", "Neurons classified");
  out_.scalar("trials", static_cast<double>(a_.frame_.trials()), "1", "Trials averaged");
}

void Report::write_class_means() {
  write_class_means("baseline", false);
  write_class_means("response", true);
}

// Potentials and currents are absolute here; values that are not defined are left out of a mean.
void Report::write_class_means(const std::string& which, bool responses) {
  const NeuronTable& t = a_.table_;
  std::vector<Quantity> quantities;
  const auto add_variable = [&](Variable k) {
    if (!a_.has(k)) return;
    quantities.push_back({std::string(variables[k].name), std::string(variables[k].unit),
                          responses ? added(t.baseline[k], t.response[k]) : t.baseline[k]});
  };
  add_variable(potential);
  if (a_.has_spikes_) {
    const std::string unit = a_.frame_.reference ? "spikes/window" : "Hz";
    quantities.push_back({"raw_firing_rate", unit, responses ? t.response_rate : t.baseline_rate});
    if (responses) {
      quantities.push_back({"firing_rate_ratio", "1", t.ratio});
      quantities.push_back({"modulation_index", "1", t.modulation});
    }
  }
  for (const Variable k : {recurrent, bottom_up, total, after_spike_background}) add_variable(k);
  RowTable<std::string, std::string, std::string, double, double, std::int64_t> table(
      {{"class", "1"}, {"quantity", "1"}, {"unit", "1"}, {"mean", "1"}, {"sem", "1"}, {"n", "1"}});
  std::vector<std::string> headers;
  std::vector<std::pair<std::string, std::vector<std::string>>> rows;
  for (const Quantity& q : quantities) headers.push_back(latex_name(q.name) + " [" + q.unit + "]");
  for (const ResponseClass c : all_classes) {
    const std::string name = name_of(c);
    auto& row = rows.emplace_back(name.substr(0, 3), std::vector<std::string>());
    for (const Quantity& q : quantities) {
      const std::vector<double> values = without_nan(of_class(q.values, c));
      const double average = mean(values), error = sem(values);
      table.add(name, q.name, q.unit, average, error, values.size());
      row.second.push_back("$" + fixed(average, 2) + " \\pm " + fixed(error, 2) + "$");
    }
  }
  out_.table(which + "_by_class", "Mean and standard error over the neurons of each class", table);
  out_.file(which + "_by_class.tex", "text/x-tex", latex_table(headers, rows));
}

// How the shares of the classes depend on the share of the rheobase taken as threshold.
void Report::write_sensitivity() {
  if (!a_.criterion.is("input_current")) return;
  RowTable<double, std::string, double> table(
      {{"rheobase_fraction", "1"}, {"class", "1"}, {"fraction", "1"}});
  for (int step = 0; step <= 20; ++step) {
    const double factor = 0.01 * step;
    std::array<std::size_t, class_count> n{};
    for (std::size_t i = 0; i < a_.neurons_.size(); ++i) {
      const ResponseClass c = classify(Criterion::input_current, a_.table_.response[total][i],
                                       factor * a_.rheobase_[i]);
      ++n[static_cast<std::size_t>(c)];
    }
    for (std::size_t c = 0; c < class_count; ++c) {
      table.add(factor, class_names[c],
                static_cast<double>(n[c]) / static_cast<double>(a_.neurons_.size()));
    }
  }
  out_.table("threshold_sensitivity", "Class shares against the threshold", table);
}

}  // namespace v1::analyses
