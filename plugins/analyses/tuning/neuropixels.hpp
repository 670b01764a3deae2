#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Recorded rates and selectivity of mouse V1 by cell type, to compare a run with.
namespace v1::analyses {

/// What is compared; order of the columns of MedianRow::values.
inline constexpr std::array<const char*, 5> similarity_metrics = {"evoked_rate", "best_rate",
                                                                  "spontaneous_rate", "osi", "dsi"};

struct MedianRow {
  std::string_view cell_type;
  std::size_t units;
  std::array<double, similarity_metrics.size()> values;  // Hz, Hz, Hz, 1, 1
};

/// Medians over units of VISp in the Allen Brain Observatory Visual Coding Neuropixels survey, from
/// the public table OSI_DSI_DF_data.csv of AllenInstitute/biorealistic-v1-model. Drifting gratings
/// of 2 s; OSI and DSI (vector) of units whose best rate is at least 0.5 Hz.
inline constexpr std::array<MedianRow, 17> neuropixels_medians = {{
    {"L1 Htr3a", 17, {2.53, 4.10, 2.21, 0.21, 0.10}},
    {"L2/3 Exc", 503, {0.67, 1.45, 0.63, 0.29, 0.20}},
    {"L2/3 PV", 133, {5.52, 8.20, 7.35, 0.14, 0.07}},
    {"L2/3 SST", 18, {14.84, 18.45, 3.82, 0.10, 0.04}},
    {"L2/3 VIP", 5, {3.25, 4.90, 14.74, 0.16, 0.07}},
    {"L4 Exc", 629, {2.16, 3.85, 2.12, 0.22, 0.14}},
    {"L4 PV", 179, {8.20, 11.33, 8.86, 0.14, 0.08}},
    {"L4 SST", 9, {13.55, 16.30, 3.82, 0.10, 0.04}},
    {"L4 VIP", 3, {1.74, 4.47, 3.14, 0.07, 0.10}},
    {"L5 Exc", 975, {4.76, 8.34, 4.05, 0.22, 0.09}},
    {"L5 PV", 200, {12.25, 17.50, 8.95, 0.14, 0.07}},
    {"L5 SST", 27, {11.68, 16.27, 3.92, 0.17, 0.06}},
    {"L5 VIP", 5, {11.42, 16.47, 11.57, 0.13, 0.04}},
    {"L6 Exc", 344, {2.86, 5.48, 1.86, 0.48, 0.08}},
    {"L6 PV", 90, {12.48, 17.63, 9.76, 0.16, 0.04}},
    {"L6 SST", 16, {14.85, 19.45, 10.28, 0.04, 0.06}},
    {"L6 VIP", 3, {10.45, 14.83, 6.73, 0.17, 0.05}},
}};

/// "L2/3 Exc" of "e23Cux2", "L5 PV" of "i5Pvalb", "L4 VIP" of "i4Htr3a", "L1 Htr3a" of "i1Htr3a";
/// "" of names of another form.
std::string neuropixels_type(const std::string& population);

/// Single recorded units: a CSV file with a column cell_type and one or more of Ave_Rate(Hz),
/// max_mean_rate(Hz), Spont_Rate(Hz), OSI and DSI, or of the names in similarity_metrics.
class UnitTable {
 public:
  UnitTable() = default;
  /// Throws v1e::Error naming the file, the line and what is wrong.
  static UnitTable read(const std::string& path);
  bool empty() const { return units_.empty(); }
  /// Values of a metric that are not missing; selectivity without units whose best rate is known
  /// and less than `least_rate` (Hz), as for simulated neurons.
  std::vector<double> values(const std::string& cell_type, std::size_t metric,
                             double least_rate) const;
  /// Cell types that have no row in neuropixels_medians, with which nothing is compared.
  std::vector<std::string> unknown_types() const;

 private:
  using Unit = std::array<double, similarity_metrics.size()>;  // nan where missing
  std::map<std::string, std::vector<Unit>> units_;
};

/// The most that 1 - D (Kolmogorov-Smirnov) can be when `share` of a sample lies below the median
/// of the other: 1 - |share - 1/2|.
inline double similarity_bound(double share) { return 1.0 - std::fabs(share - 0.5); }

}  // namespace v1::analyses
