// Part of step_kernels_source.hpp: samples from the order of places to that of positions.

// Element by element, for 1 or 2 rows and wherever vectors do not fit.
template <class Value, class Element, std::uint32_t rows>
inline void pack_some(const MoveArgs& args, std::size_t begin) {
  auto* __restrict packed = static_cast<Element*>(args.packed);
  for (std::size_t i = begin; i < args.count; ++i) {
    Element element = 0;
    for (std::uint32_t r = 0; r < rows; ++r) {
      const auto value = static_cast<const Value*>(args.row[r])[i];
      element = static_cast<Element>(element | Element{value} << (8 * sizeof(Value) * r));
    }
    packed[i] = element;
  }
}

template <class Value, class Element, std::uint32_t rows>
inline void unpack_some(const MoveArgs& args, std::size_t begin) {
  const auto* __restrict packed = static_cast<const Element*>(args.packed);
  for (std::size_t i = begin; i < args.count; ++i) {
    const Element element = packed[args.pick[i]];
    for (std::uint32_t r = 0; r < rows; ++r) {
      static_cast<Value*>(args.row[r])[i] = static_cast<Value>(element >> (8 * sizeof(Value) * r));
    }
  }
}

#if defined(__SSE2__)
inline __m128i load_eight(const void* row, std::size_t i) {
  return _mm_loadu_si128(
      reinterpret_cast<const __m128i*>(static_cast<const std::uint16_t*>(row) + i));
}

inline void store_eight(__m128i value, void* row, std::size_t i) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(static_cast<std::uint16_t*>(row) + i), value);
}

// Eight neurons of four rows of halves a b c d; returns where it stopped.
inline std::size_t pack_four(const MoveArgs& args) {
  auto* const packed = static_cast<__m128i*>(args.packed);
  const void* const last = args.rows == 4 ? args.row[3] : args.row[2];
  std::size_t i = 0;
  for (; i + 8 <= args.count; i += 8) {
    const __m128i a = load_eight(args.row[0], i), b = load_eight(args.row[1], i);
    const __m128i c = load_eight(args.row[2], i), d = load_eight(last, i);
    const __m128i ab_low = _mm_unpacklo_epi16(a, b), ab_high = _mm_unpackhi_epi16(a, b);
    const __m128i cd_low = _mm_unpacklo_epi16(c, d), cd_high = _mm_unpackhi_epi16(c, d);
    __m128i* const out = packed + i / 2;
    _mm_storeu_si128(out, _mm_unpacklo_epi32(ab_low, cd_low));
    _mm_storeu_si128(out + 1, _mm_unpackhi_epi32(ab_low, cd_low));
    _mm_storeu_si128(out + 2, _mm_unpacklo_epi32(ab_high, cd_high));
    _mm_storeu_si128(out + 3, _mm_unpackhi_epi32(ab_high, cd_high));
  }
  return i;
}

inline std::size_t unpack_four(const MoveArgs& args) {
  const auto* const packed = static_cast<const std::uint64_t*>(args.packed);
  const auto one = [&](std::uint32_t element) {
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(packed + element));
  };
  std::size_t i = 0;
  for (; i + 8 <= args.count; i += 8) {
    const std::uint32_t* const pick = args.pick + i;
    const auto two = [&](std::size_t k) {
      return _mm_unpacklo_epi64(one(pick[k]), one(pick[k + 1]));
    };
    const __m128i n01 = two(0), n23 = two(2), n45 = two(4), n67 = two(6);
    const __m128i even = _mm_unpacklo_epi16(n01, n23), odd = _mm_unpackhi_epi16(n01, n23);
    const __m128i even_4 = _mm_unpacklo_epi16(n45, n67), odd_4 = _mm_unpackhi_epi16(n45, n67);
    const __m128i ab = _mm_unpacklo_epi16(even, odd), cd = _mm_unpackhi_epi16(even, odd);
    const __m128i ab_4 = _mm_unpacklo_epi16(even_4, odd_4);
    const __m128i cd_4 = _mm_unpackhi_epi16(even_4, odd_4);
    store_eight(_mm_unpacklo_epi64(ab, ab_4), args.row[0], i);
    store_eight(_mm_unpackhi_epi64(ab, ab_4), args.row[1], i);
    store_eight(_mm_unpacklo_epi64(cd, cd_4), args.row[2], i);
    if (args.rows == 4) store_eight(_mm_unpackhi_epi64(cd, cd_4), args.row[3], i);
  }
  return i;
}
#else
inline std::size_t pack_four(const MoveArgs&) { return 0; }
inline std::size_t unpack_four(const MoveArgs&) { return 0; }
#endif

void pack_rows(const MoveArgs& args) {
  if (args.dtype == V1E_F32) return pack_some<std::uint32_t, std::uint32_t, 1>(args, 0);
  if (args.rows == 1) return pack_some<std::uint16_t, std::uint16_t, 1>(args, 0);
  if (args.rows == 2) return pack_some<std::uint16_t, std::uint32_t, 2>(args, 0);
  const std::size_t begin = pack_four(args);
  if (args.rows == 3) return pack_some<std::uint16_t, std::uint64_t, 3>(args, begin);
  pack_some<std::uint16_t, std::uint64_t, 4>(args, begin);
}

void unpack_rows(const MoveArgs& args) {
  if (args.dtype == V1E_F32) return unpack_some<std::uint32_t, std::uint32_t, 1>(args, 0);
  if (args.rows == 1) return unpack_some<std::uint16_t, std::uint16_t, 1>(args, 0);
  if (args.rows == 2) return unpack_some<std::uint16_t, std::uint32_t, 2>(args, 0);
  const std::size_t begin = unpack_four(args);
  if (args.rows == 3) return unpack_some<std::uint16_t, std::uint64_t, 3>(args, begin);
  unpack_some<std::uint16_t, std::uint64_t, 4>(args, begin);
}
