#pragma once
#include <string>
#include <v1e_sdk/dataset.hpp>
#include <vector>

namespace v1::analyses {

/// What to warn of where a window [begin, end] in ms runs across moments that the run marks, such as
/// the onset of the flow, and begins or ends at none of them: it was likely meant for another
/// stimulus. "" for any other window.
std::string window_across_changes(const std::vector<double>& window, const char* key,
                                  const v1e::Dataset& dataset);

}  // namespace v1::analyses
