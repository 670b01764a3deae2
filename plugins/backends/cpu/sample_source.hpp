// Part of step_kernels_source.hpp: recorded variables.

template <class Real>
inline void sample_currents(const SampleArgs<Real>& args, float* __restrict value) {
  alignas(64) Real sum[sample_strip];
  const std::size_t n = args.count / vector_size * vector_size;
  for (std::size_t i = 0; i < n; ++i) sum[i] = 0;
  for (std::uint32_t q = 0; args.y2 && q < args.pscs.count; ++q) {
    const Real* __restrict y2 = args.y2 + args.pscs.use[q].psc * args.stride + args.begin;
    for (std::size_t i = 0; i < n; ++i) sum[i] += y2[i];
  }
  if (args.asc0) {
    const Real* __restrict asc0 = args.asc0 + args.begin;
    const Real* __restrict asc1 = args.asc1 + args.begin;
    static constexpr std::int32_t free[sample_strip] = {};
    const std::int32_t* __restrict refractory =
        args.refractory ? args.refractory + args.begin : free;
    for (std::size_t i = 0; i < n; ++i) {
      const Real asc = kernels::acting_asc(asc0[i], asc1[i], refractory[i] != 0);
      sum[i] = args.y2 ? sum[i] + asc : asc;
    }
  }
  for (std::size_t i = 0; i < n; ++i) value[i] = static_cast<float>(sum[i]);
}

// Halves of n values; returns how many were clipped.
inline std::uint64_t halves(const float* __restrict value, std::size_t n,
                            std::uint16_t* __restrict half) {
  std::uint32_t clipped = 0;
  std::size_t i = 0;
#if defined(__F16C__)
  // The instruction rounds as to_half does; it differs in what is clipped or not a number.
  const __m256 sign = _mm256_set1_ps(-0.0f), first_clipped = _mm256_set1_ps(65520.0f);
  for (; i + 8 <= n; i += 8) {
    const __m256 eight = _mm256_loadu_ps(value + i);
    const __m256 odd = _mm256_cmp_ps(_mm256_andnot_ps(sign, eight), first_clipped, _CMP_NLT_UQ);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(half + i), _mm256_cvtps_ph(eight, 0));
    if (_mm256_movemask_ps(odd) == 0) continue;
    for (std::size_t j = i; j < i + 8; ++j) {
      half[j] = kernels::to_half(value[j]);
      clipped += kernels::half_saturates(value[j]) ? 1u : 0u;
    }
  }
#endif
  for (; i < n; ++i) {
    half[i] = kernels::to_half(value[i]);
    clipped += kernels::half_saturates(value[i]) ? 1u : 0u;
  }
  return clipped;
}

template <class Real>
std::uint64_t sample(const SampleArgs<Real>& args) {
  alignas(64) float buffer[sample_strip];
  float* const value = args.dtype == V1E_F16 ? buffer : static_cast<float*>(args.out);
  const std::size_t n = args.count / vector_size * vector_size;
  if (args.u) {
    const Real* __restrict u = args.u + args.begin;
    const double offset_mv = args.offset_mv;
    for (std::size_t i = 0; i < n; ++i) {
      value[i] = static_cast<float>(offset_mv + static_cast<double>(u[i]));
    }
  } else {
    sample_currents(args, value);
  }
  if (args.dtype != V1E_F16) return 0;
  return halves(buffer, n, static_cast<std::uint16_t*>(args.out));
}

// x - x is 0 for finite x only.
template <class Real>
bool finite(const Real* values, std::size_t count) {
  constexpr std::size_t lanes = 16;
  Real sum[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (std::size_t j = 0; j < lanes; ++j) sum[j] += values[i + j] - values[i + j];
  }
  for (; i < count; ++i) sum[0] += values[i] - values[i];
  bool all = true;
  for (std::size_t j = 0; j < lanes; ++j) all = all && sum[j] == 0;
  return all;
}
