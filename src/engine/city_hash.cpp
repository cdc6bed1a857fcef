#include "engine/city_hash.h"

#include <bit>
#include <cstring>
#include <utility>

namespace polyhouse::engine {
namespace {

// The constants and the order of every step are those of Google's CityHash 1.0.2; a test compares
// with blocks that a ClickHouse server wrote.
constexpr std::uint64_t kPrime0 = 0xc3a5c85c97cb3127;
constexpr std::uint64_t kPrime1 = 0xb492b66fbe98f273;
constexpr std::uint64_t kPrime2 = 0x9ae16a3b2f90404f;
constexpr std::uint64_t kPrime3 = 0xc949d7c7509e6557;
constexpr std::uint64_t kMixer = 0x9ddfea08eb382d69;
constexpr std::size_t kStride = 64;

using Pair = std::pair<std::uint64_t, std::uint64_t>;

/// An unaligned number out of the bytes; they must be there.
template <class Number>
Number Load(std::string_view bytes, std::size_t at) {
  static_assert(std::endian::native == std::endian::little);
  Number number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof(number));
  return number;
}

std::uint64_t Load64(std::string_view bytes, std::size_t at) {
  return Load<std::uint64_t>(bytes, at);
}

std::uint64_t Fold(std::uint64_t value) {
  return value ^ (value >> 47U);
}

std::uint64_t Combine(std::uint64_t low, std::uint64_t high) {
  const std::uint64_t first = Fold((low ^ high) * kMixer);
  return Fold((high ^ first) * kMixer) * kMixer;
}

std::uint64_t HashUpTo16(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  if (size > 8) {
    const std::uint64_t last = Load64(bytes, size - 8);
    return Combine(Load64(bytes, 0), std::rotr(last + size, static_cast<int>(size))) ^ last;
  }
  if (size >= 4) {
    const std::uint64_t first = Load<std::uint32_t>(bytes, 0);
    return Combine(size + (first << 3U), Load<std::uint32_t>(bytes, size - 4));
  }
  if (size == 0) return kPrime2;
  const auto byte = [&](std::size_t at) { return std::uint32_t{Load<std::uint8_t>(bytes, at)}; };
  const std::uint32_t low = byte(0) + (byte(size >> 1U) << 8U);
  const std::uint32_t high = static_cast<std::uint32_t>(size) + (byte(size - 1) << 2U);
  return Fold(low * kPrime2 ^ high * kPrime3) * kPrime2;
}

/// Hashes the 32 bytes at `at`; weak, and fast.
Pair HashWeakly(std::string_view bytes, std::size_t at, Pair seed) {
  auto [a, b] = seed;
  a += Load64(bytes, at);
  const std::uint64_t last = Load64(bytes, at + 24);
  b = std::rotr(b + a + last, 21);
  const std::uint64_t before = a;
  a += Load64(bytes, at + 8) + Load64(bytes, at + 16);
  b += std::rotr(a, 44);
  return {a + last, b + before};
}

Hash128 HashShort(std::string_view bytes, Pair seed) {
  auto [a, b] = seed;
  std::uint64_t c = 0;
  std::uint64_t d = 0;
  const std::size_t size = bytes.size();
  if (size <= 16) {
    a = Fold(a * kPrime1) * kPrime1;
    c = b * kPrime1 + HashUpTo16(bytes);
    d = Fold(a + (size >= 8 ? Load64(bytes, 0) : c));
  } else {
    c = Combine(Load64(bytes, size - 8) + kPrime1, a);
    d = Combine(b + size, c + Load64(bytes, size - 16));
    a += d;
    for (std::size_t at = 0; at + 16 < size; at += 16) {
      a = (a ^ (Fold(Load64(bytes, at) * kPrime1) * kPrime1)) * kPrime1;
      b ^= a;
      c = (c ^ (Fold(Load64(bytes, at + 8) * kPrime1) * kPrime1)) * kPrime1;
      d ^= c;
    }
  }
  a = Combine(a, c);
  b = Combine(d, b);
  return {a ^ b, Combine(b, a)};
}

/// The state of a long hash.
struct LongHash {
  std::uint64_t x = 0;
  std::uint64_t y = 0;
  std::uint64_t z = 0;
  Pair v;
  Pair w;

  void TakeStride(std::string_view bytes, std::size_t at) {
    x = std::rotr(x + y + v.first + Load64(bytes, at + 16), 37) * kPrime1;
    y = std::rotr(y + v.second + Load64(bytes, at + 48), 42) * kPrime1;
    x ^= w.second;
    y ^= v.first;
    z = std::rotr(z ^ w.first, 33);
    v = HashWeakly(bytes, at, {v.second * kPrime1, x + w.first});
    w = HashWeakly(bytes, at + 32, {z + w.second, y});
    std::swap(z, x);
  }

  void TakeTail(std::string_view bytes, std::size_t at) {
    y = std::rotr(y - x, 42) * kPrime0 + v.second;
    w.first += Load64(bytes, at + 16);
    x = std::rotr(x, 49) * kPrime0 + w.first;
    w.first += v.first;
    v = HashWeakly(bytes, at, v);
  }
};

/// For 128 bytes and more.
Hash128 HashLong(std::string_view bytes, Pair seed) {
  LongHash hash{seed.first, seed.second, bytes.size() * kPrime1, {}, {}};
  hash.v.first = std::rotr(hash.y ^ kPrime1, 49) * kPrime1 + Load64(bytes, 0);
  hash.v.second = std::rotr(hash.v.first, 42) * kPrime1 + Load64(bytes, 8);
  hash.w.first = std::rotr(hash.y + hash.z, 35) * kPrime1 + hash.x;
  hash.w.second = std::rotr(hash.x + Load64(bytes, 88), 53) * kPrime1;
  std::size_t at = 0;
  for (; bytes.size() - at >= 2 * kStride; at += 2 * kStride) {
    hash.TakeStride(bytes, at);
    hash.TakeStride(bytes, at + kStride);
  }
  hash.y += std::rotr(hash.w.first, 37) * kPrime0 + hash.z;
  hash.x += std::rotr(hash.v.first + hash.z, 49) * kPrime0;
  // From the end backwards; the last step may reach back into bytes that were taken already.
  const std::size_t rest = bytes.size() - at;
  for (std::size_t done = 32; done < rest + 32; done += 32) {
    hash.TakeTail(bytes, bytes.size() - done);
  }
  const std::uint64_t x = Combine(hash.x, hash.v.first);
  const std::uint64_t y = Combine(hash.y, hash.w.first);
  return {Combine(x + hash.v.second, hash.w.second) + y,
          Combine(x + hash.w.second, y + hash.v.second)};
}

Hash128 HashWithSeed(std::string_view bytes, Pair seed) {
  return bytes.size() < 2 * kStride ? HashShort(bytes, seed) : HashLong(bytes, seed);
}

}  // namespace

Hash128 CityHash128(std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (size >= 16) {
    return HashWithSeed(bytes.substr(16), {Load64(bytes, 0) ^ kPrime3, Load64(bytes, 8)});
  }
  if (size >= 8) {
    return HashWithSeed({},
                        {Load64(bytes, 0) ^ (size * kPrime0), Load64(bytes, size - 8) ^ kPrime1});
  }
  return HashWithSeed(bytes, {kPrime0, kPrime1});
}

}  // namespace polyhouse::engine
