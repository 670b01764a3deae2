#pragma once
#include <vector>

#include "engine/stimulus/stimulus_description.hpp"

namespace v1::run {

/// What figures show of the inputs on their time axes.
class InputMarks {
 public:
  /// What a plugin tells. Several inputs may tell the same: a marker is kept once, a strip on which
  /// they differ not at all, since it says nothing of either.
  void add(const stimulus::StimulusDescription& told);
  void add(const stimulus::Marker& marker);

  const std::vector<stimulus::Marker>& markers() const { return markers_; }
  /// Those on which all inputs that tell them agree.
  std::vector<stimulus::Strip> strips() const;

 private:
  std::vector<stimulus::Marker> markers_;
  std::vector<stimulus::Strip> strips_;  // without values: told differently
};

}  // namespace v1::run
