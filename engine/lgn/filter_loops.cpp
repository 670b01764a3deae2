#include "engine/lgn/filter_loops.hpp"

#include <cstring>

namespace v1::lgn {

namespace {

// The registers of the processor at hand: 256 bits, or the 128 that every x86-64 has.
struct Wide {
  using Double = double __attribute__((vector_size(32)));
  using Float = float __attribute__((vector_size(16)));
  static constexpr int lanes = 4;
};
struct Narrow {
  using Double = double __attribute__((vector_size(16)));
  using Float = float __attribute__((vector_size(8)));
  static constexpr int lanes = 2;
};

#define V1_INLINE [[gnu::always_inline]] inline
// Keeps the accumulators in registers at every optimisation level.
#define V1_UNROLL _Pragma("GCC unroll 8")

template <class Register>
V1_INLINE void load(const double* from, typename Register::Double& to) {
  std::memcpy(&to, from, sizeof to);
}
template <class Register>
V1_INLINE void load(const float* from, typename Register::Double& to) {
  typename Register::Float narrow;
  std::memcpy(&narrow, from, sizeof narrow);
  to = __builtin_convertvector(narrow, typename Register::Double);
}

template <class Register>
V1_INLINE void spatial_body(const Subunit& subunit, std::int32_t cols, const float* pixels,
                            double* response) {
  using Lanes = typename Register::Double;
  constexpr int parts = 4;  // accumulators at a time
  constexpr int lanes = Register::lanes;
  const std::size_t width = subunit.cols.weight.size();
  const double* col_weight = subunit.cols.weight.data();
  const float* corner =
      pixels +
      (static_cast<std::size_t>(subunit.rows.begin) * cols + subunit.cols.begin) * frame_lanes;
  for (int first = 0; first < frame_lanes; first += parts * lanes) {
    Lanes sum[parts] = {};
    const float* row = corner + first;
    for (const double row_weight : subunit.rows.weight) {
      Lanes row_sum[parts] = {};
      for (std::size_t col = 0; col < width; ++col) {
        V1_UNROLL
        for (int part = 0; part < parts; ++part) {
          Lanes pixel;
          load<Register>(row + col * frame_lanes + part * lanes, pixel);
          row_sum[part] += col_weight[col] * pixel;
        }
      }
      V1_UNROLL
      for (int part = 0; part < parts; ++part) sum[part] += row_weight * row_sum[part];
      row += static_cast<std::size_t>(cols) * frame_lanes;
    }
    std::memcpy(response + first, sum, sizeof sum);
  }
}

template <class Register>
V1_INLINE void temporal_body(const Subunit& subunit, const double* drive, std::int64_t count,
                             double* out) {
  using Lanes = typename Register::Double;
  constexpr int parts = 8;
  constexpr int lanes = Register::lanes;
  const std::size_t lags = subunit.kernel.size();
  const double* kernel = subunit.kernel.data();
  for (std::int64_t t = 0; t < count; t += parts * lanes) {
    Lanes sum[parts] = {};
    const double* now = drive + t - subunit.first_lag;
    for (std::size_t lag = 0; lag < lags; ++lag) {
      V1_UNROLL
      for (int part = 0; part < parts; ++part) {
        Lanes past;
        load<Register>(now - lag + part * lanes, past);
        sum[part] += kernel[lag] * past;
      }
    }
    std::memcpy(out + t, sum, sizeof sum);
  }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void spatial_avx2(const Subunit& subunit, std::int32_t cols,
                                          const float* pixels, double* response) {
  spatial_body<Wide>(subunit, cols, pixels, response);
}
[[gnu::target("avx2")]] void temporal_avx2(const Subunit& subunit, const double* drive,
                                           std::int64_t count, double* out) {
  temporal_body<Wide>(subunit, drive, count, out);
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
  spatial_body<Narrow>(subunit, cols, pixels, response);
}

void temporal_response(const Subunit& subunit, const double* drive, std::int64_t count,
                       double* out) {
#if defined(__x86_64__)
  if (has_avx2()) return temporal_avx2(subunit, drive, count, out);
#endif
  temporal_body<Narrow>(subunit, drive, count, out);
}

}  // namespace v1::lgn
