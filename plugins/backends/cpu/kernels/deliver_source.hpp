// Part of step_kernels_source.hpp: adding synapses to the sums of a step.

// A row of a spike lies anywhere in memory, so its lines are asked for some fragments ahead.
constexpr std::size_t fragments_ahead = 6;

inline void prefetch_fragment(const Fragment& fragment) {
  constexpr std::size_t most_lines = 6;  // the processor follows longer ones by itself
  constexpr std::size_t per_line = 64 / sizeof(Synapse);
  const std::size_t lines = fragment.count / per_line + 1;
  for (std::size_t l = 0; l < (lines < most_lines ? lines : most_lines); ++l) {
    __builtin_prefetch(fragment.first + l * per_line);
  }
}

template <class Sum>
inline void add_scattered(Sum* __restrict sums, const Fragment& fragment) {
  const Synapse* const synapses = fragment.first;
  const std::uint32_t count = fragment.count;
  if (fragment.multiplicity == 1) {
#pragma GCC unroll 4
    for (std::uint32_t s = 0; s < count; ++s) sums[synapses[s].input] += synapses[s].weight;
    return;
  }
  const Sum multiplicity = fragment.multiplicity;
  for (std::uint32_t s = 0; s < count; ++s) {
    sums[synapses[s].input] += synapses[s].weight * multiplicity;
  }
}

template <class Sum>
inline void add_consecutive(Sum* __restrict sums, const Fragment& fragment) {
  const Synapse* __restrict synapses = fragment.first;
  Sum* __restrict target = sums + synapses[0].input;
  const Sum multiplicity = fragment.multiplicity;
  const std::uint32_t count = fragment.count;
  for (std::uint32_t s = 0; s < count; ++s) target[s] += synapses[s].weight * multiplicity;
}

template <class Sum>
void deliver(Sum* sums, const Fragment* fragments, std::size_t count) {
  for (std::size_t f = 0; f < count && f < fragments_ahead; ++f) prefetch_fragment(fragments[f]);
  for (std::size_t f = 0; f < count; ++f) {
    if (f + fragments_ahead < count) prefetch_fragment(fragments[f + fragments_ahead]);
    if (fragments[f].consecutive) {
      add_consecutive(sums, fragments[f]);
    } else {
      add_scattered(sums, fragments[f]);
    }
  }
}
