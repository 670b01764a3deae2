#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/network/network.hpp"

namespace v1::network::sonata {

/// Folders of a written circuit.
struct CircuitFolders {
  std::filesystem::path root, network, cells, synapses;
  explicit CircuitFolders(const std::filesystem::path& folder)
      : root(folder),
        network(folder / "network"),
        cells(folder / "components" / "cell_models"),
        synapses(folder / "components" / "synaptic_models") {}
};

/// Text as one cell of a SONATA CSV file: quoted where needed, NULL where empty.
std::string types_cell(const std::string& text);

/// Shortest text that reads back as the same double.
std::string number_text(double value);

/// Ids under which a population's nodes are written, ascending. Neurons count from 0, as tools
/// expect; virtual nodes keep their ids.
std::vector<std::uint64_t> node_ids(const PopulationRange& range);
std::vector<std::uint64_t> node_ids(const EdgeBlock& block);

/// Marks a file as SONATA.
inline constexpr std::int64_t sonata_magic = 0x0A7A;

}  // namespace v1::network::sonata
