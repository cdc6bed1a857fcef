#include "adapters/clickhouse/body_encoder.h"

#include <zlib.h>
#include <zstd.h>

#include "support/random_rows.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

std::string Unzstd(std::string_view packed, std::size_t room) {
  std::string text(room + 1, '\0');
  const auto size = ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0) return ZSTD_getErrorName(size);
  text.resize(size);
  return text;
}

std::string Gunzip(std::string_view packed, std::size_t room) {
  std::string text(room + 1, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int code = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (code != Z_STREAM_END) return "zlib code " + std::to_string(code);
  text.resize(stream.total_out);
  return text;
}

TEST(BodyEncoder, GivesBackEveryByteOfTheBodyAgainAndAgain) {
  RandomRows random(3);
  BodyEncoder zstd(BodyEncoding::kZstd);
  BodyEncoder gzip(BodyEncoding::kGzip);
  for (const std::size_t count : {0UL, 1UL, 7UL, 500UL}) {
    std::vector<std::string> texts(count);
    for (auto& text : texts) text = random.Number(3) == 0 ? "" : random.Text(3'000);
    std::string whole;
    for (const auto& text : texts) whole += text;
    const std::vector<std::string_view> pieces(texts.begin(), texts.end());

    EXPECT_EQ(Unzstd(zstd.Encode(pieces).value(), whole.size()), whole) << count;
    EXPECT_EQ(Gunzip(gzip.Encode(pieces).value(), whole.size()), whole) << count;
  }
}

TEST(BodyEncoder, MakesBodiesSmaller) {
  const std::string text(100'000, 'x');
  const std::vector<std::string_view> pieces(10, text);
  EXPECT_LT(BodyEncoder(BodyEncoding::kZstd).Encode(pieces)->size(), 10'000U);
  EXPECT_LT(BodyEncoder(BodyEncoding::kGzip).Encode(pieces)->size(), 10'000U);
}

}  // namespace
}  // namespace polyhouse
