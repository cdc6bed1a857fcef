#include "engine/compression.h"

#include <lz4.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <cstring>

#include "engine/city_hash.h"

namespace polyhouse::engine {
namespace {

constexpr std::size_t kRoom = std::size_t{64} << 20;
constexpr const char* kDamaged = "(damaged)";

int WindowOf(const std::string& coding) {
  return coding == "gzip" ? 15 + 16 : 15;
}

std::string Deflated(const std::string& coding, std::string_view plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, WindowOf(coding), 8, Z_DEFAULT_STRATEGY);
  std::string body(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(body.data());
  stream.avail_out = static_cast<uInt>(body.size());
  deflate(&stream, Z_FINISH);
  body.resize(stream.total_out);
  deflateEnd(&stream);
  return body;
}

std::string Inflated(const std::string& coding, std::string_view body) {
  z_stream stream{};
  inflateInit2(&stream, WindowOf(coding));
  std::string plain(kRoom, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  const int code = inflate(&stream, Z_FINISH);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return code == Z_STREAM_END ? plain : kDamaged;
}

std::string Lz4Plain(std::string_view body) {
  LZ4F_dctx* context = nullptr;
  LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
  std::string plain(kRoom, '\0');
  std::size_t made = plain.size();
  std::size_t taken = body.size();
  const std::size_t code =
      LZ4F_decompress(context, plain.data(), &made, body.data(), &taken, nullptr);
  LZ4F_freeDecompressionContext(context);
  plain.resize(made);
  return code == 0 && taken == body.size() ? plain : kDamaged;
}

std::string Lz4Body(std::string_view plain) {
  std::string body(LZ4F_compressFrameBound(plain.size(), nullptr), '\0');
  body.resize(LZ4F_compressFrame(body.data(), body.size(), plain.data(), plain.size(), nullptr));
  return body;
}

std::string ZstdPlain(std::string_view body) {
  std::string plain(kRoom, '\0');
  const std::size_t size = ZSTD_decompress(plain.data(), plain.size(), body.data(), body.size());
  if (ZSTD_isError(size) != 0) return kDamaged;
  plain.resize(size);
  return plain;
}

std::string ZstdBody(std::string_view plain) {
  std::string body(ZSTD_compressBound(plain.size()), '\0');
  body.resize(ZSTD_compress(body.data(), body.size(), plain.data(), plain.size(), 3));
  return body;
}

template <class Number>
std::string NumberBytes(Number number) {
  std::string bytes(sizeof(number), '\0');
  std::memcpy(bytes.data(), &number, sizeof(number));
  return bytes;
}

}  // namespace

std::string Compressed(const std::string& coding, std::string_view plain) {
  if (coding == "zstd") return ZstdBody(plain);
  if (coding == "lz4") return Lz4Body(plain);
  return Deflated(coding, plain);
}

std::string Decompressed(const std::string& coding, std::string_view body) {
  if (coding == "zstd") return ZstdPlain(body);
  if (coding == "lz4") return Lz4Plain(body);
  return Inflated(coding, body);
}

std::string InBlocks(std::string_view plain) {
  const std::string compressed = [&] {
    std::string bytes(static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(plain.size()))),
                      '\0');
    bytes.resize(static_cast<std::size_t>(LZ4_compress_default(plain.data(),
                                                               bytes.data(),
                                                               static_cast<int>(plain.size()),
                                                               static_cast<int>(bytes.size()))));
    return bytes;
  }();
  const std::string checked = std::string("\x82") +
                              NumberBytes(static_cast<std::uint32_t>(compressed.size() + 9)) +
                              NumberBytes(static_cast<std::uint32_t>(plain.size())) + compressed;
  const Hash128 checksum = CityHash128(checked);
  return NumberBytes(checksum.low) + NumberBytes(checksum.high) + checked;
}

std::string OutOfBlocks(std::string_view body) {
  std::string plain;
  while (!body.empty()) {
    std::uint32_t size = 0;
    std::uint32_t plain_size = 0;
    if (body.size() < 25 || body[16] != '\x82') return kDamaged;
    std::memcpy(&size, body.data() + 17, sizeof(size));
    std::memcpy(&plain_size, body.data() + 21, sizeof(plain_size));
    if (body.size() < 16 + size) return kDamaged;
    const Hash128 checksum = CityHash128(body.substr(16, size));
    if (body.substr(0, 16) != NumberBytes(checksum.low) + NumberBytes(checksum.high)) {
      return kDamaged;
    }
    std::string block(plain_size, '\0');
    if (LZ4_decompress_safe(body.data() + 25,
                            block.data(),
                            static_cast<int>(size - 9),
                            static_cast<int>(plain_size)) != static_cast<int>(plain_size)) {
      return kDamaged;
    }
    plain += block;
    body.remove_prefix(16 + size);
  }
  return plain;
}

}  // namespace polyhouse::engine
