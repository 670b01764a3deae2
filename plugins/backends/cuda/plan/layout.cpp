#include "plugins/backends/cuda/plan/layout.hpp"

namespace v1::cuda {

Layout make_layout(const v1e_network& network) {
  const auto neurons = static_cast<std::size_t>(network.neuron_count);
  std::vector<std::uint32_t> next(network.type_count + 1, 0);
  for (std::size_t n = 0; n < neurons; ++n) ++next[network.neuron_type[n] + 1u];
  for (std::size_t t = 1; t < next.size(); ++t) next[t] += next[t - 1];
  Layout layout;
  layout.place_of_position.resize(neurons);
  layout.position_of_place.resize(neurons);
  layout.type_of_place.resize(neurons);
  for (std::size_t n = 0; n < neurons; ++n) {
    const std::uint32_t place = next[network.neuron_type[n]]++;
    layout.place_of_position[n] = place;
    layout.position_of_place[place] = static_cast<std::uint32_t>(n);
    layout.type_of_place[place] = network.neuron_type[n];
  }
  return layout;
}

}  // namespace v1::cuda
