#include "adapters/clickhouse/body_encoder.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace polyhouse {
namespace {

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

/// The level ClickHouse's own clients use; higher ones cost more time than the network saves.
constexpr int kZstdLevel = 1;
constexpr int kGzipWindow = 15 + 16;  // zlib.h: 16 more means a gzip header.
constexpr int kGzipMemory = 8;

Error NoMemory() {
  return TransientError("there is no memory to compress an insert");
}

}  // namespace

std::string_view ToString(BodyEncoding encoding) {
  switch (encoding) {
    case BodyEncoding::kNone:
      return "";
    case BodyEncoding::kGzip:
      return "gzip";
    case BodyEncoding::kZstd:
      return "zstd";
  }
  return "";
}

struct BodyEncoder::Streams {
  std::unique_ptr<ZSTD_CCtx, FreeZstd> zstd;
};

BodyEncoder::BodyEncoder(BodyEncoding encoding)
    : encoding_(encoding), streams_(std::make_unique<Streams>()) {}
BodyEncoder::~BodyEncoder() = default;
BodyEncoder::BodyEncoder(BodyEncoder&&) noexcept = default;

Result<std::string_view> BodyEncoder::Encode(std::span<const std::string_view> pieces) {
  auto status = encoding_ == BodyEncoding::kGzip ? EncodeGzip(pieces) : EncodeZstd(pieces);
  if (!status) return std::move(status).error();
  return std::string_view(buffer_);
}

Status BodyEncoder::EncodeZstd(std::span<const std::string_view> pieces) {
  auto& context = streams_->zstd;
  if (!context) context.reset(ZSTD_createCCtx());
  if (!context) return NoMemory();
  ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_only);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kZstdLevel);
  std::size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  buffer_.resize(ZSTD_compressBound(size));
  ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
  const auto compress = [&](std::string_view piece, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    // The buffer holds whatever may come, so one call takes all of it.
    return ZSTD_isError(ZSTD_compressStream2(context.get(), &out, &in, directive)) == 0;
  };
  for (const auto piece : pieces) {
    if (!compress(piece, ZSTD_e_continue)) return NoMemory();
  }
  if (!compress({}, ZSTD_e_end)) return NoMemory();
  buffer_.resize(out.pos);
  return Ok();
}

Status BodyEncoder::EncodeGzip(std::span<const std::string_view> pieces) {
  z_stream stream{};
  if (deflateInit2(
          &stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kGzipMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    return NoMemory();
  std::size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  buffer_.resize(deflateBound(&stream, size));
  stream.next_out = reinterpret_cast<Bytef*>(buffer_.data());
  stream.avail_out = static_cast<uInt>(buffer_.size());
  int code = Z_OK;
  for (std::size_t i = 0; i <= pieces.size() && code >= 0; ++i) {
    const auto piece = i < pieces.size() ? pieces[i] : std::string_view();
    // zlib does not write to its input, but has no const in its interface.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    if (i < pieces.size() && piece.empty()) continue;
    code = deflate(&stream, i < pieces.size() ? Z_NO_FLUSH : Z_FINISH);
  }
  buffer_.resize(stream.total_out);
  deflateEnd(&stream);
  return code == Z_STREAM_END ? Ok() : Status(NoMemory());
}

}  // namespace polyhouse
