#pragma once
#include <v1e/backend.h>

#include <array>
#include <cstdint>
#include <vector>

/// What belongs to one copy of the network. Arrays of neurons are in network order.
namespace reference {

/// Spikes of consecutive steps: source[offset[k] .. offset[k + 1]) in step k, ascending; count is
/// empty when every event has multiplicity 1.
struct Events {
  std::vector<std::uint64_t> offset = {0};
  std::vector<std::uint32_t> source;
  std::vector<std::uint16_t> count;
  void end_step() { offset.push_back(source.size()); }
};

/// What a window produced.
struct Output {
  bool active = false;
  std::int64_t step_begin = 0;
  Events spikes;
  std::vector<Events> blocks;                    // by edge block; inputs only
  std::vector<std::vector<std::uint16_t>> half;  // by probe, [sample][neuron]
  std::vector<std::vector<float>> single;        // by probe, [sample][neuron]
};

template <class Real>
struct Lane {
  // State of the network: what a checkpoint holds.
  std::vector<Real> u;                                  // potential relative to e_l [mV]
  std::vector<Real> asc;                                // [2][neuron]
  std::vector<Real> theta;                              // [2][neuron], with a moving threshold
  std::vector<Real> y1, y2;                             // [psc][neuron]
  std::array<std::vector<Real>, 3> class_y1, class_y2;  // the same by current class, if recorded
  std::vector<std::int32_t> refractory;                 // exact: steps left
  std::vector<float> refractory_ms;                     // billeh-tf: ms left
  std::vector<std::uint8_t> spiked;                     // billeh-tf: in the last step
  std::vector<Real> current;                            // of the pulses, acts in the next step
  std::vector<std::int64_t> ring;                       // [class][slot][receptor][neuron]
  std::uint32_t cursor = 0;                             // slot of the next step

  // The trial it is in.
  bool in_trial = false;
  std::uint32_t trial = 0, condition = 0;
  std::int64_t step = 0;         // next step of the trial
  std::vector<Events> handed;    // by edge block: events for the next window
  std::array<Output, 2> output;  // by the parity of the ticket
};

}  // namespace reference
