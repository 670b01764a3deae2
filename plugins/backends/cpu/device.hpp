#pragma once
#include <v1e/backend.h>

namespace v1::cpu {

/// Fills in name, kind, memory and details of the one device, the processor.
void describe_device(v1e_device& out);

}  // namespace v1::cpu
