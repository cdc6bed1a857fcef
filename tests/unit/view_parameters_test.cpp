#include "checks/view_parameters.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

/// Knows two views.
class FakeTables final : public TableReader {
 public:
  Result<std::string> Fetch(std::string_view sql, std::stop_token) override {
    if (sql.find("name = 'wallet_page'") != std::string_view::npos) return "wallet\tString\n";
    if (sql.find("name = 'movers'") != std::string_view::npos) {
      return "until\tDateTime(\\'UTC\\')\nhours\tUInt32\n";
    }
    return "";
  }
};

std::string About(std::string_view sql, std::string_view message = "Code: 51. Empty list") {
  FakeTables tables;
  return AboutParameters(tables, sql, message, {});
}

constexpr const char* kOfWallet =
    "the view wallet_page takes a parameter, wallet (String): SELECT * FROM wallet_page(wallet = "
    "'0x…')";

TEST(AboutParameters, SaysWhichAViewTakesThatWasAskedWithoutThem) {
  for (const char* sql : {"SELECT * FROM wallet_page",
                          "select 'FROM movers' from `polymarket`.`wallet_page` AS w",
                          "SELECT * FROM (SELECT 1) AS a JOIN wallet_page ON 1",
                          "SELECT '\\'' FROM markets_current LEFT JOIN polymarket.wallet_page;"}) {
    EXPECT_EQ(About(sql), kOfWallet) << sql;
  }
  EXPECT_EQ(About("SELECT market_id FROM movers WHERE 1", "Code: 47. Unknown identifier"),
            "the view movers takes parameters, until (DateTime('UTC')) and hours (UInt32): SELECT "
            "* FROM movers(until = '2026-11-01 00:00:00', hours = 24)");
  EXPECT_EQ(About("SELECT * FROM wallet_page(walet = '1')", "Code: 456. not set"), kOfWallet);
}

TEST(AboutParameters, SaysNothingOfOtherErrors) {
  EXPECT_EQ(About("SELECT * FROM wallet_page", "Code: 241. Memory limit exceeded"), "");
  EXPECT_EQ(About("SELECT x FROM wallet_page(wallet = '1')", "Code: 47. Unknown identifier"), "");
  EXPECT_EQ(About("SELECT wallet_page FROM markets_current", "Code: 47. Unknown identifier"), "");
  EXPECT_EQ(About("SELECT * FROM", "Code: 47."), "");
  EXPECT_EQ(About("", "Code: 47."), "");
}

}  // namespace
}  // namespace polyhouse
