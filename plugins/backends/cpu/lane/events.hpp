#pragma once
#include <vector>

#include "plugins/backends/shared/step_events.hpp"

namespace v1::cpu {

using backend::StepEvents;

/// Events made by one thread, on cache lines of its own since all threads write at once.
struct alignas(64) ThreadEvents : StepEvents {};

/// Joins parts that cover ascending ranges of sources in the same steps.
void join(const std::vector<ThreadEvents>& parts, StepEvents& out);

/// Puts parts that follow each other in time into one.
void append(const std::vector<ThreadEvents>& parts, StepEvents& out);

}  // namespace v1::cpu
