#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// Rows of one record type on their way into its table: read from the payloads of entries, gathered
/// by column, sent as one block of ClickHouse's Native format. Not thread-safe.
class RowBlock {
 public:
  virtual ~RowBlock() = default;
  /// Takes one row in, as RowTexts gives it. kMalformed when it cannot be read.
  virtual Status Add(std::string_view row) = 0;
  /// Takes the payload of an entry of kBlockVersion in as it is. kMalformed when it is no whole
  /// block.
  virtual Status AddBlock(std::string_view block) = 0;
  virtual std::size_t rows() const = 0;
  /// What the block takes on the wire, nearly.
  virtual std::size_t bytes() const = 0;
  /// The rows, as one block or several, as the pieces to send in order. They point into this
  /// object: valid until the next Add or Clear.
  virtual std::vector<std::string_view> Pieces() = 0;
  virtual void Clear() = 0;
};

/// Puts one more row, as EncodeEntry writes it, behind those of a payload of kLinesVersion.
void AppendRow(std::string& payload, std::string_view row);

/// The rows of a payload of kPayloadVersion or kLinesVersion, one by one. Each text is the payload
/// of an entry of one row: so one row can be a dead letter of its own.
class RowTexts {
 public:
  /// `version`: the payload's format (entry_codec.h). `payload` must outlive this.
  RowTexts(std::string_view payload, int version);
  /// False when there is no more.
  bool Next(std::string_view& row);

 private:
  std::string_view rest_;
  bool is_lines_;
  bool at_end_ = false;
};

}  // namespace polyhouse
