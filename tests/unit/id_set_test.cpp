#include "flow/listing/id_set.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(IdSet, TakesEachIdOnce) {
  IdSet set;

  EXPECT_TRUE(set.Insert("7"));
  EXPECT_FALSE(set.Insert("7"));
  EXPECT_TRUE(set.Contains("7"));
  EXPECT_FALSE(set.Contains("8"));
}

TEST(IdSet, TellsApartIdsThatAreTheSameNumberOrNone) {
  IdSet set;
  for (const char* id : {"7",
                         "07",
                         "65543",
                         "4294967295",
                         "4294967296",
                         "4294967303",
                         "-7",
                         "+7",
                         "7 ",
                         "x",
                         "",
                         "0",
                         "00"}) {
    EXPECT_FALSE(set.Contains(id)) << id;
    EXPECT_TRUE(set.Insert(id)) << id;
    EXPECT_TRUE(set.Contains(id)) << id;
  }
}

TEST(IdSet, IsEmptyAfterClear) {
  IdSet set;
  set.Insert("7");
  set.Insert("x");

  set.Clear();

  EXPECT_FALSE(set.Contains("7"));
  EXPECT_FALSE(set.Contains("x"));
}

}  // namespace
}  // namespace polyhouse
