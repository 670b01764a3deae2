#include "engine/base/raw_vector.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace v1 {
namespace {

bool aligned(const void* place, std::uintptr_t bytes) {
  return reinterpret_cast<std::uintptr_t>(place) % bytes == 0;
}

TEST(RawVector, KeepsWhatIsGiven) {
  const RawVector<int> listed = {1, 2, 3}, equal(3, 9);
  EXPECT_EQ(listed[2], 3);
  EXPECT_EQ(equal[2], 9);
  RawVector<int> grown = listed;
  grown.resize(1 << 21);
  EXPECT_EQ(grown[0], 1);
  EXPECT_EQ(grown[2], 3);
}

TEST(RawVector, BeginsOnACacheLineOrOnAHugePage) {
  EXPECT_TRUE(aligned(RawVector<char>(3).data(), 64));
  EXPECT_TRUE(aligned(RawVector<char>(std::size_t{5} << 20).data(), std::uintptr_t{2} << 20));
}

}  // namespace
}  // namespace v1
