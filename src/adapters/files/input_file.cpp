#include "adapters/files/input_file.h"

#include <fcntl.h>
#include <lzma.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace polyhouse {
namespace {

constexpr std::size_t kPiece = 256 * 1024;
/// Decoding of an xz file may take this much; `xz -9` needs 65 MB.
constexpr std::uint64_t kXzMemory = 512UL << 20U;

/// An open file, which is closed with it.
class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  Descriptor(Descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (file_ >= 0) close(file_);
  }
  int get() const { return file_; }

 private:
  int file_;
};

Error CannotOpen(const std::string& path, std::string_view why) {
  return ConfigError(path + " cannot be opened: " + std::string(why));
}

struct OpenedFile {
  Descriptor file;
  std::uint64_t size = 0;
};

Result<OpenedFile> OpenFile(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) {
    return CannotOpen(path, std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) return CannotOpen(path, "it is no file");
  return OpenedFile{std::move(file), static_cast<std::uint64_t>(status.st_size)};
}

class PlainFile final : public ByteSource {
 public:
  PlainFile(std::string path, OpenedFile opened)
      : path_(std::move(path)), file_(std::move(opened.file)), size_(opened.size) {
    posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }

  Result<std::size_t> Read(std::span<char> into) override {
    for (;;) {
      const ssize_t got = read(file_.get(), into.data(), into.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return TransientError(path_ + " cannot be read: " + std::strerror(errno));
      position_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  }
  std::uint64_t position() const override { return position_; }
  std::uint64_t size() const override { return size_; }

 private:
  std::string path_;
  Descriptor file_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

/// A decoder of one library: takes bytes from the front of `in`, puts some at the front of `out`.
class Decoder {
 public:
  enum class State { kGoesOn, kStreamEnded, kDamaged };

  virtual ~Decoder() = default;
  virtual State Step(std::span<const char>& in, std::span<char>& out) = 0;
  virtual void BeginStream() = 0;
};

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() { inflateInit2(&stream_, 15 + 16); }
  ~GzipDecoder() override { inflateEnd(&stream_); }

  State Step(std::span<const char>& in, std::span<char>& out) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    in = in.last(stream_.avail_in);
    out = out.last(stream_.avail_out);
    if (code == Z_STREAM_END) return State::kStreamEnded;
    return code == Z_OK || code == Z_BUF_ERROR ? State::kGoesOn : State::kDamaged;
  }
  void BeginStream() override { inflateReset(&stream_); }

 private:
  z_stream stream_{};
};

class ZstdDecoder final : public Decoder {
 public:
  State Step(std::span<const char>& in, std::span<char>& out) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t code = ZSTD_decompressStream(stream_.get(), &to, &from);
    in = in.subspan(from.pos);
    out = out.subspan(to.pos);
    if (ZSTD_isError(code) != 0) return State::kDamaged;
    return code == 0 ? State::kStreamEnded : State::kGoesOn;
  }
  void BeginStream() override {}

 private:
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_{ZSTD_createDStream(),
                                                                     &ZSTD_freeDStream};
};

class XzDecoder final : public Decoder {
 public:
  XzDecoder() { BeginStream(); }
  ~XzDecoder() override { lzma_end(&stream_); }

  State Step(std::span<const char>& in, std::span<char>& out) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret code = lzma_code(&stream_, LZMA_RUN);
    in = in.last(stream_.avail_in);
    out = out.last(stream_.avail_out);
    if (code == LZMA_STREAM_END) return State::kStreamEnded;
    return code == LZMA_OK || code == LZMA_BUF_ERROR ? State::kGoesOn : State::kDamaged;
  }
  void BeginStream() override {
    if (lzma_stream_decoder(&stream_, kXzMemory, 0) != LZMA_OK) lzma_end(&stream_);
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class CompressedFile final : public ByteSource {
 public:
  CompressedFile(std::string path, OpenedFile opened, std::unique_ptr<Decoder> decoder)
      : path_(path), file_(std::move(path), std::move(opened)), decoder_(std::move(decoder)) {}

  Result<std::size_t> Read(std::span<char> into) override {
    std::span<char> left = into;
    while (left.size() == into.size()) {
      if (in_.empty()) {
        const auto got = file_.Read(buffer_);
        if (!got) return got.error();
        if (*got == 0) return End();
        in_ = std::span<const char>(buffer_).first(*got);
      }
      if (between_) decoder_->BeginStream();
      const auto state = decoder_->Step(in_, left);
      if (state == Decoder::State::kDamaged) return Damaged();
      between_ = state == Decoder::State::kStreamEnded;
    }
    return into.size() - left.size();
  }
  std::uint64_t position() const override { return file_.position(); }
  std::uint64_t size() const override { return file_.size(); }

 private:
  Result<std::size_t> End() {
    if (between_) return std::size_t{0};
    return MalformedError(path_ + " ends in the middle of its compressed data: get it whole");
  }
  Error Damaged() const {
    return MalformedError(path_ + " is damaged: its compressed data cannot be read on after byte " +
                          std::to_string(file_.position() - in_.size()));
  }

  std::string path_;
  PlainFile file_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<char> buffer_ = std::vector<char>(kPiece);
  std::span<const char> in_;
  bool between_ = false;  ///< A stream has ended, and no other begun.
};

std::unique_ptr<Decoder> DecoderFor(std::string_view start) {
  using std::string_view_literals::operator""sv;
  if (start.starts_with("\x1f\x8b"sv)) return std::make_unique<GzipDecoder>();
  if (start.starts_with("\x28\xb5\x2f\xfd"sv)) return std::make_unique<ZstdDecoder>();
  if (start.starts_with("\xfd\x37zXZ\0"sv)) return std::make_unique<XzDecoder>();
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenInputFile(const std::string& path) {
  auto opened = OpenFile(path);
  if (!opened) return std::move(opened).error();
  std::array<char, 6> start{};
  const ssize_t got = pread(opened->file.get(), start.data(), start.size(), 0);
  if (got < 0) return CannotOpen(path, std::strerror(errno));
  auto decoder = DecoderFor({start.data(), static_cast<std::size_t>(got)});
  if (!decoder) return std::make_unique<PlainFile>(path, std::move(*opened));
  return std::make_unique<CompressedFile>(path, std::move(*opened), std::move(decoder));
}

Result<MappedFile> MappedFile::Open(const std::string& path) {
  auto opened = OpenFile(path);
  if (!opened) return std::move(opened).error();
  if (opened->size == 0) return MappedFile(nullptr, 0);
  void* const data = mmap(nullptr, opened->size, PROT_READ, MAP_PRIVATE, opened->file.get(), 0);
  if (data == MAP_FAILED) return CannotOpen(path, std::strerror(errno));
  return MappedFile(static_cast<const char*>(data), opened->size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
}

}  // namespace polyhouse
