#include "plugins/analyses/shared/classes/class_changes.hpp"

#include <algorithm>
#include <stdexcept>

#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? undefined : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::size_t Confusion::row_total(std::size_t row) const {
  std::size_t sum = 0;
  for (const std::size_t n : counts[row]) sum += n;
  return sum;
}

std::size_t Confusion::total() const {
  std::size_t sum = 0;
  for (std::size_t row = 0; row < class_count; ++row) sum += row_total(row);
  return sum;
}

double Confusion::share(std::size_t row, std::size_t column) const {
  return ratio(counts[row][column], row_total(row));
}

double Confusion::agreement() const {
  std::size_t same = 0;
  for (std::size_t c = 0; c < class_count; ++c) same += counts[c][c];
  return ratio(same, total());
}

double Confusion::kappa() const {
  const auto n = static_cast<double>(total());
  double chance = 0.0;
  for (std::size_t c = 0; c < class_count; ++c) {
    std::size_t column = 0;
    for (std::size_t row = 0; row < class_count; ++row) column += counts[row][c];
    chance += static_cast<double>(row_total(c)) / n * static_cast<double>(column) / n;
  }
  return chance < 1.0 ? (agreement() - chance) / (1.0 - chance) : undefined;
}

Confusion confusion(std::span<const ResponseClass> base, std::span<const ResponseClass> other) {
  if (base.size() != other.size()) throw std::invalid_argument("classes of different neurons");
  Confusion out;
  for (std::size_t i = 0; i < base.size(); ++i) {
    ++out.counts[static_cast<std::size_t>(base[i])][static_cast<std::size_t>(other[i])];
  }
  return out;
}

DirectionRole direction_role(std::span<const ResponseClass> classes) {
  const auto count = [&](ResponseClass c) {
    return static_cast<std::size_t>(std::count(classes.begin(), classes.end(), c));
  };
  const std::size_t n = classes.size(), unclassified = count(ResponseClass::unclassified);
  if (n == 0) return DirectionRole::none;
  if (count(ResponseClass::dvf) == n) return DirectionRole::responsive_dvf;
  if (count(ResponseClass::hvf) == n) return DirectionRole::responsive_hvf;
  if (unclassified + 1 != n) return DirectionRole::none;
  return count(ResponseClass::dvf) == 1 ? DirectionRole::selective_dvf
                                        : DirectionRole::selective_hvf;
}

}  // namespace v1::analyses
