#include "engine/stimulus/stimulus_sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::stimulus {
namespace {

using Values =
    std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>>;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

bool is_text(const TrialColumn& column) {
  return std::holds_alternative<std::vector<std::string>>(column.values);
}

double number_at(const TrialColumn& column, std::size_t i) {
  if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&column.values)) {
    return static_cast<double>(whole->at(i));
  }
  return std::get<std::vector<double>>(column.values).at(i);
}

/// The trial table under construction: a cell that nobody fills stays NaN or empty.
class TableBuilder {
 public:
  explicit TableBuilder(std::size_t trials) : trials_(trials) {}

  /// The column of this name, unit and type; another one with the same name gets `owner` in front.
  std::size_t column(const TrialColumn& like, const std::string& owner) {
    const std::size_t same = find(like.name, like);
    if (same < columns_.size()) return same;
    const bool taken = std::any_of(columns_.begin(), columns_.end(),
                                   [&](const TrialColumn& c) { return c.name == like.name; });
    const std::string name = taken ? owner + "." + like.name : like.name;
    if (const std::size_t own = find(name, like); own < columns_.size()) return own;
    Values values = std::vector<double>(trials_, unknown);
    if (is_text(like)) values = std::vector<std::string>(trials_);
    columns_.push_back({name, like.unit, like.summary, std::move(values)});
    return columns_.size() - 1;
  }

  void set(std::size_t column, std::size_t trial, const TrialColumn& from, std::size_t i) {
    Values& values = columns_[column].values;
    if (auto* texts = std::get_if<std::vector<std::string>>(&values)) {
      (*texts)[trial] = std::get<std::vector<std::string>>(from.values).at(i);
    } else {
      std::get<std::vector<double>>(values)[trial] = number_at(from, i);
    }
  }

  std::vector<TrialColumn> take() { return std::move(columns_); }

 private:
  std::size_t find(const std::string& name, const TrialColumn& like) const {
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const TrialColumn& c) {
      return c.name == name && c.unit == like.unit && is_text(c) == is_text(like);
    });
    return static_cast<std::size_t>(found - columns_.begin());
  }

  std::size_t trials_;
  std::vector<TrialColumn> columns_;
};

bool tells(const SequenceItem& item, const std::string& name) {
  const auto& columns = item.player.description().trial_columns;
  return std::any_of(columns.begin(), columns.end(),
                     [&](const TrialColumn& column) { return column.name == name; });
}

void add_marker(std::vector<Marker>& markers, const Marker& marker) {
  const bool known = std::find(markers.begin(), markers.end(), marker) != markers.end();
  if (!known) markers.push_back(marker);
}

constexpr std::size_t most_of_a_name = 8;  // analyses keep a table of every strip

/// All different strips of the stimuli. Those that differ from the first of their name get a
/// number: "Contrast (2)".
class StripList {
 public:
  /// The name under which the strip is in the list; "" where too many of its name differ.
  std::string add(const Strip& strip) {
    std::size_t of_this_name = 0;
    for (std::size_t i = 0; i < told_.size(); ++i) {
      if (told_[i].name != strip.name) continue;
      ++of_this_name;
      if (told_[i] == strip) return listed_[i].name;
    }
    if (of_this_name == most_of_a_name) return "";
    told_.push_back(strip);
    listed_.push_back(strip);
    if (of_this_name > 0) listed_.back().name += fmt::format(" ({})", of_this_name + 1);
    return listed_.back().name;
  }
  std::vector<Strip> take() { return std::move(listed_); }

 private:
  std::vector<Strip> told_, listed_;
};

// "500 1500": times as the trial table says them.
std::string marks_text(const std::vector<Marker>& markers) {
  std::set<double> times;
  for (const Marker& marker : markers) times.insert(marker.time_ms);
  return fmt::format("{:.9g}", fmt::join(times, " "));
}

// "Contrast; Luminance (2)": names in the list of all strips.
std::string strips_text(const std::vector<Strip>& strips, StripList& list) {
  std::vector<std::string> names;
  for (const Strip& strip : strips) {
    const std::string name = list.add(strip);
    if (!name.empty()) names.push_back(name);
  }
  return join(names, "; ");
}

bool all_equal(const std::vector<std::string>& texts) {
  return std::adjacent_find(texts.begin(), texts.end(), std::not_equal_to<>()) == texts.end();
}

TrialColumn text_column(const char* name, const char* summary, std::vector<std::string> values) {
  return {name, "1", summary, std::move(values)};
}

}  // namespace

StimulusSequence::StimulusSequence(SequenceItem only) {
  description_ = only.player.description();
  items_.push_back(std::move(only));
  first_condition_.push_back(0);
}

StimulusSequence::StimulusSequence(std::vector<SequenceItem> items,
                                   std::vector<std::uint32_t> item_of_trial, std::uint32_t trials)
    : items_(std::move(items)) {
  std::vector<std::uint32_t> shown(items_.size(), 0);
  for (const std::uint32_t item : item_of_trial) trials_.push_back({item, shown.at(item)++});
  std::uint32_t next = 0;
  for (const SequenceItem& item : items_) {
    first_condition_.push_back(next);
    next += item.player.condition_count();
  }
  if (trials > trials_.size()) {
    throw error(ExitCode::internal, "{} trials of a plan of {}", trials, trials_.size());
  }
  describe(trials);
  make_labels();
}

std::uint32_t StimulusSequence::condition_count() const {
  return first_condition_.back() + items_.back().player.condition_count();
}

std::uint32_t StimulusSequence::condition_of_trial(std::uint32_t trial) const {
  const Place place = trials_.empty() ? Place{0, trial} : trials_.at(trial);
  return first_condition_[place.item] + items_[place.item].player.condition_of_trial(place.trial);
}

StimulusSequence::Place StimulusSequence::place_of_condition(std::uint32_t condition) const {
  const auto after = std::upper_bound(first_condition_.begin(), first_condition_.end(), condition);
  const auto item = static_cast<std::uint32_t>(after - first_condition_.begin() - 1);
  return {item, condition - first_condition_[item]};
}

void StimulusSequence::describe(std::uint32_t trials) {
  TableBuilder table(trials);
  std::vector<std::string> blocks, stimuli, marks, strips, strips_of_item;
  std::vector<std::int64_t> repeats;
  StripList strip_list;
  for (const SequenceItem& item : items_) {
    strips_of_item.push_back(strips_text(item.player.description().strips, strip_list));
  }
  for (std::uint32_t t = 0; t < trials; ++t) {
    const Place place = trials_[t];
    const SequenceItem& item = items_[place.item];
    for (const TrialColumn& column : item.player.description().trial_columns) {
      table.set(table.column(column, item.stimulus), t, column, place.trial);
    }
    for (const TrialColumn& column : item.varied) {
      if (tells(item, column.name)) continue;
      table.set(table.column(column, item.stimulus), t, column, 0);
    }
    blocks.push_back(item.block);
    stimuli.push_back(item.stimulus);
    repeats.push_back(place.trial);
    marks.push_back(marks_text(item.player.description().markers));
    strips.push_back(strips_of_item[place.item]);
  }
  std::vector<TrialColumn> own = {
      text_column("block", "label of the block of stimuli", std::move(blocks)),
      text_column("stimulus", "stimulus plugin", std::move(stimuli)),
      {"repeat", "1", "how often the same was shown before", std::move(repeats)}};
  if (!all_equal(marks)) {
    own.push_back(text_column(marks_column, "times in ms that figures mark", std::move(marks)));
  }
  if (!all_equal(strips)) {
    own.push_back(text_column(strips_column, "strips under time axes", std::move(strips)));
  }
  for (const TrialColumn& column : own) {
    const std::size_t at = table.column(column, "block");
    for (std::uint32_t t = 0; t < trials; ++t) table.set(at, t, column, t);
  }
  description_.trial_columns = table.take();
  for (const SequenceItem& item : items_) {
    for (const Marker& marker : item.player.description().markers) {
      add_marker(description_.markers, marker);
    }
  }
  std::stable_sort(description_.markers.begin(), description_.markers.end(),
                   [](const Marker& a, const Marker& b) { return a.time_ms < b.time_ms; });
  description_.strips = strip_list.take();
}

void StimulusSequence::make_labels() {
  for (const SequenceItem& item : items_) {
    std::string label = item.block;
    for (const TrialColumn& column : item.varied) {
      const std::string unit = column.unit == "1" ? "" : " " + column.unit;
      const std::string value = is_text(column)
                                    ? std::get<std::vector<std::string>>(column.values).front()
                                    : fmt::format("{:g}", number_at(column, 0));
      label += fmt::format(", {} {}{}", column.name, value, unit);
    }
    labels_.insert(labels_.end(), item.player.condition_count(), label);
  }
}

}  // namespace v1::stimulus
