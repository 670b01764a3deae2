#pragma once
#include <v1e/stimulus.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace replayed_spikes {

/// The channels of a use: LGN units, neurons, or a single one into which all trains go.
class Channels {
 public:
  explicit Channels(const v1e_stimulus_env& env) : count_(env.channel_count) {
    for (std::uint64_t c = 0; c < env.column_count; ++c) {
      const v1e_column& column = *env.columns[c];
      if (column.values.dtype != V1E_U32) continue;
      const std::string_view name = column.name;
      if (name == "neuron") neurons_ = true;
      if (name != "id") continue;
      named_ = true;
      const auto* ids = static_cast<const std::uint32_t*>(column.values.data);
      for (std::uint32_t i = 0; i < count_; ++i) of_id_.emplace(ids[i], i);
    }
  }

  /// Not LGN units: neurons of the network, or one channel for all.
  bool of_input() const { return neurons_ || !named_; }
  std::optional<std::uint32_t> find(std::int64_t id) const {
    if (!named_) return 0;
    const auto found = of_id_.find(id);
    return found == of_id_.end() ? std::nullopt : std::optional(found->second);
  }
  /// What to do about ids that are not there.
  std::string cure() const {
    const std::string count = std::to_string(count_);
    if (!neurons_) {
      return ", which are no LGN units; there are " + count + ", is the file of this network?";
    }
    return ", which are not among the " + count +
           " neurons of 'target'; ids are those of the network's neurons: change 'target', take "
           "these trains out of the file, or play all trains to all with connect = "
           "\"all-to-all\"";
  }

 private:
  std::uint64_t count_;
  bool named_ = false, neurons_ = false;
  std::unordered_map<std::int64_t, std::uint32_t> of_id_;
};

/// Spikes of nodes that are no channels.
class UnknownIds {
 public:
  void add(std::int64_t id) {
    ++spikes_;
    ids_.insert(id);
  }
  bool any() const { return spikes_ > 0; }
  /// "3 of 10 spikes are of the nodes 4, 17"
  std::string text(std::int64_t of_spikes) const {
    constexpr std::size_t most_listed = 5;
    std::string out = std::to_string(spikes_) + " of " + std::to_string(of_spikes) +
                      " spikes are of the node" + (ids_.size() > 1 ? "s " : " ");
    std::size_t listed = 0;
    for (auto id = ids_.begin(); id != ids_.end() && listed < most_listed; ++id, ++listed) {
      out += (listed > 0 ? ", " : "") + std::to_string(*id);
    }
    if (ids_.size() > listed) out += " and " + std::to_string(ids_.size() - listed) + " more";
    return out;
  }

 private:
  std::int64_t spikes_ = 0;
  std::set<std::int64_t> ids_;
};

}  // namespace replayed_spikes
