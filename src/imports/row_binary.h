#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace polyhouse {

/// Rows in ClickHouse's RowBinary format, which takes any bytes (clickhouse.com/docs: RowBinary).
class RowBinary {
 public:
  RowBinary& Add(std::string_view text);
  RowBinary& Add(std::uint64_t number);
  RowBinary& Add(bool flag);

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace polyhouse
