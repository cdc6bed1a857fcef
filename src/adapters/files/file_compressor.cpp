#include <zlib.h>
#include <zstd.h>

#include <vector>

#include "adapters/files/output_file.h"

namespace polyhouse {
namespace {

/// Chosen for speed: the database's own levels for files are 3 of zstd and 3 of gzip, too.
constexpr int kZstdLevel = 3;
constexpr int kGzipLevel = 3;
constexpr int kGzipWindow = 15 + 16;  // zlib.h: 16 more means a gzip header.
constexpr std::size_t kPiece = 256 * 1024;

Error NoMemory() {
  return TransientError("there is no memory to compress with");
}

class ZstdSink final : public ByteSink {
 public:
  explicit ZstdSink(ByteSink& next) : next_(next) {
    if (!context_) return;
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  Status Write(std::string_view bytes) override { return Compress(bytes, ZSTD_e_continue); }
  Status Finish() override {
    if (auto status = Compress({}, ZSTD_e_end); !status) return status;
    return next_.Finish();
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  Status Compress(std::string_view bytes, ZSTD_EndDirective mode) {
    if (!context_) return NoMemory();
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool done = false; !done;) {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &out, &in, mode);
      if (ZSTD_isError(left) != 0) return NoMemory();
      if (auto status = next_.Write({buffer_.data(), out.pos}); !status) return status;
      done = mode == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
    return Ok();
  }

  ByteSink& next_;
  std::unique_ptr<ZSTD_CCtx, Free> context_{ZSTD_createCCtx()};
  std::vector<char> buffer_ = std::vector<char>(kPiece);
};

class GzipSink final : public ByteSink {
 public:
  explicit GzipSink(ByteSink& next) : next_(next) {
    is_ready_ =
        deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  GzipSink(const GzipSink&) = delete;
  GzipSink& operator=(const GzipSink&) = delete;
  ~GzipSink() override { deflateEnd(&stream_); }

  Status Write(std::string_view bytes) override {
    // zlib counts what it is given in 32 bits.
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPiece))) {
      if (auto status = Compress(bytes.substr(0, kPiece), Z_NO_FLUSH); !status) return status;
    }
    return Ok();
  }
  Status Finish() override {
    if (auto status = Compress({}, Z_FINISH); !status) return status;
    return next_.Finish();
  }

 private:
  Status Compress(std::string_view bytes, int mode) {
    if (!is_ready_) return NoMemory();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      if (deflate(&stream_, mode) == Z_STREAM_ERROR) return NoMemory();
      const std::size_t made = buffer_.size() - stream_.avail_out;
      if (auto status = next_.Write({buffer_.data(), made}); !status) return status;
    } while (stream_.avail_out == 0);
    return Ok();
  }

  ByteSink& next_;
  z_stream stream_{};
  bool is_ready_ = false;
  std::vector<char> buffer_ = std::vector<char>(kPiece);
};

}  // namespace

std::unique_ptr<ByteSink> MakeCompressor(FileCoding coding, ByteSink& next) {
  switch (coding) {
    case FileCoding::kNone:
      return nullptr;
    case FileCoding::kGzip:
      return std::make_unique<GzipSink>(next);
    case FileCoding::kZstd:
      return std::make_unique<ZstdSink>(next);
  }
  return nullptr;
}

}  // namespace polyhouse
