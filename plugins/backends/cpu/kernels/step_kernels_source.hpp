// Source of the inner loops; included once by each step_kernels_*.cpp, which defines V1_VARIANT
// (a namespace) and V1_VARIANT_NAME. Everything here has internal linkage or is always inlined,
// so that no code for a newer processor leaks into the rest of the program.
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "kernels/count_table_draw.hpp"
#include "kernels/glif_step.hpp"
#include "kernels/half.hpp"
#include "kernels/moving_threshold.hpp"
#include "kernels/philox.hpp"
#include "plugins/backends/cpu/kernels/step_kernels.hpp"

namespace v1::cpu::V1_VARIANT {
namespace {

using kernels::TypeConstants;

#include "plugins/backends/cpu/kernels/deliver_source.hpp"
#include "plugins/backends/cpu/kernels/draw_source.hpp"
#include "plugins/backends/cpu/kernels/update_source.hpp"
// Uses constants of the update.
#include "plugins/backends/cpu/kernels/sample_source.hpp"
// Needs nothing of the others.
#include "plugins/backends/cpu/kernels/move_source.hpp"

template <class Real, class Sum>
constexpr UpdateSet<Real, Sum> updates() {
  return {update_exact<Real, Sum>, update_billeh_tf<Real, Sum, false>,
          update_billeh_tf<Real, Sum, true>};
}

}  // namespace

extern const KernelTable table;
const KernelTable table = {V1_VARIANT_NAME,
                           updates<float, std::int32_t>(),
                           updates<float, std::int64_t>(),
                           updates<double, std::int32_t>(),
                           updates<double, std::int64_t>(),
                           deliver<std::int32_t>,
                           deliver<std::int64_t>,
                           {sample<float>, finite<float>, pack_rows, unpack_rows},
                           {sample<double>, finite<double>, pack_rows, unpack_rows},
                           draw_rates,
                           draw_counts};

}  // namespace v1::cpu::V1_VARIANT
