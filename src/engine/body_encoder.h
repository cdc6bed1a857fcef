#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/content_coding.h"

namespace polyhouse::engine {

/// Compresses the body of an answer while it is made. One thread at a time.
class BodyEncoder {
 public:
  virtual ~BodyEncoder() = default;
  /// Takes the next plain bytes and appends what is ready of the compressed ones to `output`, which
  /// may be nothing. False when the library failed, for want of memory.
  virtual bool Encode(std::string_view piece, std::string& output) = 0;
  /// No more bytes follow: appends the rest.
  virtual bool Finish(std::string& output) = 0;
};

/// An encoder for this coding; for kIdentity, null.
std::unique_ptr<BodyEncoder> MakeBodyEncoder(ContentCoding coding);

/// Encodes with `first`, and what comes out of it with `second`.
std::unique_ptr<BodyEncoder> ChainEncoders(std::unique_ptr<BodyEncoder> first,
                                           std::unique_ptr<BodyEncoder> second);

}  // namespace polyhouse::engine
