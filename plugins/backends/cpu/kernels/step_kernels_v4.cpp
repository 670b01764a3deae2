#define V1_KERNELS_ALWAYS_INLINE
#define V1_VARIANT v4
#define V1_VARIANT_NAME "x86-64-v4"
#include "plugins/backends/cpu/kernels/step_kernels_source.hpp"
