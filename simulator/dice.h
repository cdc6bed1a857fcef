#pragma once

#include <cstdint>

namespace polyhouse {

/// A bijection on 64 bits that scatters its input (the finaliser of SplitMix64).
constexpr std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// The inverse of Mix: a generated identifier leads back to its row without a table.
constexpr std::uint64_t Unmix(std::uint64_t x) {
  x = (x ^ (x >> 31) ^ (x >> 62)) * 0x319642b2d24d8ec3ULL;
  x = (x ^ (x >> 27) ^ (x >> 54)) * 0x96de1b173f119089ULL;
  return x ^ (x >> 30) ^ (x >> 60);
}

/// Independent pseudo-random bits for one purpose of one thing.
constexpr std::uint64_t Draw(std::uint64_t hash, std::uint64_t purpose) {
  return Mix(hash ^ Mix(purpose + 0x9e3779b97f4a7c15ULL));
}

/// A number in [0, 1) made of the upper bits.
constexpr double Unit(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

/// A deterministic sequence of draws.
class Dice final {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Roll() { return Mix(state_ += 0x9e3779b97f4a7c15ULL); }
  /// A number below `limit`, which is not zero.
  std::uint64_t Below(std::uint64_t limit) { return Roll() % limit; }
  double Fraction() { return Unit(Roll()); }

 private:
  std::uint64_t state_;
};

}  // namespace polyhouse
