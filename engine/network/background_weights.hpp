#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/network/network.hpp"

/// How strongly the background drives each population: what `v1engine calibrate` finds and
/// `background.weights` names in a config.
namespace v1::network {

/// Mean weight of the background connections onto the neurons of one population.
struct BackgroundWeight {
  std::string population;
  double weight_pa = 0.0;
  std::size_t connections = 0;
  std::string where = {};  // "weights.csv:3", for messages about what a file gave
};

/// One entry per population with background connections, in the order of the node types. Empty
/// when the network has no block "bkg".
std::vector<BackgroundWeight> background_weights(const Network& network);

/// Gives the background connections of each named population this mean weight. They keep their
/// proportions, or all get the mean where they had none. Other populations stay as they are.
/// Throws Error(data) for a population without background connections, its message beginning
/// with where its weight was read, else with `origin`.
void set_background_weights(Network& network, const std::vector<BackgroundWeight>& weights,
                            const std::string& origin);

/// Reads a CSV file with the columns population and weight_pa (not negative). Throws Error(data)
/// naming file, line and column.
std::vector<BackgroundWeight> read_background_weights(const std::filesystem::path& path);

/// Writes such a file; `about` becomes its first lines, as comments.
void write_background_weights(const std::filesystem::path& path, const std::string& about,
                              const std::vector<BackgroundWeight>& weights);

}  // namespace v1::network
