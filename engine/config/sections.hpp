#pragma once
#include "engine/config/load_config.hpp"
#include "engine/config/section.hpp"

/// The engine's own tables: each function reads one, with its defaults, into the config.
namespace v1::config {

struct SectionContext {
  Issues& issues;
  bool files_must_exist;
};

/// False when network.source itself is wrong, so that nothing can be said about what depends on it.
bool read_network(Section&& section, const SectionContext& context, RunConfig& config);
/// [network.overrides]; `table` may be null.
void read_network_overrides(const toml::table* table, Issues& issues, NetworkOverrides& overrides);
/// Leaves backend_params to read_backend.
void read_simulation(Section& section, RunConfig& config);
void read_lgn(Section&& section, const SectionContext& context, bool source_known,
              RunConfig& config);
void read_background(Section&& section, const SectionContext& context, RunConfig& config);
void read_record(Section&& section, RunConfig& config);
void read_limits(Section&& section, RunConfig& config);
void read_report(Section&& section, RunConfig& config);

/// "generate", "file", "sonata", ... in the order of the enumerations.
const std::vector<std::string>& source_names();
const std::vector<std::string>& scheme_names();
const std::vector<std::string>& reset_names();
const std::vector<std::string>& precision_names();

}  // namespace v1::config
