#include "engine/lgn/filter_bank.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/lgn/temporal_kernel.hpp"
#include "engine/lgn/unit_class.hpp"
#include "kernels/angles.hpp"
#include "kernels/portable_math.hpp"

namespace v1::lgn {

namespace {

struct FrameGeometry {
  std::int32_t rows, cols;
  double deg_per_pixel;
  bool mirror_rows;
  SigmaRule rule;
};

FrameGeometry frame_geometry(const network::LgnMosaic& mosaic, std::int32_t rows, std::int32_t cols,
                             const config::LgnConfig& config) {
  if (config.drift != "reference" && config.drift != "bmtk") {
    throw error(ExitCode::config, "lgn.drift: expected reference or bmtk, found '{}'{}",
                config.drift, did_you_mean(config.drift, {"reference", "bmtk"}));
  }
  if (rows < 1 || cols < 1) {
    throw error(ExitCode::config, "stimulus frames: expected at least 1 x 1 pixels, found {} x {}",
                rows, cols);
  }
  const double wide = mosaic.field_width_deg / cols;
  const double high = mosaic.field_height_deg / rows;
  if (!(std::abs(wide - high) <= 1e-6 * high)) {
    throw error(ExitCode::config,
                "stimulus frames: expected square pixels over the LGN's field of {} x {} degrees, "
                "found frames of {} x {} pixels (columns x rows)",
                mosaic.field_width_deg, mosaic.field_height_deg, cols, rows);
  }
  return {rows, cols, wide, config.drift == "bmtk", sigma_rule(config.sigma)};
}

void check_arrays(const network::LgnMosaic& mosaic) {
  const std::size_t n = mosaic.size();
  const bool complete = mosaic.unit_class.size() == n && mosaic.x_deg.size() == n &&
                        mosaic.y_deg.size() == n && mosaic.spatial_size_deg.size() == n &&
                        mosaic.dominant.size() == n && mosaic.non_dominant.size() == n &&
                        mosaic.tuning_angle_deg.size() == n && mosaic.sf_sep_deg.size() == n &&
                        mosaic.spontaneous_hz.size() == n &&
                        (mosaic.on_off_sigma.empty() || mosaic.on_off_sigma.size() == n);
  if (!complete) {
    throw error(ExitCode::data, "LGN mosaic: its columns differ in length ({} units)", n);
  }
}

void place(Subunit& subunit, const FrameGeometry& frame, double x_deg, double y_deg,
           double wide_deg, double high_deg) {
  for (const double size_deg : {wide_deg, high_deg}) {
    if (std::isfinite(x_deg) && std::isfinite(y_deg) && size_deg > 0.0 && size_deg < 1000.0) {
      continue;
    }
    throw error(ExitCode::data,
                "expected a finite position and a spatial size between 0 and 1000 degrees, found "
                "({}, {}) and {}",
                x_deg, y_deg, size_deg);
  }
  subunit.cols = axis_weights(frame.rule, x_deg, wide_deg, frame.cols, frame.deg_per_pixel);
  subunit.rows = axis_weights(frame.rule, y_deg, high_deg, frame.rows, frame.deg_per_pixel);
  if (frame.mirror_rows) subunit.rows = mirrored(subunit.rows, frame.rows);
}

void place(Subunit& subunit, const FrameGeometry& frame, double x_deg, double y_deg,
           double size_deg) {
  place(subunit, frame, x_deg, y_deg, size_deg, size_deg);
}

void set_kernel(Subunit& subunit, const std::vector<double>& kernel) {
  const auto is_set = [](double x) { return x != 0.0; };
  const auto first = std::find_if(kernel.begin(), kernel.end(), is_set);
  const auto last = std::find_if(kernel.rbegin(), kernel.rend(), is_set).base();
  if (first >= last) return;  // all weights are 0: no response
  subunit.first_lag = static_cast<std::int32_t>(first - kernel.begin());
  subunit.kernel.assign(first, last);
}

// Amplitude of the OFF subunit for which both subunits peak at the measured rates.
double off_amplitude(const CompositeConstants& c, double dominant_sum, double non_dominant_sum) {
  return -c.off_to_on_ratio * (c.max_off_hz / c.max_on_hz) * (non_dominant_sum / dominant_sum) -
         c.spontaneous_hz * (c.max_off_hz - c.max_on_hz) / (c.max_on_hz * dominant_sum);
}

std::vector<Subunit> composite_subunits(const network::LgnMosaic& mosaic, std::size_t unit,
                                        const CompositeConstants& constants,
                                        const FrameGeometry& frame) {
  const double angle = mosaic.tuning_angle_deg[unit] * kernels::radians_per_degree;
  const double distance = mosaic.sf_sep_deg[unit];
  if (!(std::abs(angle) < 1e4 && std::isfinite(distance))) {
    throw error(ExitCode::data,
                "a composite unit needs tuning_angle and sf_sep [deg], found {} and {}",
                mosaic.tuning_angle_deg[unit], distance);
  }
  const PositiveLobe off = positive_lobe(temporal_kernel(mosaic.dominant[unit]));
  const PositiveLobe on = positive_lobe(temporal_kernel(mosaic.non_dominant[unit]));
  const double size = mosaic.spatial_size_deg[unit];
  const double x = mosaic.x_deg[unit], y = mosaic.y_deg[unit];
  std::vector<Subunit> out(2);
  place(out[0], frame, x, y, size);
  place(out[1], frame, x + distance * kernels::portable_cos(angle),
        y + distance * kernels::portable_sin(angle), size);
  set_kernel(out[0],
             temporal_kernel(shifted_to(mosaic.dominant[unit], off, constants.dominant_ttp_ms)));
  set_kernel(out[1], temporal_kernel(
                         shifted_to(mosaic.non_dominant[unit], on, constants.non_dominant_ttp_ms)));
  out[0].gain = off_amplitude(constants, off.sum, on.sum);
  out[1].gain = 1.0;
  for (Subunit& subunit : out) subunit.offset_hz = 0.5 * mosaic.spontaneous_hz[unit];
  return out;
}

// As filternet makes them: one kernel, Gaussians of their own, fixed amplitudes, nothing added.
std::vector<Subunit> on_off_subunits(const network::LgnMosaic& mosaic, std::size_t unit,
                                     const FrameGeometry& frame) {
  constexpr double amplitude = 20.0, sizes_per_sigma = 3.0;
  if (mosaic.on_off_sigma.empty()) {
    throw error(ExitCode::data, "an LGNOnOFFCell needs sigma_on and sigma_off [deg]");
  }
  const network::OnOffSigma& sigma = mosaic.on_off_sigma[unit];
  const double* fields[] = {sigma.on_deg, sigma.off_deg};
  std::vector<Subunit> out(2);
  for (std::size_t i = 0; i < 2; ++i) {
    place(out[i], frame, mosaic.x_deg[unit], mosaic.y_deg[unit], sizes_per_sigma * fields[i][0],
          sizes_per_sigma * fields[i][1]);
    set_kernel(out[i], temporal_kernel(mosaic.dominant[unit]));
    out[i].gain = i == 0 ? amplitude : -amplitude;
  }
  return out;
}

std::vector<Subunit> subunits_of(const network::LgnMosaic& mosaic, std::size_t unit,
                                 const UnitClass& unit_class, const FrameGeometry& frame) {
  if (!std::isfinite(mosaic.spontaneous_hz[unit])) {
    throw error(ExitCode::data, "expected a finite spontaneous rate, found {} Hz",
                mosaic.spontaneous_hz[unit]);
  }
  if (unit_class.kind == UnitKind::composite) {
    return composite_subunits(mosaic, unit, unit_class.composite, frame);
  }
  if (unit_class.kind == UnitKind::on_off) return on_off_subunits(mosaic, unit, frame);
  std::vector<Subunit> out(1);
  place(out[0], frame, mosaic.x_deg[unit], mosaic.y_deg[unit], mosaic.spatial_size_deg[unit]);
  set_kernel(out[0], temporal_kernel(mosaic.dominant[unit]));
  out[0].gain = unit_class.kind == UnitKind::on ? 1.0 : -1.0;
  out[0].offset_hz = mosaic.spontaneous_hz[unit];
  return out;
}

}  // namespace

FilterBank make_filter_bank(const network::LgnMosaic& mosaic, std::int32_t rows, std::int32_t cols,
                            const config::LgnConfig& config, ThreadPool& pool) {
  check_arrays(mosaic);
  const FrameGeometry frame = frame_geometry(mosaic, rows, cols, config);
  std::vector<UnitClass> classes;
  for (const std::string& name : mosaic.class_names) classes.push_back(unit_class(name));

  std::vector<std::vector<Subunit>> of_unit(mosaic.size());
  const std::size_t tasks = (mosaic.size() + units_per_task - 1) / units_per_task;
  pool.for_each(tasks, [&](std::size_t task) {
    const std::size_t end = std::min(mosaic.size(), (task + 1) * units_per_task);
    for (std::size_t unit = task * units_per_task; unit < end; ++unit) {
      try {
        of_unit[unit] = subunits_of(mosaic, unit, classes.at(mosaic.unit_class[unit]), frame);
      } catch (const Error& e) {
        throw error(e.code(), "LGN unit {}: {}", mosaic.id[unit], e.what());
      }
    }
  });

  FilterBank bank;
  bank.rows = rows;
  bank.cols = cols;
  bank.begin.push_back(0);
  for (std::vector<Subunit>& subunits : of_unit) {
    for (Subunit& subunit : subunits) {
      const auto lags = static_cast<std::int32_t>(subunit.kernel.size());
      bank.memory_ms = std::max(bank.memory_ms, subunit.first_lag + lags);
      bank.subunits.push_back(std::move(subunit));
    }
    bank.begin.push_back(static_cast<std::uint32_t>(bank.subunits.size()));
  }
  return bank;
}

}  // namespace v1::lgn
