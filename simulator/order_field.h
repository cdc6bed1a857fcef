#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace polyhouse {

/// The two listings the API has.
enum class Listing : std::uint8_t { kMarkets, kEvents };

/// The listing's name as paths and bodies have it, such as "markets".
std::string_view ToString(Listing listing);

/// The listing of that name, empty when there is none.
std::optional<Listing> FindListing(std::string_view name);

/// What a listing can be ordered by.
enum class OrderField : std::uint8_t {
  kId,
  kSlug,
  kVolume,
  kVolumeNum,
  kLiquidity,
  kLiquidityNum,
  kVolume24hr,
  kVolume1wk,
  kVolume1mo,
  kVolume1yr,
  kStartDate,
  kEndDate,
  kCreatedAt,
  kUpdatedAt,
  kClosedTime,
  kCompetitive,
  kSpread,
  kLastTradePrice,
  kBestBid,
  kBestAsk,
};

/// How the values of a field compare.
enum class OrderType : std::uint8_t { kNumber, kText, kTime };

/// The field of a camelCase JSON name, empty when this listing is not ordered by it.
std::optional<OrderField> FindOrderField(Listing listing, std::string_view name);

/// The JSON name of a field.
std::string_view ToString(OrderField field);

/// `volume` of markets is text, and is ordered as text: a quirk of the real API.
OrderType TypeOf(Listing listing, OrderField field);

}  // namespace polyhouse
