#pragma once
#include <vector>

#include "plugins/backends/shared/step_events.hpp"

namespace v1::cpu {

using backend::StepEvents;

/// Events that one thread makes while others make theirs: on cache lines of its own.
struct alignas(64) ThreadEvents : StepEvents {};

/// Joins parts that cover ascending ranges of sources in the same steps.
void join(const std::vector<ThreadEvents>& parts, StepEvents& out);

/// Puts parts that follow each other in time into one.
void append(const std::vector<ThreadEvents>& parts, StepEvents& out);

}  // namespace v1::cpu
