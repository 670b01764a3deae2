#pragma once
#include <filesystem>
#include <string>

namespace v1 {

/// A folder in $TMPDIR (else /tmp) that is gone afterwards. Throws Error(memory) where it cannot be
/// made.
class TemporaryFolder {
 public:
  /// `purpose` is a part of the name: "v1engine-PURPOSE-Xy3k8Q".
  explicit TemporaryFolder(const std::string& purpose);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace v1
