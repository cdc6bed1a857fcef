#include "engine/city_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace polyhouse::engine {
namespace {

std::string SomeBytes(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>((i * 7 + i * i / 3) % 256);
  return bytes;
}

// The implementation these values come from agreed with the checksums that clickhouse-compressor
// 18.16 wrote for blocks of every size from 10 to 310 bytes and for larger ones.
TEST(CityHash128, TakesEachPathAsVersion102Did) {
  struct Case {
    std::size_t size;
    std::uint64_t low;
    std::uint64_t high;
  };
  for (const auto& [size, low, high] : {Case{0, 0x3df09dfc64c09a2b, 0x3cb540c392e51e29},
                                        Case{1, 0xa04b71ab61de6422, 0xf768684937e23970},
                                        Case{5, 0x4cbd5c5e381b8722, 0xdddd9fafd61f63c2},
                                        Case{8, 0x1491b8a1d8f1e105, 0x82db4398647ca54b},
                                        Case{15, 0xfae46810c8e17927, 0x4be75a27b7ba369b},
                                        Case{16, 0x0d273b824c90f507, 0x9a68139ce89f82b9},
                                        Case{27, 0x64e6f3c37c82d02e, 0x74cde9da68855242},
                                        Case{64, 0xb975aac58fbfd46e, 0x6659e5a1e6f53ade},
                                        Case{143, 0x1743f35a7c44a90f, 0x964fcd7616d1aa48},
                                        Case{144, 0x4fb48715be52f5e0, 0x15d7b19984b86acb},
                                        Case{272, 0x365386d94f842a5f, 0x2eb77f2d66a79e78},
                                        Case{1000, 0x9248134de2de7219, 0x1f575f54fc1131b3}}) {
    EXPECT_EQ(CityHash128(SomeBytes(size)), (Hash128{low, high})) << size;
  }
}

TEST(CityHash128, SeesEveryByte) {
  for (const std::size_t size : {1U, 9U, 20U, 150U, 400U}) {
    const std::string bytes = SomeBytes(size);
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = bytes;
      other[at] = static_cast<char>(other[at] + 1);
      EXPECT_NE(CityHash128(other), CityHash128(bytes)) << size << " " << at;
    }
  }
}

}  // namespace
}  // namespace polyhouse::engine
