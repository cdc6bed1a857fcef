#include "flow/response_class.h"

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

TEST(ClassifyResponse, TakesOnly200ForAPage) {
  EXPECT_THAT(ClassifyResponse({.status = 200}), IsOk());
  for (const int status : {0, 204, 206, 301, 304}) {
    EXPECT_FALSE(ClassifyResponse({.status = status}).has_value()) << status;
  }
}

TEST(ClassifyResponse, RepeatsWhatMayWorkLater) {
  for (const int status : {401, 403, 408, 425, 429, 500, 502, 503, 504, 520, 599}) {
    EXPECT_THAT(ClassifyResponse({.status = status}), HasError(ErrorKind::kTransient)) << status;
  }
}

TEST(ClassifyResponse, GivesUpAWalkWhoseRequestIsAtFault) {
  for (const int status : {400, 422}) {
    EXPECT_THAT(ClassifyResponse({.status = status}), HasError(ErrorKind::kRejected)) << status;
  }
}

TEST(SaysNotFound, IsTheWordOfTheApiAndNotOfWhatStandsBeforeIt) {
  EXPECT_TRUE(SaysNotFound({.status = 404, .body = R"({"error":"id not found"})"}));
  EXPECT_FALSE(SaysNotFound({.status = 404}));
  EXPECT_FALSE(SaysNotFound({.status = 404, .body = "404 page not found"}));
  EXPECT_FALSE(SaysNotFound({.status = 404, .body = "default backend - 404"}));
  EXPECT_FALSE(SaysNotFound({.status = 404, .body = "\n<html>404 page not found</html>"}));
  EXPECT_FALSE(SaysNotFound({.status = 200, .body = "{}"}));
}

/// During maintenance, say. Giving the walk up would throw its position away.
TEST(ClassifyResponse, WaitsOutWhatItDoesNotUnderstand) {
  for (const int status : {0, 204, 301, 404, 405, 410, 414, 418}) {
    EXPECT_THAT(ClassifyResponse({.status = status}),
                HasError(ErrorKind::kTransient, "--gamma-url"))
        << status;
  }
}

TEST(ClassifyResponse, WaitsAsLongAsTheServerAsks) {
  const auto status = ClassifyResponse({.status = 429, .retry_after = std::chrono::seconds(17)});

  EXPECT_EQ(status.error().retry_after, std::chrono::seconds(17));
}

TEST(ClassifyResponse, WaitsForABlockToBeLiftedWhenTheServerDoesNotSayHowLong) {
  EXPECT_EQ(ClassifyResponse({.status = 403}).error().retry_after, std::chrono::seconds(5));
  EXPECT_EQ(ClassifyResponse({.status = 500}).error().retry_after, std::nullopt);
}

TEST(ClassifyResponse, ShowsTheStatusAndTheBeginningOfTheBodyOnOneLine) {
  const auto status =
      ClassifyResponse({.status = 502, .body = "<html>\n" + std::string(9'999, 'x')});

  EXPECT_THAT(status, HasError(ErrorKind::kTransient, "HTTP 502: <html> xxx"));
  EXPECT_LT(status.error().message.size(), 300U);
}

}  // namespace
}  // namespace polyhouse
