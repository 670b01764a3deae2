#include "engine/base/write_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/base/hdf5.hpp"

namespace v1 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path& folder() {
  static const std::filesystem::path path = ::testing::TempDir();
  return path;
}

TEST(CannotWrite, NamesTheCauseAndItsCure) {
  const std::filesystem::path place = folder() / "a" / "b.csv";
  const auto words = [&](int cause) { return std::string(cannot_write(place, cause).what()); };
  EXPECT_THAT(words(EACCES), AllOf(HasSubstr("b.csv: cannot be written (Permission denied); "),
                                   HasSubstr("no permission to write in "), HasSubstr("chmod"),
                                   Not(HasSubstr("full"))));
  EXPECT_THAT(words(EROFS),
              AllOf(HasSubstr("mounted read-only: choose another folder"), Not(HasSubstr("full"))));
  EXPECT_THAT(words(ENOSPC), AllOf(HasSubstr("(No space left on device)"), HasSubstr(" is full")));
  EXPECT_THAT(words(EFBIG), HasSubstr("ulimit -f"));
  EXPECT_EQ(cannot_write(place, EACCES).code(), ExitCode::memory);
}

TEST(CannotWrite, LooksForACauseThatWasNotTold) {
  const auto words = [](const std::filesystem::path& place) {
    return std::string(cannot_write(place, 0).what());
  };
  EXPECT_THAT(words(folder() / "nowhere" / "a.h5"), AllOf(HasSubstr("(No such file or directory)"),
                                                          HasSubstr("nowhere is not a folder")));
  EXPECT_THAT(words(folder()), HasSubstr("a folder has this name"));
  EXPECT_THAT(words("/proc/self/status/a.h5"), HasSubstr("(Not a directory)"));
}

TEST(CannotWrite, IsWhatHdf5FilesSay) {
  try {
    h5::File::create(folder() / "nowhere" / "a.h5");
    FAIL();
  } catch (const Error& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("a.h5: cannot be written (No such file or directory); "));
  }
}

}  // namespace
}  // namespace v1
