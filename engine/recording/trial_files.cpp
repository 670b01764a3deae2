#include "engine/recording/trial_files.hpp"

#include <algorithm>

#include "engine/recording/run_folder.hpp"
#include "engine/recording/trial_index.hpp"

namespace v1::recording {

std::shared_ptr<const h5::File> TrialFiles::get(std::uint32_t trial) {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(files_.begin(), files_.end(),
                                  [&](const auto& entry) { return entry.first == trial; });
  if (known != files_.end()) {
    files_.splice(files_.begin(), files_, known);
    return files_.front().second;
  }
  auto file = std::make_shared<h5::File>(h5::File::read(trial_path(dir_, trial)));
  check_file_mark(*file, "trial");
  files_.emplace_front(trial, file);
  constexpr std::size_t most_open = 32;
  if (files_.size() > most_open) files_.pop_back();
  return file;
}

}  // namespace v1::recording
