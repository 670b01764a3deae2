#pragma once
#include "tests/emulated_cuda/emulated.hpp"

namespace emulated {
const Settings& settings();
}
