// How it works. 64 bytes at a time become a mask of the bytes that end a number; so each number's
// place is known before the one in front of it has been read, and the processor works on several at
// once, with no guess about their lengths. The digits behind a number's point are the 16 bytes that
// end where it ends, with what stands in front of them cleared; neighbours are joined to pairs,
// pairs to fours, fours to eights (there are instructions that multiply and add neighbours).
#include "serve/plain_floats.h"

#include "serve/decimal_float.h"
#include "serve/number_array.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>
#endif

namespace purser::serve {

#if defined(__x86_64__)
namespace {

constexpr std::ptrdiff_t kBlock = 64;     // bytes
constexpr std::ptrdiff_t kDecimals = 16;  // most digits behind a point

// 16 bytes from kOnes + n on: a mask of the last n of them.
alignas(32) constexpr auto kOnes = [] {
  std::array<unsigned char, 2 * kDecimals> table{};
  for (std::size_t i = kDecimals; i < table.size(); ++i) table[i] = 0xFF;
  return table;
}();

constexpr std::array<std::uint64_t, kDecimals + 1> kWholePowersOfTen = [] {
  std::array<std::uint64_t, kDecimals + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = 10 * powers[i - 1];
  return powers;
}();

// Of 64 bytes, those that are not above ',': it, space, and what stands in no plain number.
[[gnu::target("avx2"), gnu::always_inline]] inline std::uint64_t ends_in(const char* block) {
  const __m256i comma = _mm256_set1_epi8(',');
  const auto half = [comma](const char* at) __attribute__((target("avx2"), always_inline)) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(bytes, comma), bytes))));
  };
  return half(block) | half(block + kBlock / 2) << 32U;
}

// The number in [text, stop) if it is one digit, a point and 1 to 16 digits, with or without a
// sign: what nearly every number of a tensor looks like. Otherwise false, and `value` means
// nothing. Reads the 16 bytes before `stop`.
[[gnu::target("avx2"), gnu::always_inline]] inline bool read_short(const char* text,
                                                                   const char* stop, float& value) {
  const bool negative = *text == '-';
  text += negative ? 1 : 0;
  const std::ptrdiff_t decimals = stop - text - 2;
  const auto first = static_cast<unsigned char>(*text - '0');
  if (decimals < 1 || decimals > kDecimals || first > 9 || text[1] != '.') return false;

  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(stop - kDecimals));
  const __m128i behind_point =
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(kOnes.data() + decimals));
  const __m128i digits = _mm_and_si128(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), behind_point);
  const __m128i above_nine = _mm_subs_epu8(digits, _mm_set1_epi8(9));
  if (_mm_testz_si128(above_nine, above_nine) == 0) return false;
  const __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010A));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
  const __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(0x00012710));
  const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
  const auto places = static_cast<std::size_t>(decimals);
  const std::uint64_t all =
      first * kWholePowersOfTen[places] + (both & 0xFFFFFFFF) * 100'000'000 + (both >> 32U);
  return nearest_float(all, -static_cast<int>(decimals), negative, value);
}

[[gnu::target("avx2,bmi")]] PlainFloats read_with_avx2(const char* begin, const char* text,
                                                       const char* end, std::span<float> out) {
  PlainFloats read{text, 0};
  if (text - begin < kDecimals) return read;
  for (const char* block = text; end - block >= kBlock; block += kBlock) {
    for (std::uint64_t ends = ends_in(block); ends != 0; ends &= ends - 1) {
      const char* const stop = block + std::countr_zero(ends);
      if (stop == read.next) {  // no number between two ends: a space behind a comma, or a fault
        if (*stop != ' ') return read;
        ++read.next;
        continue;
      }
      if (*stop != ',' || read.count == out.size()) return read;
      float& value = out[read.count];
      if (stop - read.next == 1 && *read.next == '0')
          [[likely]] {  // the most frequent number by far
        value = 0;
      } else if (!read_short(read.next, stop, value) && read_float(read.next, end, value) != stop) {
        return read;
      }
      ++read.count;
      read.next = stop + 1;
    }
  }
  return read;
}

}  // namespace

PlainFloats read_plain_floats(const char* begin, const char* text, const char* end,
                              std::span<float> out) {
  static const bool able =
      __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0;
  if (!able) return {text, 0};
  return read_with_avx2(begin, text, end, out);
}

#else

PlainFloats read_plain_floats(const char*, const char* text, const char*, std::span<float>) {
  return {text, 0};
}

#endif

}  // namespace purser::serve
