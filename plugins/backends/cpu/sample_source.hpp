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
  auto* __restrict half = static_cast<std::uint16_t*>(args.out);
  std::uint32_t clipped = 0;
  for (std::size_t i = 0; i < n; ++i) {
    half[i] = kernels::to_half(buffer[i]);
    clipped += kernels::half_saturates(buffer[i]) ? 1u : 0u;
  }
  return clipped;
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
