#include "engine/lgn/spatial_filter.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "kernels/portable_math.hpp"

namespace v1::lgn {

namespace {

constexpr double truncation_sigmas = 4.0;

// Gaussian on whole-pixel offsets -radius ... radius, sum 1; a single 1 for sigma = 0.
class SampledGaussian {
 public:
  explicit SampledGaussian(double sigma_px)
      : radius_(static_cast<int>(truncation_sigmas * sigma_px + 0.5)),
        value_(static_cast<std::size_t>(2 * radius_ + 1), 1.0) {
    double sum = 0.0;
    for (int i = -radius_; i <= radius_; ++i) {
      if (sigma_px > 0.0) {
        value_[i + radius_] = kernels::portable_exp(-0.5 * i * i / (sigma_px * sigma_px));
      }
      sum += value_[i + radius_];
    }
    for (double& x : value_) x /= sum;
  }
  int radius() const { return radius_; }
  double operator()(int offset) const {
    return offset < -radius_ || offset > radius_ ? 0.0 : value_[offset + radius_];
  }

 private:
  int radius_;
  std::vector<double> value_;
};

// Scales to sum 1; a field without any weight reads the pixel nearest to its centre.
AxisWeights normalised(AxisWeights weights, double centre_px, std::int32_t pixels) {
  double sum = 0.0;
  for (const double x : weights.weight) sum += x;
  if (!(sum > 0.0)) {
    const double nearest = std::clamp(std::floor(centre_px + 0.5), 0.0, pixels - 1.0);
    return {static_cast<std::int32_t>(nearest), {1.0}};
  }
  for (double& x : weights.weight) x /= sum;
  return weights;
}

// Pixels of [low, high] that the frame has, each weighted by weight_of(pixel).
template <class WeightOf>
AxisWeights collect(double low, double high, std::int32_t pixels, const WeightOf& weight_of) {
  const double first = std::max(std::ceil(low), 0.0);
  const double last = std::min(std::floor(high), pixels - 1.0);
  AxisWeights out;
  if (!(first <= last)) return out;
  out.begin = static_cast<std::int32_t>(first);
  for (auto pixel = out.begin; pixel <= static_cast<std::int32_t>(last); ++pixel) {
    out.weight.push_back(weight_of(pixel));
  }
  return out;
}

AxisWeights exact_weights(double centre_px, double sigma_px, std::int32_t pixels) {
  const double reach = truncation_sigmas * sigma_px;
  AxisWeights out = collect(centre_px - reach, centre_px + reach, pixels, [&](std::int32_t pixel) {
    const double distance = (pixel - centre_px) / sigma_px;
    return kernels::portable_exp(-0.5 * distance * distance);
  });
  return normalised(std::move(out), centre_px, pixels);
}

// Sizes share one sigma per whole degree: (floor(size) + 1/2) / 3 with the half-degree rounded
// to even first, as in the port that made the published rates.
double binned_sigma_deg(double spatial_size_deg) {
  const double bin = std::floor(spatial_size_deg);
  const bool odd = std::fmod(bin, 2.0) != 0.0;
  return (bin + (odd ? 1.0 : 0.0)) / 3.0;
}

AxisWeights binned_weights(double centre_px, double sigma_px, std::int32_t pixels) {
  const SampledGaussian gaussian(sigma_px);
  const double scaled = centre_px * (pixels - 1.0) / pixels;
  const double position = std::clamp(scaled, 0.0, pixels - 1.0);
  const int below = static_cast<int>(position);
  const double fraction = position - below;
  const int above = fraction > 0.0 ? below + 1 : below;
  return collect(
      below - gaussian.radius(), above + gaussian.radius(), pixels, [&](std::int32_t pixel) {
        return (1.0 - fraction) * gaussian(pixel - below) + fraction * gaussian(pixel - above);
      });
}

AxisWeights bmtk_weights(double centre_px, double sigma_px, std::int32_t pixels) {
  const SampledGaussian gaussian(sigma_px);
  const bool even = pixels % 2 == 0;
  const int seed = even ? pixels / 2 - 1 : pixels / 2;
  // The frame-centred kernel, by pixel; filternet has none of it outside the frame.
  const auto centred = [&](int pixel) {
    if (pixel < 0 || pixel >= pixels) return 0.0;
    if (!even) return gaussian(pixel - seed);
    return 0.5 * (gaussian(pixel - seed) + gaussian(pixel - seed - 1));
  };
  const double shift = centre_px - 0.5 * (pixels - 1);
  const double reach = gaussian.radius() + 1.5;
  AxisWeights out = collect(centre_px - reach, centre_px + reach, pixels, [&](std::int32_t pixel) {
    const double source = pixel - shift;
    const double below = std::floor(source);
    const double fraction = source - below;
    return (1.0 - fraction) * centred(static_cast<int>(below)) +
           fraction * centred(static_cast<int>(below) + 1);
  });
  return normalised(std::move(out), centre_px, pixels);
}

}  // namespace

SigmaRule sigma_rule(const std::string& word) {
  if (word == "exact") return SigmaRule::exact;
  if (word == "binned") return SigmaRule::binned;
  if (word == "bmtk") return SigmaRule::bmtk;
  throw error(ExitCode::config, "lgn.sigma: expected exact, binned or bmtk, found '{}'{}", word,
              did_you_mean(word, {"exact", "binned", "bmtk"}));
}

AxisWeights axis_weights(SigmaRule rule, double centre_deg, double spatial_size_deg,
                         std::int32_t pixels, double deg_per_pixel) {
  const double centre_px = centre_deg / deg_per_pixel;
  const double sigma_px = spatial_size_deg / 3.0 / deg_per_pixel;
  switch (rule) {
    case SigmaRule::exact:
      return exact_weights(centre_px, sigma_px, pixels);
    case SigmaRule::binned:
      return binned_weights(centre_px, binned_sigma_deg(spatial_size_deg) / deg_per_pixel, pixels);
    case SigmaRule::bmtk:
      return bmtk_weights(centre_px, sigma_px, pixels);
  }
  throw error(ExitCode::internal, "unhandled rule of LGN field sizes");
}

AxisWeights mirrored(const AxisWeights& weights, std::int32_t pixels) {
  AxisWeights out;
  out.begin = pixels - weights.begin - static_cast<std::int32_t>(weights.weight.size());
  out.weight.assign(weights.weight.rbegin(), weights.weight.rend());
  return out;
}

}  // namespace v1::lgn
