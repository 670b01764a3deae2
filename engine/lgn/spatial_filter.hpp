#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// Receptive fields of LGN units: isotropic Gaussians of sigma = spatial_size / 3. All variants
/// factor into weights over rows times weights over columns.
namespace v1::lgn {

enum class SigmaRule {
  exact,   // continuous centre, truncated at 4 sigma, sum 1 over the visible frame
  binned,  // the TensorFlow port: one sigma per whole degree of size, bilinear sampling of the
           // blurred frame, attenuated at the borders
  bmtk     // filternet: Gaussian of a centred seed (2 x 2 pixels in even frames), shifted
           // bilinearly, sum 1 over the visible frame
};

/// Throws Error(config) for an unknown word.
SigmaRule sigma_rule(const std::string& word);

/// Weights of the pixels begin, begin + 1, ... along one axis of the frame.
struct AxisWeights {
  std::int32_t begin = 0;
  std::vector<double> weight;
};

/// Weights along an axis of `pixels` pixels for a centre [deg] that counts from pixel 0.
/// A field that misses the frame reads the pixel nearest to its centre.
AxisWeights axis_weights(SigmaRule rule, double centre_deg, double spatial_size_deg,
                         std::int32_t pixels, double deg_per_pixel);

/// The same weights seen from the other end of the axis.
AxisWeights mirrored(const AxisWeights& weights, std::int32_t pixels);

}  // namespace v1::lgn
