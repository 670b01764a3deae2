#pragma once
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "engine/base/hdf5.hpp"

namespace v1::recording {

/// The trial files of a run folder, opened when first asked for; the latest few stay open. May be
/// used by several threads.
class TrialFiles {
 public:
  explicit TrialFiles(std::filesystem::path run_dir) : dir_(std::move(run_dir)) {}

  /// Throws Error(data) when the file is missing or is no trial file.
  std::shared_ptr<const h5::File> get(std::uint32_t trial);

 private:
  std::filesystem::path dir_;
  std::mutex mutex_;
  std::list<std::pair<std::uint32_t, std::shared_ptr<const h5::File>>> files_;  // latest first
};

}  // namespace v1::recording
