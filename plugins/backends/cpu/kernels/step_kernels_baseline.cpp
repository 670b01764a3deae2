#define V1_KERNELS_ALWAYS_INLINE
#define V1_VARIANT baseline
#define V1_VARIANT_NAME "baseline"
#include "plugins/backends/cpu/kernels/step_kernels_source.hpp"
