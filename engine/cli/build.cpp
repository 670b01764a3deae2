#include <fmt/format.h>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/parent_folder.hpp"
#include "engine/network/sonata_write/write_circuit.hpp"
#include "engine/process/signals.hpp"
#include "engine/process/stage_times.hpp"
#include "engine/recording/network_file.hpp"
#include "engine/run/built_network.hpp"
#include "engine/run/circuit_inputs.hpp"
#include "engine/run/session.hpp"

namespace v1::cli {
namespace {

namespace fs = std::filesystem;

// Said before the network is built; a network file of ours may be built again.
void check_output(const BuildOptions& options) {
  if (options.output.empty() && options.sonata.empty()) {
    throw error(ExitCode::config,
                "build: say what to write, -o NETWORK.h5 (network file) or --sonata DIR (circuit)");
  }
  if (!options.output.empty() && fs::exists(options.output) &&
      !recording::is_network_file(options.output)) {
    throw error(ExitCode::config, "{}: exists and is not a network file; choose another -o",
                options.output.string());
  }
  if (!options.sonata.empty() && fs::exists(options.sonata) &&
      (!fs::is_directory(options.sonata) || !fs::is_empty(options.sonata))) {
    throw error(ExitCode::config, "{}: exists and is not an empty folder; choose another --sonata",
                options.sonata.string());
  }
  if (options.output.empty()) return;
  check_parent_folder(options.output);
}

}  // namespace

int build_command(const BuildOptions& options, const run::CommonOptions& common) {
  check_output(options);
  run::Session session(options.config, common);
  StageTimes times;
  std::optional<network::GenerateReport> report;
  network::Network network = times.measure("network", [&] {
    const NothingToKeep at_once;
    return run::bare_network(session.config, *session.pool, report);
  });
  fs::path written = options.output;
  times.measure("write", [&] {
    if (!options.output.empty()) {
      recording::write_network_file(options.output, network);
    } else {
      network::sonata::CircuitRun run;
      run.duration_ms = session.config.simulation.duration_ms;
      run.dt_ms = session.config.simulation.dt_ms;
      run.spikes = run::add_circuit_inputs(session, network);
      try {
        written = network::sonata::write_circuit(options.sonata, network, run);
      } catch (...) {  // half a circuit could be taken for a whole one
        std::error_code ignored;
        fs::remove_all(options.sonata, ignored);
        throw;
      }
    }
  });
  std::uint64_t synapses = 0;
  for (const network::EdgeBlock& block : network.blocks) synapses += block.edge_count();
  log::info("{}: {} neurons, {} synapses, built in {:.2f} s, written in {:.2f} s", network.name,
            network.neurons.size(), synapses, times.total("network"), times.total("write"));
  fmt::print("{}\n", written.string());
  return 0;
}

}  // namespace v1::cli
