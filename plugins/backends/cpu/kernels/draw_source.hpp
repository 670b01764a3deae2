// Part of step_kernels_source.hpp: random draws of input sources.

// Lanes of 64 bits with a 32-bit word in the lower half; the upper halves may hold anything. The
// product of two words then is one instruction, and no word has to be moved between lanes.
#if defined(__AVX512F__)
constexpr std::size_t lanes_bytes = 64;
#elif defined(__AVX2__)
constexpr std::size_t lanes_bytes = 32;
#else
constexpr std::size_t lanes_bytes = 16;
#endif
typedef std::uint64_t Lanes __attribute__((vector_size(lanes_bytes)));
constexpr std::size_t lane_count = lanes_bytes / sizeof(std::uint64_t);

inline Lanes spread(std::uint64_t value) { return Lanes{} + value; }

inline Lanes times(Lanes a, Lanes b) {
#if defined(__AVX512F__)
  return reinterpret_cast<Lanes>(
      _mm512_mul_epu32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif defined(__AVX2__)
  return reinterpret_cast<Lanes>(
      _mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#elif defined(__SSE2__)
  return reinterpret_cast<Lanes>(
      _mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#else
  return (a & spread(0xFFFFFFFFu)) * (b & spread(0xFFFFFFFFu));
#endif
}

struct PhiloxLanes {
  Lanes word[4];
};

// The keys of the ten rounds, the same for all sources.
struct PhiloxKeys {
  Lanes first[10], second[10];

  explicit PhiloxKeys(std::uint64_t key) {
    std::uint32_t key0 = static_cast<std::uint32_t>(key);
    std::uint32_t key1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
      first[round] = spread(key0);
      second[round] = spread(key1);
      key0 += 0x9E3779B9u;
      key1 += 0xBB67AE85u;
    }
  }
};

// Rounds of independent chains stand side by side: a processor looks at too few instructions ahead
// to find them in chains one after another.
/// kernels::philox4 for the sources of all lanes, for several vectors of sources.
template <std::size_t chains>
inline void philox_lanes(const PhiloxKeys& keys, Lanes stream, const Lanes (&item)[chains],
                         Lanes trial, Lanes block, PhiloxLanes (&out)[chains]) {
#pragma GCC unroll 8
  for (std::size_t n = 0; n < chains; ++n) out[n] = {{stream, item[n], trial, block}};
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 8
    for (std::size_t n = 0; n < chains; ++n) {
      Lanes(&c)[4] = out[n].word;
      const Lanes product0 = times(spread(0xD2511F53u), c[0]);
      const Lanes product1 = times(spread(0xCD9E8D57u), c[2]);
      c[0] = (product1 >> 32) ^ (c[1] ^ keys.first[round]);
      c[2] = (product0 >> 32) ^ (c[3] ^ keys.second[round]);
      c[1] = product1;
      c[3] = product0;
    }
  }
}

constexpr std::size_t group_size = 2 * lane_count;  // even and odd sources of a vector of ids

// Calls take(i, even, odd) with the words of sources i .. i + group_size - 1 for all whole groups;
// returns where they end.
template <class Take>
inline std::size_t for_each_group(const DrawArgs& args, const PhiloxKeys& keys, Take&& take) {
  const Lanes stream = spread(args.stream), trial = spread(args.trial), block = spread(args.block);
  const std::uint32_t* const item = args.item;
  const std::size_t count = args.count;
  std::size_t i = 0;
  for (; i + 2 * group_size <= count; i += 2 * group_size) {
    Lanes a, b;
    std::memcpy(&a, item + i, sizeof a);
    std::memcpy(&b, item + i + group_size, sizeof b);
    const Lanes item_of[4] = {a, a >> 32, b, b >> 32};
    PhiloxLanes drawn[4];
    philox_lanes(keys, stream, item_of, trial, block, drawn);
    take(i, drawn[0], drawn[1]);
    take(i + group_size, drawn[2], drawn[3]);
  }
  for (; i + group_size <= count; i += group_size) {
    Lanes ids;
    std::memcpy(&ids, item + i, sizeof ids);
    const Lanes item_of[2] = {ids, ids >> 32};
    PhiloxLanes drawn[2];
    philox_lanes(keys, stream, item_of, trial, block, drawn);
    take(i, drawn[0], drawn[1]);
  }
  return i;
}

inline Lanes joined(Lanes even, Lanes odd) {
#if defined(__AVX2__) && !defined(__AVX512F__)
  return reinterpret_cast<Lanes>(_mm256_blend_epi32(
      reinterpret_cast<__m256i>(even), reinterpret_cast<__m256i>(odd << 32), 0b10101010));
#else
  return (even & spread(0xFFFFFFFFu)) | (odd << 32);
#endif
}

inline kernels::PhiloxWords words_of(const DrawArgs& args, std::size_t i) {
  return kernels::philox4(args.key, args.stream, args.item[i], args.trial, args.block);
}

// words: [4][draw_strip].
__attribute__((noinline)) void draw_words(const DrawArgs& args, std::uint32_t* words) {
  const PhiloxKeys keys(args.key);
  std::size_t i = for_each_group(
      args, keys, [&](std::size_t begin, const PhiloxLanes& even, const PhiloxLanes& odd) {
        for (std::size_t w = 0; w < 4; ++w) {
          const Lanes both = joined(even.word[w], odd.word[w]);
          std::memcpy(words + w * draw_strip + begin, &both, sizeof both);
        }
      });
  for (; i < args.count; ++i) {
    const kernels::PhiloxWords drawn = words_of(args, i);
    for (std::size_t w = 0; w < 4; ++w) words[w * draw_strip + i] = drawn.word[w];
  }
}

// Which of a group's sources fire in each of four steps: bit n of the w-th word is
// kernels::fires(w-th word of the n-th source, limit[w][n]).
struct FiringGroup {
  std::uint32_t bits[4];
};

inline FiringGroup firing(const PhiloxLanes& even, const PhiloxLanes& odd,
                          const std::uint32_t* const limit[4], std::size_t begin) {
  FiringGroup out;
#if defined(__AVX512F__)
  for (std::size_t w = 0; w < 4; ++w) {
    const auto word = reinterpret_cast<__m512i>(joined(even.word[w], odd.word[w]));
    out.bits[w] = _mm512_cmplt_epu32_mask(word, _mm512_loadu_si512(limit[w] + begin));
  }
#elif defined(__AVX2__)
  __m256i silent[4];
  for (std::size_t w = 0; w < 4; ++w) {
    const auto word = reinterpret_cast<__m256i>(joined(even.word[w], odd.word[w]));
    const auto least = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(limit[w] + begin));
    silent[w] = _mm256_cmpeq_epi32(_mm256_max_epu32(word, least), word);
  }
  // Narrowed to bytes, the four vectors are one. Packing works in halves of a vector, so the bytes
  // are put in order at the end.
  const __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(silent[0], silent[1]),
                                            _mm256_packs_epi32(silent[2], silent[3]));
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const std::uint32_t fires =
      ~static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_permutevar8x32_epi32(packed, order)));
  for (std::size_t w = 0; w < 4; ++w) out.bits[w] = fires >> (8 * w) & 0xFFu;
#else
  for (std::size_t w = 0; w < 4; ++w) {
    std::uint32_t word[group_size];
    const Lanes both = joined(even.word[w], odd.word[w]);
    std::memcpy(word, &both, sizeof word);
    out.bits[w] = 0;
    for (std::size_t n = 0; n < group_size; ++n) {
      out.bits[w] |= (kernels::fires(word[n], limit[w][begin + n]) ? 1u : 0u) << n;
    }
  }
#endif
  return out;
}

// Thresholds are read once and come from the main memory, while words are made. Those of the next
// strip follow in memory; what is asked for beyond the last does no harm.
constexpr std::size_t thresholds_per_line = 64 / sizeof(std::uint32_t), thresholds_ahead = 256;

inline void prefetch_thresholds(const std::uint32_t* const limit[4], std::size_t begin) {
  for (std::size_t w = 0; w < 4; ++w) __builtin_prefetch(limit[w] + begin + thresholds_ahead);
}

// Thresholds of picked sources side by side.
void pick_thresholds(const std::uint32_t* __restrict threshold,
                     const std::uint32_t* __restrict pick, std::size_t count,
                     std::uint32_t* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = threshold[pick[i]];
}

void draw_rates(const DrawArgs& args, const std::uint32_t* const threshold[4],
                std::uint64_t* fired) {
  const std::size_t count = args.count;
  alignas(64) std::uint32_t picked[4 * draw_strip];
  const std::uint32_t* limit[4] = {threshold[0], threshold[1], threshold[2], threshold[3]};
  for (std::size_t w = 0; w < 4 && args.pick; ++w) {
    if (w > 0 && threshold[w] == threshold[w - 1]) {
      limit[w] = limit[w - 1];
    } else {
      pick_thresholds(threshold[w], args.pick, count, picked + w * draw_strip);
      limit[w] = picked + w * draw_strip;
    }
  }
  std::memset(fired, 0, 4 * draw_words_of_bits * sizeof *fired);
  const auto set = [&](std::size_t w, std::size_t i, std::uint64_t bits) {
    fired[w * draw_words_of_bits + i / 64] |= bits << (i % 64);
  };
  const PhiloxKeys keys(args.key);
  std::size_t i = for_each_group(
      args, keys, [&](std::size_t begin, const PhiloxLanes& even, const PhiloxLanes& odd) {
        if (begin % thresholds_per_line == 0 && !args.pick) prefetch_thresholds(limit, begin);
        const FiringGroup group = firing(even, odd, limit, begin);
        for (std::size_t w = 0; w < 4; ++w) {
          if constexpr (group_size % 8 == 0) {  // whole bytes: plain stores
            std::memcpy(
                reinterpret_cast<unsigned char*>(fired + w * draw_words_of_bits) + begin / 8,
                &group.bits[w], group_size / 8);
          } else {
            set(w, begin, group.bits[w]);
          }
        }
      });
  for (; i < count; ++i) {
    const kernels::PhiloxWords drawn = words_of(args, i);
    for (std::size_t w = 0; w < 4; ++w) {
      set(w, i, kernels::fires(drawn.word[w], limit[w][i]) ? 1 : 0);
    }
  }
}

void draw_counts(const DrawArgs& args, const std::uint32_t* thresholds,
                 std::uint32_t threshold_count, std::uint16_t* events) {
  alignas(64) std::uint32_t words[4 * draw_strip];
  draw_words(args, words);
  for (std::size_t w = 0; w < 4; ++w) {
    for (std::size_t i = 0; i < args.count; ++i) {
      events[w * draw_strip + i] = static_cast<std::uint16_t>(
          kernels::count_events(words[w * draw_strip + i], thresholds, threshold_count));
    }
  }
}
