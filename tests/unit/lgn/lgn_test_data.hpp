#pragma once
#include <limits>
#include <string>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/lgn/rates.hpp"
#include "engine/lgn/unit_class.hpp"

/// Mosaics for tests, built from the central parameters of the classes.
namespace v1::lgn::test {

inline const CsvTable& class_table() {
  static const CsvTable table = CsvTable::read(V1_TEST_DATA "/lgn/classes.csv");
  return table;
}

inline std::size_t class_row(const std::string& name) {
  for (std::size_t row = 0; row < class_table().rows(); ++row) {
    if (class_table().text(row, "class") == name) return row;
  }
  throw std::out_of_range(name);
}

inline network::TemporalKernelParameters class_parameters(const std::string& name) {
  const CsvTable& table = class_table();
  const std::size_t row = class_row(name);
  network::TemporalKernelParameters out;
  for (int j = 0; j < 2; ++j) {
    out.kpeak_ms[j] = table.number(row, "kpeak" + std::to_string(j));
    out.weight[j] = table.number(row, "weight" + std::to_string(j));
    out.delay_ms[j] = table.number(row, "delay" + std::to_string(j));
  }
  return out;
}

inline network::LgnMosaic empty_mosaic(double width_deg, double height_deg) {
  network::LgnMosaic mosaic;
  mosaic.field_width_deg = width_deg;
  mosaic.field_height_deg = height_deg;
  return mosaic;
}

/// Appends one unit of a class of its own; composite classes take the parameters of the simple
/// classes that they are made of.
inline void add_unit(network::LgnMosaic& mosaic, const std::string& name, double x, double y,
                     double size) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  mosaic.class_names.push_back(name);
  mosaic.id.push_back(static_cast<std::uint32_t>(mosaic.id.size()));
  mosaic.unit_class.push_back(static_cast<std::uint8_t>(mosaic.class_names.size() - 1));
  mosaic.x_deg.push_back(x);
  mosaic.y_deg.push_back(y);
  mosaic.spatial_size_deg.push_back(size);
  const bool sustained = name.starts_with("sONsOFF"), transient = name.starts_with("sONtOFF");
  const bool composite = sustained || transient;
  mosaic.dominant.push_back(class_parameters(sustained   ? "sOFF_TF4"
                                             : transient ? "tOFF_TF8"
                                                         : name));
  mosaic.non_dominant.push_back(composite ? class_parameters("sON_TF4")
                                          : network::TemporalKernelParameters{});
  mosaic.tuning_angle_deg.push_back(composite ? 30.0 : nan);
  mosaic.sf_sep_deg.push_back(sustained ? 6.0 : transient ? 4.0 : nan);
  mosaic.spontaneous_hz.push_back(class_spontaneous_hz(name).value());
}

/// All fourteen classes, once each.
inline std::vector<std::string> all_classes() {
  std::vector<std::string> names;
  for (std::size_t row = 0; row < class_table().rows(); ++row) {
    names.push_back(class_table().text(row, "class"));
  }
  names.push_back("sONsOFF_001");
  names.push_back("sONtOFF_001");
  return names;
}

}  // namespace v1::lgn::test
