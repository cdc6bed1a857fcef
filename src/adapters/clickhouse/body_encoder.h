#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// How a request body is compressed. ClickHouse takes both (clickhouse.com/docs: HTTP interface,
/// Compression); servers of 2018 take gzip only.
enum class BodyEncoding { kNone, kGzip, kZstd };

/// The value of Content-Encoding; empty for kNone.
std::string_view ToString(BodyEncoding encoding);

/// Compresses bodies one after the other, into a buffer that it keeps. Used from one thread.
class BodyEncoder {
 public:
  explicit BodyEncoder(BodyEncoding encoding);
  ~BodyEncoder();
  BodyEncoder(BodyEncoder&&) noexcept;
  BodyEncoder& operator=(BodyEncoder&&) = delete;

  BodyEncoding encoding() const { return encoding_; }
  /// The pieces as one compressed body; valid until the next call. Not for kNone. kTransient when
  /// there is no memory.
  Result<std::string_view> Encode(std::span<const std::string_view> pieces);

 private:
  struct Streams;

  Status EncodeZstd(std::span<const std::string_view> pieces);
  Status EncodeGzip(std::span<const std::string_view> pieces);

  BodyEncoding encoding_;
  std::unique_ptr<Streams> streams_;
  std::string buffer_;
};

}  // namespace polyhouse
