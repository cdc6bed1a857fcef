#include "imports/import_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/exchange.h"
#include "schema/migration_text.h"

namespace polyhouse {
namespace {

TEST(ImportKind, SaysWhatAFileLacks) {
  EXPECT_THAT(ImportOfFills().Missing(std::vector<std::string>{"timestamp",
                                                               "maker",
                                                               "maker_asset_id",
                                                               "makerAmountFilled",
                                                               "taker",
                                                               "takerAssetId",
                                                               "tx_hash"}),
              testing::ElementsAre("takerAmountFilled"));
}

TEST(ImportKind, CountsEqualRowsByTheirLinesOnlyWhereLinesSayNothingElse) {
  std::vector<std::string> columns = {"timestamp",
                                      "market_id",
                                      "maker",
                                      "taker",
                                      "nonusdc_side",
                                      "maker_direction",
                                      "taker_direction",
                                      "price",
                                      "usd_amount",
                                      "token_amount",
                                      "transactionHash"};
  EXPECT_TRUE(ImportOfTrades().SaysNothingElse(columns));
  columns.push_back("");
  EXPECT_FALSE(ImportOfTrades().SaysNothingElse(columns));
}

/// The checks are SQL, which cannot ask the program for its contracts.
TEST(ImportKind, KnowsTheSameExchangesAsTheProgram) {
  for (const Migration& migration : ReadMigrations()) {
    if (migration.name != "0015_optional_imports") continue;
    for (const ExchangeContract& exchange : KnownExchanges()) {
      EXPECT_THAT(migration.sql, testing::HasSubstr("'" + exchange.address + "'"));
    }
    return;
  }
  FAIL() << "There is no migration 0015_optional_imports.";
}

}  // namespace
}  // namespace polyhouse
