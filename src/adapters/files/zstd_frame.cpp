#include "adapters/files/zstd_frame.h"

#include <xxhash.h>
#include <zstd.h>

#include <memory>

namespace polyhouse {
namespace {

/// No answer of the API comes near this; a length beyond it is damage.
constexpr std::uint64_t kLongest = 1UL << 30U;

}  // namespace

std::string CompressFrame(std::string_view body, int level) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                        &ZSTD_freeCCtx);
  if (context == nullptr) return {};
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string frame(ZSTD_compressBound(body.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), frame.data(), frame.size(), body.data(), body.size());
  frame.resize(ZSTD_isError(size) != 0U ? 0 : size);
  return frame;
}

Result<std::string> DecompressFrame(std::string_view frame, std::uint64_t body_length) {
  if (body_length > kLongest) return MalformedError("its length cannot be true");
  std::string body(body_length, '\0');
  const std::size_t size = ZSTD_decompress(body.data(), body.size(), frame.data(), frame.size());
  if (ZSTD_isError(size) != 0U) return MalformedError(ZSTD_getErrorName(size));
  if (size != body_length) return MalformedError("it is shorter than its index says");
  return body;
}

std::uint64_t BodyHash(std::string_view body) {
  return XXH3_64bits(body.data(), body.size());
}

}  // namespace polyhouse
