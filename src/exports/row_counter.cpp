#include "exports/row_counter.h"

#include <algorithm>

#include "exports/arrow_rows.h"
#include "exports/parquet_rows.h"

namespace polyhouse {
namespace {

Error NotWhole(std::string_view what) {
  return MalformedError("the result breaks off: " + std::string(what));
}

/// Lines, of which the first names the columns. A line end inside quotes is part of a value; two
/// quotes in a row close and open again.
class CsvRows final : public RowCounter {
 public:
  void Add(std::string_view bytes) override {
    if (!bytes.empty()) last_ = bytes.back();
    // Line by line, because both searches are many times quicker than a look at each byte.
    while (!bytes.empty()) {
      const auto line = bytes.substr(0, bytes.find('\n'));
      in_quotes_ ^= std::count(line.begin(), line.end(), '"') % 2 != 0;
      if (line.size() == bytes.size()) return;
      lines_ += static_cast<std::uint64_t>(!in_quotes_);
      bytes.remove_prefix(line.size() + 1);
    }
  }
  std::uint64_t seen() const override { return lines_ == 0 ? 0 : lines_ - 1; }
  Result<std::uint64_t> Finish() override {
    if (lines_ == 0 || in_quotes_ || last_ != '\n') return NotWhole("its last line has no end");
    return lines_ - 1;
  }

 private:
  bool in_quotes_ = false;
  std::uint64_t lines_ = 0;
  char last_ = 0;
};

class JsonRows final : public RowCounter {
 public:
  void Add(std::string_view bytes) override {
    lines_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    if (!bytes.empty()) last_ = bytes.back();
  }
  std::uint64_t seen() const override { return lines_; }
  Result<std::uint64_t> Finish() override {
    if (last_ != '\n') return NotWhole("its last line has no end");
    return lines_;
  }

 private:
  std::uint64_t lines_ = 0;
  char last_ = '\n';
};

}  // namespace

std::unique_ptr<RowCounter> MakeRowCounter(ExportFormat format) {
  switch (format) {
    case ExportFormat::kParquet:
      return std::make_unique<ParquetRows>();
    case ExportFormat::kCsv:
      return std::make_unique<CsvRows>();
    case ExportFormat::kJsonLines:
      return std::make_unique<JsonRows>();
    case ExportFormat::kArrow:
      return std::make_unique<ArrowRows>();
  }
  return nullptr;
}

}  // namespace polyhouse
