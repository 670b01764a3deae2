#include "engine/run/disk_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"

namespace v1::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

TEST(DiskRoom, WarnsWhereCompressionDecidesAndRefusesWhatCannotFit) {
  log::set_quiet(true);
  log::clear_warnings();
  check_disk("/data", 9 * gib, 9 * gib, 9 * gib);
  EXPECT_THAT(log::warnings(), IsEmpty());
  check_disk("/data", 80 * gib, 2 * gib, 9 * gib);
  EXPECT_THAT(log::warnings(),
              ElementsAre(HasSubstr("/data: the run writes about 80.0 GiB before compression, but "
                                    "only 9.0 GiB are free; if it does not fit")));
  try {
    check_disk("/data", 10 * gib, 10 * gib, 9 * gib);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::memory);
    EXPECT_THAT(e.what(), HasSubstr("choose another -o or record less"));
  }
}

}  // namespace
}  // namespace v1::run
