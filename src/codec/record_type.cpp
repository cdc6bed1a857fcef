#include "codec/record_type.h"

#include <algorithm>
#include <array>

#include "codec/block_reader.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "codec/table_spec.h"

namespace polyhouse {
namespace {

template <class Row>
class DecodedBlock final : public RowBlock {
 public:
  Status Add(std::string_view text) override {
    const auto row = decoder_.Decode(text);
    if (!row) return row.error();
    block_.Append(*row);
    return Ok();
  }
  Status AddBlock(std::string_view block) override {
    const auto rows = CheckBlock<Row>(block);
    if (!rows) return rows.error();
    whole_rows_ += *rows;
    whole_ += block;
    return Ok();
  }
  std::size_t rows() const override { return block_.rows() + whole_rows_; }
  std::size_t bytes() const override { return block_.bytes() + whole_.size(); }
  std::vector<std::string_view> Pieces() override {
    std::vector<std::string_view> pieces;
    if (block_.rows() > 0) pieces = block_.Pieces();
    if (!whole_.empty()) pieces.emplace_back(whole_);
    return pieces;
  }
  void Clear() override {
    block_.Clear();
    whole_.clear();
    whole_rows_ = 0;
  }

 private:
  EntryDecoder<Row> decoder_;
  NativeBlock<Row> block_;  ///< Of rows that came one by one.
  std::string whole_;       ///< Blocks that came whole; they stand one behind the other.
  std::size_t whole_rows_ = 0;
};

template <class Row>
Result<std::vector<std::string>> TextsOf(std::string_view block) {
  const auto rows = ReadBlock<Row>(block);
  if (!rows) return rows.error();
  std::vector<std::string> texts;
  for (const Row& row : *rows) texts.push_back(EncodeEntry(row));
  return texts;
}

template <class Row>
RecordType TypeOf() {
  const auto& spec = TableSpecOf<Row>();
  const std::string table(spec.table);
  return {Row::kStream,
          table + "_writers",
          spec.table,
          table + "_current",
          ColumnList(spec),
          [] { return std::unique_ptr<RowBlock>(std::make_unique<DecodedBlock<Row>>()); },
          &TextsOf<Row>};
}

std::span<const RecordType> All() {
#define POLYHOUSE_TYPE(Row) TypeOf<Row>(),
  static const std::array types = {POLYHOUSE_EACH_STREAMED_ROW(POLYHOUSE_TYPE)};
#undef POLYHOUSE_TYPE
  return types;
}

}  // namespace

std::span<const RecordType> RecordTypes() {
  return All();
}

const RecordType* RecordTypeOf(std::string_view stream) {
  const auto found = std::find_if(
      All().begin(), All().end(), [&](const RecordType& type) { return type.stream == stream; });
  return found == All().end() ? nullptr : &*found;
}

const RecordType& MarketRecords() {
  return *RecordTypeOf(Market::kStream);
}

const RecordType& EventRecords() {
  return *RecordTypeOf(Event::kStream);
}

const RecordType& LedgerRecords() {
  return *RecordTypeOf(LedgerRow::kStream);
}

const RecordType& TradeRecords() {
  return *RecordTypeOf(Trade::kStream);
}

const RecordType& AddressRecords() {
  return *RecordTypeOf(Address::kStream);
}

}  // namespace polyhouse
