#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "codec/table_spec.h"

namespace polyhouse {

/// Rows gathered by column, ready to be sent as one block of ClickHouse's Native format
/// (clickhouse.com/docs: Native; revision 0: a column is its name, its type and its values).
template <class Row>
class NativeBlock {
 public:
  NativeBlock();

  void Append(const Row& row);
  std::size_t rows() const { return rows_; }
  /// What the block takes on the wire, nearly.
  std::size_t bytes() const;
  /// The block as the pieces to send in order. They point into this object: valid until the next
  /// Append or Clear.
  std::vector<std::string_view> Pieces();
  void Clear();

 private:
  struct ColumnBuffer {
    std::string header;          ///< Name and type.
    std::string nulls;           ///< One byte a row; only of Nullable columns.
    std::string offsets;         ///< UInt64 end positions; only of Array columns.
    std::uint64_t elements = 0;  ///< Of Array columns so far.
    std::string values;
  };
  class ValueAppender;

  std::size_t rows_ = 0;
  std::string block_header_;
  std::vector<ColumnBuffer> columns_;
};

}  // namespace polyhouse
