#pragma once
#include <string>
#include <vector>

#include "plugins/backends/cpu/kernels/step_kernels.hpp"

namespace v1::cpu {

/// Words of the parameter instruction_set; "auto" takes the newest this machine has.
inline constexpr const char* instruction_sets[] = {"auto", "baseline", "x86-64-v3", "x86-64-v4"};

/// The variants that run on this machine, oldest first; never empty.
std::vector<const KernelTable*> usable_kernels();

/// Throws v1e::Error when the machine lacks the instruction set.
const KernelTable& choose_kernels(const std::string& instruction_set);

}  // namespace v1::cpu
