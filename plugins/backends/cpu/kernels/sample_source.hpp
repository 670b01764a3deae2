// Part of step_kernels_source.hpp: recorded variables.

// Sums of up to four currents and, if asked for, the after-spike currents, in one loop.
template <std::uint32_t currents, bool adaptation, class Real>
inline void sum_few(const SampleArgs<Real>& args, std::size_t begin, std::size_t n,
                    float* __restrict value) {
  const auto y2 = [&](std::uint32_t q) {
    return args.y2 + args.pscs.use[q < currents ? q : 0].psc * args.stride + begin;
  };
  const Real* const none = nullptr;
  const Real* __restrict first = currents > 0 ? y2(0) : none;
  const Real* __restrict second = currents > 1 ? y2(1) : none;
  const Real* __restrict third = currents > 2 ? y2(2) : none;
  const Real* __restrict fourth = currents > 3 ? y2(3) : none;
  const Real* __restrict asc0 = adaptation ? args.asc0 + begin : none;
  const Real* __restrict asc1 = adaptation ? args.asc1 + begin : none;
  static constexpr std::int32_t free[sample_strip] = {};
  const std::int32_t* __restrict refractory =
      adaptation && args.refractory ? args.refractory + begin : free;
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
    Real sum = 0;
    if constexpr (currents > 0) sum += first[i];
    if constexpr (currents > 1) sum += second[i];
    if constexpr (currents > 2) sum += third[i];
    if constexpr (currents > 3) sum += fourth[i];
    if constexpr (adaptation) {
      const Real asc = kernels::acting_asc(asc0[i], asc1[i], refractory[i] != 0);
      sum = currents > 0 || args.y2 ? sum + asc : asc;
    }
    value[i] = static_cast<float>(sum);
  }
}

template <bool adaptation, class Real>
inline void sum_many(const SampleArgs<Real>& args, std::size_t begin, std::size_t n,
                     float* __restrict value) {
  alignas(64) Real sum[sample_strip];
  for (std::size_t i = 0; i < n; ++i) sum[i] = 0;
  for (std::uint32_t q = 0; q < args.pscs.count; ++q) {
    const Real* __restrict y2 = args.y2 + args.pscs.use[q].psc * args.stride + begin;
    for (std::size_t i = 0; i < n; ++i) sum[i] += y2[i];
  }
  if constexpr (adaptation) {
    const Real* __restrict asc0 = args.asc0 + begin;
    const Real* __restrict asc1 = args.asc1 + begin;
    static constexpr std::int32_t free[sample_strip] = {};
    const std::int32_t* __restrict refractory = args.refractory ? args.refractory + begin : free;
    for (std::size_t i = 0; i < n; ++i) {
      sum[i] += kernels::acting_asc(asc0[i], asc1[i], refractory[i] != 0);
    }
  }
  for (std::size_t i = 0; i < n; ++i) value[i] = static_cast<float>(sum[i]);
}

template <bool adaptation, class Real>
inline void sample_currents(const SampleArgs<Real>& args, std::size_t begin, std::size_t n,
                            float* __restrict value) {
  switch (args.y2 ? args.pscs.count : 0) {
    case 0:
      return sum_few<0, adaptation>(args, begin, n, value);
    case 1:
      return sum_few<1, adaptation>(args, begin, n, value);
    case 2:
      return sum_few<2, adaptation>(args, begin, n, value);
    case 3:
      return sum_few<3, adaptation>(args, begin, n, value);
    case 4:
      return sum_few<4, adaptation>(args, begin, n, value);
    default:
      return sum_many<adaptation>(args, begin, n, value);
  }
}

// Halves of n values; returns how many were clipped.
inline std::uint64_t halves(const float* __restrict value, std::size_t n,
                            std::uint16_t* __restrict half) {
  std::uint32_t clipped = 0;
  std::size_t i = 0;
#if defined(__AVX512F__)
  const __m512 first_wide = _mm512_set1_ps(65520.0f);
  for (; i + 16 <= n; i += 16) {
    const __m512 sixteen = _mm512_loadu_ps(value + i);
    const __mmask16 odd = _mm512_cmp_ps_mask(_mm512_abs_ps(sixteen), first_wide, _CMP_NLT_UQ);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(half + i), _mm512_cvtps_ph(sixteen, 0));
    if (odd == 0) continue;
    for (std::size_t j = i; j < i + 16; ++j) {
      half[j] = kernels::to_half(value[j]);
      clipped += kernels::half_saturates(value[j]) ? 1u : 0u;
    }
  }
#endif
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
std::uint64_t sample(const SampleArgs<Real>& args, std::size_t begin, std::size_t count,
                     void* out) {
  alignas(64) float buffer[sample_strip];
  float* const value = args.dtype == V1E_F16 ? buffer : static_cast<float*>(out);
  const std::size_t n = whole_vectors(count);
  if (args.u) {
    const Real* __restrict u = args.u + begin;
    const double offset_mv = args.offset_mv;
    for (std::size_t i = 0; i < n; ++i) {
      value[i] = static_cast<float>(offset_mv + static_cast<double>(u[i]));
    }
  } else if (args.asc0) {
    sample_currents<true>(args, begin, n, value);
  } else {
    sample_currents<false>(args, begin, n, value);
  }
  if (args.dtype != V1E_F16) return 0;
  return halves(buffer, n, static_cast<std::uint16_t*>(out));
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
