#include "plugins/analyses/shared/report/time_context.hpp"

#include <iterator>
#include <optional>
#include <sstream>

namespace v1::analyses {
namespace {

// "stimulus", "stimulus_2", ...: tables of the strips.
std::string strip_table(std::size_t index) {
  return index == 0 ? "stimulus" : "stimulus_" + std::to_string(index + 1);
}

// The cell of a text column of the trial table; none where the table has no such column.
std::optional<std::string> trial_text(const v1e::Dataset& dataset, const char* name,
                                      std::uint32_t trial) {
  const v1e_column* column =
      v1e::find_column(dataset.raw().trial_columns, dataset.raw().trial_column_count, name);
  if (column == nullptr || column->values.dtype != V1E_STR) return std::nullopt;
  return v1e::texts(column).at(trial);
}

std::vector<double> times_in(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<double>(words), {}};
}

bool lists(const std::string& names, const std::string& name) {
  return ("; " + names + "; ").find("; " + name + "; ") != std::string::npos;
}

// "Contrast" of "Contrast (2)", as strips are called where trials show different ones.
std::string quantity(const std::string& name) {
  const std::size_t number = name.rfind(" (");
  const bool numbered = number != std::string::npos && name.back() == ')' &&
                        name.find_first_not_of("0123456789", number + 2) == name.size() - 1;
  return numbered ? name.substr(0, number) : name;
}

// The strips whose names `shown` accepts, one under the other.
template <class Shown>
void add_strips(v1e::Figure& figure, const v1e::Dataset& dataset, Shown&& shown) {
  const std::vector<const v1e_strip*> strips = dataset.strips();
  for (std::size_t i = 0; i < strips.size(); ++i) {
    if (strips[i]->count == 0 || !shown(strips[i]->name)) continue;
    figure.add_strip(strip_table(i), "time", "value")
        .label(quantity(strips[i]->name))
        .unit(strips[i]->unit);
  }
}

}  // namespace

StripCourse course_of(const v1e_strip& strip, const v1e::Dataset& dataset) {
  StripCourse course{{strip.time_ms, strip.time_ms + strip.count},
                     {strip.value, strip.value + strip.count}};
  if (strip.count > 0 && course.time_ms.back() < dataset.duration_ms()) {
    course.time_ms.push_back(dataset.duration_ms());
    course.value.push_back(course.value.back());
  }
  return course;
}

void write_stimulus(v1e::Output& output, const v1e::Dataset& dataset) {
  const std::vector<const v1e_strip*> strips = dataset.strips();
  for (std::size_t i = 0; i < strips.size(); ++i) {
    const v1e_strip& strip = *strips[i];
    if (strip.count == 0) continue;
    const StripCourse course = course_of(strip, dataset);
    v1e::Table table;
    table.column("time", "ms", course.time_ms).column("value", strip.unit, course.value);
    output.table(strip_table(i), std::string("Stimulus: ") + strip.name, table);
  }
}

void add_time_context(v1e::Figure& figure, const v1e::Dataset& dataset,
                      const std::vector<double>& otherwise) {
  std::vector<double> times = dataset.marker_times_ms();
  if (times.empty()) times = otherwise;
  if (!times.empty()) figure.markers(times);
  add_strips(figure, dataset, [&](const char* name) {
    for (std::uint32_t trial = 0; trial < dataset.trials(); ++trial) {
      const auto strips = trial_text(dataset, "strips", trial);
      if (strips && !lists(*strips, name)) return false;
    }
    return true;
  });
}

void add_trial_context(v1e::Figure& figure, const v1e::Dataset& dataset, std::uint32_t trial) {
  const auto marks = trial_text(dataset, "marks_ms", trial);
  const auto strips = trial_text(dataset, "strips", trial);
  const std::vector<double> times = marks ? times_in(*marks) : dataset.marker_times_ms();
  if (!times.empty()) figure.markers(times);
  add_strips(figure, dataset, [&](const char* name) { return !strips || lists(*strips, name); });
}

void time_axis(v1e::Panel& panel, const v1e::Dataset& dataset) {
  panel.x_axis().label("Time").unit("ms").range(0.0, dataset.duration_ms()).time();
}

}  // namespace v1::analyses
