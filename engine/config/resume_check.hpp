#pragma once
#include <string>
#include <vector>

namespace v1::config {

/// Compares the resolved config a run was started with and the one it shall go on with: one text
/// ("'simulation.dt' was 1.0, now 0.5") per difference that would change what is simulated.
/// Allowed are another name, backend and number of threads, other analyses, limits and report, and
/// more trials.
std::vector<std::string> resume_conflicts(const std::string& stored_toml,
                                          const std::string& wanted_toml);

}  // namespace v1::config
