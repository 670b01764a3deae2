#include <algorithm>
#include <cmath>
#include <random>

#include "plugins/analyses/math/random_picks.hpp"
#include "plugins/analyses/math/statistics.hpp"
#include "plugins/analyses/spatial/spatial.hpp"

namespace v1::analyses {
namespace {

constexpr double smallest_radius_um = 10.0;
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
  if (disc_radius_ <= smallest_radius_um) {
    throw v1e::Error(V1E_E_INVALID, "radius",
                     "expected a disc of more than 10 um, the smallest distance looked at, found " +
                         fixed_text(disc_radius_, 1) + " um");
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
  for (const ResponseClass c :
       {ResponseClass::dvf, ResponseClass::hvf, ResponseClass::unclassified}) {
    const auto index = static_cast<std::size_t>(c);
    if (std::count(labels_.begin(), labels_.end(), static_cast<std::uint8_t>(c)) >= 2) {
      shown_.emplace_back(class_names[index]);
    } else {
      output.note("Fewer than two neurons are " + std::string(class_names[index]) +
                  "; the class is left out.");
    }
  }
}

// Labels exchanged among the neurons, keeping the size of every class.
std::vector<std::vector<std::uint8_t>> Spatial::relabelled() const {
  RandomPicks picks(static_cast<std::uint32_t>(dataset_.raw().seed));
  std::vector<std::vector<std::uint8_t>> out;
  for (std::int64_t k = 0; k < realisations; ++k) {
    std::vector<std::uint8_t>& labels = out.emplace_back();
    for (const std::size_t i : picks.without_replacement(labels_.size(), labels_.size())) {
      labels.push_back(labels_[i]);
    }
  }
  return out;
}

std::vector<Spatial::Curve> Spatial::clean_curves(const RipleyCounts& counts) const {
  std::vector<std::vector<std::uint8_t>> labellings = relabelled();
  labellings.push_back(labels_);  // the last one is the data
  const std::vector<double> sums = counts.pair_sums(labellings, class_count);
  std::vector<Curve> out;
  for (std::size_t c = 0; c < class_count; ++c) {
    Curve curve;
    curve.label = class_names[c];
    curve.n = static_cast<std::size_t>(
        std::count(labels_.begin(), labels_.end(), static_cast<std::uint8_t>(c)));
    if (curve.n < 2) continue;
    for (std::size_t r = 0; r < counts.radii(); ++r) {
      std::vector<double> null;
      for (std::size_t k = 0; k < labellings.size(); ++k) {
        null.push_back(unbiased_k(sums[(k * class_count + c) * counts.radii() + r], curve.n));
      }
      curve.k.push_back(null.back());
      null.pop_back();
      curve.null_mean.push_back(mean(null));
      curve.null_sem.push_back(sem(null));
      curve.null_low.push_back(quantile(null, 0.025));
      curve.null_high.push_back(quantile(null, 0.975));
    }
    out.push_back(std::move(curve));
  }
  return out;
}

// As published: the points themselves count, and all classes face the same null model, which has
// as many points as there are neurons of all classes.
std::vector<Spatial::Curve> Spatial::reference_curves(const RipleyCounts& counts,
                                                      const std::vector<double>& radii_um) const {
  const std::size_t bins = radii_um.size(), n = points_.size();
  const std::vector<std::uint8_t> one_group(n, 0);
  std::vector<std::vector<double>> null(bins);
  UniformDisc disc(static_cast<std::uint32_t>(dataset_.raw().seed));
  for (std::int64_t k = 0; k < realisations; ++k) {
    const RipleyCounts random(disc.draw(n, disc_radius_), radii_um, disc_radius_);
    const std::vector<double> sums = random.pair_sums({one_group}, 1);
    for (std::size_t r = 0; r < bins; ++r) {
      const double all = sums[r] + random.self_sum(one_group, 0, r);
      null[r].push_back(all / static_cast<double>(n * n));
    }
  }
  const std::vector<double> sums = counts.pair_sums({labels_}, class_count);
  std::vector<Curve> out;
  for (std::size_t c = 0; c < class_count; ++c) {
    const auto label = static_cast<std::uint8_t>(c);
    Curve curve;
    curve.label = class_names[c];
    curve.n = static_cast<std::size_t>(std::count(labels_.begin(), labels_.end(), label));
    if (curve.n < 2) continue;
    for (std::size_t r = 0; r < bins; ++r) {
      const double all = sums[c * bins + r] + counts.self_sum(labels_, label, r);
      curve.k.push_back(all / static_cast<double>(curve.n * curve.n));
      curve.null_mean.push_back(mean(null[r]));
      curve.null_sem.push_back(sem(null[r]));
      curve.null_low.push_back(quantile(null[r], 0.025));
      curve.null_high.push_back(quantile(null[r], 0.975));
    }
    out.push_back(std::move(curve));
  }
  return out;
}

void Spatial::compute(v1e::Output& output) {
  const std::vector<double> radii_um =
      log_spaced(smallest_radius_um, disc_radius_, static_cast<std::size_t>(radii));
  const RipleyCounts counts(points_, radii_um, disc_radius_);
  const std::vector<Curve> curves =
      reference() ? reference_curves(counts, radii_um) : clean_curves(counts);
  write_ripley(output, "ripley", curves, counts);
  for (const Curve& curve : curves) {
    std::size_t above = 0, below = 0;
    for (std::size_t r = 0; r < curve.k.size(); ++r) {
      above += curve.k[r] > curve.null_high[r];
      below += curve.k[r] < curve.null_low[r];
    }
    const auto all = static_cast<double>(curve.k.size());
    output.scalar(
        "clustered_" + curve.label, static_cast<double>(above) / all, "1",
        "Share of the radii at which K of " + curve.label + " lies above 97.5 % of the null model");
    output.scalar(
        "dispersed_" + curve.label, static_cast<double>(below) / all, "1",
        "Share of the radii at which K of " + curve.label + " lies below 97.5 % of the null model");
  }
}

std::string Spatial::sample_text() const {
  std::string out = "Neurons:";
  for (std::size_t c = 0; c < class_count; ++c) {
    out += (c ? ", " : " ") + std::string(class_names[c]) + " " +
           std::to_string(std::count(labels_.begin(), labels_.end(), static_cast<std::uint8_t>(c)));
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
