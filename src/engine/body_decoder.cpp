#include "engine/body_decoder.h"

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

namespace polyhouse::engine {
namespace {

constexpr std::size_t kOutputBytes = std::size_t{128} << 10;
/// zlib's largest window, with a gzip header around the data and with zlib's own.
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;

tl::unexpected<EngineError> CutShort(std::string_view coding) {
  return FailWith(
      EngineCode::kCannotReadAllData,
      "Cannot read all data: the body ends in the middle of its " + std::string(coding) + " data.");
}

class ZlibDecoder final : public BodyDecoder {
 public:
  explicit ZlibDecoder(ContentCoding coding) : coding_(coding), output_(kOutputBytes) {
    usable_ =
        inflateInit2(&stream_, coding == ContentCoding::kGzip ? kGzipWindow : kZlibWindow) == Z_OK;
  }
  ZlibDecoder(const ZlibDecoder&) = delete;
  ZlibDecoder& operator=(const ZlibDecoder&) = delete;
  ~ZlibDecoder() override { inflateEnd(&stream_); }

  EngineResult<void> Decode(std::string_view piece, const Sink& sink) override {
    if (!usable_) return FailWith(EngineCode::kZlibFailed, "inflateInit2 failed.");
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    do {
      if (at_end_ && stream_.avail_in == 0) return {};
      if (at_end_) inflateReset(&stream_);
      stream_.next_out = output_.data();
      stream_.avail_out = static_cast<uInt>(output_.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        return FailWith(EngineCode::kZlibFailed,
                        "inflate failed: " + std::string(zError(code)) + ".");
      }
      at_end_ = code == Z_STREAM_END;
      const auto size = output_.size() - stream_.avail_out;
      if (size > 0 && !sink({reinterpret_cast<const char*>(output_.data()), size})) return {};
    } while (stream_.avail_in > 0 || stream_.avail_out == 0);
    return {};
  }

  EngineResult<void> Finish() override {
    const bool is_empty = stream_.total_in == 0;
    if (at_end_ || is_empty) return {};
    return CutShort(NameOf(coding_));
  }

 private:
  ContentCoding coding_;
  z_stream stream_{};
  std::vector<Bytef> output_;
  bool usable_ = false;
  bool at_end_ = false;
};

class ZstdDecoder final : public BodyDecoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream(), ZSTD_freeDStream), output_(kOutputBytes) {}

  EngineResult<void> Decode(std::string_view piece, const Sink& sink) override {
    ZSTD_inBuffer input{piece.data(), piece.size(), 0};
    bool is_full = false;
    while (input.pos < input.size || is_full) {
      ZSTD_outBuffer output{output_.data(), output_.size(), 0};
      const std::size_t code = ZSTD_decompressStream(stream_.get(), &output, &input);
      if (ZSTD_isError(code) != 0) {
        return FailWith(
            EngineCode::kZstdFailed,
            "ZSTD stream decoding failed: " + std::string(ZSTD_getErrorName(code)) + ".");
      }
      at_end_ = code == 0;
      is_full = output.pos == output.size && !at_end_;
      if (output.pos > 0 && !sink({output_.data(), output.pos})) return {};
    }
    return {};
  }

  EngineResult<void> Finish() override {
    if (at_end_) return {};
    return CutShort("zstd");
  }

 private:
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  std::vector<char> output_;
  bool at_end_ = true;
};

class Lz4Decoder final : public BodyDecoder {
 public:
  Lz4Decoder() : output_(kOutputBytes) { LZ4F_createDecompressionContext(&context_, LZ4F_VERSION); }
  Lz4Decoder(const Lz4Decoder&) = delete;
  Lz4Decoder& operator=(const Lz4Decoder&) = delete;
  ~Lz4Decoder() override { LZ4F_freeDecompressionContext(context_); }

  EngineResult<void> Decode(std::string_view piece, const Sink& sink) override {
    bool is_full = false;
    while (!piece.empty() || is_full) {
      std::size_t taken = piece.size();
      std::size_t made = output_.size();
      const std::size_t code =
          LZ4F_decompress(context_, output_.data(), &made, piece.data(), &taken, nullptr);
      if (LZ4F_isError(code) != 0) {
        return FailWith(EngineCode::kLz4Failed,
                        "LZ4 decompression failed: " + std::string(LZ4F_getErrorName(code)) + ".");
      }
      at_end_ = code == 0;
      piece.remove_prefix(taken);
      is_full = made == output_.size() && !at_end_;
      if (made > 0 && !sink({output_.data(), made})) return {};
    }
    return {};
  }

  EngineResult<void> Finish() override {
    if (at_end_) return {};
    return CutShort("lz4");
  }

 private:
  LZ4F_dctx* context_ = nullptr;
  std::vector<char> output_;
  bool at_end_ = true;
};

class ChainedDecoder final : public BodyDecoder {
 public:
  ChainedDecoder(std::unique_ptr<BodyDecoder> first, std::unique_ptr<BodyDecoder> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  EngineResult<void> Decode(std::string_view piece, const Sink& sink) override {
    EngineResult<void> inner;
    auto outer = first_->Decode(piece, [&](std::string_view decoded) {
      inner = second_->Decode(decoded, sink);
      return inner.has_value();
    });
    return inner ? outer : inner;
  }

  EngineResult<void> Finish() override {
    if (auto first = first_->Finish(); !first) return first;
    return second_->Finish();
  }

 private:
  std::unique_ptr<BodyDecoder> first_;
  std::unique_ptr<BodyDecoder> second_;
};

}  // namespace

std::unique_ptr<BodyDecoder> MakeBodyDecoder(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kIdentity:
      return nullptr;
    case ContentCoding::kGzip:
    case ContentCoding::kDeflate:
      return std::make_unique<ZlibDecoder>(coding);
    case ContentCoding::kZstd:
      return std::make_unique<ZstdDecoder>();
    case ContentCoding::kLz4:
      return std::make_unique<Lz4Decoder>();
  }
  return nullptr;
}

std::unique_ptr<BodyDecoder> ChainDecoders(std::unique_ptr<BodyDecoder> first,
                                           std::unique_ptr<BodyDecoder> second) {
  if (!first) return second;
  if (!second) return first;
  return std::make_unique<ChainedDecoder>(std::move(first), std::move(second));
}

}  // namespace polyhouse::engine
