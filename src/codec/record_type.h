#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "codec/row_block.h"

namespace polyhouse {

/// What comes in by one stream and goes into one table; the others are named after the table. The
/// request fixed the names of the first two.
struct RecordType {
  std::string_view stream;  ///< "stream:markets"
  std::string group;        ///< Of its writers: "markets_writers".
  std::string_view table;   ///< "markets"
  std::string view;         ///< The newest version of each row: "markets_current".
  std::string columns;      ///< Those of a block, for INSERT INTO t (…).
  std::unique_ptr<RowBlock> (*make_block)();
  /// The rows of a payload of kBlockVersion, each as the payload of an entry of one row. kMalformed
  /// when it is no such block.
  Result<std::vector<std::string>> (*texts_of_block)(std::string_view block);
};

/// All of them; a writer carries every one.
std::span<const RecordType> RecordTypes();
/// Null for a stream that is not ours.
const RecordType* RecordTypeOf(std::string_view stream);

const RecordType& MarketRecords();
const RecordType& EventRecords();
const RecordType& LedgerRecords();
const RecordType& TradeRecords();
const RecordType& AddressRecords();

}  // namespace polyhouse
