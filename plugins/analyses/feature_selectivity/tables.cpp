#include <cmath>

#include "plugins/analyses/feature_selectivity/feature_selectivity.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"

namespace v1::analyses {

std::string FeatureSelectivity::role_label(DirectionRole role) const {
  return role == DirectionRole::responsive_dvf ? "dVf in all directions" : "hVf in all directions";
}

std::string FeatureSelectivity::caption(const std::string& what) const {
  return what + " " + std::to_string(size()) + " neurons, of which " +
         std::to_string(role_size(pure_roles[0])) + " are dVf and " +
         std::to_string(role_size(pure_roles[1])) + " hVf in all " +
         std::to_string(by_direction_.size()) + " directions (" + plain_number(frequency) +
         " Hz); mode " + mode.text() + ", classification " + classification.str() + ", seed " +
         std::to_string(datasets_[by_direction_.front().dataset].raw().seed) + ".";
}

void FeatureSelectivity::finish(v1e::Output& output) {
  baseline.report(output);
  for (const std::string& text : notes_) output.note(text);
  output.note("In all " + std::to_string(by_direction_.size()) + " directions " +
              std::to_string(role_size(DirectionRole::responsive_dvf)) + " neurons are dVf and " +
              std::to_string(role_size(DirectionRole::responsive_hvf)) +
              " hVf (perturbation-responsive); in a single direction " +
              std::to_string(role_size(DirectionRole::selective_dvf)) + " are dVf and " +
              std::to_string(role_size(DirectionRole::selective_hvf)) +
              " hVf (direction-selective).");
  for (const DirectionRole role : pure_roles) {
    if (role_size(role) > 0) continue;
    output.note("No neuron is " + role_label(role) + "; its curves and traces are left out.");
  }
  if (!has_angles()) {
    output.note("The population has no preferred visual direction; it is left out.");
  }
  write_neurons(output);
  write_roles(output);
  write_class_shares(output);
  write_responses(output);
  write_direction_tuning(output);
  write_frequency_tuning(output);
  write_frequency_counts(output);
  write_traces(output);
  draw_class_shares(output);
  draw_responses(output);
  draw_direction_tuning(output);
  draw_traces(output);
  draw_preferred(output);
  draw_frequencies(output);
}

void FeatureSelectivity::write_neurons(v1e::Output& output) const {
  std::vector<std::int64_t> position(first().position.begin(), first().position.end()), id;
  for (const std::uint32_t i : first().position) {
    id.push_back(datasets_[by_direction_.front().dataset].raw().network->neuron_id[i]);
  }
  std::vector<std::string> roles;
  std::vector<double> angle, strength;
  for (std::size_t i = 0; i < size(); ++i) {
    roles.emplace_back(role_names[static_cast<std::size_t>(role_[i])]);
    angle.push_back(preferred_[i].angle_deg);
    strength.push_back(preferred_[i].strength);
  }
  v1e::Table table;
  table.column("neuron", "1", position).column("id", "1", id).column("role", "1", roles);
  table.column("preferred_angle", "deg", first().preferred_angle);
  table.column("perturbation_direction", "deg", angle).column("strength", "1", strength);
  table.column("delta", "deg", delta_);
  if (!by_frequency_.empty()) table.column("preferred_frequency", "Hz", preferred_frequency_);
  for (std::size_t k = 0; k < by_direction_.size(); ++k) {
    const std::string at = plain_number(by_direction_[k].direction_deg);
    std::vector<std::string> labels;
    for (const ResponseClass c : at_direction(k).label) labels.push_back(name_of(c));
    table.column("class_" + at + "_deg", "1", labels);
    table.column("response_" + at + "_deg", "pA", at_direction(k).response_pa);
  }
  for (std::size_t k = 0; k < by_frequency_.size(); ++k) {
    const std::string at = plain_number(by_frequency_[k].frequency_hz);
    table.column("response_" + at + "_Hz", "pA", at_frequency(k).response_pa);
  }
  output.table("neurons",
               "Class and response of the input current in every direction and frequency, role "
               "over all directions, preferred perturbation direction and its distance (delta) "
               "from the preferred visual direction",
               table);
}

void FeatureSelectivity::write_roles(v1e::Output& output) const {
  RowTable<std::string, std::int64_t, double> table({{"role", "1"}, {"n", "1"}, {"fraction", "1"}});
  for (std::size_t r = 0; r < role_count; ++r) {
    const std::string word(role_names[r]);
    const auto n = static_cast<double>(role_size(static_cast<DirectionRole>(r)));
    table.add(word, n, n / static_cast<double>(size()));
    if (r + 1 < role_count) {
      output.scalar("n_" + word, n, "1", "Neurons with this role over all directions");
    }
  }
  output.table("roles", "Neurons by what they are over all directions", table);
}

void FeatureSelectivity::write_class_shares(v1e::Output& output) const {
  RowTable<std::string, double, std::string, std::int64_t, double> table(
      {{"feature", "1"}, {"value", "1"}, {"class", "1"}, {"n", "1"}, {"fraction", "1"}});
  const auto add = [&](const char* what, double at, const ClassRows& rows) {
    for (const ResponseClass c : all_classes) {
      table.add(what, at, name_of(c), static_cast<std::int64_t>(rows.count(c)),
                static_cast<double>(rows.count(c)) / static_cast<double>(rows.size()));
    }
  };
  for (std::size_t k = 0; k < by_direction_.size(); ++k) {
    add("direction", by_direction_[k].direction_deg, at_direction(k));
  }
  for (std::size_t k = 0; k < by_frequency_.size(); ++k) {
    add("temporal_frequency", by_frequency_[k].frequency_hz, at_frequency(k));
  }
  output.table("class_shares", "Classes by direction (deg) and by temporal frequency (Hz)", table);
}

// Pure neurons in long form, and how much stronger than in the first direction they respond.
void FeatureSelectivity::write_responses(v1e::Output& output) const {
  RowTable<std::string, std::int64_t, double, double, double> table({{"role", "1"},
                                                                     {"neuron", "1"},
                                                                     {"direction", "deg"},
                                                                     {"response", "pA"},
                                                                     {"differential", "pA"}});
  for (const DirectionRole pure : pure_roles) {
    const std::string role = role_label(pure);
    for (std::size_t i = 0; i < size(); ++i) {
      if (role_[i] != pure) continue;
      for (std::size_t k = 0; k < by_direction_.size(); ++k) {
        const double response = at_direction(k).response_pa[i];
        table.add(role, first().position[i], by_direction_[k].direction_deg, response,
                  std::fabs(response) - std::fabs(at_direction(0).response_pa[i]));
      }
    }
  }
  output.table("responses",
               "Responses of neurons with one class in all directions; differential: |response| "
               "minus that in the first direction",
               table);
}

}  // namespace v1::analyses
