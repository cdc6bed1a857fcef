#include "engine/body_encoder.h"

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <vector>

namespace polyhouse::engine {
namespace {

/// ClickHouse's default for every coding (http_zlib_compression_level).
constexpr int kLevel = 3;
constexpr std::size_t kOutputBytes = std::size_t{128} << 10;
/// Longest run of plain bytes given to liblz4 at once: it wants room for the worst case.
constexpr std::size_t kLz4Bytes = std::size_t{256} << 10;
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kZlibMemory = 8;

class ZlibEncoder final : public BodyEncoder {
 public:
  explicit ZlibEncoder(ContentCoding coding) : buffer_(kOutputBytes) {
    usable_ = deflateInit2(&stream_,
                           kLevel,
                           Z_DEFLATED,
                           coding == ContentCoding::kGzip ? kGzipWindow : kZlibWindow,
                           kZlibMemory,
                           Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ZlibEncoder(const ZlibEncoder&) = delete;
  ZlibEncoder& operator=(const ZlibEncoder&) = delete;
  ~ZlibEncoder() override { deflateEnd(&stream_); }

  bool Encode(std::string_view piece, std::string& output) override {
    return Run(piece, Z_NO_FLUSH, output);
  }
  bool Finish(std::string& output) override { return Run({}, Z_FINISH, output); }

 private:
  bool Run(std::string_view piece, int flush, std::string& output) {
    if (!usable_) return false;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    do {
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      if (deflate(&stream_, flush) == Z_STREAM_ERROR) return false;
      output.append(reinterpret_cast<const char*>(buffer_.data()),
                    buffer_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return true;
  }

  z_stream stream_{};
  std::vector<Bytef> buffer_;
  bool usable_ = false;
};

class ZstdEncoder final : public BodyEncoder {
 public:
  ZstdEncoder() : stream_(ZSTD_createCCtx(), ZSTD_freeCCtx), buffer_(kOutputBytes) {
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, kLevel);
  }

  bool Encode(std::string_view piece, std::string& output) override {
    return Run(piece, ZSTD_e_continue, output);
  }
  bool Finish(std::string& output) override { return Run({}, ZSTD_e_end, output); }

 private:
  bool Run(std::string_view piece, ZSTD_EndDirective directive, std::string& output) {
    ZSTD_inBuffer input{piece.data(), piece.size(), 0};
    while (true) {
      ZSTD_outBuffer room{buffer_.data(), buffer_.size(), 0};
      const std::size_t code = ZSTD_compressStream2(stream_.get(), &room, &input, directive);
      if (ZSTD_isError(code) != 0) return false;
      output.append(buffer_.data(), room.pos);
      const bool is_done = directive == ZSTD_e_end ? code == 0 : input.pos == input.size;
      if (is_done) return true;
    }
  }

  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> stream_;
  std::vector<char> buffer_;
};

class Lz4Encoder final : public BodyEncoder {
 public:
  Lz4Encoder() : buffer_(LZ4F_compressBound(kLz4Bytes, nullptr)) {
    LZ4F_createCompressionContext(&context_, LZ4F_VERSION);
  }
  Lz4Encoder(const Lz4Encoder&) = delete;
  Lz4Encoder& operator=(const Lz4Encoder&) = delete;
  ~Lz4Encoder() override { LZ4F_freeCompressionContext(context_); }

  bool Encode(std::string_view piece, std::string& output) override {
    if (!Begin(output)) return false;
    while (!piece.empty()) {
      const auto part = piece.substr(0, kLz4Bytes);
      piece.remove_prefix(part.size());
      if (!Take(LZ4F_compressUpdate(
                    context_, buffer_.data(), buffer_.size(), part.data(), part.size(), nullptr),
                output)) {
        return false;
      }
    }
    return true;
  }

  bool Finish(std::string& output) override {
    return Begin(output) &&
           Take(LZ4F_compressEnd(context_, buffer_.data(), buffer_.size(), nullptr), output);
  }

 private:
  bool Begin(std::string& output) {
    if (begun_) return true;
    begun_ = true;
    return Take(LZ4F_compressBegin(context_, buffer_.data(), buffer_.size(), nullptr), output);
  }

  bool Take(std::size_t size, std::string& output) {
    if (LZ4F_isError(size) != 0) return false;
    output.append(buffer_.data(), size);
    return true;
  }

  LZ4F_cctx* context_ = nullptr;
  std::vector<char> buffer_;
  bool begun_ = false;
};

class ChainedEncoder final : public BodyEncoder {
 public:
  ChainedEncoder(std::unique_ptr<BodyEncoder> first, std::unique_ptr<BodyEncoder> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  bool Encode(std::string_view piece, std::string& output) override {
    std::string between;
    return first_->Encode(piece, between) && second_->Encode(between, output);
  }
  bool Finish(std::string& output) override {
    std::string between;
    return first_->Finish(between) && second_->Encode(between, output) && second_->Finish(output);
  }

 private:
  std::unique_ptr<BodyEncoder> first_;
  std::unique_ptr<BodyEncoder> second_;
};

}  // namespace

std::unique_ptr<BodyEncoder> MakeBodyEncoder(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kIdentity:
      return nullptr;
    case ContentCoding::kGzip:
    case ContentCoding::kDeflate:
      return std::make_unique<ZlibEncoder>(coding);
    case ContentCoding::kZstd:
      return std::make_unique<ZstdEncoder>();
    case ContentCoding::kLz4:
      return std::make_unique<Lz4Encoder>();
  }
  return nullptr;
}

std::unique_ptr<BodyEncoder> ChainEncoders(std::unique_ptr<BodyEncoder> first,
                                           std::unique_ptr<BodyEncoder> second) {
  if (!first) return second;
  if (!second) return first;
  return std::make_unique<ChainedEncoder>(std::move(first), std::move(second));
}

}  // namespace polyhouse::engine
