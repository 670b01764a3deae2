#pragma once
#include "engine/figures/spec.hpp"
#include "engine/figures/toml_keys.hpp"

namespace v1::figures {

PanelSpec parse_panel(TomlKeys& keys);
std::optional<MarkersSpec> parse_markers(TomlKeys& keys);  // key "markers"
std::vector<StripSpec> parse_strips(TomlKeys& keys);       // key "strip"

}  // namespace v1::figures
