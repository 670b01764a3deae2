#include "plugins/backends/cuda/lgn/lgn_plan.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <v1e_sdk/error.hpp>

namespace v1::cuda {
namespace {

constexpr std::size_t group_size = quad_size * quads_per_group;

Window window_of(const v1e_lgn_bank& bank, std::uint32_t s) {
  const std::uint64_t rows = bank.row_begin[s + 1] - bank.row_begin[s];
  const std::uint64_t cols = bank.col_begin[s + 1] - bank.col_begin[s];
  if (bank.row_begin[s + 1] <= bank.row_begin[s] || bank.col_begin[s + 1] <= bank.col_begin[s] ||
      bank.row_first[s] + rows > bank.rows || bank.col_first[s] + cols > bank.cols ||
      bank.kernel_begin[s + 1] < bank.kernel_begin[s]) {
    throw v1e::Error(V1E_E_INVALID, "",
                     "subunit " + std::to_string(s) +
                         " looks beyond the frame, or its weights end "
                         "before they begin");
  }
  return {bank.row_first[s], static_cast<std::uint32_t>(bank.row_first[s] + rows),
          bank.col_first[s], static_cast<std::uint32_t>(bank.col_first[s] + cols)};
}

void join(Window& all, const Window& one) {
  if (all.row_end == 0) {
    all = one;
    return;
  }
  all.row_begin = std::min(all.row_begin, one.row_begin);
  all.row_end = std::max(all.row_end, one.row_end);
  all.col_begin = std::min(all.col_begin, one.col_begin);
  all.col_end = std::max(all.col_end, one.col_end);
}

/// Puts subunits with similar windows side by side: halves them again and again where their edges
/// differ most, at multiples of the size of groups and then of quads.
class Neighbours {
 public:
  explicit Neighbours(const std::vector<Window>& windows) : windows_(windows) {}

  void sort(std::vector<std::uint32_t>& order, std::size_t begin, std::size_t end) const {
    const std::size_t unit = end - begin > group_size ? group_size : quad_size;
    if (end - begin <= quad_size) return;
    const std::size_t half = ((end - begin) / 2 + unit - 1) / unit * unit;
    const auto edge = widest_edge(order, begin, end);
    const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
    std::nth_element(at(begin), at(begin + half), at(end), [&](std::uint32_t a, std::uint32_t b) {
      const std::uint32_t x = windows_[a].*edge, y = windows_[b].*edge;
      return x != y ? x < y : a < b;
    });
    sort(order, begin, begin + half);
    sort(order, begin + half, end);
  }

 private:
  using Edge = std::uint32_t Window::*;

  Edge widest_edge(const std::vector<std::uint32_t>& order, std::size_t begin,
                   std::size_t end) const {
    Edge widest = &Window::row_begin;
    std::uint32_t most = 0;
    for (const Edge edge :
         {&Window::row_begin, &Window::row_end, &Window::col_begin, &Window::col_end}) {
      std::uint32_t low = 0xFFFFFFFFu, high = 0;
      for (std::size_t i = begin; i < end; ++i) {
        low = std::min(low, windows_[order[i]].*edge);
        high = std::max(high, windows_[order[i]].*edge);
      }
      if (high - low > most) {
        most = high - low;
        widest = edge;
      }
    }
    return widest;
  }

  const std::vector<Window>& windows_;
};

LgnQuad make_quad(const v1e_lgn_bank& bank, const std::vector<Window>& windows,
                  const std::uint32_t* subunits, std::size_t count, std::vector<double>& weights) {
  LgnQuad quad;
  for (std::size_t j = 0; j < count; ++j) {
    quad.subunit[j] = subunits[j];
    join(quad.window, windows[subunits[j]]);
  }
  const Window& all = quad.window;
  quad.row_weights = weights.size();
  quad.col_weights = quad.row_weights + std::uint64_t{all.row_end - all.row_begin} * quad_size;
  weights.resize(quad.col_weights + std::uint64_t{all.col_end - all.col_begin} * quad_size, 0.0);
  for (std::size_t j = 0; j < count; ++j) {
    const std::uint32_t s = subunits[j];
    double* row = weights.data() + quad.row_weights +
                  std::uint64_t{windows[s].row_begin - all.row_begin} * quad_size + j;
    for (std::uint64_t k = bank.row_begin[s]; k < bank.row_begin[s + 1]; ++k, row += quad_size) {
      *row = bank.row_weight[k];
    }
    double* col = weights.data() + quad.col_weights +
                  std::uint64_t{windows[s].col_begin - all.col_begin} * quad_size + j;
    for (std::uint64_t k = bank.col_begin[s]; k < bank.col_begin[s + 1]; ++k, col += quad_size) {
      *col = bank.col_weight[k];
    }
  }
  return quad;
}

void add_space(const v1e_lgn_bank& bank, LgnPlan& plan) {
  std::vector<Window> windows;
  for (std::uint32_t s = 0; s < bank.subunit_count; ++s) windows.push_back(window_of(bank, s));
  std::vector<std::uint32_t> order(bank.subunit_count);
  std::iota(order.begin(), order.end(), 0u);
  Neighbours(windows).sort(order, 0, order.size());
  for (std::size_t first = 0; first < order.size(); first += group_size) {
    LgnGroup& group = plan.groups.emplace_back();
    group.quad_begin = static_cast<std::uint32_t>(plan.quads.size());
    const std::size_t end = std::min(order.size(), first + group_size);
    for (std::size_t q = first; q < end; q += quad_size) {
      plan.quads.push_back(make_quad(bank, windows, order.data() + q,
                                     std::min<std::size_t>(quad_size, end - q), plan.weights));
      join(group.window, plan.quads.back().window);
    }
    group.quad_end = static_cast<std::uint32_t>(plan.quads.size());
  }
}

void add_time(const v1e_lgn_bank& bank, LgnPlan& plan) {
  const std::uint64_t all = bank.kernel_begin[bank.subunit_count];
  plan.kernel_weights.assign(bank.kernel, bank.kernel + all);
  for (std::uint32_t s = 0; s < bank.subunit_count; ++s) {
    LgnKernel& kernel = plan.kernels.emplace_back();
    kernel.weights = bank.kernel_begin[s];
    kernel.history = plan.history_length;
    kernel.lags = static_cast<std::uint32_t>(bank.kernel_begin[s + 1] - bank.kernel_begin[s]);
    kernel.first_lag = kernel.lags > 0 ? bank.first_lag[s] : 0;
    // The last frame is always kept: the next stretch may go on showing it.
    kernel.frames_back = std::max(1u, kernel.first_lag + kernel.lags - (kernel.lags > 0 ? 1u : 0u));
    kernel.gain = bank.gain[s];
    kernel.offset_hz = bank.offset_hz[s];
    plan.history_length += kernel.frames_back;
    plan.most_frames_back = std::max(plan.most_frames_back, kernel.frames_back);
  }
}

}  // namespace

LgnPlan make_lgn_plan(const v1e_lgn_bank& bank) {
  LgnPlan plan;
  plan.unit_begin.assign(bank.unit_begin, bank.unit_begin + bank.unit_count + 1);
  const bool ascending = std::is_sorted(plan.unit_begin.begin(), plan.unit_begin.end());
  if (!ascending || plan.unit_begin.front() != 0 || plan.unit_begin.back() != bank.subunit_count) {
    throw v1e::Error(V1E_E_INVALID, "", "the subunits of the units are not all of the subunits");
  }
  add_space(bank, plan);
  add_time(bank, plan);
  return plan;
}

}  // namespace v1::cuda
