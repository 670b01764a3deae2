#include "tests/unit/analysis/synthetic_run.hpp"

namespace v1::analysis {

SyntheticRun::SyntheticRun(network::Network network, std::uint32_t trials, std::int64_t steps)
    : network_(std::move(network)) {
  facts_.label = "synthetic";
  facts_.network = &network_;
  facts_.trials = trials;
  facts_.steps_per_trial = steps;
  facts_.seed = 3000;
  for (std::uint32_t i = 0; i < network_.neurons.size(); ++i) facts_.state_neurons.push_back(i);
  spikes_.resize(trials);
  block_spikes_.resize(trials);
}

SyntheticRun::~SyntheticRun() = default;

void SyntheticRun::add_variable(const std::string& name, const std::string& unit) {
  recording::StateVariable variable;
  variable.name = name;
  variable.unit = unit;
  variable.sample_count = facts_.steps_per_trial;
  variable.chunk_samples = 7;
  variable.chunk_neurons = 3;
  facts_.variables.push_back(variable);
}

void SyntheticRun::add_spike(std::uint32_t trial, std::uint32_t step, std::uint32_t position) {
  spikes_[trial].step.push_back(step);
  spikes_[trial].position.push_back(position);
}

void SyntheticRun::add_block_spike(std::uint32_t trial, std::uint32_t step, std::uint32_t source) {
  block_spikes_[trial].step.push_back(step);
  block_spikes_[trial].position.push_back(source);
}

recording::SpikeEvents SyntheticRun::spikes(std::uint32_t trial, std::uint32_t block) const {
  return block == V1E_BLOCK_NEURONS ? spikes_.at(trial) : block_spikes_.at(trial);
}

void SyntheticRun::state(std::size_t variable, std::uint32_t trial, std::int64_t begin,
                         std::int64_t count, std::size_t neuron_begin, std::size_t neuron_count,
                         float* out) const {
  for (std::int64_t t = begin; t < begin + count; ++t) {
    for (std::size_t k = neuron_begin; k < neuron_begin + neuron_count; ++k) {
      *out++ = state_(variable, trial, t, facts_.state_neurons.at(k));
    }
  }
}

const std::vector<float>& SyntheticRun::rates(std::uint32_t, std::size_t index) const {
  return facts_.stimulus.rates.at(index).hz.front();
}

network::Network small_network(const std::vector<std::string>& populations,
                               std::uint32_t per_type) {
  network::Network network;
  for (std::size_t t = 0; t < populations.size(); ++t) {
    network::NodeType type;
    type.id = static_cast<std::int64_t>(100 + t);
    type.population = populations[t];
    type.ei = populations[t].substr(0, 1);
    type.c_m_pf = 60.0;
    type.g_ns = 4.0;
    type.e_l_mv = -75.0;
    type.v_th_mv = -45.0;
    network.types.push_back(type);
    for (std::uint32_t k = 0; k < per_type; ++k) {
      const auto index = static_cast<std::uint32_t>(network.neurons.id.size());
      network.neurons.id.push_back(1000 + index);
      network.neurons.type.push_back(static_cast<std::uint16_t>(t));
      network.neurons.x_um.push_back(static_cast<float>(10 * index));
      network.neurons.y_um.push_back(-100.0f);
      network.neurons.z_um.push_back(0.0f);
      network.neurons.tuning_angle_deg.push_back(static_cast<float>(45 * (index % 8)));
    }
  }
  network.neurons.has_positions = true;
  network.neurons.populations.push_back(
      {"v1", 0, static_cast<std::uint32_t>(network.neurons.id.size())});
  return network;
}

}  // namespace v1::analysis
