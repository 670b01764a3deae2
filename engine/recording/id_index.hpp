#pragma once
#include <cstdint>
#include <vector>

namespace v1::recording {

/// Finds the place of an id in a list of ids that is in any order.
class IdIndex {
 public:
  IdIndex() = default;
  explicit IdIndex(const std::vector<std::uint32_t>& ids);

  static constexpr std::uint32_t none = 0xFFFFFFFFu;
  std::uint32_t find(std::uint32_t id) const;

 private:
  struct Entry {
    std::uint32_t id, place;
  };
  std::vector<std::uint32_t> place_;  // by id, where ids are dense enough
  std::vector<Entry> sorted_;         // else
};

}  // namespace v1::recording
