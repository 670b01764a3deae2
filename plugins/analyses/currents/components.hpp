#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The currents of a neuron as sums and differences of what was recorded.
namespace v1::analyses {

enum RecordedCurrent : std::size_t {
  rec_input,
  rec_recurrent,
  rec_bottom_up,
  rec_background,
  rec_asc,
  recorded_current_count
};
inline constexpr std::array<const char*, recorded_current_count> recorded_current_names = {
    "input_current", "recurrent_current", "bottom_up_current", "background_current", "asc_current"};

struct CurrentComponent {
  std::string name;
  std::vector<std::pair<RecordedCurrent, double>> terms;
};

/// What can be told from these recordings, in the order of reports: total, synaptic, recurrent,
/// bottom_up, background, after_spike; after_spike_background where only their sum is known.
std::vector<CurrentComponent> current_components(
    const std::array<bool, recorded_current_count>& has);

/// Where a part of the input comes from, as reports name it.
inline constexpr std::array<std::string_view, 5> part_names = {
    "LGN", "recurrent excitation", "recurrent inhibition", "background", "after-spike"};

}  // namespace v1::analyses
