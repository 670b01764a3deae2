#pragma once
#include <optional>
#include <string>

namespace v1::config {

/// "simulation.trials" for "trials": where a key is at home that one table of a config alone has;
/// nothing for a key that none or several have.
std::optional<std::string> home_of_key(const std::string& key);

}  // namespace v1::config
