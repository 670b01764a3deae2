#include <algorithm>

#include "plugins/analyses/decoding/decoding.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/report/source_colors.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"

namespace v1::analyses {

std::string Decoding::sample_text() const {
  return std::to_string(populations) + " populations, " + std::to_string(labels()) +
         (by_window() ? " windows, " : " stimuli, ") + counted(repetitions(), "trial") +
         " of each, " + std::to_string(fold_count()) +
         " folds; chance: " + fixed_text(1.0 / static_cast<double>(labels()), 3) + ".";
}

void Decoding::finish(v1e::Output& output) {
  const std::string pooled = conditions_.warning();
  if (!by_window() && !pooled.empty()) output.warn(pooled);
  window.report(output);
  for (const std::string& text : chosen_.notes) output.note(text);
  for (const std::string& text : notes_) output.note(text);
  if (results_.empty()) {
    output.warn("No group is large enough for a population of the smallest size in `sizes`.");
    return;
  }
  write(output);
  draw_accuracy(output);
  if (sizes.values().size() > 1) draw_sizes(output);
  draw_confusion(output);
}

void Decoding::write(v1e::Output& output) const {
  RowTable<std::string, std::int64_t, std::int64_t, std::string, double, double, double, double,
           double>
      table({{"group", "1"},
             {"neurons", "1"},
             {"available", "1"},
             {"classifier", "1"},
             {"accuracy", "1"},
             {"accuracy_sem", "1"},
             {"chance", "1"},
             {"information", "bit"},
             {"information_sem", "bit"}});
  RowTable<std::string, std::string, std::string, std::string, double> confusion(
      {{"group", "1"}, {"classifier", "1"}, {"shown", "1"}, {"decoded", "1"}, {"share", "1"}});
  const double chance = 1.0 / static_cast<double>(labels());
  for (const Result& result : results_) {
    table.add(pools_[result.pool].name, result.size, pools_[result.pool].members.size(),
              result.classifier, mean(result.accuracy), sem(result.accuracy), chance,
              mean(result.information), sem(result.information));
    const bool largest = std::none_of(results_.begin(), results_.end(), [&](const Result& other) {
      return other.pool == result.pool && other.size > result.size;
    });
    if (!largest) continue;
    for (std::size_t i = 0; i < labels(); ++i) {
      double row = 0.0;
      for (const double count : result.confusion[i]) row += count;
      for (std::size_t j = 0; j < labels(); ++j) {
        confusion.add(pools_[result.pool].name, result.classifier, label(i), label(j),
                      result.confusion[i][j] / row);
      }
    }
  }
  output.table(
      "accuracy",
      "Share of left-out trials that are told right; mean and standard error over "
      "populations; information: mutual information of truth and prediction (biased upwards "
      "with few trials)",
      table);
  output.table("confusion",
               "What was decoded when a stimulus was shown, for the largest populations",
               confusion);
  const Result& best = *std::max_element(
      results_.begin(), results_.end(),
      [](const Result& a, const Result& b) { return mean(a.accuracy) < mean(b.accuracy); });
  const double accuracy = mean(best.accuracy);
  const std::string of = counted(best.size, "neuron") + " of " + pools_[best.pool].name;
  output.note("Best: " + of + " with the " + best.classifier + " decoder, accuracy " +
              fixed_text(accuracy, 2) + " (chance " + fixed_text(chance, 2) + ").");
  output.scalar("best_accuracy", accuracy, "1", "Of " + of + ", " + best.classifier + " decoder");
}

void Decoding::draw_accuracy(v1e::Output& output) const {
  std::vector<std::string> order;
  for (const Result& result : results_) {
    const std::string& word = pools_[result.pool].name;
    if (std::find(order.begin(), order.end(), word) == order.end()) order.push_back(word);
  }
  const std::int64_t smallest = *std::min_element(sizes.values().begin(), sizes.values().end());
  v1e::Figure figure("Decoding by type");
  figure.caption("Accuracy of populations of " +
                 counted(static_cast<std::size_t>(smallest), "neuron") +
                 "; error bars: standard error over populations; line: chance. " + sample_text());
  figure.legend("top").size_mm(180.0, 75.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("").categories(order).angle(45.0);
  panel.y_axis().label("Accuracy").unit("").range(0.0, 1.0);
  panel.horizontal_line(1.0 / static_cast<double>(labels())).color("#444444").dash("dashed");
  panel.bar("accuracy", "group", "accuracy")
      .error("accuracy_sem")
      .where("neurons", static_cast<double>(smallest))
      .group("classifier")
      .group_order(classifiers.values());
  output.figure("accuracy", figure.toml());
}

void Decoding::draw_sizes(v1e::Output& output) const {
  v1e::Figure figure("Decoding and the size of the population");
  figure.caption(
      "Accuracy against the number of neurons; band: standard error over populations; "
      "line: chance. " +
      sample_text());
  const auto& methods = classifiers.values();
  figure.grid(1, static_cast<int>(methods.size())).letters().legend("right");
  figure.size_mm(std::min(90.0 * static_cast<double>(methods.size()), 180.0), 80.0);
  // Excitatory groups, all neurons and classes: more lines than that cannot be told apart.
  std::vector<std::string> shown;
  for (const Pool& pool : pools_) {
    if (pool.name[0] != 'i') shown.push_back(pool.name);
  }
  for (const std::string& method : methods) {
    v1e::Panel& panel = figure.panel();
    panel.title(method == "template" ? "Template" : "Logistic regression");
    panel.x_axis().label("Neurons").unit("").min(0.0);
    panel.y_axis().label("Accuracy").unit("").range(0.0, 1.0);
    panel.horizontal_line(1.0 / static_cast<double>(labels())).color("#444444").dash("dashed");
    panel.line("accuracy", "neurons", "accuracy")
        .error("accuracy_sem")
        .where("classifier", method)
        .group("group")
        .group_order(shown)
        .colors_of(source_colors(shown))
        .width(0.8);
    panel.scatter("accuracy", "neurons", "accuracy")
        .where("classifier", method)
        .group("group")
        .group_order(shown)
        .colors_of(source_colors(shown))
        .size(0.8)
        .legend(false);
  }
  output.figure("sizes", figure.toml());
}

void Decoding::draw_confusion(v1e::Output& output) const {
  // The more stimuli, the larger the panels.
  const std::size_t per_row = labels() <= 10 ? 3 : labels() <= 20 ? 2 : 1;
  const double panel_mm = per_row == 3 ? 62.0 : per_row == 2 ? 95.0 : 170.0;
  std::vector<std::pair<double, std::size_t>> order;  // the first classifier, best pools first
  for (const Result& result : results_) {
    if (result.classifier != classifiers.values().front()) continue;
    order.emplace_back(-mean(result.accuracy), result.pool);
  }
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> shown;
  for (const auto& [accuracy, pool] : order) {
    if (shown.size() < 2 * per_row && std::find(shown.begin(), shown.end(), pool) == shown.end()) {
      shown.push_back(pool);
    }
  }
  std::sort(shown.begin(), shown.end());
  v1e::Figure figure("What is taken for what");
  const auto columns = static_cast<int>(std::min(shown.size(), per_row));
  const auto grid_rows = static_cast<int>((shown.size() + per_row - 1) / per_row);
  figure.caption(
      "Share of trials of a stimulus that are decoded as another, " + classifiers.values().front() +
      " decoder, the largest populations of the best groups. " + stimuli_text() + sample_text());
  figure.grid(grid_rows, columns).legend("none").letters();
  figure.size_mm(std::min(180.0, panel_mm * columns + 8.0), panel_mm * grid_rows + 12.0);
  std::vector<std::string> words, short_words;
  for (std::size_t k = 0; k < labels(); ++k) {
    words.push_back(label(k));
    short_words.push_back(short_label(k));
  }
  const auto& columns_of = conditions_.columns;
  const bool angles = columns_of.size() == 1 && columns_of.front().ends_with("_deg");
  const char* unit = angles && !by_window() ? "deg" : "";
  for (const std::size_t pool : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(pools_[pool].name);
    panel.x_axis().label("Decoded").unit(unit).categories(words).category_labels(short_words);
    panel.x_axis().angle(90.0);
    panel.y_axis().label("Shown").unit(unit).categories(words).category_labels(short_words);
    panel.color_axis().label("Share").unit("").range(0.0, 1.0);
    panel.heatmap("confusion", "decoded", "shown", "share")
        .where("group", pools_[pool].name)
        .where("classifier", classifiers.values().front());
  }
  output.figure("confusion", figure.toml());
}

}  // namespace v1::analyses
