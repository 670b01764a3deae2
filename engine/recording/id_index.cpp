#include "engine/recording/id_index.hpp"

#include <algorithm>

namespace v1::recording {

IdIndex::IdIndex(const std::vector<std::uint32_t>& ids) {
  if (ids.empty()) return;
  const std::uint32_t largest = *std::max_element(ids.begin(), ids.end());
  constexpr std::uint64_t sparse = 16;  // table entries per id that are worth a direct look-up
  if (largest <= ids.size() * sparse + 65536) {
    place_.assign(largest + std::size_t{1}, none);
    for (std::size_t i = 0; i < ids.size(); ++i) place_[ids[i]] = static_cast<std::uint32_t>(i);
    return;
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    sorted_.push_back({ids[i], static_cast<std::uint32_t>(i)});
  }
  std::sort(sorted_.begin(), sorted_.end(),
            [](const Entry& a, const Entry& b) { return a.id < b.id; });
}

std::uint32_t IdIndex::find(std::uint32_t id) const {
  if (!place_.empty()) return id < place_.size() ? place_[id] : none;
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), id,
                                      [](const Entry& a, std::uint32_t b) { return a.id < b; });
  return found != sorted_.end() && found->id == id ? found->place : none;
}

}  // namespace v1::recording
