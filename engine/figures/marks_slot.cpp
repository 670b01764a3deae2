#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "engine/base/error.hpp"
#include "engine/figures/dots.hpp"
#include "engine/figures/marks.hpp"
#include "engine/figures/statistics.hpp"

/// Marks that stand in the slots of a category axis: bar, box, violin and swarm.
namespace v1::figures {
namespace {

constexpr std::size_t max_number_slots = 40;

class SlotMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::patch; }

 protected:
  /// One place of one group: the middle and half width of its share of the slot.
  struct Place {
    double center = 0.0;
    double half = 0.4;
    const Series* series = nullptr;
    Rgb color;
    std::vector<std::size_t> rows;
  };

  void need_slots(AxisNeeds& axis, const std::string& role) const {
    const Column& values = column(role);
    axis.describe(values.name, values.unit);
    if (values.is_text) {
      need(axis, role);
      return;
    }
    std::set<double> distinct;
    for (const Series& series : series_)
      for (const std::size_t row : series.rows)
        if (std::isfinite(values.numbers[row])) distinct.insert(values.numbers[row]);
    if (distinct.size() > max_number_slots)
      throw error(ExitCode::data,
                  "{}: key '{}' of mark '{}' must name a column of text or of at most {} different "
                  "numbers; '{}' has {}",
                  spec_.origin, role, spec_.kind, max_number_slots, values.name, distinct.size());
    for (const double value : distinct) axis.add_category(fmt::format("{}", value));
  }

  /// Finite values of column y by slot and group.
  std::map<std::pair<std::string, std::string>, std::vector<double>> values_of_slots() const {
    std::map<std::pair<std::string, std::string>, std::vector<double>> slots;
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const double value = numeric("y").numbers[row];
        if (std::isfinite(value)) slots[{column("x").key(row), series.key}].push_back(value);
      }
    return slots;
  }

  std::vector<Place> places(const Axis& axis, const std::string& role) const {
    std::map<std::pair<std::size_t, std::size_t>, Place> found;  // by slot, then series
    const bool side_by_side = !grouped_by(role) && !spec_.flag("stacked", false);
    const double share = spec_.number("width", default_width());
    const auto groups = static_cast<double>(side_by_side ? series_.size() : 1);
    for (std::size_t k = 0; k < series_.size(); ++k)
      for (const std::size_t row : series_[k].rows) {
        const double slot = axis.value(column(role), row);
        if (!std::isfinite(slot)) continue;
        Place& place = found[{static_cast<std::size_t>(slot), k}];
        const double offset =
            side_by_side ? (static_cast<double>(k) - (groups - 1.0) / 2.0) * 0.8 / groups : 0.0;
        place.center = slot + offset;
        place.half = (groups > 1.0 ? 0.8 / groups * std::min(1.0, share + 0.15) : share) / 2.0;
        place.series = &series_[k];
        place.color = series_[k].color;
        place.rows.push_back(row);
      }
    std::vector<Place> sorted;
    for (auto& [key, place] : found) sorted.push_back(std::move(place));
    return sorted;
  }
  virtual double default_width() const { return 0.7; }
};

class BarMark : public SlotMark {
 public:
  using SlotMark::SlotMark;

  void measure(PanelNeeds& needs) override {
    AxisNeeds& slots = horizontal() ? needs.y : needs.x;
    AxisNeeds& up = horizontal() ? needs.x : needs.y;
    need_slots(slots, horizontal() && column("y").is_text ? "y" : "x");
    const Column& values = numeric(value_role());
    up.describe(values.name, values.unit);
    up.from_zero = true;
    up.padded = true;
    std::map<std::string, std::pair<double, double>> sums;
    const Column& slot = column(slot_role());
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const double error = has("error") ? numeric("error").numbers[row] : 0.0;
        const double value = values.numbers[row];
        if (!std::isfinite(value)) continue;
        up.add(value - (value < 0.0 ? error : 0.0));
        up.add(value + (value > 0.0 ? error : 0.0));
        auto& [below, above] = sums[slot.key(row)];
        (value < 0.0 ? below : above) += value;
      }
    if (!spec_.flag("stacked", false)) return;
    for (const auto& [key, sum] : sums) {
      up.add(sum.first);
      up.add(sum.second);
    }
  }

  void draw(Frame& frame) const override {
    const Column& values = numeric(value_role());
    std::map<double, std::pair<double, double>> stacked;
    for (const Place& place : places(horizontal() ? frame.y : frame.x, slot_role())) {
      std::vector<std::vector<Point>> bars;
      std::vector<std::vector<Point>> errors;
      for (const std::size_t row : place.rows) {
        const double value = values.numbers[row];
        if (!std::isfinite(value)) continue;
        double base = 0.0;
        if (spec_.flag("stacked", false)) {
          auto& [below, above] = stacked[place.center];
          double& side = value < 0.0 ? below : above;
          base = side;
          side += value;
        }
        bars.push_back({at(frame, place.center - place.half, base),
                        at(frame, place.center + place.half, base),
                        at(frame, place.center + place.half, base + value),
                        at(frame, place.center - place.half, base + value)});
        if (has("error")) {
          const double error = numeric("error").numbers[row];
          errors.push_back({at(frame, place.center, base + value - error),
                            at(frame, place.center, base + value + error)});
        }
      }
      frame.polygons(bars, {place.color, spec_.alpha.value_or(0.9)});
      for (const auto& bar : errors) frame.path(bar, {{38, 38, 38}, 0.8});
    }
  }

 private:
  bool horizontal() const { return spec_.flag("horizontal", false); }
  /// A horizontal bar may be written either way round: the text column names the slots.
  std::string slot_role() const { return horizontal() && column("y").is_text ? "y" : "x"; }
  std::string value_role() const { return slot_role() == "x" ? "y" : "x"; }
  Point at(const Frame& frame, double slot, double value) const {
    return horizontal() ? frame.at(value, slot) : frame.at(slot, value);
  }
};

class BoxMark : public SlotMark {
 public:
  using SlotMark::SlotMark;

  void measure(PanelNeeds& needs) override {
    need_slots(needs.x, "x");
    needs.y.padded = true;
    for (const char* role : {"y", "low", "q1", "median", "q3", "high"}) {
      if (!has(role)) continue;
      numeric(role);
      if (std::string(role) == "y" && !spec_.flag("fliers", true)) continue;
      need(needs.y, role);
    }
    if (has("y") && !spec_.flag("fliers", true)) need_whiskers(needs.y);
  }

  void draw(Frame& frame) const override {
    for (const Place& place : places(frame.x, "x")) {
      if (has("y")) {
        std::vector<double> values = finite(numeric("y"), place.rows);
        if (!values.empty()) draw_box(frame, place, box_stats(std::move(values)));
        continue;
      }
      for (const std::size_t row : place.rows) {
        BoxStats box;
        box.low = numeric("low").numbers[row];
        box.q1 = numeric("q1").numbers[row];
        box.median = numeric("median").numbers[row];
        box.q3 = numeric("q3").numbers[row];
        box.high = numeric("high").numbers[row];
        box.mean = std::nan("");
        draw_box(frame, place, box);
      }
    }
  }

 private:
  double default_width() const override { return 0.55; }

  // What lies beyond the whiskers is not drawn, so it needs no room.
  void need_whiskers(AxisNeeds& axis) const {
    const Column& values = numeric("y");
    axis.describe(values.name, values.unit);
    for (const auto& [key, of_slot] : values_of_slots()) {
      const BoxStats box = box_stats(of_slot);
      axis.add(box.low);
      axis.add(box.high);
      if (spec_.flag("mean", false)) axis.add(box.mean);
    }
  }

  void draw_box(Frame& frame, const Place& place, const BoxStats& box) const {
    const double left = place.center - place.half;
    const double right = place.center + place.half;
    const Stroke edge{{50, 50, 50}, 0.7};
    frame.polygons({frame.box(left, box.q1, right, box.q3)},
                   {place.color, spec_.alpha.value_or(0.75)});
    std::vector<Point> outline = frame.box(left, box.q1, right, box.q3);
    outline.push_back(outline.front());
    frame.path(outline, edge);
    frame.path({frame.at(place.center, box.low), frame.at(place.center, box.q1)}, edge);
    frame.path({frame.at(place.center, box.q3), frame.at(place.center, box.high)}, edge);
    for (const double end : {box.low, box.high})
      frame.path({frame.at(place.center - place.half / 2, end),
                  frame.at(place.center + place.half / 2, end)},
                 edge);
    const Point from = frame.at(left, box.median);
    const Point to = frame.at(right, box.median);
    frame.polygons({{{from.x, from.y - 0.22},
                     {to.x, to.y - 0.22},
                     {to.x, to.y + 0.22},
                     {from.x, from.y + 0.22}}},
                   {{20, 20, 20}, 1.0});
    std::vector<Dot> dots;
    if (spec_.flag("fliers", true))
      for (const double flier : box.fliers)
        dots.push_back({frame.at(place.center, flier), {90, 90, 90}});
    draw_dots(frame, dots, Symbol::circle, spec_.number("size", 0.6), 0.7);
    if (spec_.flag("mean", false) && std::isfinite(box.mean))
      draw_mean(frame, frame.at(place.center, box.mean));
  }

  // White with a dark rim, so that it shows on boxes and beside them.
  static void draw_mean(Frame& frame, Point center) {
    draw_dots(frame, {{center, {20, 20, 20}}}, Symbol::diamond, 1.7, 1.0);
    draw_dots(frame, {{center, {255, 255, 255}}}, Symbol::diamond, 1.1, 1.0);
  }
};

class ViolinMark : public SlotMark {
 public:
  using SlotMark::SlotMark;

  void measure(PanelNeeds& needs) override {
    need_slots(needs.x, "x");
    numeric("y");
    need(needs.y, "y");
    needs.y.padded = true;
    for (const auto& [key, values] : values_of_slots()) {
      const double width = scott_bandwidth(values);
      if (values.empty() || width <= 0.0) continue;
      const auto [low, high] = std::minmax_element(values.begin(), values.end());
      needs.y.add(*low - 2.0 * width);
      needs.y.add(*high + 2.0 * width);
    }
  }

  void draw(Frame& frame) const override {
    for (const Place& place : places(frame.x, "x")) {
      std::vector<double> values = finite(numeric("y"), place.rows);
      if (values.empty()) continue;
      std::sort(values.begin(), values.end());
      const DensityCurve curve = density_curve(values, scott_bandwidth(values), 2.0, 160);
      if (curve.x.empty()) {  // one value, or equal ones
        frame.page.items.push_back(Dots{
            {frame.at(place.center, values.front())}, Symbol::circle, 1.2, {place.color, 1.0}});
        continue;
      }
      draw_shape(frame, place, curve);
      if (spec_.flag("quartiles", true)) draw_quartiles(frame, place, values);
    }
  }

 private:
  double default_width() const override { return 0.8; }

  void draw_shape(Frame& frame, const Place& place, const DensityCurve& curve) const {
    const double peak = *std::max_element(curve.density.begin(), curve.density.end());
    std::vector<Point> shape;
    for (std::size_t i = 0; i < curve.x.size(); ++i)
      shape.push_back(frame.at(place.center + place.half * curve.density[i] / peak, curve.x[i]));
    for (std::size_t i = curve.x.size(); i-- > 0;)
      shape.push_back(frame.at(place.center - place.half * curve.density[i] / peak, curve.x[i]));
    frame.polygons({shape}, {place.color, spec_.alpha.value_or(0.65)});
    shape.push_back(shape.front());
    frame.path(shape, {place.color, 0.7});
  }

  void draw_quartiles(Frame& frame, const Place& place, const std::vector<double>& values) const {
    const double q1 = quantile_sorted(values, 0.25);
    const double q3 = quantile_sorted(values, 0.75);
    const Point low = frame.at(place.center, q1);
    const Point high = frame.at(place.center, q3);
    frame.polygons({{{low.x - 0.4, low.y},
                     {low.x + 0.4, low.y},
                     {high.x + 0.4, high.y},
                     {high.x - 0.4, high.y}}},
                   {{38, 38, 38}, 1.0});
    frame.page.items.push_back(Dots{{frame.at(place.center, quantile_sorted(values, 0.5))},
                                    Symbol::circle,
                                    1.2,
                                    {{255, 255, 255}, 1.0}});
  }
};

class SwarmMark : public SlotMark {
 public:
  using SlotMark::SlotMark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::dot; }

  void measure(PanelNeeds& needs) override {
    need_slots(needs.x, "x");
    numeric("y");
    need(needs.y, "y");
    needs.y.padded = true;
  }

  void draw(Frame& frame) const override {
    std::vector<Dot> dots;
    std::size_t count = 0;
    for (const Series& series : series_) count += series.rows.size();
    const double size = spec_.number("size", count > 2000 ? 0.35 : count > 400 ? 0.6 : 0.9);
    for (const Place& place : places(frame.x, "x")) {
      std::vector<double> heights;
      for (const double value : finite(numeric("y"), place.rows))
        heights.push_back(frame.at(place.center, value).y);
      const double half =
          frame.at(place.center + place.half, 0.0).x - frame.at(place.center, 0.0).x;
      const std::vector<double> offsets = swarm_offsets(heights, size, std::abs(half));
      const double center = frame.area.x + frame.x.scale.map(place.center) * frame.area.width;
      for (std::size_t i = 0; i < heights.size(); ++i)
        dots.push_back({{center + offsets[i], heights[i]}, place.color});
    }
    draw_dots(frame, dots, Symbol::circle, size, spec_.alpha.value_or(0.85));
  }

 private:
  double default_width() const override { return 0.85; }
};

}  // namespace

std::unique_ptr<Mark> make_bar(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<BarMark>(spec, store);
}
std::unique_ptr<Mark> make_box(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<BoxMark>(spec, store);
}
std::unique_ptr<Mark> make_violin(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<ViolinMark>(spec, store);
}
std::unique_ptr<Mark> make_swarm(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<SwarmMark>(spec, store);
}

}  // namespace v1::figures
