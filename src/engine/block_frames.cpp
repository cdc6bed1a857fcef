#include "engine/block_frames.h"

#include <lz4.h>
#include <zstd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "engine/city_hash.h"

namespace polyhouse::engine {
namespace {

constexpr std::uint8_t kMethodNone = 0x02;
constexpr std::uint8_t kMethodLz4 = 0x82;
constexpr std::uint8_t kMethodZstd = 0x90;
constexpr std::size_t kChecksumBytes = 16;
constexpr std::size_t kHeaderBytes = 9;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

template <class Number>
Number LoadNumber(std::string_view bytes, std::size_t at) {
  Number number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof(number));
  return number;
}

template <class Number>
void StoreNumber(std::string& bytes, std::size_t at, Number number) {
  std::memcpy(bytes.data() + at, &number, sizeof(number));
}

/// One block, apart; views into the bytes that have arrived.
struct Block {
  Hash128 checksum;
  std::string_view checked;  ///< Header and compressed bytes.
  std::size_t plain_size = 0;

  std::uint8_t method() const { return static_cast<std::uint8_t>(checked[0]); }
  std::string_view compressed() const { return checked.substr(kHeaderBytes); }
};

EngineResult<void> CheckSizes(std::size_t size, std::size_t plain_size) {
  if (size >= kHeaderBytes && size <= kMostBytes && plain_size <= kMostBytes) return {};
  return FailWith(EngineCode::kTooLargeCompressed,
                  "A compressed block of " + std::to_string(size) + " bytes for " +
                      std::to_string(plain_size) +
                      " plain ones: most likely corrupted data, or not ClickHouse's framing.");
}

bool Decompress(const Block& block, std::string& plain) {
  const auto compressed = block.compressed();
  plain.resize(block.plain_size);
  switch (block.method()) {
    case kMethodNone:
      plain = compressed;
      return compressed.size() == block.plain_size;
    case kMethodLz4:
      return LZ4_decompress_safe(compressed.data(),
                                 plain.data(),
                                 static_cast<int>(compressed.size()),
                                 static_cast<int>(plain.size())) == static_cast<int>(plain.size());
    default:
      return ZSTD_decompress(plain.data(), plain.size(), compressed.data(), compressed.size()) ==
             plain.size();
  }
}

class BlockDecoder final : public BodyDecoder {
 public:
  EngineResult<void> Decode(std::string_view piece, const Sink& sink) override {
    while (!piece.empty()) {
      const auto wanted = Wanted();
      if (!wanted) return tl::make_unexpected(wanted.error());
      const auto part = piece.substr(0, *wanted - arrived_.size());
      arrived_ += part;
      piece.remove_prefix(part.size());
      const auto whole = Wanted();
      if (!whole) return tl::make_unexpected(whole.error());
      if (arrived_.size() < *whole) continue;
      if (auto opened = Open(); !opened) return opened;
      arrived_.clear();
      if (!plain_.empty() && !sink(plain_)) return {};
    }
    return {};
  }

  EngineResult<void> Finish() override {
    if (arrived_.empty()) return {};
    return FailWith(
        EngineCode::kCannotReadAllData,
        "Cannot read all data: the body ends in the middle of a compressed block (decompress=1).");
  }

 private:
  /// How many bytes of this block must be there before anything can be done.
  EngineResult<std::size_t> Wanted() const {
    constexpr std::size_t kHead = kChecksumBytes + kHeaderBytes;
    if (arrived_.size() < kHead) return kHead;
    const std::size_t size = LoadNumber<std::uint32_t>(arrived_, kChecksumBytes + 1);
    const std::size_t plain_size = LoadNumber<std::uint32_t>(arrived_, kChecksumBytes + 5);
    if (auto checked = CheckSizes(size, plain_size); !checked) {
      return tl::make_unexpected(std::move(checked.error()));
    }
    return kChecksumBytes + size;
  }

  EngineResult<void> Open() {
    const std::string_view bytes = arrived_;
    const Block block{{LoadNumber<std::uint64_t>(bytes, 0), LoadNumber<std::uint64_t>(bytes, 8)},
                      bytes.substr(kChecksumBytes),
                      LoadNumber<std::uint32_t>(bytes, kChecksumBytes + 5)};
    if (CityHash128(block.checked) != block.checksum) {
      return FailWith(EngineCode::kChecksumDoesntMatch,
                      "Checksum doesn't match: corrupted data in a compressed block.");
    }
    const auto method = block.method();
    if (method != kMethodNone && method != kMethodLz4 && method != kMethodZstd) {
      return FailWith(EngineCode::kUnknownCompressionMethod,
                      "Unknown compression method of a block: " + std::to_string(method) +
                          ". LZ4, ZSTD and NONE are supported.");
    }
    if (Decompress(block, plain_)) return {};
    return FailWith(EngineCode::kCannotDecompress, "Cannot decompress a block.");
  }

  std::string arrived_;
  std::string plain_;
};

class BlockEncoder final : public BodyEncoder {
 public:
  bool Encode(std::string_view piece, std::string& output) override {
    while (!piece.empty()) {
      const auto part = piece.substr(0, kBlockBytes - plain_.size());
      plain_ += part;
      piece.remove_prefix(part.size());
      if (plain_.size() == kBlockBytes && !WriteBlock(output)) return false;
    }
    return true;
  }

  bool Finish(std::string& output) override { return plain_.empty() || WriteBlock(output); }

 private:
  bool WriteBlock(std::string& output) {
    const int size = static_cast<int>(plain_.size());
    const int bound = LZ4_compressBound(size);
    std::string block(kHeaderBytes + static_cast<std::size_t>(bound), '\0');
    const int written =
        LZ4_compress_default(plain_.data(), block.data() + kHeaderBytes, size, bound);
    if (written <= 0) return false;
    block.resize(kHeaderBytes + static_cast<std::size_t>(written));
    StoreNumber(block, 0, kMethodLz4);
    StoreNumber(block, 1, static_cast<std::uint32_t>(block.size()));
    StoreNumber(block, 5, static_cast<std::uint32_t>(size));
    const Hash128 checksum = CityHash128(block);
    std::string head(kChecksumBytes, '\0');
    StoreNumber(head, 0, checksum.low);
    StoreNumber(head, 8, checksum.high);
    output += head;
    output += block;
    plain_.clear();
    return true;
  }

  std::string plain_;
};

}  // namespace

std::unique_ptr<BodyDecoder> MakeBlockDecoder() {
  return std::make_unique<BlockDecoder>();
}

std::unique_ptr<BodyEncoder> MakeBlockEncoder() {
  return std::make_unique<BlockEncoder>();
}

}  // namespace polyhouse::engine
