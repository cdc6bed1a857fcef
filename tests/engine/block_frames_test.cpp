#include "engine/block_frames.h"

#include <gtest/gtest.h>

#include <charconv>

namespace polyhouse::engine {
namespace {

std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    unsigned byte = 0;
    std::from_chars(hex.data() + at, hex.data() + at + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

constexpr std::string_view kHello = "hello hello hello hello hello hello";
// What clickhouse-compressor 18.16 wrote for it.
constexpr std::string_view kHelloLz4 =
    "20ac97dd72c7c57044b6842f78fd72628219000000230000006f68656c6c6f200600055068656c6c6f";
constexpr std::string_view kHelloZstd =
    "00f65ecad7fbb4b6e05225434bebc4e1901e0000002300000028b52ffd20236500003068656c6c6f200100b94b11";
constexpr std::string_view kHelloNone =
    "fdd8b9d3431c48d94267944caa71321a022c0000002300000068656c6c6f2068656c6c6f2068656c6c6f2068656c6c"
    "6f2068656c6c6f2068656c6c6f";

EngineResult<std::string> Decoded(std::string_view body, std::size_t piece_bytes) {
  const auto decoder = MakeBlockDecoder();
  std::string plain;
  for (std::size_t at = 0; at < body.size(); at += piece_bytes) {
    auto done = decoder->Decode(body.substr(at, piece_bytes), [&](std::string_view piece) {
      plain += piece;
      return true;
    });
    if (!done) return tl::make_unexpected(std::move(done.error()));
  }
  if (auto ended = decoder->Finish(); !ended) return tl::make_unexpected(std::move(ended.error()));
  return plain;
}

int CodeOf(const EngineResult<std::string>& result) {
  return result ? 0 : result.error().code;
}

TEST(BlockDecoder, ReadsWhatClickHouseWrote) {
  for (const auto block : {kHelloLz4, kHelloZstd, kHelloNone}) {
    for (const std::size_t piece_bytes : {1U, 7U, 1000U}) {
      EXPECT_EQ(Decoded(Bytes(block), piece_bytes).value(), kHello) << block << piece_bytes;
    }
  }
  const std::string all = Bytes(kHelloNone) + Bytes(kHelloLz4) + Bytes(kHelloZstd);
  EXPECT_EQ(Decoded(all, 50).value().size(), 3 * kHello.size());
  EXPECT_EQ(Decoded("", 1).value(), "");
}

TEST(BlockDecoder, RefusesEveryChangedByte) {
  const std::string block = Bytes(kHelloLz4);
  for (std::size_t at = 0; at < block.size(); ++at) {
    std::string damaged = block;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(Decoded(damaged, 1000)) << at;
  }
  std::string damaged = block;
  damaged[0] = static_cast<char>(damaged[0] ^ 1);
  EXPECT_EQ(CodeOf(Decoded(damaged, 1000)), 40);
}

TEST(BlockDecoder, RefusesEveryCutAndLeavesNothingOut) {
  const std::string block = Bytes(kHelloLz4);
  for (std::size_t size = 1; size < block.size(); ++size) {
    EXPECT_EQ(CodeOf(Decoded(block.substr(0, size), 1000)), 33) << size;
  }
}

TEST(BlockDecoder, RefusesSizesThatCannotBeTrue) {
  std::string huge = Bytes(kHelloLz4);
  huge[19] = '\x7F';  // The third byte of the block's length: half a gigabyte follows, it says.
  huge[20] = '\x1F';
  EXPECT_EQ(CodeOf(Decoded(huge, 1000)), 12);
  EXPECT_EQ(CodeOf(Decoded("SELECT 1 -- this is no block at all", 1000)), 12);
}

TEST(BlockEncoder, WritesBlocksThatTheDecoderReads) {
  std::string plain;
  for (std::uint64_t i = 0; plain.size() < 2'500'000; ++i) plain += std::to_string(i * i);
  const auto encoder = MakeBlockEncoder();
  std::string body;
  for (std::size_t at = 0; at < plain.size(); at += 100'000) {
    ASSERT_TRUE(encoder->Encode(std::string_view(plain).substr(at, 100'000), body));
  }
  ASSERT_TRUE(encoder->Finish(body));

  EXPECT_LT(body.size(), plain.size());
  EXPECT_EQ(Decoded(body, 4096).value(), plain);
}

}  // namespace
}  // namespace polyhouse::engine
