#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Colours of kinds of sources where several of a cell type stand in one panel: hues as in the
/// schemes "types", "classes" and "currents", deeper layers darker.
namespace v1::analyses {

/// Hex colour of a type ("e4", "i23Pvalb"), a response class, "LGN unit", "background"; dark grey
/// for other names.
std::string source_color(std::string_view name);

/// The same for many, as Mark::colors_of wants it.
std::vector<std::pair<std::string, std::string>> source_colors(
    const std::vector<std::string>& names);

}  // namespace v1::analyses
