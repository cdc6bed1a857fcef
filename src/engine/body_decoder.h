#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "engine/content_coding.h"
#include "engine/engine_error.h"

namespace polyhouse::engine {

/// Undoes the compression of a request's body while it arrives, in pieces of bounded size however
/// much they expand. One thread at a time.
class BodyDecoder {
 public:
  /// Takes plain bytes, valid during the call; returns false when it wants no more of them.
  using Sink = std::function<bool(std::string_view)>;

  virtual ~BodyDecoder() = default;
  /// Takes the next piece of the body. An error when the bytes are damaged; nothing may be asked of
  /// the decoder afterwards.
  virtual EngineResult<void> Decode(std::string_view piece, const Sink& sink) = 0;
  /// The body has ended: an error when it was cut short.
  virtual EngineResult<void> Finish() = 0;
};

/// A decoder for bodies in this coding; for kIdentity, null. Several compressed streams one after
/// the other are one body, as in ClickHouse; an empty body is a body without bytes.
std::unique_ptr<BodyDecoder> MakeBodyDecoder(ContentCoding coding);

/// Decodes with `first`, and what comes out of it with `second`.
std::unique_ptr<BodyDecoder> ChainDecoders(std::unique_ptr<BodyDecoder> first,
                                           std::unique_ptr<BodyDecoder> second);

}  // namespace polyhouse::engine
