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

struct Names {
  std::string_view stream;
  std::string_view group;
  std::string_view view;
};

template <class Row>
RecordType TypeOf(const Names& names) {
  const auto& spec = TableSpecOf<Row>();
  return {names.stream, names.group, spec.table, names.view, ColumnList(spec), [] {
            return std::unique_ptr<RowBlock>(std::make_unique<DecodedBlock<Row>>());
          }};
}

const auto& All() {
  static const std::array types = {
      TypeOf<Market>({kMarketStream, "markets_writers", "markets_current"}),
      TypeOf<Event>({kEventStream, "polymarket_events_writers", "polymarket_events_current"}),
      TypeOf<LedgerRow>({kLedgerStream, "ingest_ledger_writers", "ingest_ledger_current"}),
  };
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
  return *RecordTypeOf(kMarketStream);
}

const RecordType& EventRecords() {
  return *RecordTypeOf(kEventStream);
}

const RecordType& LedgerRecords() {
  return *RecordTypeOf(kLedgerStream);
}

}  // namespace polyhouse
