#include "engine/base/hash.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace v1 {
namespace {

TEST(Hasher, IsTheSameOnEveryMachine) {
  // XXH3-64 of the empty input, from the published test vectors.
  EXPECT_EQ(to_hex(Hasher().digest()), "2d06800538d394c2");
}

TEST(Hasher, SeparatesNeighbouringTexts) {
  EXPECT_NE(Hasher().text("ab").text("c").digest(), Hasher().text("a").text("bc").digest());
}

TEST(Hasher, DependsOnEveryValue) {
  std::vector<float> values = {1.0f, 2.0f, 3.0f};
  const auto first = Hasher().values<float>(values).digest();
  values[2] = 4.0f;
  EXPECT_NE(first, Hasher().values<float>(values).digest());
}

}  // namespace
}  // namespace v1
