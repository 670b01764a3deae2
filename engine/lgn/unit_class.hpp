#pragma once
#include <optional>
#include <string>

/// What the name of an LGN cell class says: sign, number of subunits, resting rate.
namespace v1::lgn {

enum class UnitKind {
  on,         // sON_TF*, tON_TF*: rate = max(0, f + spontaneous)
  off,        // sOFF_TF*, tOFF_TF*: rate = max(0, -f + spontaneous)
  composite,  // sONsOFF, sONtOFF: a dominant OFF and a non-dominant ON subunit
  on_off      // LGNOnOFFCell: rate = max(0, 20 f_on) + max(0, -20 f_off)
};

/// Constants of a composite class: times to peak that its subunits are shifted to, and the
/// measured rates that fix the amplitude of the OFF subunit.
struct CompositeConstants {
  double dominant_ttp_ms = 0.0;
  double non_dominant_ttp_ms = 0.0;
  double off_to_on_ratio = 1.0;
  double spontaneous_hz = 0.0;
  double max_off_hz = 0.0;
  double max_on_hz = 0.0;
};

struct UnitClass {
  UnitKind kind = UnitKind::on;
  CompositeConstants composite;  // composite classes only
};

/// By prefix, so "sONsOFF" and "sONsOFF_001" are one class. Throws Error(data) for a name that
/// is none of the above.
UnitClass unit_class(const std::string& name);

/// Mean spontaneous rate [Hz] of the experimental cells of a class (Allen Institute, bmtk
/// filternet cell metrics); nothing for a class that has none.
std::optional<double> class_spontaneous_hz(const std::string& name);

}  // namespace v1::lgn
