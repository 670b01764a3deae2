#include "engine/network/generator/skip_draws.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace v1::network::generator {
namespace {

void draw_one_by_one(std::uint64_t seed, std::uint32_t item, std::uint32_t trial,
                     std::uint32_t block, SkipBatch& batch) {
  for (std::uint32_t i = 0; i < SkipBatch::size; ++i) {
    const kernels::PhiloxWords words =
        kernels::philox4(seed, stream::recurrent, item, trial, block + i);
    batch.skip[i] = exponential(words);
    batch.word2[i] = words.word[2];
    batch.word3[i] = words.word[3];
  }
}

#if defined(__x86_64__)
#define V1_AVX2 [[gnu::target("avx2"), gnu::always_inline]] inline

/// Four draws. The words lie in the lower halves of the 64-bit lanes; the upper ones hold anything.
struct FourWords {
  __m256i word[4];
};

V1_AVX2 FourWords philox_four(std::uint64_t seed, std::uint32_t item, std::uint32_t trial,
                              std::uint32_t block) {
  const __m256i multiplier0 = _mm256_set1_epi64x(0xD2511F53);
  const __m256i multiplier1 = _mm256_set1_epi64x(0xCD9E8D57);
  const __m256i step0 = _mm256_set1_epi64x(0x9E3779B9), step1 = _mm256_set1_epi64x(0xBB67AE85);
  __m256i key0 = _mm256_set1_epi64x(static_cast<std::uint32_t>(seed));
  __m256i key1 = _mm256_set1_epi64x(static_cast<std::uint32_t>(seed >> 32));
  __m256i c0 = _mm256_set1_epi64x(stream::recurrent), c1 = _mm256_set1_epi64x(item);
  __m256i c2 = _mm256_set1_epi64x(trial);
  __m256i c3 = _mm256_add_epi32(_mm256_set1_epi64x(block), _mm256_set_epi64x(3, 2, 1, 0));
  for (int round = 0; round < 10; ++round) {
    const __m256i product0 = _mm256_mul_epu32(multiplier0, c0);
    const __m256i product1 = _mm256_mul_epu32(multiplier1, c2);
    c0 = _mm256_xor_si256(_mm256_srli_epi64(product1, 32), _mm256_xor_si256(c1, key0));
    c2 = _mm256_xor_si256(_mm256_srli_epi64(product0, 32), _mm256_xor_si256(c3, key1));
    c1 = product1;
    c3 = product0;
    key0 = _mm256_add_epi32(key0, step0);
    key1 = _mm256_add_epi32(key1, step1);
  }
  return {{c0, c1, c2, c3}};
}

/// kernels::uniform_open(word 0, word 1): 52 bits behind a one, less that one, plus half a cell.
V1_AVX2 __m256d uniform_four(const FourWords& words) {
  const __m256i lower = _mm256_set1_epi64x(0xFFFFFFFF);
  const __m256i both =
      _mm256_or_si256(_mm256_slli_epi64(words.word[0], 32), _mm256_and_si256(words.word[1], lower));
  const __m256d one = _mm256_set1_pd(1.0);
  const __m256i bits = _mm256_or_si256(_mm256_srli_epi64(both, 12), _mm256_castpd_si256(one));
  return _mm256_add_pd(_mm256_sub_pd(_mm256_castsi256_pd(bits), one), _mm256_set1_pd(0x1p-53));
}

/// -kernels::portable_log(x) for normal x in (0, 1): the same operations in the same order.
V1_AVX2 __m256d minus_log_four(__m256d x) {
  const __m256d one = _mm256_set1_pd(1.0), half = _mm256_set1_pd(0.5);
  const __m256i bits = _mm256_castpd_si256(x);
  // An integer below 2^52 becomes a double as the last bits of 2^52.
  const __m256d two52 = _mm256_set1_pd(0x1p52);
  const __m256d exponent =
      _mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64(bits, 52), _mm256_castpd_si256(two52)));
  __m256d k = _mm256_sub_pd(exponent, _mm256_set1_pd(0x1p52 + 1023.0));
  __m256d mantissa = _mm256_castsi256_pd(_mm256_or_si256(
      _mm256_and_si256(bits, _mm256_set1_epi64x(0x000FFFFFFFFFFFFF)), _mm256_castpd_si256(one)));
  const __m256d large = _mm256_cmp_pd(mantissa, _mm256_set1_pd(1.4142135623730951), _CMP_GT_OQ);
  mantissa = _mm256_blendv_pd(mantissa, _mm256_mul_pd(mantissa, half), large);
  k = _mm256_add_pd(k, _mm256_and_pd(large, one));

  const __m256d f = _mm256_sub_pd(mantissa, one);
  const __m256d s = _mm256_div_pd(f, _mm256_add_pd(_mm256_set1_pd(2.0), f));
  const __m256d half_square = _mm256_mul_pd(_mm256_mul_pd(half, f), f);
  const __m256d z = _mm256_mul_pd(s, s);
  __m256d tail = _mm256_set1_pd(2.0 / 23);
  for (const double c : {2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9,
                         2.0 / 7, 2.0 / 5, 2.0 / 3}) {
    tail = _mm256_add_pd(_mm256_mul_pd(tail, z), _mm256_set1_pd(c));
  }
  const __m256d r =
      _mm256_add_pd(_mm256_mul_pd(s, _mm256_add_pd(half_square, _mm256_mul_pd(z, tail))),
                    _mm256_mul_pd(k, _mm256_set1_pd(kernels::detail::ln2_low)));
  const __m256d less = _mm256_sub_pd(_mm256_sub_pd(half_square, r), f);
  const __m256d log =
      _mm256_sub_pd(_mm256_mul_pd(k, _mm256_set1_pd(kernels::detail::ln2_high)), less);
  return _mm256_xor_pd(log, _mm256_set1_pd(-0.0));
}

/// The lower halves of the lanes.
V1_AVX2 void store_words(__m256i lanes, std::uint32_t* to) {
  const __m256i packed =
      _mm256_permutevar8x32_epi32(lanes, _mm256_set_epi32(0, 0, 0, 0, 6, 4, 2, 0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(packed));
}

[[gnu::target("avx2")]] void draw_side_by_side(std::uint64_t seed, std::uint32_t item,
                                               std::uint32_t trial, std::uint32_t block,
                                               SkipBatch& batch) {
  const FourWords first = philox_four(seed, item, trial, block);
  const FourWords second = philox_four(seed, item, trial, block + 4);
  _mm256_storeu_pd(batch.skip, minus_log_four(uniform_four(first)));
  _mm256_storeu_pd(batch.skip + 4, minus_log_four(uniform_four(second)));
  store_words(first.word[2], batch.word2);
  store_words(second.word[2], batch.word2 + 4);
  store_words(first.word[3], batch.word3);
  store_words(second.word[3], batch.word3 + 4);
}

const bool has_avx2 = __builtin_cpu_supports("avx2");
#endif

}  // namespace

void draw_skips(std::uint64_t seed, std::uint32_t item, std::uint32_t trial, std::uint32_t block,
                SkipBatch& batch) {
#if defined(__x86_64__)
  if (has_avx2) return draw_side_by_side(seed, item, trial, block, batch);
#endif
  draw_one_by_one(seed, item, trial, block, batch);
}

}  // namespace v1::network::generator
