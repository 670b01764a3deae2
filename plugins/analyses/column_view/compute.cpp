#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "plugins/analyses/column_view/column_view.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/random_picks.hpp"

namespace v1::analyses {
namespace {

constexpr const char* border_group = "layer border";

struct Group {
  const char* name;
  const char* color;
};
// The colours of these types and layers in all figures.
constexpr Group cell_types[] = {{"Excitatory", "#C81E1E"}, {"Pvalb", "#1F45E0"},
                                {"Sst", "#2FA84F"},        {"Htr3a", "#7A0FB4"},
                                {"Vip", "#7A0FB4"},        {"other", "#7F7F7F"}};
constexpr Group layers[] = {{"L1", "#A0C4E2"}, {"L2/3", "#6BA0CD"}, {"L4", "#3C7AB2"},
                            {"L5", "#1B568F"}, {"L6", "#08305C"},   {"other", "#7F7F7F"}};

template <std::size_t N>
int index_of(const Group (&groups)[N], const std::string& text) {
  for (std::size_t g = 0; g + 1 < N; ++g) {
    if (text == groups[g].name) return static_cast<int>(g);
  }
  return static_cast<int>(N) - 1;
}

// Leaves out groups without points.
Coloring compact(Coloring all) {
  Coloring out;
  out.title = all.title;
  std::vector<int> renamed(all.names.size(), -1);
  for (std::size_t g = 0; g < all.names.size(); ++g) {
    if (std::find(all.group_of.begin(), all.group_of.end(), static_cast<int>(g)) ==
        all.group_of.end()) {
      continue;
    }
    renamed[g] = static_cast<int>(out.names.size());
    out.names.push_back(all.names[g]);
    out.colors.push_back(all.colors[g]);
  }
  for (const int g : all.group_of) out.group_of.push_back(renamed[static_cast<std::size_t>(g)]);
  return out;
}

template <std::size_t N>
Coloring coloring(const char* title, const Group (&groups)[N]) {
  Coloring out;
  out.title = title;
  for (const Group& group : groups) {
    out.names.emplace_back(group.name);
    out.colors.emplace_back(group.color);
  }
  return out;
}

}  // namespace

void ColumnView::prepare(const v1e_analysis_env& env) {
  dataset_ = v1e::Dataset(*env.datasets[0]);
  x_ = v1e::numbers(dataset_.neuron_column("x"));
  y_ = v1e::numbers(dataset_.neuron_column("y"));
  z_ = v1e::numbers(dataset_.neuron_column("z"));
  if (x_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "",
                     "the neurons of '" + dataset_.label() +
                         "' have no positions; expected a network with x, y "
                         "and z");
  }
  if (neurons.neurons().empty()) {
    throw v1e::Error(
        V1E_E_INVALID, "neurons",
        "expected a selection with neurons in it, found none for '" + neurons.text() + "'");
  }
  layer_ = v1e::texts(dataset_.neuron_column("layer"));
  type_ = v1e::texts(dataset_.neuron_column("subclass"));
  layer_.resize(x_.size());
  type_.resize(x_.size());
  for (std::string& text : type_) {
    if (text == "e") text = "Excitatory";
  }
  for (std::string& text : layer_) text = text.empty() ? "other" : "L" + text;
  variable_ = classification.str() + "/neurons";
  choose_sample();
  find_borders();
}

void ColumnView::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass == 0 && !classification.empty()) requests.add(classes_request(0, variable_));
}

void ColumnView::consume(Partial& into, const v1e_chunk& chunk) const {
  into.classes = read_classes(chunk, *dataset_.raw().network);
}

void ColumnView::merge(Partial& into, const Partial& from) const {
  if (!from.classes.of_neuron.empty()) into.classes = from.classes;
}

// The same share of every short type, at least one neuron of each.
void ColumnView::choose_sample() {
  const TypeDivision types = short_types(dataset_);
  std::vector<std::vector<std::uint32_t>> members(types.names.size());
  for (const std::uint32_t i : neurons.neurons()) {
    if (std::isfinite(x_[i])) members[types.of_neuron[i]].push_back(i);
  }
  const double share =
      std::min(1.0, static_cast<double>(points) / static_cast<double>(neurons.neurons().size()));
  RandomPicks picks(42);
  for (const std::vector<std::uint32_t>& of_type : members) {
    const auto count =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(of_type.size())));
    for (const std::size_t k : picks.without_replacement(of_type.size(), count)) {
      sample_.push_back(of_type[k]);
    }
  }
  std::sort(sample_.begin(), sample_.end());
}

// A border lies half-way between the deepest neuron of a layer and the highest of the next.
void ColumnView::find_borders() {
  std::map<std::string, std::pair<double, double>> extent;  // by layer: low, high
  for (const std::uint32_t i : neurons.neurons()) {
    if (!std::isfinite(x_[i])) continue;
    radius_um_ = std::max(radius_um_, std::hypot(x_[i], z_[i]));
    const auto [at, fresh] = extent.try_emplace(layer_[i], std::pair(y_[i], y_[i]));
    at->second.first = std::min(at->second.first, y_[i]);
    at->second.second = std::max(at->second.second, y_[i]);
  }
  std::vector<std::pair<double, double>> sorted;
  for (const auto& [text, range] : extent) sorted.push_back(range);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.second > b.second; });
  if (sorted.empty()) return;
  borders_um_.push_back(sorted.front().second);
  for (std::size_t k = 1; k < sorted.size(); ++k) {
    borders_um_.push_back(0.5 * (sorted[k - 1].first + sorted[k].second));
  }
  borders_um_.push_back(sorted.back().first);
}

std::string ColumnView::sample_text() const {
  return std::to_string(sample_.size()) + " of " + std::to_string(neurons.neurons().size()) +
         " neurons (" + neurons.text() + "), run " + dataset_.label() + ".";
}

void ColumnView::write_neurons(v1e::Output& output) const {
  RowTable<std::int64_t, std::int64_t, double, double, double, std::string, std::string> rows(
      {{"neuron", "1"},
       {"id", "1"},
       {"x", "um"},
       {"y", "um"},
       {"z", "um"},
       {"type", "1"},
       {"layer", "1"}});
  std::vector<std::string> label;
  for (const std::uint32_t i : sample_) {
    rows.add(i, dataset_.raw().network->neuron_id[i], x_[i], y_[i], z_[i], type_[i], layer_[i]);
    const bool known = has_classes() && classes_.of_neuron[i] != ClassTable::none;
    label.emplace_back(known ? class_names[classes_.of_neuron[i]] : "");
  }
  v1e::Table table = rows;
  if (has_classes()) table.column("class", "1", label);
  output.table("neurons", "The neurons shown; y: height, 0 at the pia", table);
}

// The points of the still picture: neurons, and circles of small dots at the borders of layers.
void ColumnView::write_picture(v1e::Output& output) const {
  RowTable<double, double, double, std::string, std::string> table(
      {{"x", "um"}, {"y", "um"}, {"z", "um"}, {"type", "1"}, {"class", "1"}});
  for (const std::uint32_t i : sample_) {
    const bool known = has_classes() && classes_.of_neuron[i] != ClassTable::none;
    table.add(x_[i], y_[i], z_[i], type_[i], known ? class_names[classes_.of_neuron[i]] : "other");
  }
  for (const double border : borders_um_) {
    for (int k = 0; k < 120; ++k) {
      const double angle = 2.0 * std::numbers::pi * k / 120.0;
      table.add(radius_um_ * std::cos(angle), border, radius_um_ * std::sin(angle), border_group,
                border_group);
    }
  }
  output.table("picture", "Neurons and the borders of layers, as drawn", table);
}

void ColumnView::draw(v1e::Output& output) const {
  v1e::Figure figure("The column");
  figure.caption("Each dot is a neuron of a random sample; dotted circles: borders of layers. " +
                 sample_text());
  figure.grid(1, has_classes() ? 2 : 1).letters(has_classes()).legend("bottom");
  figure.size_mm(has_classes() ? 180.0 : 95.0, 105.0);
  const auto panel = [&](const char* title, const char* group,
                         const std::vector<std::pair<std::string, std::string>>& colors) {
    std::vector<std::string> order;
    for (const auto& [text, color] : colors) order.push_back(text);
    v1e::Panel& p = figure.panel();
    p.title(title);
    p.points3d("picture", "x", "y", "z")
        .up("y")
        .group(group)
        .group_order(order)
        .colors_of(colors)
        .scale_bar(100.0)
        .view(15.0, 30.0)
        .size(0.5);
  };
  std::vector<std::pair<std::string, std::string>> types;
  for (const Group& g : cell_types) {
    const bool any = std::any_of(sample_.begin(), sample_.end(),
                                 [&](std::uint32_t i) { return type_[i] == g.name; });
    if (any) types.emplace_back(g.name, g.color);
  }
  types.emplace_back(border_group, "#AAAAAA");
  panel("Cell types", "type", types);
  if (has_classes()) {
    std::vector<std::pair<std::string, std::string>> classes = {{"other", "#E4E4E4"}};
    for (std::size_t c = 0; c < class_count; ++c) {
      classes.emplace_back(class_names[c], class_colors[c]);
    }
    classes.emplace_back(border_group, "#AAAAAA");
    panel("Response classes", "class", classes);
  }
  output.figure("column", figure.toml());
}

void ColumnView::write_page(v1e::Output& output) const {
  PageScene scene;
  scene.title = dataset_.label();
  scene.rings = borders_um_;
  scene.ring_radius = radius_um_;
  Coloring type = coloring("cell type", cell_types), layer = coloring("layer", layers);
  Coloring label;
  label.title = "response class";
  for (std::size_t c = 0; c < class_count; ++c) {
    label.names.emplace_back(class_names[c]);
    label.colors.emplace_back(class_colors[c]);
  }
  label.names.emplace_back("not classified");
  label.colors.emplace_back("#E4E4E4");
  for (const std::uint32_t i : sample_) {
    scene.x.push_back(x_[i]);
    scene.y.push_back(y_[i]);
    scene.z.push_back(z_[i]);
    type.group_of.push_back(index_of(cell_types, type_[i]));
    layer.group_of.push_back(index_of(layers, layer_[i]));
    const std::uint8_t c = has_classes() ? classes_.of_neuron[i] : ClassTable::none;
    label.group_of.push_back(c == ClassTable::none ? static_cast<int>(class_count) : c);
  }
  scene.colorings = {compact(type), compact(layer)};
  if (has_classes()) scene.colorings.push_back(compact(label));
  output.file("column.html", "text/html", interactive_page(scene));
}

void ColumnView::finish(v1e::Output& output) {
  write_neurons(output);
  write_picture(output);
  draw(output);
  write_page(output);
  if (has_classes()) return;
  output.note("With `classification` set, the response classes are shown as well.");
}

}  // namespace v1::analyses
