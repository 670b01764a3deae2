#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/wiring/synapse_rows.hpp"

namespace v1::analyses {

// Mean currents of every neuron in both windows: weight times what the spikes of the source do.
void Currents::sum_parts(Parts& into, const v1e_chunk& chunk) const {
  const v1e_network& network = *dataset_.raw().network;
  const std::size_t b = synaptic_.block_of(chunk.request);
  const SourceBlock& block = synaptic_.setup().blocks[b];
  const v1e_rows& rows = *chunk.synapses;
  const std::vector<double> unit = weight_units(network);
  const v1e::AddressBits bits(network);
  const auto origin = static_cast<std::size_t>(block.origin);
  for (std::int64_t r = 0; r < rows.row_count; ++r) {
    const auto source = static_cast<std::uint32_t>(rows.row_begin + r);
    const std::size_t source_kind = block.kind[source];
    for (std::int64_t e = rows.row_ptr[r]; e < rows.row_ptr[r + 1]; ++e) {
      const std::uint32_t target = bits.target(rows.address[e]);
      if (index_of_[target] < 0) continue;
      const auto n = static_cast<std::size_t>(index_of_[target]);
      const std::uint32_t kind = bits.kind(rows.address[e]);
      const std::uint32_t receptor = network.synapse_kinds[kind].receptor;
      const double weight = unit[receptor] * rows.weight[e];
      const std::size_t channel = synaptic_.kernels().channel(network.neuron_type[target], kind);
      for (std::size_t w = 0; w < window_count; ++w) {
        const double current = weight * synaptic_.effect(b, source, channel, w);
        into.by_source[w][n * kinds_.size() + source_kind] += current;
        into.by_receptor[w][(n * origin_count + origin) * receptors_ + receptor] += current;
      }
    }
  }
}

// Summed current in bins of a group of targets or, behind the groups, of a neuron of the sample.
std::vector<double> Currents::binned_trace(std::size_t kind, std::size_t row) const {
  const auto width = static_cast<std::size_t>(bin_steps_);
  std::vector<double> out(bins(), 0.0);
  for (std::size_t r = 0; r < synaptic_.kernels().responses().size(); ++r) {
    const std::vector<double> trace = synaptic_.trace(kind, row, r);
    for (std::size_t t = 0; t < bins() * width; ++t) out[t / width] += trace[t];
  }
  for (double& value : out) value /= static_cast<double>(width);
  return out;
}

// Mean traces of the groups by kind of source in bins; inhibitory kinds are those whose current is
// negative on the whole.
void Currents::find_traces() {
  source_traces_.assign(kinds_.size(), {});
  inhibitory_.assign(kinds_.size(), false);
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    double sum = 0.0;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      std::vector<double> binned = binned_trace(k, g);
      for (double& value : binned) {
        sum += value;
        value /= static_cast<double>(group_size_[g]);
      }
      source_traces_[k].push_back(std::move(binned));
    }
    inhibitory_[k] = sum < 0.0;
  }
}

int Currents::component(std::string_view wanted) const {
  for (std::size_t c = 0; c < components_.size(); ++c) {
    if (components_[c].name == wanted) return static_cast<int>(c);
  }
  return -1;
}

namespace {

constexpr std::size_t background_part = 3, after_spike_part = 4;

// Index into part_names of a kind of source.
std::size_t part_of(Origin origin, bool inhibitory) {
  if (origin == Origin::lgn) return 0;
  if (origin == Origin::background) return background_part;
  return inhibitory ? 2 : 1;
}

}  // namespace

bool Currents::rebuilt_part(std::size_t p) const {
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    if (rebuilt() && part_of(origin_of_kind_[k], inhibitory_[k]) == p) return true;
  }
  return false;
}

// Recordings often know after-spike and background currents as a sum only; the background is then
// taken off as rebuilt from its events.
bool Currents::after_spike_is_rest() const {
  return component("after_spike") < 0 && component("after_spike_background") >= 0 &&
         rebuilt_part(background_part);
}

// From spikes where they are known, else as recorded.
bool Currents::has_part(std::size_t p) const {
  if (p == after_spike_part) return component("after_spike") >= 0 || after_spike_is_rest();
  if (rebuilt_part(p)) return true;
  if (p == 0) return component("bottom_up") >= 0;
  return p == background_part && component("background") >= 0;
}

double Currents::part(std::size_t p, std::size_t neuron, std::size_t window) const {
  if (p == after_spike_part && after_spike_is_rest()) {
    const auto both = static_cast<std::size_t>(component("after_spike_background"));
    return recorded(both, neuron, window) - part(background_part, neuron, window);
  }
  if (p == after_spike_part) {
    return recorded(static_cast<std::size_t>(component("after_spike")), neuron, window);
  }
  double sum = 0.0;
  bool found = false;
  for (std::size_t k = 0; rebuilt() && k < kinds_.size(); ++k) {
    if (part_of(origin_of_kind_[k], inhibitory_[k]) != p) continue;
    found = true;
    sum += by_source(neuron, k, window);
  }
  if (found) return sum;
  const int recorded_as = component(p == 0 ? "bottom_up" : "background");
  return recorded(static_cast<std::size_t>(recorded_as), neuron, window);
}

// Mean of the group in bins, as recorded [pA].
std::vector<double> Currents::recorded_trace(std::size_t c, std::size_t group) const {
  double level = 0.0;
  for (std::size_t n = 0; n < neurons_.size(); ++n) {
    if (group_of_[n] == group) level += recorded(c, n, 0);
  }
  level /= static_cast<double>(group_size_[group]);
  std::vector<double> out;
  for (const Moments& moments : recorded_.traces[c][group]) {
    out.push_back(level + moments.mean(group_size_[group]));
  }
  return out;
}

// Empty where the part is not known over time; mean of the group in bins [pA].
std::vector<double> Currents::part_trace(std::size_t p, std::size_t group) const {
  std::vector<double> out;
  for (std::size_t k = 0; rebuilt() && k < kinds_.size(); ++k) {
    if (p == after_spike_part || part_of(origin_of_kind_[k], inhibitory_[k]) != p) continue;
    out.resize(bins(), 0.0);
    for (std::size_t b = 0; b < bins(); ++b) out[b] += source_traces_[k][group][b];
  }
  if (!out.empty() || !any_recorded()) return out;
  if (p == after_spike_part && after_spike_is_rest()) {
    const auto both = static_cast<std::size_t>(component("after_spike_background"));
    out = recorded_trace(both, group);
    const std::vector<double> background = part_trace(background_part, group);
    for (std::size_t b = 0; b < out.size(); ++b) out[b] -= background[b];
    return out;
  }
  const char* recorded_as = p == 0                 ? "bottom_up"
                            : p == background_part ? "background"
                                                   : "after_spike";
  const int c = p == 1 || p == 2 ? -1 : component(recorded_as);
  return c < 0 ? out : recorded_trace(static_cast<std::size_t>(c), group);
}

}  // namespace v1::analyses
