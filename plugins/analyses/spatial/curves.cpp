#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/spatial/spatial.hpp"

// Ripley's K of the classes and between them, against the null model.
namespace v1::analyses {

void Spatial::Curve::add(double found, const std::vector<double>& null) {
  k.push_back(found);
  null_mean.push_back(mean(null));
  null_sem.push_back(sem(null));
  null_low.push_back(quantile(null, 0.025));
  null_high.push_back(quantile(null, 0.975));
}

double Spatial::Curve::share_above() const {
  std::size_t above = 0;
  for (std::size_t r = 0; r < k.size(); ++r) above += k[r] > null_high[r];
  return static_cast<double>(above) / static_cast<double>(k.size());
}

double Spatial::Curve::share_below() const {
  std::size_t below = 0;
  for (std::size_t r = 0; r < k.size(); ++r) below += k[r] < null_low[r];
  return static_cast<double>(below) / static_cast<double>(k.size());
}

Spatial::Labellings Spatial::labellings() const {
  Labellings out = relabelled(labels_, static_cast<std::size_t>(realisations),
                              static_cast<std::uint32_t>(dataset_.raw().seed));
  out.push_back(labels_);
  return out;
}

std::vector<Spatial::Curve> Spatial::clean_curves(const RipleyCounts& counts,
                                                  const Labellings& labellings) const {
  const std::vector<double> sums = counts.pair_sums(labellings, class_count);
  std::vector<Curve> out;
  for (const ResponseClass of : all_classes) {
    const auto c = static_cast<std::size_t>(of);
    Curve curve{std::string(class_names[c]), size(of), {}, {}, {}, {}, {}};
    if (curve.n < 2) continue;
    for (std::size_t r = 0; r < counts.radii(); ++r) {
      std::vector<double> values;
      for (std::size_t k = 0; k < labellings.size(); ++k) {
        values.push_back(unbiased_k(sums[(k * class_count + c) * counts.radii() + r], curve.n));
      }
      const double found = values.back();
      values.pop_back();
      curve.add(found, values);
    }
    out.push_back(std::move(curve));
  }
  return out;
}

Spatial::Curve Spatial::cross_curve(const RipleyCounts& counts,
                                    const Labellings& labellings) const {
  const std::vector<double> sums =
      counts.cross_sums(labellings, static_cast<std::uint8_t>(ResponseClass::dvf),
                        static_cast<std::uint8_t>(ResponseClass::hvf));
  const std::size_t n = size(ResponseClass::dvf), m = size(ResponseClass::hvf);
  Curve curve{"dVf and hVf", n + m, {}, {}, {}, {}, {}};
  for (std::size_t r = 0; r < counts.radii(); ++r) {
    std::vector<double> values;
    for (std::size_t k = 0; k < labellings.size(); ++k) {
      values.push_back(cross_k(sums[k * counts.radii() + r], n, m));
    }
    const double found = values.back();
    values.pop_back();
    curve.add(found, values);
  }
  return curve;
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
  for (const ResponseClass of : all_classes) {
    const auto c = static_cast<std::size_t>(of);
    Curve curve{std::string(class_names[c]), size(of), {}, {}, {}, {}, {}};
    if (curve.n < 2) continue;
    for (std::size_t r = 0; r < bins; ++r) {
      const double all =
          sums[c * bins + r] + counts.self_sum(labels_, static_cast<std::uint8_t>(of), r);
      curve.add(all / static_cast<double>(curve.n * curve.n), null[r]);
    }
    out.push_back(std::move(curve));
  }
  return out;
}

void Spatial::compute(v1e::Output& output) {
  const std::vector<double> radii_um =
      log_spaced(smallest_distance_um, disc_radius_, static_cast<std::size_t>(radii));
  const RipleyCounts counts(points_, radii_um, disc_radius_);
  const Labellings exchanged = reference() ? Labellings() : labellings();
  const std::vector<Curve> curves =
      reference() ? reference_curves(counts, radii_um) : clean_curves(counts, exchanged);
  write_ripley(output, curves, counts);
  for (const Curve& curve : curves) {
    output.scalar(
        "clustered_" + curve.label, curve.share_above(), "1",
        "Share of the radii at which K of " + curve.label + " lies above 97.5 % of the null model");
    output.scalar(
        "dispersed_" + curve.label, curve.share_below(), "1",
        "Share of the radii at which K of " + curve.label + " lies below 97.5 % of the null model");
  }
  if (!crossed()) return;
  const Curve cross = cross_curve(counts, exchanged);
  write_cross(output, cross, counts);
  output.scalar(
      "mixed_dVf_hVf", cross.share_above(), "1",
      "Share of the radii at which more hVf neurons lie around dVf neurons, and the other "
      "way round, than in 97.5 % of the null model");
  output.scalar("separated_dVf_hVf", cross.share_below(), "1",
                "Share of the radii at which fewer hVf neurons lie around dVf neurons, and the "
                "other way round, than in 97.5 % of the null model");
}

}  // namespace v1::analyses
