#pragma once

#include <deque>
#include <optional>
#include <string>

#include "exports/row_counter.h"

namespace polyhouse {

/// The row count of a Parquet file, which stands in its footer, and that at the end: so the last
/// bytes are kept.
class ParquetRows final : public RowCounter {
 public:
  /// A footer is 4 KB for each row group of our trades.
  static constexpr std::size_t kLongestFooter = 64U << 20U;

  void Add(std::string_view bytes) override;
  Result<std::uint64_t> Finish() override;

 private:
  std::deque<std::string> last_;
  std::size_t kept_ = 0;
  std::uint64_t size_ = 0;
  std::string begin_;
};

/// num_rows of a footer: the struct FileMetaData in Thrift's compact protocol
/// (apache/parquet-format: parquet.thrift). Empty when it is none.
std::optional<std::uint64_t> RowsInFooter(std::string_view footer);

}  // namespace polyhouse
