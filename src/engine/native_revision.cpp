#include "engine/native_revision.h"

#include <string>

#include "engine/native_column.h"

namespace polyhouse::engine {
namespace {

/// DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION
constexpr std::uint64_t kWithSerializationByte = 54454;
/// Field 1, is_overflows: 0; field 2, bucket_num: -1; end of the fields.
constexpr std::string_view kBlockInfo("\x01\x00\x02\xFF\xFF\xFF\xFF\x00", 8);

/// One block, rewritten; or why it cannot be.
struct Rewritten {
  NativeSkip outcome = NativeSkip::kShort;
  std::size_t size = 0;     ///< Of the block as it was.
  std::string bytes;        ///< As it is now.
  std::string_view column;  ///< The column that was met last, and its type.
  std::string_view type;
};

/// Turns blocks of revision 0 at the front of `blocks` into those of another revision.
class BlockRewriter {
 public:
  BlockRewriter(std::string_view blocks, std::uint64_t revision)
      : blocks_(blocks), reader_(blocks), revision_(revision) {}

  Rewritten Run() {
    const auto columns = reader_.VarNumber();
    const auto rows = columns ? reader_.VarNumber() : std::nullopt;
    if (!rows) return std::move(block_);
    block_.bytes = kBlockInfo;
    block_.bytes += blocks_.substr(0, reader_.position());
    block_.outcome = NativeSkip::kDone;
    for (std::size_t left = *columns; left > 0 && block_.outcome == NativeSkip::kDone; --left) {
      block_.outcome = TakeColumn(*rows);
    }
    block_.size = reader_.position();
    return std::move(block_);
  }

 private:
  NativeSkip TakeColumn(std::size_t rows) {
    const std::size_t begin = reader_.position();
    const auto name = reader_.Text();
    const auto type = name ? reader_.Text() : std::nullopt;
    if (!type) return NativeSkip::kShort;
    block_.column = *name;
    block_.type = *type;
    const std::size_t data = reader_.position();
    const auto skipped = SkipNativeColumn(*type, rows, reader_);
    block_.bytes += blocks_.substr(begin, data - begin);
    if (revision_ >= kWithSerializationByte) block_.bytes += '\0';
    block_.bytes += blocks_.substr(data, reader_.position() - data);
    return skipped;
  }

  std::string_view blocks_;
  NativeReader reader_;
  std::uint64_t revision_;
  Rewritten block_;
};

class NativeRevisionEncoder final : public BodyEncoder {
 public:
  explicit NativeRevisionEncoder(std::uint64_t revision) : revision_(revision) {}

  bool Encode(std::string_view piece, std::string& output) override {
    pending_ += piece;
    // Twice the bytes before the next look: the work stays linear however small the pieces are.
    if (pending_.size() < look_at_) return true;
    const bool is_well = Rewrite(output);
    look_at_ = pending_.size() * 2;
    return is_well;
  }

  bool Finish(std::string& output) override { return Rewrite(output) && pending_.empty(); }

 private:
  bool Rewrite(std::string& output) {
    std::string_view rest = pending_;
    while (!rest.empty()) {
      const Rewritten block = BlockRewriter(rest, revision_).Run();
      if (block.outcome == NativeSkip::kUnknown) return false;
      if (block.outcome == NativeSkip::kShort) break;
      output += block.bytes;
      rest.remove_prefix(block.size);
    }
    pending_.erase(0, pending_.size() - rest.size());
    return true;
  }

  std::uint64_t revision_;
  std::string pending_;
  std::size_t look_at_ = 0;
};

}  // namespace

std::unique_ptr<BodyEncoder> MakeNativeRevisionEncoder(std::uint64_t revision) {
  return std::make_unique<NativeRevisionEncoder>(revision);
}

EngineResult<void> CheckNativeRevision(std::string_view blocks) {
  const Rewritten block = BlockRewriter(blocks, kWithSerializationByte).Run();
  if (block.outcome != NativeSkip::kUnknown) return {};
  return FailWith(EngineCode::kNotImplemented,
                  "The column " + std::string(block.column) + " of type " +
                      std::string(block.type) +
                      " cannot be sent in the Native format to a client with "
                      "client_protocol_version: convert it with toString() or CAST.");
}

}  // namespace polyhouse::engine
