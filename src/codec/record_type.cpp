#include "codec/record_type.h"

#include <algorithm>
#include <array>

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
  std::size_t rows() const override { return block_.rows(); }
  std::size_t bytes() const override { return block_.bytes(); }
  std::vector<std::string_view> Pieces() override { return block_.Pieces(); }
  void Clear() override { block_.Clear(); }

 private:
  EntryDecoder<Row> decoder_;
  NativeBlock<Row> block_;
};

template <class Row>
RecordType TypeOf() {
  const auto& spec = TableSpecOf<Row>();
  const std::string table(spec.table);
  return {Row::kStream, table + "_writers", spec.table, table + "_current", ColumnList(spec), [] {
            return std::unique_ptr<RowBlock>(std::make_unique<DecodedBlock<Row>>());
          }};
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

}  // namespace polyhouse
