#include <algorithm>
#include <cmath>

#include "plugins/analyses/spatial/spatial.hpp"

namespace v1::analyses {
namespace {

constexpr double core_radius_um = 400.0;

}  // namespace

void Spatial::prepare(const v1e_analysis_env& env) {
  dataset_ = v1e::Dataset(*env.datasets[0]);
  variable_ = classification.str() + "/neurons";
  if (!dataset_.neuron_column("x")) {
    throw v1e::Error(V1E_E_INVALID, "",
                     "the neurons of '" + dataset_.label() +
                         "' have no positions; expected a network with x, y "
                         "and z");
  }
}

void Spatial::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass == 0) requests.add(classes_request(0, variable_));
}

void Spatial::consume(Partial& into, const v1e_chunk& chunk) const {
  into.classes = read_classes(chunk, *dataset_.raw().network);
}

void Spatial::merge(Partial& into, const Partial& from) const {
  if (!from.classes.of_neuron.empty()) into.classes = from.classes;
}

// A small network fills only a part of the core; the correction for the edge needs its true radius.
void Spatial::choose_disc(const std::vector<double>& x, const std::vector<double>& z) {
  disc_radius_ = radius > 0.0 ? radius : core_radius_um;
  if (radius == 0.0 && !reference()) {
    double largest = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::isfinite(x[i])) largest = std::max(largest, std::hypot(x[i], z[i]));
    }
    disc_radius_ = std::min(core_radius_um, largest);
  }
  if (disc_radius_ <= smallest_distance_um) {
    throw v1e::Error(V1E_E_INVALID, "radius",
                     "expected a disc of more than 10 um, the smallest distance looked at, found " +
                         fixed_text(disc_radius_, 1) + " um" +
                         (radius == 0.0 ? ", as far as the network reaches" : ""));
  }
}

void Spatial::collect_points(v1e::Output& output) {
  const std::vector<double> x = v1e::numbers(dataset_.neuron_column("x"));
  const std::vector<double> y = v1e::numbers(dataset_.neuron_column("y"));
  const std::vector<double> z = v1e::numbers(dataset_.neuron_column("z"));
  choose_disc(x, z);
  std::size_t outside = 0;
  for (const std::uint32_t i : classes_.positions) {
    if (std::hypot(x[i], z[i]) > disc_radius_) {
      ++outside;
      continue;
    }
    neurons_.push_back(i);
    points_.push_back({x[i], z[i]});
    depth_um_.push_back(-y[i]);
    labels_.push_back(classes_.of_neuron[i]);
  }
  if (outside > 0) {
    output.note(std::to_string(outside) + " classified neurons outside the disc of " +
                fixed_text(disc_radius_, 0) + " um were left out.");
  }
  for (const ResponseClass c : all_classes) {
    const auto index = static_cast<std::size_t>(c);
    if (size(c) >= 2) {
      shown_.emplace_back(class_names[index]);
    } else {
      output.note("Fewer than two neurons are " + std::string(class_names[index]) +
                  "; the class is left out.");
    }
  }
}

std::size_t Spatial::size(ResponseClass c) const {
  return static_cast<std::size_t>(
      std::count(labels_.begin(), labels_.end(), static_cast<std::uint8_t>(c)));
}

std::string Spatial::sample_text() const {
  std::string out = "Neurons:";
  for (std::size_t c = 0; c < class_count; ++c) {
    out += (c ? ", " : " ") + std::string(class_names[c]) + " " +
           std::to_string(size(static_cast<ResponseClass>(c)));
  }
  return out + "; run " + dataset_.label() + ", mode " + mode.text() + ".";
}

void Spatial::finish(v1e::Output& output) {
  collect_points(output);
  write_neurons(output);
  if (shown_.empty()) {
    output.warn("No class has two neurons or more, so there is nothing to compare.");
    return;
  }
  compute(output);
  write_densities(output);
  write_layers(output);
  draw_ripley(output);
  draw_densities(output);
  draw_arrangement(output);
}

}  // namespace v1::analyses
