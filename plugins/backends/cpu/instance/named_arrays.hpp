#pragma once
#include <cstdint>
#include <string>
#include <v1e_sdk/backend.hpp>
#include <vector>

#include "plugins/backends/cpu/plan/layout.hpp"

namespace v1::cpu {

/// Moves arrays [...][place] to and from named arrays [...][neuron] in network order.
class NamedArrays {
 public:
  explicit NamedArrays(const Layout& layout) : layout_(layout) {}

  /// leading: extents before the last axis.
  template <class Container>
  void put(const v1e::StateWriter& writer, const std::string& name, const Container& values,
           const std::vector<std::int64_t>& leading = {}) const {
    std::vector<typename Container::value_type> ordered(rows(leading) * neurons());
    for (std::size_t r = 0; r < rows(leading); ++r) {
      for (std::size_t n = 0; n < neurons(); ++n) {
        ordered[r * neurons() + n] =
            values[r * layout_.place_count() + layout_.place_of_position[n]];
      }
    }
    writer.put(name, ordered, shape(leading));
  }

  template <class Container>
  void get(const v1e::StateReader& reader, const std::string& name, Container& values,
           const std::vector<std::int64_t>& leading = {}) const {
    std::vector<typename Container::value_type> ordered(rows(leading) * neurons());
    reader.get(name, ordered, shape(leading));
    for (std::size_t r = 0; r < rows(leading); ++r) {
      for (std::size_t n = 0; n < neurons(); ++n) {
        values[r * layout_.place_count() + layout_.place_of_position[n]] =
            ordered[r * neurons() + n];
      }
    }
  }

 private:
  std::size_t neurons() const { return layout_.place_of_position.size(); }
  static std::size_t rows(const std::vector<std::int64_t>& leading) {
    std::size_t product = 1;
    for (const std::int64_t extent : leading) product *= static_cast<std::size_t>(extent);
    return product;
  }
  std::vector<std::int64_t> shape(std::vector<std::int64_t> leading) const {
    leading.push_back(static_cast<std::int64_t>(neurons()));
    return leading;
  }

  const Layout& layout_;
};

}  // namespace v1::cpu
