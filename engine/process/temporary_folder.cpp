#include "engine/process/temporary_folder.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>

#include "engine/base/write_failure.hpp"

namespace v1 {

TemporaryFolder::TemporaryFolder(const std::string& purpose) {
  const char* chosen = std::getenv("TMPDIR");
  const std::filesystem::path parent = chosen && *chosen ? chosen : "/tmp";
  std::string pattern = (parent / fmt::format("v1engine-{}-XXXXXX", purpose)).string();
  if (!mkdtemp(pattern.data())) {
    const Error problem = cannot_write(pattern, errno);
    throw Error(problem.code(),
                fmt::format("{} (TMPDIR says where temporary files go)", problem.what()));
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace v1
