#include "engine/figures/mark.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/figures/marks.hpp"

namespace v1::figures {

std::shared_ptr<const Table> require_table(const TableStore& store, const std::string& name,
                                           const std::string& origin) {
  std::shared_ptr<const Table> table = store.find(name);
  if (table == nullptr) {
    const std::vector<std::string> names = store.names();
    throw error(ExitCode::data,
                "{}: key 'table' must name a table of this analysis ({}), found '{}'{}", origin,
                names.empty() ? "there is none" : join(names, ", "), name,
                did_you_mean(name, names));
  }
  return table;
}

const Column& require_column(const Table& table, const std::string& name, const std::string& role,
                             const std::string& origin) {
  const Column* column = table.find(name);
  if (column == nullptr)
    throw error(ExitCode::data, "{}: key '{}' must name a column of table '{}' ({}), found '{}'{}",
                origin, role, table.name, join(table.column_names(), ", "), name,
                did_you_mean(name, table.column_names()));
  return *column;
}

const Column& require_numbers(const Table& table, const std::string& name, const std::string& role,
                              const std::string& origin) {
  const Column& column = require_column(table, name, role, origin);
  if (column.is_text)
    throw error(ExitCode::data,
                "{}: key '{}' must name a column of numbers, but '{}' of table '{}' holds text",
                origin, role, name, table.name);
  return column;
}

namespace {

std::function<bool(std::size_t)> test_of(const Condition& condition, const Column& column) {
  if (condition.min || condition.max) {
    const double min = condition.min.value_or(-1e308);
    const double max = condition.max.value_or(1e308);
    return [&column, min, max](std::size_t row) {
      return !column.is_text && column.numbers[row] >= min && column.numbers[row] <= max;
    };
  }
  if (!condition.numbers.empty() && !column.is_text) {
    const double wanted = condition.numbers.front();
    return [&column, wanted](std::size_t row) { return column.numbers[row] == wanted; };
  }
  std::vector<std::string> texts = condition.texts;
  for (const double number : condition.numbers) texts.push_back(fmt::format("{}", number));
  return [&column, texts](std::size_t row) {
    return std::find(texts.begin(), texts.end(), column.key(row)) != texts.end();
  };
}

}  // namespace

std::vector<std::size_t> matching_rows(const Table& table, const std::vector<Condition>& where,
                                       const std::string& origin) {
  std::vector<std::size_t> rows(table.rows);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  for (const Condition& condition : where) {
    const auto keep = test_of(condition, require_column(table, condition.column, "where", origin));
    rows.erase(
        std::remove_if(rows.begin(), rows.end(), [&](std::size_t row) { return !keep(row); }),
        rows.end());
  }
  return rows;
}

Mark::Mark(const MarkSpec& spec, const TableStore& store)
    : spec_(spec), table_(require_table(store, spec.table, spec.origin)) {
  for (const auto& [role, name] : spec_.columns) require_column(*table_, name, role, spec_.origin);
  make_series(matching_rows(*table_, spec_.where, spec_.origin));
}

void Mark::make_series(const std::vector<std::size_t>& rows) {
  if (!spec_.has("group")) {
    series_.push_back({"", spec_.label, color_of("", 0), rows});
    return;
  }
  const Column& group = column("group");
  std::map<std::string, std::size_t> index;
  std::vector<std::string> order = spec_.group_order;
  if (order.empty()) {
    std::vector<std::size_t> firsts;
    for (const std::size_t row : rows)
      if (index.emplace(group.key(row), 0).second) firsts.push_back(row);
    if (!group.is_text)
      std::sort(firsts.begin(), firsts.end(),
                [&](std::size_t a, std::size_t b) { return group.numbers[a] < group.numbers[b]; });
    for (const std::size_t row : firsts)
      if (!group.key(row).empty() && group.key(row) != "nan") order.push_back(group.key(row));
    index.clear();
  }
  for (const std::string& key : order) {
    const auto label = spec_.labels.find(key);
    index[key] = series_.size();
    series_.push_back({key,
                       label == spec_.labels.end() ? key : label->second,
                       color_of(key, series_.size()),
                       {}});
  }
  for (const std::size_t row : rows)
    if (const auto found = index.find(group.key(row)); found != index.end())
      series_[found->second].rows.push_back(row);
}

Rgb Mark::color_of(const std::string& key, std::size_t index) const {
  if (const auto found = spec_.color_of.find(key); found != spec_.color_of.end())
    return found->second;
  if (spec_.color) return *spec_.color;
  if (!spec_.palette.empty()) return spec_.palette[index % spec_.palette.size()];
  return scheme_color(spec_.scheme, key.empty() ? spec_.label : key, index);
}

bool Mark::empty() const {
  return std::all_of(series_.begin(), series_.end(),
                     [](const Series& series) { return series.rows.empty(); });
}

std::vector<LegendEntry> Mark::legend() const {
  std::vector<LegendEntry> entries;
  if (!spec_.legend || grouped_by("x") || grouped_by("y")) return entries;
  for (const Series& series : series_)
    if (!series.label.empty() && !series.rows.empty())
      entries.push_back({series.label, series.color, sign(), spec_.dash(), symbol()});
  if (spec_.scheme == "classes")  // whichever is drawn on top
    std::stable_sort(entries.begin(), entries.end(),
                     [](const LegendEntry& one, const LegendEntry& other) {
                       return class_rank(one.color) < class_rank(other.color);
                     });
  return entries;
}

const Column& Mark::column(const std::string& role) const {
  return require_column(*table_, spec_.columns.at(role), role, spec_.origin);
}

const Column& Mark::numeric(const std::string& role) const {
  return require_numbers(*table_, spec_.columns.at(role), role, spec_.origin);
}

void Mark::need(AxisNeeds& axis, const std::string& role) const {
  const Column& values = column(role);
  axis.describe(values.name, values.unit);
  for (const Series& series : series_)
    for (const std::size_t row : series.rows) {
      if (values.is_text) {
        axis.add_category(values.texts[row]);
      } else {
        axis.add(values.numbers[row]);
      }
    }
}

std::vector<double> Mark::finite(const Column& values, const std::vector<std::size_t>& rows) const {
  std::vector<double> kept;
  for (const std::size_t row : rows)
    if (std::isfinite(values.numbers[row])) kept.push_back(values.numbers[row]);
  return kept;
}

bool Mark::grouped_by(const std::string& role) const {
  return spec_.has("group") && spec_.has(role) &&
         spec_.columns.at("group") == spec_.columns.at(role);
}

std::unique_ptr<Mark> make_mark(const MarkSpec& spec, const TableStore& store) {
  using Maker = std::unique_ptr<Mark> (*)(const MarkSpec&, const TableStore&);
  static const std::map<std::string, Maker> makers = {
      {"line", make_line},       {"step", make_step},           {"band", make_band},
      {"scatter", make_scatter}, {"raster", make_raster},       {"density", make_density},
      {"heatmap", make_heatmap}, {"histogram", make_histogram}, {"bar", make_bar},
      {"box", make_box},         {"violin", make_violin},       {"swarm", make_swarm},
      {"polar", make_polar},     {"points3d", make_points3d},
  };
  return makers.at(spec.kind)(spec, store);
}

}  // namespace v1::figures
