#include <gtest/gtest.h>

#include <array>

#include "engine/body_decoder.h"
#include "engine/body_encoder.h"

namespace polyhouse::engine {
namespace {

constexpr std::array kCodings = {
    ContentCoding::kGzip, ContentCoding::kDeflate, ContentCoding::kZstd, ContentCoding::kLz4};

std::string Encoded(ContentCoding coding, std::string_view plain) {
  const auto encoder = MakeBodyEncoder(coding);
  std::string body;
  EXPECT_TRUE(encoder->Encode(plain, body));
  EXPECT_TRUE(encoder->Finish(body));
  return body;
}

EngineResult<std::string> Decoded(ContentCoding coding,
                                  std::string_view body,
                                  std::size_t piece_bytes = 1000) {
  const auto decoder = MakeBodyDecoder(coding);
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

std::string SomeText() {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i) + ",";
  return text;
}

TEST(BodyDecoder, ReadsWhatTheEncoderWroteInPiecesOfAnySize) {
  const std::string text = SomeText();
  for (const auto coding : kCodings) {
    const std::string body = Encoded(coding, text);
    EXPECT_LT(body.size(), text.size()) << NameOf(coding);
    for (const std::size_t piece_bytes : {1U, 1000U, 1'000'000U}) {
      EXPECT_EQ(Decoded(coding, body, piece_bytes).value(), text) << NameOf(coding);
    }
  }
}

TEST(BodyDecoder, TakesSeveralStreamsForOneBody) {
  for (const auto coding : kCodings) {
    const std::string body = Encoded(coding, "one, ") + Encoded(coding, "two");
    EXPECT_EQ(Decoded(coding, body).value(), "one, two") << NameOf(coding);
    EXPECT_EQ(Decoded(coding, Encoded(coding, "")).value(), "") << NameOf(coding);
    EXPECT_EQ(Decoded(coding, "").value(), "") << NameOf(coding);
  }
}

TEST(BodyDecoder, RefusesBodiesThatWereCut) {
  for (const auto coding : kCodings) {
    const std::string body = Encoded(coding, "some text that is compressed");
    for (std::size_t size = 1; size < body.size(); ++size) {
      EXPECT_FALSE(Decoded(coding, body.substr(0, size))) << NameOf(coding) << " " << size;
    }
  }
}

TEST(BodyDecoder, RefusesWhatIsNotCompressedOrDamaged) {
  for (const auto coding : kCodings) {
    EXPECT_FALSE(Decoded(coding, "SELECT 1 -- plain text")) << NameOf(coding);
    EXPECT_FALSE(Decoded(coding, Encoded(coding, "x") + "and what else?")) << NameOf(coding);
  }
}

TEST(BodyDecoder, GivesOutBoundedPiecesHoweverMuchABodyExpands) {
  for (const auto coding : kCodings) {
    const std::string bomb = Encoded(coding, std::string(std::size_t{32} << 20, 'x'));
    std::size_t longest = 0;
    std::size_t total = 0;
    const auto decoder = MakeBodyDecoder(coding);
    ASSERT_TRUE(decoder->Decode(bomb, [&](std::string_view piece) {
      longest = std::max(longest, piece.size());
      total += piece.size();
      return total < (std::size_t{8} << 20);
    }));
    EXPECT_LE(longest, std::size_t{128} << 10) << NameOf(coding);
    EXPECT_LT(total, std::size_t{9} << 20) << NameOf(coding) << ": goes on when nobody wants more";
  }
}

TEST(ChainDecoders, UndoesWhatChainEncodersDid) {
  const auto encoder =
      ChainEncoders(MakeBodyEncoder(ContentCoding::kLz4), MakeBodyEncoder(ContentCoding::kGzip));
  std::string body;
  ASSERT_TRUE(encoder->Encode("text", body));
  ASSERT_TRUE(encoder->Finish(body));
  const auto decoder =
      ChainDecoders(MakeBodyDecoder(ContentCoding::kGzip), MakeBodyDecoder(ContentCoding::kLz4));
  std::string plain;
  const auto take = [&](std::string_view piece) {
    plain += piece;
    return true;
  };

  EXPECT_TRUE(decoder->Decode(body, take));
  EXPECT_TRUE(decoder->Finish());
  EXPECT_EQ(plain, "text");
  EXPECT_EQ(ChainDecoders(nullptr, nullptr), nullptr);
}

TEST(ContentCodingNamed, KnowsCodingsInAnyCaseAndRefusesOthers) {
  EXPECT_EQ(ContentCodingNamed("").value(), ContentCoding::kIdentity);
  EXPECT_EQ(ContentCodingNamed("Identity").value(), ContentCoding::kIdentity);
  EXPECT_EQ(ContentCodingNamed(" GZip ").value(), ContentCoding::kGzip);
  EXPECT_EQ(ContentCodingNamed("zstd").value(), ContentCoding::kZstd);
  for (const auto* const name : {"br", "gzip, zstd", "snappy", "x"}) {
    EXPECT_EQ(ContentCodingNamed(name).error().code, 48) << name;
  }
}

TEST(PreferredCoding, ChoosesInClickHousesOrder) {
  EXPECT_EQ(PreferredCoding(""), ContentCoding::kIdentity);
  EXPECT_EQ(PreferredCoding("br, snappy"), ContentCoding::kIdentity);
  EXPECT_EQ(PreferredCoding("deflate"), ContentCoding::kDeflate);
  EXPECT_EQ(PreferredCoding("deflate, gzip;q=0.5"), ContentCoding::kGzip);
  EXPECT_EQ(PreferredCoding("gzip,LZ4"), ContentCoding::kLz4);
  EXPECT_EQ(PreferredCoding("gzip, deflate, br, zstd"), ContentCoding::kZstd);
  EXPECT_EQ(PreferredCoding("zstd;q=0, gzip; q=0.0, deflate"), ContentCoding::kDeflate);
  EXPECT_EQ(PreferredCoding("x-gzip"), ContentCoding::kIdentity);
}

}  // namespace
}  // namespace polyhouse::engine
