#include "listing_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using testing::ElementsAre;

Result<ListingQuery> Keyset(const std::string& params, Listing listing = Listing::kMarkets) {
  return ParseListingQuery(
      listing, Pagination::kKeyset, ParseTarget("GET", "/markets/keyset?" + params));
}

Result<ListingQuery> Legacy(const std::string& params, Listing listing = Listing::kMarkets) {
  return ParseListingQuery(listing, Pagination::kOffset, ParseTarget("GET", "/markets?" + params));
}

TEST(ListingQuery, DefaultsToTwentyOpenRowsInAscendingOrder) {
  const Result<ListingQuery> query = Keyset("");

  ASSERT_TRUE(query);
  EXPECT_EQ(query->limit, 20U);
  EXPECT_EQ(query->closed, false);
  EXPECT_TRUE(query->ascending);
  EXPECT_TRUE(query->order.empty());
}

TEST(ListingQuery, ShowsClosedEventsToTheLegacyListingOnly) {
  EXPECT_EQ(Legacy("", Listing::kEvents)->closed, std::nullopt);
  EXPECT_EQ(Legacy("", Listing::kMarkets)->closed, false);
  EXPECT_EQ(Keyset("", Listing::kEvents)->closed, false);
}

TEST(ListingQuery, ClampsTheLimitSilently) {
  EXPECT_EQ(Keyset("limit=101")->limit, 100U);
  EXPECT_EQ(Keyset("limit=5000")->limit, 100U);
  EXPECT_EQ(Legacy("limit=500")->limit, 100U);
}

TEST(ListingQuery, RefusesWhatTheApiRefuses) {
  for (const char* params : {"limit=0",
                             "limit=-1",
                             "limit=ten",
                             "limit=",
                             "offset=0",
                             "order=volume_num",
                             "order=nonsense",
                             "order=id,nope",
                             "closed=maybe",
                             "ascending=1",
                             "id=abc",
                             "start_date_min=soon"}) {
    const Result<ListingQuery> query = Keyset(params);
    ASSERT_FALSE(query) << params;
    EXPECT_EQ(query.error().kind, ErrorKind::kRejected);
  }
  EXPECT_EQ(Keyset("order=volume_num").error().message, "order fields are not valid");
}

TEST(ListingQuery, TakesOffsetsUpToTwoThousandInTheLegacyListing) {
  EXPECT_EQ(Legacy("offset=2000")->offset, 2000U);
  ASSERT_FALSE(Legacy("offset=2001"));
  EXPECT_EQ(Legacy("offset=2001").error().message,
            "offset too large, use /markets/keyset for deeper pagination");
}

TEST(ListingQuery, IgnoresWrongParameterNames) {
  const Result<ListingQuery> query = Keyset("cursor=x&next_cursor=y&condition_ids[]=0x1&bogus=1");

  ASSERT_TRUE(query);
  EXPECT_FALSE(query->after_cursor);
  EXPECT_FALSE(query->NamesRows());
}

TEST(ListingQuery, TellsFiltersApartButNotPageSizes) {
  const std::uint64_t plain = Keyset("")->FilterHash();

  EXPECT_EQ(Keyset("limit=5&include_tag=true")->FilterHash(), plain);
  for (const char* params : {"closed=true",
                             "ascending=false",
                             "order=endDate",
                             "id=5",
                             "slug=5",
                             "start_date_min=2026-01-01",
                             "end_date_min=2026-01-01"}) {
    EXPECT_NE(Keyset(params)->FilterHash(), plain) << params;
  }
  EXPECT_NE(Keyset("", Listing::kEvents)->FilterHash(), plain);
}

TEST(ListingQuery, ReadsSeveralOrderFields) {
  EXPECT_THAT(Keyset("order=volumeNum,endDate")->order,
              ElementsAre(OrderField::kVolumeNum, OrderField::kEndDate));
  EXPECT_THAT(Keyset("order=id")->order, ElementsAre());
  EXPECT_FALSE(Keyset("order=volumeNum", Listing::kEvents));
}

}  // namespace
}  // namespace polyhouse
