#include "order_field.h"

#include <array>

namespace polyhouse {
namespace {

struct FieldRow {
  OrderField field;
  std::string_view name;
  OrderType of_markets;
  OrderType of_events;
  bool in_events;
};

constexpr auto kNumber = OrderType::kNumber;
constexpr auto kText = OrderType::kText;
constexpr auto kTime = OrderType::kTime;

constexpr std::array kFields{
    FieldRow{OrderField::kId, "id", kNumber, kNumber, true},
    FieldRow{OrderField::kSlug, "slug", kText, kText, true},
    FieldRow{OrderField::kVolume, "volume", kText, kNumber, true},
    FieldRow{OrderField::kVolumeNum, "volumeNum", kNumber, kNumber, false},
    FieldRow{OrderField::kLiquidity, "liquidity", kText, kNumber, true},
    FieldRow{OrderField::kLiquidityNum, "liquidityNum", kNumber, kNumber, false},
    FieldRow{OrderField::kVolume24hr, "volume24hr", kNumber, kNumber, true},
    FieldRow{OrderField::kVolume1wk, "volume1wk", kNumber, kNumber, true},
    FieldRow{OrderField::kVolume1mo, "volume1mo", kNumber, kNumber, true},
    FieldRow{OrderField::kVolume1yr, "volume1yr", kNumber, kNumber, true},
    FieldRow{OrderField::kStartDate, "startDate", kTime, kTime, true},
    FieldRow{OrderField::kEndDate, "endDate", kTime, kTime, true},
    FieldRow{OrderField::kCreatedAt, "createdAt", kTime, kTime, true},
    FieldRow{OrderField::kUpdatedAt, "updatedAt", kTime, kTime, true},
    FieldRow{OrderField::kClosedTime, "closedTime", kTime, kTime, true},
    FieldRow{OrderField::kCompetitive, "competitive", kNumber, kNumber, true},
    FieldRow{OrderField::kSpread, "spread", kNumber, kNumber, false},
    FieldRow{OrderField::kLastTradePrice, "lastTradePrice", kNumber, kNumber, false},
    FieldRow{OrderField::kBestBid, "bestBid", kNumber, kNumber, false},
    FieldRow{OrderField::kBestAsk, "bestAsk", kNumber, kNumber, false},
};

const FieldRow& RowOf(OrderField field) {
  return kFields[static_cast<std::size_t>(field)];
}

}  // namespace

std::string_view ToString(Listing listing) {
  return listing == Listing::kMarkets ? "markets" : "events";
}

std::optional<Listing> FindListing(std::string_view name) {
  for (const Listing listing : {Listing::kMarkets, Listing::kEvents}) {
    if (name == ToString(listing)) return listing;
  }
  return std::nullopt;
}

std::optional<OrderField> FindOrderField(Listing listing, std::string_view name) {
  for (const FieldRow& row : kFields) {
    if (row.name == name && (row.in_events || listing == Listing::kMarkets)) return row.field;
  }
  return std::nullopt;
}

std::string_view ToString(OrderField field) {
  return RowOf(field).name;
}

OrderType TypeOf(Listing listing, OrderField field) {
  return listing == Listing::kMarkets ? RowOf(field).of_markets : RowOf(field).of_events;
}

}  // namespace polyhouse
