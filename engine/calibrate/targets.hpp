#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/network/network.hpp"

namespace v1::calibrate {

struct Target {
  std::string population;
  double rate_hz = 0.0;
};

/// Reads target rates from a CSV file with the columns population and `column` [Hz]; rows with an
/// empty cell have no target. Populations the network does not have are left out with a warning.
/// Throws Error(data) naming file and line for a negative rate or a population listed twice, and
/// when nothing is left.
std::vector<Target> read_targets(const std::filesystem::path& path, const std::string& column,
                                 const network::Network& network);

/// Mean weight of a background connection onto the neurons of each population that would by
/// itself hold the membrane at threshold: the scale on which weights matter.
/// `rate_hz`: mean rate of one background unit.
double threshold_weight(const network::Network& network, const std::string& population,
                        double rate_hz);

}  // namespace v1::calibrate
