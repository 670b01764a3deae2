#include "plugins/backends/cpu/plan/deal.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "plugins/backends/cpu/plan/layout.hpp"

namespace v1::cpu {
namespace {

// Work per step in arbitrary units: of a neuron its update, and input at a few Hz; of a run of
// neurons what it takes to begin it, as long as that many updates.
constexpr std::uint64_t update_work = 256;
constexpr std::uint64_t run_work = 10 * update_work;
std::uint64_t work_of(std::uint32_t in_degree) { return update_work + in_degree; }

// With stretches every thread begins a run of nearly every type. Where a type has so many neurons
// in each thread that is a small part of their update.
constexpr std::uint64_t long_run = 128;

// Long enough that two threads seldom write samples of neighbours to one cache line, and that in a
// small network a thread does not have a few neurons of every type; short enough that every
// thread gets some of each part of the network.
std::uint32_t stretch_length(std::uint32_t neurons, std::uint32_t threads) {
  if (threads == 1) return neurons;
  const std::uint32_t per_thread = neurons / threads;
  const std::uint32_t wanted = per_thread / (per_thread < 8192 ? 8 : 32);
  return std::clamp(std::bit_floor(std::max(1u, wanted)), 4u, 512u);
}

std::size_t least_of(const std::vector<std::uint64_t>& work) {
  return static_cast<std::size_t>(std::min_element(work.begin(), work.end()) - work.begin());
}

struct TypeGroup {
  std::vector<std::uint32_t> positions;
  std::uint64_t work = run_work;
};

// Those that occur, the most work first.
std::vector<TypeGroup> groups_of(const v1e_network& network,
                                 const std::vector<std::uint32_t>& in_degree) {
  std::vector<TypeGroup> groups(network.type_count);
  for (std::uint32_t p = 0; p < in_degree.size(); ++p) {
    TypeGroup& group = groups[network.neuron_type[p]];
    group.positions.push_back(p);
    group.work += work_of(in_degree[p]);
  }
  std::erase_if(groups, [](const TypeGroup& group) { return group.positions.empty(); });
  std::stable_sort(groups.begin(), groups.end(),
                   [](const TypeGroup& a, const TypeGroup& b) { return a.work > b.work; });
  return groups;
}

}  // namespace

Hands deal_stretches(const v1e_network& network, std::uint32_t threads,
                     const std::vector<std::uint32_t>& in_degree) {
  const auto neurons = static_cast<std::uint32_t>(network.neuron_count);
  Hands hands(threads);
  std::vector<std::uint64_t> work(threads, 0);
  const std::uint32_t length = stretch_length(neurons, threads);
  for (std::uint32_t begin = 0; begin < neurons; begin += length) {
    const std::size_t least = least_of(work);
    for (std::uint32_t p = begin; p < std::min(neurons, begin + length); ++p) {
      hands[least].push_back(p);
      work[least] += work_of(in_degree[p]);
    }
  }
  return hands;
}

Hands deal_types(const v1e_network& network, std::uint32_t threads,
                 const std::vector<std::uint32_t>& in_degree) {
  const std::vector<TypeGroup> groups = groups_of(network, in_degree);
  std::uint64_t all = (threads - 1) * run_work;
  for (const TypeGroup& group : groups) all += group.work;
  const std::uint64_t share = all / threads;
  Hands hands(threads);
  std::vector<std::uint64_t> work(threads, 0);
  for (const TypeGroup& group : groups) {
    for (std::size_t next = 0; next < group.positions.size();) {
      const std::size_t least = least_of(work);
      work[least] += run_work;
      // In whole vectors, since what remains of one costs as much.
      do {
        const std::size_t end = std::min(next + places_per_vector, group.positions.size());
        for (; next < end; ++next) {
          hands[least].push_back(group.positions[next]);
          work[least] += work_of(in_degree[group.positions[next]]);
        }
      } while (next < group.positions.size() && work[least] < share);
    }
  }
  return hands;
}

bool prefers_types(const v1e_network& network, std::uint32_t threads, bool samples) {
  if (threads == 1 || samples) return false;
  std::vector<std::uint8_t> occurs(network.type_count, 0);
  for (std::int64_t p = 0; p < network.neuron_count; ++p) occurs[network.neuron_type[p]] = 1;
  const auto types = std::accumulate(occurs.begin(), occurs.end(), std::uint64_t{0});
  return static_cast<std::uint64_t>(network.neuron_count) < long_run * types * threads;
}

}  // namespace v1::cpu
