#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace v1::network {

/// Two log-raised-cosine bumps; index 0 = first (positive) bump.
struct TemporalKernelParameters {
  double kpeak_ms[2] = {0.0, 0.0};
  double weight[2] = {0.0, 0.0};
  double delay_ms[2] = {0.0, 0.0};
};

/// Standard deviations along x and y of the two fields of an LGNOnOFFCell; NaN for other units.
struct OnOffSigma {
  double on_deg[2];
  double off_deg[2];
};

/// Structure of arrays over LGN units. Composite units (sONsOFF, sONtOFF) have a dominant OFF
/// subunit at (x, y) and a non-dominant ON subunit at distance sf_sep along tuning_angle; an
/// LGNOnOFFCell has an ON and an OFF field at (x, y) with one kernel, `dominant`.
struct LgnMosaic {
  double field_width_deg = 240.0;        // x: pixel column direction
  double field_height_deg = 120.0;       // y: pixel row direction, row 0 on top
  std::vector<std::string> class_names;  // "sON_TF8", ..., "sONsOFF_001"
  std::vector<std::uint32_t> id;
  std::vector<std::uint8_t> unit_class;  // index into class_names
  std::vector<double> x_deg, y_deg;
  std::vector<double> spatial_size_deg;  // sigma = size / 3
  std::vector<TemporalKernelParameters> dominant;
  std::vector<TemporalKernelParameters> non_dominant;  // composite units only, else zeros
  std::vector<double> tuning_angle_deg;                // NaN for single-field units
  std::vector<double> sf_sep_deg;                      // NaN for single-field units
  std::vector<double> spontaneous_hz;
  std::vector<OnOffSigma> on_off_sigma;  // empty when no unit is an LGNOnOFFCell

  std::size_t size() const { return id.size(); }
};

}  // namespace v1::network
