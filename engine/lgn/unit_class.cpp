#include "engine/lgn/unit_class.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::lgn {

namespace {

struct ClassRate {
  std::string_view name;
  double hz;
};

// Repeating decimals of the source means are written out in full.
constexpr std::array<ClassRate, 19> class_rates = {{
    {"sON_TF1", 5.2},
    {"sON_TF2", 3.533333333333333},
    {"sON_TF4", 8.25},
    {"sON_TF8", 1.766666666666667},
    {"sON_TF15", 10.88},
    {"sOFF_TF1", 3.95},
    {"sOFF_TF2", 4.531777777777778},
    {"sOFF_TF4", 3.679074074074074},
    {"sOFF_TF8", 3.62},
    {"sOFF_TF15", 5.075},
    {"tON_TF8", 2.6},
    {"tOFF_TF1", 5.5},
    {"tOFF_TF2", 3.4095},
    {"tOFF_TF4", 3.944550264550265},
    {"tOFF_TF8", 2.437777777777778},
    {"tOFF_TF15", 1.050666666666667},
    {"sONsOFF_001", 4.0},
    {"sONtOFF_001", 5.5},
    {"LGNOnOFFCell", 0.0},  // filternet adds none
}};

constexpr CompositeConstants sustained_off = {115.0, 121.0, 1.0, 4.0, 35.0, 21.0};
constexpr CompositeConstants transient_off = {64.8, 93.5, 0.7, 5.5, 46.0, 31.0};

std::string canonical_name(const std::string& name) {
  return name.starts_with("sONsOFF")   ? "sONsOFF_001"
         : name.starts_with("sONtOFF") ? "sONtOFF_001"
                                       : name;
}

}  // namespace

UnitClass unit_class(const std::string& name) {
  if (name == "LGNOnOFFCell") return {UnitKind::on_off, {}};
  if (name.starts_with("sONsOFF")) return {UnitKind::composite, sustained_off};
  if (name.starts_with("sONtOFF")) return {UnitKind::composite, transient_off};
  if (name.starts_with("sON") || name.starts_with("tON")) return {UnitKind::on, {}};
  if (name.starts_with("sOFF") || name.starts_with("tOFF")) return {UnitKind::off, {}};
  std::vector<std::string> known;
  for (const ClassRate& entry : class_rates) known.emplace_back(entry.name);
  throw error(ExitCode::data,
              "LGN cell class '{}' is not known: expected sON_*, tON_*, sOFF_*, tOFF_*, sONsOFF*, "
              "sONtOFF* or LGNOnOFFCell{}",
              name, did_you_mean(name, known));
}

std::optional<double> class_spontaneous_hz(const std::string& name) {
  const std::string key = canonical_name(name);
  const auto found = std::find_if(class_rates.begin(), class_rates.end(),
                                  [&](const ClassRate& entry) { return entry.name == key; });
  if (found == class_rates.end()) return std::nullopt;
  return found->hz;
}

}  // namespace v1::lgn
