#include "plugins/analyses/shared/trials/trial_noise.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

namespace v1::analyses {

std::vector<std::vector<Noise>> find_noise(const std::vector<v1e::Dataset>& datasets) {
  std::vector<std::vector<Noise>> noise;
  for (const v1e::Dataset& dataset : datasets) {
    const v1e_dataset& raw = dataset.raw();
    const auto first = std::find_if(datasets.begin(), datasets.end(), [&](const auto& other) {
      return other.raw().seed == raw.seed;
    });
    const v1e_column* column = v1e::find_column(raw.trial_columns, raw.trial_column_count, "trial");
    const bool numbered = column != nullptr && column->values.dtype != V1E_STR;
    const std::vector<double> numbers = numbered ? v1e::numbers(column) : std::vector<double>();
    noise.emplace_back();
    for (std::uint32_t t = 0; t < dataset.trials(); ++t) {
      noise.back().emplace_back(first - datasets.begin(), numbered ? numbers.at(t) : t);
    }
  }
  return noise;
}

void line_up_noise(const std::vector<std::vector<Noise>>& noise,
                   std::vector<std::vector<TrialKey>>& trials) {
  using Turn = std::pair<std::size_t, Noise>;  // how often the condition had the noise before
  std::map<Turn, std::int64_t> conditions_with;
  std::vector<std::vector<std::pair<Turn, TrialKey>>> turns;
  for (const std::vector<TrialKey>& of_condition : trials) {
    std::map<Noise, std::size_t> before;
    turns.emplace_back();
    for (const TrialKey& one : of_condition) {
      const Noise& heard = noise[one.first][one.second];
      turns.back().push_back({{before[heard]++, heard}, one});
      ++conditions_with[turns.back().back().first];
    }
  }
  for (std::size_t k = 0; k < turns.size(); ++k) {
    const auto place = [&](const auto& turn) {
      return std::pair{-conditions_with[turn.first], turn.first};
    };
    std::sort(turns[k].begin(), turns[k].end(),
              [&](const auto& a, const auto& b) { return place(a) < place(b); });
    for (std::size_t r = 0; r < turns[k].size(); ++r) trials[k][r] = turns[k][r].second;
  }
}

}  // namespace v1::analyses
