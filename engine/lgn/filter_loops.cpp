#include "engine/lgn/filter_loops.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

namespace v1::lgn {

namespace {

// The registers of the processor at hand: 512 or 256 bits, or the 128 that every x86-64 has.
struct Widest {
  using Double = double __attribute__((vector_size(64)));
  using Float = float __attribute__((vector_size(32)));
  static constexpr int lanes = 8;
};
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
#if defined(__x86_64__) && !defined(__clang__)
  if constexpr (std::is_same_v<Register, Widest>) {  // GCC 12 makes five instructions of this one
    const auto& eight = *reinterpret_cast<const float(*)[8]>(from);
    asm("vcvtps2pd %1, %0" : "=v"(to) : "m"(eight));
    return;
  }
#endif
  typename Register::Float narrow;
  std::memcpy(&narrow, from, sizeof narrow);
  to = __builtin_convertvector(narrow, typename Register::Double);
}

// Sums over the columns of `rows` rows one below the other, side by side: the processor waits for
// none of them.
template <class Register, int rows, int parts>
V1_INLINE void row_sums(const float* first_row, std::size_t row_stride,
                        const std::vector<double>& col_weight,
                        typename Register::Double (&sums)[rows][parts]) {
  for (std::size_t col = 0; col < col_weight.size(); ++col) {
    V1_UNROLL
    for (int row = 0; row < rows; ++row) {
      V1_UNROLL
      for (int part = 0; part < parts; ++part) {
        typename Register::Double pixel;
        load<Register>(first_row + row * row_stride + col * frame_lanes + part * Register::lanes,
                       pixel);
        sums[row][part] += col_weight[col] * pixel;
      }
    }
  }
}

template <class Register>
V1_INLINE void spatial_body(const Subunit& subunit, std::int32_t cols, const float* pixels,
                            double* response) {
  using Lanes = typename Register::Double;
  constexpr int lanes = Register::lanes;
  constexpr int parts = std::min(4, frame_lanes / lanes);
  const std::vector<double>& row_weight = subunit.rows.weight;
  const std::size_t row_stride = static_cast<std::size_t>(cols) * frame_lanes;
  const float* corner = pixels + subunit.rows.begin * row_stride +
                        static_cast<std::size_t>(subunit.cols.begin) * frame_lanes;
  for (int first = 0; first < frame_lanes; first += parts * lanes) {
    Lanes sum[parts] = {};
    std::size_t row = 0;
    for (; row + 2 <= row_weight.size(); row += 2) {
      Lanes two[2][parts] = {};
      row_sums<Register>(corner + first + row * row_stride, row_stride, subunit.cols.weight, two);
      for (std::size_t i = 0; i < 2; ++i) {
        V1_UNROLL
        for (int part = 0; part < parts; ++part) sum[part] += row_weight[row + i] * two[i][part];
      }
    }
    if (row < row_weight.size()) {
      Lanes last[1][parts] = {};
      row_sums<Register>(corner + first + row * row_stride, row_stride, subunit.cols.weight, last);
      V1_UNROLL
      for (int part = 0; part < parts; ++part) sum[part] += row_weight[row] * last[0][part];
    }
    std::memcpy(response + first, sum, sizeof sum);
  }
}

template <class Register>
V1_INLINE void temporal_body(const Subunit& subunit, const double* drive, std::int64_t count,
                             double* out) {
  using Lanes = typename Register::Double;
  constexpr int lanes = Register::lanes;
  constexpr int parts = std::min(8, 32 / lanes);
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
[[gnu::target("avx512f")]] void spatial_avx512(const Subunit& subunit, std::int32_t cols,
                                               const float* pixels, double* response) {
  spatial_body<Widest>(subunit, cols, pixels, response);
}
[[gnu::target("avx512f")]] void temporal_avx512(const Subunit& subunit, const double* drive,
                                                std::int64_t count, double* out) {
  temporal_body<Widest>(subunit, drive, count, out);
}
[[gnu::target("avx2")]] void spatial_avx2(const Subunit& subunit, std::int32_t cols,
                                          const float* pixels, double* response) {
  spatial_body<Wide>(subunit, cols, pixels, response);
}
[[gnu::target("avx2")]] void temporal_avx2(const Subunit& subunit, const double* drive,
                                           std::int64_t count, double* out) {
  temporal_body<Wide>(subunit, drive, count, out);
}
#endif

}  // namespace

RegisterWidth widest_registers() {
#if defined(__x86_64__)
  static const RegisterWidth widest = __builtin_cpu_supports("avx512f") ? RegisterWidth::bits_512
                                      : __builtin_cpu_supports("avx2")  ? RegisterWidth::bits_256
                                                                        : RegisterWidth::bits_128;
  return widest;
#else
  return RegisterWidth::bits_128;
#endif
}

void spatial_response(const Subunit& subunit, std::int32_t cols, const float* pixels,
                      double* response, RegisterWidth width) {
#if defined(__x86_64__)
  if (width == RegisterWidth::bits_512) return spatial_avx512(subunit, cols, pixels, response);
  if (width == RegisterWidth::bits_256) return spatial_avx2(subunit, cols, pixels, response);
#endif
  spatial_body<Narrow>(subunit, cols, pixels, response);
}

void temporal_response(const Subunit& subunit, const double* drive, std::int64_t count, double* out,
                       RegisterWidth width) {
#if defined(__x86_64__)
  if (width == RegisterWidth::bits_512) return temporal_avx512(subunit, drive, count, out);
  if (width == RegisterWidth::bits_256) return temporal_avx2(subunit, drive, count, out);
#endif
  temporal_body<Narrow>(subunit, drive, count, out);
}

}  // namespace v1::lgn
