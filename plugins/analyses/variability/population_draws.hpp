#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "plugins/analyses/shared/trials/trial_conditions.hpp"

namespace v1::analyses {

/// Random small populations, each looked at in one random trial: what a recording of that many
/// neurons would have seen.
class PopulationDraws {
 public:
  /// `candidates`: indices of neurons to draw from; sizes are normal, at least 2. Seeded.
  void draw(std::size_t count, double size_mean, double size_sd,
            const std::vector<std::size_t>& candidates, const std::vector<TrialKey>& trials);

  std::size_t size() const { return trial_of_.size(); }
  const TrialKey& trial_of(std::size_t draw) const { return trial_of_[draw]; }
  /// Draws of a trial that this neuron takes part in, or null.
  const std::vector<std::uint32_t>* draws_with(const TrialKey& trial, std::size_t neuron) const;

 private:
  std::vector<TrialKey> trial_of_;
  std::map<TrialKey, std::unordered_map<std::size_t, std::vector<std::uint32_t>>> members_;
};

}  // namespace v1::analyses
