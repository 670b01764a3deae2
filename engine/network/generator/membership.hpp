#pragma once
#include <cstdint>
#include <limits>
#include <vector>

namespace v1::network::generator {

inline constexpr std::uint32_t not_a_member = std::numeric_limits<std::uint32_t>::max();

/// The selected cells: ids ascending, and the way back from an id to its position.
struct Membership {
  std::vector<std::uint32_t> id;           // by position
  std::vector<std::uint32_t> position_of;  // by id; not_a_member outside

  Membership(std::vector<std::uint32_t> ids, std::uint32_t full_size)
      : id(std::move(ids)), position_of(full_size, not_a_member) {
    for (std::uint32_t i = 0; i < id.size(); ++i) position_of[id[i]] = i;
  }
  std::size_t size() const { return id.size(); }
};

}  // namespace v1::network::generator
