#include "base/url.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(AppendUrlParameter, BeginsAQueryAndGoesOnWithIt) {
  std::string url = "http://api/markets";

  AppendUrlParameter(url, "limit", "100");
  AppendUrlParameter(url, "closed", "true");

  EXPECT_EQ(url, "http://api/markets?limit=100&closed=true");
}

TEST(AppendUrlParameter, EncodesEverythingButUnreservedCharacters) {
  std::string url;

  AppendUrlParameter(url, "c", "aZ09-_.~ +/=&?#%é\n");

  EXPECT_EQ(url, "?c=aZ09-_.~%20%2B%2F%3D%26%3F%23%25%C3%A9%0A");
}

}  // namespace
}  // namespace polyhouse
