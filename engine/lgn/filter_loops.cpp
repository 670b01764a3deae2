#include "engine/lgn/filter_loops.hpp"

#include <cstring>

namespace v1::lgn {

namespace {

// Four lanes; on processors without 256-bit registers the compiler splits them in two.
using Lanes = double __attribute__((vector_size(32)));
using FloatLanes = float __attribute__((vector_size(16)));
constexpr int lane_count = 4;

#define V1_INLINE [[gnu::always_inline]] inline
// Keeps the accumulators in registers at every optimisation level.
#define V1_UNROLL _Pragma("GCC unroll 8")

V1_INLINE void load(const double* from, Lanes& to) { std::memcpy(&to, from, sizeof to); }
V1_INLINE void load(const float* from, Lanes& to) {
  FloatLanes narrow;
  std::memcpy(&narrow, from, sizeof narrow);
  to = __builtin_convertvector(narrow, Lanes);
}
V1_INLINE void store(const Lanes& from, double* to) { std::memcpy(to, &from, sizeof from); }

V1_INLINE void spatial_body(const Subunit& subunit, std::int32_t cols, const float* pixels,
                            double* response) {
  constexpr int parts = frame_lanes / lane_count;
  Lanes sum[parts] = {};
  const std::size_t width = subunit.cols.weight.size();
  const double* col_weight = subunit.cols.weight.data();
  const float* row =
      pixels +
      (static_cast<std::size_t>(subunit.rows.begin) * cols + subunit.cols.begin) * frame_lanes;
  for (const double row_weight : subunit.rows.weight) {
    Lanes row_sum[parts] = {};
    for (std::size_t col = 0; col < width; ++col) {
      V1_UNROLL
      for (int part = 0; part < parts; ++part) {
        Lanes pixel;
        load(row + col * frame_lanes + part * lane_count, pixel);
        row_sum[part] += col_weight[col] * pixel;
      }
    }
    V1_UNROLL
    for (int part = 0; part < parts; ++part) sum[part] += row_weight * row_sum[part];
    row += static_cast<std::size_t>(cols) * frame_lanes;
  }
  V1_UNROLL
  for (int part = 0; part < parts; ++part) store(sum[part], response + part * lane_count);
}

template <int parts>
V1_INLINE void temporal_body(const Subunit& subunit, const double* drive, std::int64_t count,
                             double* out) {
  const std::size_t lags = subunit.kernel.size();
  const double* kernel = subunit.kernel.data();
  for (std::int64_t t = 0; t < count; t += parts * lane_count) {
    Lanes sum[parts] = {};
    const double* now = drive + t - subunit.first_lag;
    for (std::size_t lag = 0; lag < lags; ++lag) {
      V1_UNROLL
      for (int part = 0; part < parts; ++part) {
        Lanes past;
        load(now - lag + part * lane_count, past);
        sum[part] += kernel[lag] * past;
      }
    }
    V1_UNROLL
    for (int part = 0; part < parts; ++part) store(sum[part], out + t + part * lane_count);
  }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void spatial_avx2(const Subunit& subunit, std::int32_t cols,
                                          const float* pixels, double* response) {
  spatial_body(subunit, cols, pixels, response);
}
[[gnu::target("avx2")]] void temporal_avx2(const Subunit& subunit, const double* drive,
                                           std::int64_t count, double* out) {
  temporal_body<8>(subunit, drive, count, out);
}
bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
#endif

}  // namespace

void spatial_response(const Subunit& subunit, std::int32_t cols, const float* pixels,
                      double* response) {
#if defined(__x86_64__)
  if (has_avx2()) return spatial_avx2(subunit, cols, pixels, response);
#endif
  spatial_body(subunit, cols, pixels, response);
}

void temporal_response(const Subunit& subunit, const double* drive, std::int64_t count,
                       double* out) {
#if defined(__x86_64__)
  if (has_avx2()) return temporal_avx2(subunit, drive, count, out);
#endif
  temporal_body<4>(subunit, drive, count, out);
}

}  // namespace v1::lgn
