#include <deque>

#include "flow/listing/listings.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;

/// Answers from a list and keeps what it was asked.
class FakeHttp final : public HttpClient {
 public:
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token) override {
    urls.push_back(request.url);
    if (answers.empty()) return HttpResponse{.status = 200, .body = "[]"};
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }

  std::deque<Result<HttpResponse>> answers;
  std::vector<std::string> urls;
};

TEST(Listing, AsksForEachPageWithTheParametersOfTheKeysetApiAndPastTheCache) {
  FakeHttp http;
  const auto markets = kMarketListing.Make({.base_url = "https://api"}, http);
  const auto events = kEventListing.Make({.base_url = "https://api", .page_size = 20}, http);

  (void)markets->Fetch({}, {});
  (void)markets->Fetch({.state = OpenState::kClosed,
                        .order = ListingOrder::kNewestFirst,
                        .cursor = "a+b/c=&d",
                        .version = 5},
                       {});
  (void)events->Fetch({.cursor = "x"}, {});

  EXPECT_THAT(
      http.urls,
      ElementsAre("https://api/markets/keyset?limit=100&closed=false&order=id&ascending=true&_=0",
                  "https://api/markets/keyset?limit=100&closed=true&order=id&ascending=false"
                  "&after_cursor=a%2Bb%2Fc%3D%26d&_=5",
                  "https://api/events/"
                  "keyset?limit=20&closed=false&order=id&ascending=true&after_cursor=x&_=0"));
}

TEST(Listing, GivesAPageWithItsRowsEncoded) {
  FakeHttp http;
  http.answers.push_back(HttpResponse{
      .status = 200, .body = R"({"markets":[{"id":"7"},{"id":"x"}],"next_cursor":"c"})"});
  const auto listing = kMarketListing.Make({.base_url = "https://api"}, http);

  const auto page = listing->Fetch({.version = 5}, {});

  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->rows.size(), 1U);
  EXPECT_EQ(page->rows[0].id, "7");
  EXPECT_THAT(page->rows[0].data, testing::HasSubstr("\"version\":5"));
  EXPECT_EQ(page->bad.size(), 1U);
  EXPECT_EQ(page->next_cursor, "c");
}

/// N3 and PD: an offset that counts rows asked for, or stored, skips rows.
TEST(Listing, AdvancesALegacyOffsetByTheRecordsItGotGoodOrBad) {
  FakeHttp http;
  http.answers.push_back(
      HttpResponse{.status = 200, .body = R"([{"id":"7"},{"id":"x"},{"id":"9"}])"});
  http.answers.push_back(HttpResponse{.status = 200, .body = "[]"});
  const auto listing =
      kMarketListing.Make({.base_url = "https://api", .legacy_offset = true}, http);

  const auto page = listing->Fetch({.cursor = "200"}, {});
  const auto last = listing->Fetch({.cursor = page->next_cursor}, {});

  EXPECT_EQ(page->next_cursor, "203");
  EXPECT_EQ(last->next_cursor, "");
  EXPECT_THAT(
      http.urls.back(),
      testing::EndsWith("/markets?limit=100&closed=false&order=id&ascending=true&offset=203&_=0"));
}

/// N2 of the original: every failure became an empty page.
TEST(Listing, IsNeverAPageWhenTheAnswerIsNone) {
  FakeHttp http;
  http.answers.push_back(TransientError("reset"));
  http.answers.push_back(HttpResponse{.status = 500, .body = "[]"});
  http.answers.push_back(
      HttpResponse{.status = 429, .body = "{}", .retry_after = std::chrono::seconds(3)});
  http.answers.push_back(HttpResponse{.status = 200, .body = R"({"error":"x"})"});
  http.answers.push_back(HttpResponse{.status = 422, .body = "[]"});
  const auto listing = kMarketListing.Make({.base_url = "https://api"}, http);

  EXPECT_THAT(listing->Fetch({}, {}), HasError(ErrorKind::kTransient));
  EXPECT_THAT(listing->Fetch({}, {}), HasError(ErrorKind::kTransient));
  EXPECT_EQ(listing->Fetch({}, {}).error().retry_after, std::chrono::seconds(3));
  EXPECT_THAT(listing->Fetch({}, {}), HasError(ErrorKind::kTransient));
  EXPECT_THAT(listing->Fetch({}, {}), HasError(ErrorKind::kRejected));
}

/// A body that was announced short is whole for HTTP: cut off, a record would become a dead letter
/// that only a person can clear.
TEST(Listing, ALookupThatIsCutOffAnywhereIsAskedAgain) {
  FakeHttp http;
  const auto listing = kMarketListing.Make({.base_url = "https://api"}, http);
  const std::string record =
      R"({"id":"7","question":"a \"b\" [c","outcomes":"[\"Yes\"]","events":[{"id":"1"}]})";
  http.answers.push_back(HttpResponse{.status = 200, .body = record});
  ASSERT_EQ(listing->Lookup("7", 5, {})->rows.size(), 1U);

  for (std::size_t length = 0; length < record.size(); ++length) {
    http.answers.push_back(HttpResponse{.status = 200, .body = record.substr(0, length)});
    EXPECT_THAT(listing->Lookup("7", 5, {}), HasError(ErrorKind::kTransient)) << length;
  }
}

TEST(Listing, ALookupTellsABadRecordFromAnAnswerThatIsNone) {
  FakeHttp http;
  const auto listing = kMarketListing.Make({.base_url = "https://api"}, http);
  for (const std::string bad :
       {R"({"id":null,"question":"?"})", R"({"question":"?","id":"12a"})"}) {
    http.answers.push_back(HttpResponse{.status = 200, .body = bad});
    const auto page = listing->Lookup("7", 5, {});
    ASSERT_THAT(page, IsOk());
    ASSERT_EQ(page->bad.size(), 1U);
    EXPECT_EQ(page->bad[0].raw, bad);
  }
  for (const std::string none : {R"({"error":"Too Many Requests"})", "[]", "{}", "null", "{},{}"}) {
    http.answers.push_back(HttpResponse{.status = 200, .body = none});
    EXPECT_THAT(listing->Lookup("7", 5, {}), HasError(ErrorKind::kTransient)) << none;
  }
  http.answers.push_back(HttpResponse{.status = 404, .body = "<html>not found</html>"});
  EXPECT_THAT(listing->Lookup("7", 5, {}), HasError(ErrorKind::kTransient));
  http.answers.push_back(HttpResponse{.status = 404, .body = R"({"error":"id not found"})"});
  EXPECT_EQ(listing->Lookup("7", 5, {})->records(), 0U);
}

TEST(Listing, ReportsUnknownFieldsWithHowOftenTheyCame) {
  FakeHttp http;
  for (int i = 0; i < 2; ++i) {
    http.answers.push_back(
        HttpResponse{.status = 200, .body = R"({"markets":[{"id":"7","b":1,"a":2}]})"});
  }
  http.answers.push_back(
      HttpResponse{.status = 200, .body = R"({"markets":[{"id":"7","c":1,"a":2}]})"});
  const auto listing = kMarketListing.Make({.base_url = "https://api"}, http);
  std::vector<std::string> reported;
  listing->OnUnknownField([&](std::string_view name, std::uint64_t times) {
    reported.push_back(std::string(name) + std::to_string(times));
  });

  for (int i = 0; i < 3; ++i) ASSERT_THAT(listing->Fetch({}, {}), IsOk());

  EXPECT_THAT(reported, ElementsAre("a1", "b1", "a1", "b1", "a1", "c1"));
}

TEST(IdNumber, IsZeroForWhatIsNoNumber) {
  EXPECT_EQ(IdNumber("501"), 501U);
  for (const char* id : {"", "x", "-1", "5 ", "1e3", "99999999999999999999999"}) {
    EXPECT_EQ(IdNumber(id), 0U) << id;
  }
}

}  // namespace
}  // namespace polyhouse
