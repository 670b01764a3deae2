#pragma once
#include <string>

#include "engine/base/hdf5.hpp"

namespace v1 {

/// Milliseconds per unit of the spike times in a dataset: the attribute "units" of the dataset or,
/// where that has none, of its group; ms where neither has. Throws Error(data) for other units.
double ms_per_unit(const h5::File& file, const std::string& dataset);

/// `time` in ms. Seconds are rounded to 1e-6 ms, since a decimal number of them times 1000 may end
/// up just past the millisecond it means.
double to_ms(double time, double ms_per_unit);

}  // namespace v1
