#pragma once
#include <string>
#include <v1e_sdk/dataset.hpp>
#include <vector>

#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

/// Warns where a window [begin, end] in ms runs across moments that the run marks, such as the
/// onset of the flow, and begins or ends at none of them: it was likely meant for another stimulus.
void warn_across_changes(const TimeWindow& window, const v1e::Dataset& dataset,
                         std::vector<std::string>& warnings);

}  // namespace v1::analyses
