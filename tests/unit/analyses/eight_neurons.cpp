#include "tests/unit/analyses/eight_neurons.hpp"

#include <algorithm>
#include <fstream>

namespace v1::analysis {

network::Network eight_neurons_network() {
  network::Network network = small_network({"e23Cux2", "i23Pvalb", "e4Rorb", "i1Htr3a"}, 2);
  network.neurons.type = {0, 0, 0, 0, 1, 2, 3, 0};
  return network;
}

EightNeurons eight_neurons(bool with_synapses, bool with_input) {
  using network::CurrentClass;
  using network::SourceKind;
  EightNeurons out;
  out.run = std::make_shared<SyntheticRun>(eight_neurons_network(), 3, 1500);
  out.wired = std::make_shared<WiredNetwork>(out.run->change_network());
  WiredNetwork& w = *out.wired;
  const std::size_t v1 = w.add_block("recurrent", SourceKind::neurons, CurrentClass::recurrent, 8);
  const std::size_t lgn = w.add_block("lgn", SourceKind::rates, CurrentClass::bottom_up, 3);
  const std::size_t bkg = w.add_block("bkg", SourceKind::counts, CurrentClass::background, 1);
  if (with_synapses) {
    w.add(v1, 1, 0, 2.0), w.add(v1, 2, 0, 1.0), w.add(v1, 4, 0, -3.0, 1);
    w.add(v1, 4, 0, -1.5, 2), w.add(v1, 5, 0, 4.0), w.add(v1, 0, 1, 1.5);
    w.add(v1, 4, 1, -2.0, 1), w.add(v1, 5, 1, 5.0), w.add(v1, 0, 2, 0.5);
    w.add(v1, 2, 2, 0.25), w.add(v1, 4, 2, -6.0, 1), w.add(v1, 6, 2, -1.0, 1);
    w.add(v1, 5, 2, 2.0), w.add(v1, 1, 3, 1.0), w.add(v1, 4, 3, -2.5, 1);
    w.add(v1, 0, 4, 3.0), w.add(v1, 1, 4, 3.5), w.add(v1, 2, 4, 2.5);
    w.add(v1, 3, 5, 0.75), w.add(v1, 4, 6, -0.5, 1);
    w.add(lgn, 0, 0, 10.0), w.add(lgn, 1, 0, 12.0), w.add(lgn, 1, 1, 8.0);
    w.add(lgn, 2, 2, 5.0), w.add(lgn, 0, 4, 6.0), w.add(lgn, 0, 5, 9.0), w.add(lgn, 2, 5, 7.0);
    for (std::uint32_t i = 0; i < 8; ++i) w.add(bkg, 0, i, 1.0 + 0.5 * i);
  }
  if (with_input) {
    const std::size_t own = w.add_block("noise", SourceKind::events, CurrentClass::bottom_up, 3);
    w.add(own, 0, 0, 20.0), w.add(own, 1, 2, 30.0), w.add(own, 2, 2, 40.0);
  }
  out.run->set_synapses(w.finish());
  return out;
}

void write_classes(const std::filesystem::path& analyses, const std::vector<std::string>& classes,
                   const std::vector<std::size_t>& sample) {
  std::filesystem::create_directories(analyses / "classification");
  std::ofstream file(analyses / "classification" / "neurons.csv");
  file << "neuron,id,class" << (sample.empty() ? "\n" : ",heatmap_neurons\n");
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i].empty()) continue;
    file << i << "," << 1000 + i << "," << classes[i];
    const auto row = std::find(sample.begin(), sample.end(), i);
    if (row != sample.end()) file << "," << row - sample.begin();
    if (row == sample.end() && !sample.empty()) file << ",nan";
    file << "\n";
  }
}

}  // namespace v1::analysis
