#include "plugins/analyses/shared/wiring/current_kernels.hpp"

#include <algorithm>
#include <utility>

namespace v1::analyses {
namespace {

constexpr std::size_t longest_response = 100000;  // steps

}  // namespace

CurrentResponse::CurrentResponse(std::uint32_t receptor, std::vector<Part> parts)
    : receptor_(receptor), parts_(std::move(parts)), cumulative_{0.0} {
  double area = 0.0;  // exact sum: both stages decay by the same factor
  for (const Part& p : parts_) area += p.increment * p.step / (p.decay_m1 * p.decay_m1);
  std::vector<double> y1, y2(parts_.size(), 0.0);
  for (const Part& p : parts_) y1.push_back(p.increment);
  while (cumulative_.size() < longest_response && cumulative_.back() < area * (1.0 - 1e-6)) {
    double now = 0.0;
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      y2[k] += parts_[k].decay_m1 * y2[k] + parts_[k].step * y1[k];
      y1[k] += parts_[k].decay_m1 * y1[k];
      now += y2[k];
    }
    cumulative_.push_back(cumulative_.back() + now);
  }
}

std::vector<double> CurrentResponse::filter(const std::vector<double>& input) const {
  std::vector<double> out(input.size(), 0.0);
  for (const Part& p : parts_) {
    double y1 = 0.0, y2 = 0.0;
    for (std::size_t t = 0; t < input.size(); ++t) {  // as kernels/psc_step.hpp
      y2 += p.decay_m1 * y2 + p.step * y1;
      y1 += p.decay_m1 * y1 + p.increment * input[t];
      out[t] += y2;
    }
  }
  return out;
}

CurrentKernels::CurrentKernels(const v1e_network& network) : kinds_(network.synapse_kind_count) {
  for (std::uint32_t k = 0; k < network.synapse_kind_count; ++k) {
    delays_.push_back(network.synapse_kinds[k].delay_steps);
  }
  std::sort(delays_.begin(), delays_.end());
  delays_.erase(std::unique(delays_.begin(), delays_.end()), delays_.end());
  const auto response_of = [&](const v1e_neuron_type& type, std::uint32_t receptor) {
    std::vector<CurrentResponse::Part> parts;
    for (std::uint32_t p = 0; p < type.psc_count; ++p) {
      if (type.psc_receptor[p] != receptor) continue;
      parts.push_back({type.psc_decay_m1[p], type.psc_step[p], type.psc_increment[p]});
    }
    for (std::size_t r = 0; r < responses_.size(); ++r) {
      if (responses_[r].receptor() == receptor && responses_[r].parts() == parts) return r;
    }
    responses_.emplace_back(receptor, parts);
    return responses_.size() - 1;
  };
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    for (std::uint32_t k = 0; k < network.synapse_kind_count; ++k) {
      const v1e_synapse_kind& kind = network.synapse_kinds[k];
      const std::size_t r = response_of(*network.types[t], kind.receptor);
      const auto d =
          std::lower_bound(delays_.begin(), delays_.end(), std::int64_t{kind.delay_steps}) -
          delays_.begin();
      channel_.push_back(
          static_cast<std::uint16_t>(r * delays_.size() + static_cast<std::size_t>(d)));
    }
  }
  for (const CurrentResponse& r : responses_) memory_ = std::max(memory_, r.length());
  if (!delays_.empty()) memory_ += delays_.back();
}

}  // namespace v1::analyses
