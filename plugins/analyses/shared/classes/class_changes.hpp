#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "plugins/analyses/shared/classes/classes.hpp"

/// How the response class of a neuron changes between stimuli.
namespace v1::analyses {

/// Neurons by class in one stimulus (row) and another (column), in the order of all_classes.
struct Confusion {
  std::array<std::array<std::size_t, class_count>, class_count> counts{};

  std::size_t total() const;
  std::size_t row_total(std::size_t row) const;
  /// Share of the row; NaN for an empty row.
  double share(std::size_t row, std::size_t column) const;
  /// Share of the neurons with the same class in both; NaN without neurons.
  double agreement() const;
  /// Cohen's kappa: agreement beyond that of independent classes with the same sizes; NaN when
  /// chance alone gives full agreement.
  double kappa() const;
};

/// Throws std::invalid_argument for lists of different length.
Confusion confusion(std::span<const ResponseClass> base, std::span<const ResponseClass> other);

/// What a neuron is over all directions of flow.
enum class DirectionRole : std::uint8_t {
  responsive_dvf,  // dVf in every direction
  responsive_hvf,  // hVf in every direction
  selective_dvf,   // dVf in one direction, unclassified in all others
  selective_hvf,
  none
};
inline constexpr std::size_t role_count = 5;
inline constexpr std::array<std::string_view, role_count> role_names = {
    "perturbation_responsive_dVf", "perturbation_responsive_hVf", "direction_selective_dVf",
    "direction_selective_hVf", "none"};

/// `classes`: one per direction. One direction only is responsive, not selective.
DirectionRole direction_role(std::span<const ResponseClass> classes);

}  // namespace v1::analyses
