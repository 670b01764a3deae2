#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>

#include <vector>

namespace v1::analyses {

/// Whether trials start in the state that the one before ended in, as recorded synaptic currents
/// tell it: those of a trial from rest are 0 in its first step, whatever the one before ended with.
class TrialStarts {
 public:
  struct Seen {
    bool moving_start = false, moving_end = false;
    void merge(const Seen& from) {
      moving_start |= from.moving_start;
      moving_end |= from.moving_end;
    }
  };

  /// Whether there are currents to look at, and a trial with one before it.
  static bool are_told(const v1e::Dataset& dataset);
  /// Asks for the first step of every trial and the last one of its predecessor.
  void ask(v1e::Requests& requests, const v1e::Dataset& dataset);
  void take(Seen& into, const v1e_chunk& chunk) const;
  /// `otherwise`: where the currents do not tell.
  static bool carried(const Seen& seen, bool otherwise);

 private:
  std::vector<bool> at_start_;  // by request
};

}  // namespace v1::analyses
