#include "engine/figures/parse_mark.hpp"

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/figures/mark_keys.hpp"

namespace v1::figures {
namespace {

void parse_colors(TomlKeys& keys, MarkSpec& mark) {
  mark.color = keys.color("color");
  if (!keys.has("colors")) return;
  if (keys.is_text("colors")) {
    mark.scheme = *keys.choice("colors", scheme_names());
  } else if (keys.is_table("colors")) {
    TomlKeys of_group = *keys.table("colors");
    for (const std::string& key : of_group.take_all())
      mark.color_of[key] = of_group.color_value(key, of_group.required_text(key));
  } else {
    const std::vector<std::string> given = *keys.texts("colors");
    for (const std::string& value : given)
      mark.palette.push_back(keys.color_value("colors", value));
    if (mark.palette.empty()) keys.fail("colors", "a list of at least one colour");
  }
}

void parse_lists(TomlKeys& keys, const MarkKeys& known, MarkSpec& mark) {
  for (const std::string& key : known.lists) {
    if (!keys.has(key)) continue;
    if (key == "view") {
      const auto values = *keys.numbers(key, 2);
      mark.view = {values[0], values[1]};
    } else if (key == "edges") {
      mark.edges = *keys.numbers(key);
      for (std::size_t i = 1; i < mark.edges.size(); ++i)
        if (!(mark.edges[i] > mark.edges[i - 1])) keys.fail(key, "ascending");
      if (mark.edges.size() < 2) keys.fail(key, "a list of at least two numbers");
    } else {
      mark.bins = keys.is_array(key) ? *keys.numbers(key) : std::vector{*keys.number(key)};
      for (const double bins : mark.bins)
        if (bins < 1 || bins > 10000 || bins != static_cast<double>(static_cast<int>(bins)))
          keys.fail(key, "a whole number from 1 to 10000");
      const std::size_t most = mark.kind == "density" ? 2 : 1;
      if (mark.bins.empty() || mark.bins.size() > most)
        keys.fail(key, most == 2 ? "one or two numbers" : "one number");
    }
  }
}

void check_choice_of_columns(const TomlKeys& keys, const MarkSpec& mark) {
  if (mark.kind == "histogram" && !mark.has("x"))
    for (const char* key : {"low", "high", "y"})
      if (!mark.has(key))
        keys.fail(key, "the name of a column (a histogram needs x, or low, high and y)");
  if (mark.kind == "box" && !mark.has("y"))
    for (const char* key : {"low", "q1", "median", "q3", "high"})
      if (!mark.has(key))
        keys.fail(key, "the name of a column (a box needs y, or low, q1, median, q3 and high)");
  if (mark.kind == "line" && mark.has("low") != mark.has("high"))
    keys.fail(mark.has("low") ? "high" : "low",
              "the name of a column (low and high come together)");
}

}  // namespace

Dash dash_of(const std::string& word) {
  return word == "dashed" ? Dash::dashed : word == "dotted" ? Dash::dotted : Dash::solid;
}

std::vector<Condition> parse_where(TomlKeys& keys) {
  std::vector<Condition> where;
  std::optional<TomlKeys> table = keys.table("where");
  if (!table) return where;
  for (const std::string& column : table->take_all()) {
    Condition condition;
    condition.column = column;
    if (table->is_text(column)) {
      condition.texts.push_back(*table->text(column));
    } else if (table->is_table(column)) {
      TomlKeys limits = *table->table(column);
      condition.min = limits.number("min");
      condition.max = limits.number("max");
      limits.finish();
    } else if (table->is_array(column)) {
      condition.texts = *table->texts(column);
    } else {
      condition.numbers.push_back(*table->number(column));
    }
    where.push_back(std::move(condition));
  }
  return where;
}

std::vector<std::string> mark_key_names(const std::string& kind) {
  std::vector<std::string> names = {"mark",        "table",  "where", "label",  "legend", "group",
                                    "group_order", "labels", "color", "colors", "alpha"};
  const MarkKeys& known = *mark_keys(kind);
  for (const auto* list :
       {&known.required, &known.columns, &known.numbers, &known.flags, &known.lists})
    names.insert(names.end(), list->begin(), list->end());
  for (const auto& [key, choices] : known.words) names.push_back(key);
  return names;
}

MarkSpec parse_mark(TomlKeys& keys) {
  MarkSpec mark;
  mark.origin = keys.origin();
  mark.kind = keys.required_text("mark");
  const MarkKeys* known = mark_keys(mark.kind);
  if (known == nullptr)
    keys.fail("mark", "one of " + join(mark_kinds(), ", ") + did_you_mean(mark.kind, mark_kinds()));
  mark.table = keys.required_text("table");
  mark.where = parse_where(keys);
  for (const std::string& key : known->required) mark.columns[key] = keys.required_text(key);
  for (const std::string& key : known->columns)
    if (const auto column = keys.text(key)) mark.columns[key] = *column;
  if (const auto group = keys.text("group")) mark.columns["group"] = *group;
  mark.label = keys.text("label").value_or("");
  mark.group_order = keys.texts("group_order").value_or(std::vector<std::string>{});
  if (std::optional<TomlKeys> labels = keys.table("labels"))
    for (const std::string& key : labels->take_all()) mark.labels[key] = labels->required_text(key);
  mark.alpha = keys.number_between("alpha", 0.0, 1.0);
  for (const std::string& key : known->numbers)
    if (const auto value = keys.number(key)) {
      if (*value < 0.0) keys.fail(key, "a number of at least 0");
      mark.numbers[key] = *value;
    }
  for (const std::string& key : known->flags)
    if (const auto value = keys.flag(key)) mark.flags[key] = *value;
  for (const auto& [key, choices] : known->words)
    if (const auto value = keys.choice(key, choices)) mark.words[key] = *value;
  parse_colors(keys, mark);
  parse_lists(keys, *known, mark);
  check_choice_of_columns(keys, mark);
  return mark;
}

}  // namespace v1::figures
