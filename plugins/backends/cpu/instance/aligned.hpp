#pragma once
#include "plugins/backends/shared/aligned.hpp"

namespace v1::cpu {

using backend::AlignedVector;

}  // namespace v1::cpu
