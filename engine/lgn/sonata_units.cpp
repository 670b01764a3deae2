#include "engine/lgn/sonata_units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/lgn/temporal_kernel.hpp"
#include "engine/lgn/unit_class.hpp"
#include "engine/lgn/unit_table.hpp"
#include "engine/network/sonata/config.hpp"
#include "engine/network/sonata/json.hpp"
#include "engine/network/sonata/lzf_filter.hpp"
#include "engine/network/sonata/row_groups.hpp"
#include "engine/network/sonata/types_table.hpp"
#include "kernels/philox.hpp"
#include "kernels/streams.hpp"

namespace v1::lgn {
namespace {

namespace sonata = network::sonata;
namespace fs = std::filesystem;
using sonata::Json;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string text_of(const Json& entry, const char* key) {
  const auto value = entry.find(key);
  return value != entry.end() && value->is_string() ? value->get<std::string>() : std::string();
}

fs::path filter_directory(const sonata::Config& config) {
  const auto components = config.data.find("components");
  return components == config.data.end() ? fs::path()
                                         : fs::path(text_of(*components, "filter_models_dir"));
}

// Names of a kernel parameter: columns "weights" and "weight_dom_0", key "opt_wts" of a JSON file.
struct KernelColumns {
  std::string many, one, json;
};

// The nodes of one population and their types.
class UnitReader {
 public:
  UnitReader(const sonata::Config& config, const fs::path& nodes, const fs::path& types,
             std::string population)
      : file_(h5::File::read(nodes)),
        population_(std::move(population)),
        rows_(file_, "/nodes/" + population_, "node"),
        filters_(filter_directory(config), config.circuit, "filter_models_dir") {
    if (!types.empty()) {
      types_ = sonata::TypesTable::read(types);
      row_of_type_ = types_.index_by("node_type_id");
    }
    rows_.select(0, rows_.rows());
    type_id_ = rows_.ids("node_type_id");
  }

  network::LgnMosaic read() {
    const std::string base = "/nodes/" + population_;
    std::vector<std::int64_t> id(rows_.rows());
    std::iota(id.begin(), id.end(), std::int64_t{0});
    if (file_.has(base + "/node_id")) id = rows_.ids("node_id");
    std::vector<std::size_t> order(id.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return id[a] < id[b]; });
    for (const std::size_t row : order) {
      try {
        mosaic_.id.push_back(static_cast<std::uint32_t>(id[row]));
        add(row);
      } catch (const Error& e) {
        throw error(e.code(), "{}: population '{}', node {}: {}", file_.path().string(),
                    population_, id[row], e.what());
      }
    }
    if (any_on_off_) mosaic_.on_off_sigma = std::move(on_off_);
    return std::move(mosaic_);
  }

 private:
  void add(std::size_t row) {
    draw_ = 0;
    const std::string name = class_name(row);
    mosaic_.unit_class.push_back(class_index(name));
    const UnitKind kind = unit_class(name).kind;
    const bool composite = kind == UnitKind::composite, on_off = kind == UnitKind::on_off;
    mosaic_.x_deg.push_back(required(row, "x"));
    mosaic_.y_deg.push_back(required(row, "y"));
    on_off_.push_back(on_off ? on_off_sigma(row) : network::OnOffSigma{{nan, nan}, {nan, nan}});
    any_on_off_ = any_on_off_ || on_off;
    mosaic_.spatial_size_deg.push_back(on_off ? 3.0 * on_off_.back().on_deg[0] : size(row));
    mosaic_.dominant.push_back(kernel(row, "_dom", "dynamics_params"));
    mosaic_.non_dominant.push_back(composite ? kernel(row, "_non_dom", "non_dom_params")
                                             : network::TemporalKernelParameters{});
    mosaic_.tuning_angle_deg.push_back(composite ? tuning_angle(row) : nan);
    mosaic_.sf_sep_deg.push_back(composite ? required(row, "sf_sep") * jitter(row) : nan);
    const double own = on_off ? nan : number(row, "spont_fr");  // as filternet does
    const std::optional<double> known = class_spontaneous_hz(name);
    if (std::isnan(own) && !known) {
      throw error(ExitCode::data, "class '{}' has no known spontaneous rate: give spont_fr [Hz]",
                  name);
    }
    mosaic_.spontaneous_hz.push_back(std::isnan(own) ? *known : own);
  }

  // Defaults of filternet: a field of one degree, any direction.
  double size(std::size_t row) {
    const double own = number(row, "spatial_size");
    const double other = std::isnan(own) ? number(row, "sigma") : own;
    return std::isnan(other) ? 1.0 : other;
  }
  // Not divided by three, unlike spatial_size.
  network::OnOffSigma on_off_sigma(std::size_t row) {
    network::OnOffSigma out{};
    read_sigma(row, "sigma_on", out.on_deg);
    read_sigma(row, "sigma_off", out.off_deg);
    return out;
  }
  // A pair along x and y: a column of pairs, a text like "(2.0, 3.0)", or one number for both.
  void read_sigma(std::size_t row, const std::string& name, double* out) {
    for (int j = 0; j < 2; ++j) out[j] = entry(row, name, j);
    if (!std::isnan(out[0]) && !std::isnan(out[1])) return;
    const std::optional<std::string> given = text(row, name.c_str());
    if (!given) throw error(ExitCode::data, "has no '{}', which an LGNOnOFFCell needs", name);
    std::string numbers = *given;
    std::replace(numbers.begin(), numbers.end(), '(', '[');
    std::replace(numbers.begin(), numbers.end(), ')', ']');
    const Json parsed = Json::parse(numbers, nullptr, false);
    const bool pair =
        parsed.is_array() && parsed.size() == 2 && parsed[0].is_number() && parsed[1].is_number();
    if (!pair && !parsed.is_number()) {
      throw error(ExitCode::data, "'{}' must be two numbers [deg] like (2.0, 3.0), found '{}'",
                  name, *given);
    }
    for (std::size_t j = 0; j < 2; ++j) out[j] = (pair ? parsed[j] : parsed).get<double>();
  }
  double tuning_angle(std::size_t row) {
    const double own = number(row, "tuning_angle");
    return std::isnan(own) ? 360.0 * uniform() : own;
  }

  std::optional<std::size_t> type_row(std::size_t row) const {
    const auto found = row_of_type_.find(type_id_[row]);
    return found == row_of_type_.end() ? std::nullopt : std::optional(found->second);
  }

  // Attribute of the node, else of its type; columns are read once.
  std::optional<std::string> text(std::size_t row, const char* name) {
    auto column = texts_.find(name);
    if (column == texts_.end()) column = texts_.emplace(name, rows_.texts(name)).first;
    if (const auto& own = column->second[row]; own && !sonata::is_missing(*own)) return own;
    const auto type = type_row(row);
    return type ? types_.text(*type, name) : std::nullopt;
  }
  double number(std::size_t row, const std::string& name) {
    auto column = numbers_.find(name);
    if (column == numbers_.end()) column = numbers_.emplace(name, rows_.numbers(name)).first;
    if (!std::isnan(column->second[row])) return column->second[row];
    const auto type = type_row(row);
    return type ? types_.number(*type, name).value_or(nan) : nan;
  }
  double entry(std::size_t row, const std::string& name, int j) {
    auto column = entries_.find({name, j});
    if (column == entries_.end()) {
      const auto index = static_cast<std::size_t>(j);
      column = entries_.emplace(std::pair(name, j), rows_.numbers_at(name, index)).first;
    }
    return column->second[row];
  }
  double required(std::size_t row, const std::string& name) {
    const double value = number(row, name);
    if (std::isnan(value)) throw error(ExitCode::data, "has no '{}'", name);
    return value;
  }

  std::string class_name(std::size_t row) {
    std::optional<std::string> name = text(row, "pop_name");
    if (!name) name = text(row, "model_template");
    if (!name) throw error(ExitCode::data, "has neither 'pop_name' nor 'model_template'");
    if (name->starts_with("lgnmodel:")) name->erase(0, 9);
    const UnitKind kind = unit_class(*name).kind;
    const bool simple = kind == UnitKind::on || kind == UnitKind::off;
    return simple && name->find('_') == std::string::npos ? *name + "_TF8" : *name;
  }

  std::uint8_t class_index(const std::string& name) {
    std::vector<std::string>& names = mosaic_.class_names;
    const auto found = std::find(names.begin(), names.end(), name);
    const auto index = static_cast<std::uint8_t>(found - names.begin());
    if (found == names.end()) names.push_back(name);
    return index;
  }

  // A kernel parameter of subunit `side` ("_dom", "_non_dom"): a column of pairs, two columns, or a
  // list in the JSON file named in `json_column`, whichever comes first.
  void read_pair(std::size_t row, const std::string& side, const KernelColumns& names,
                 const char* json_column, double* out) {
    for (int j = 0; j < 2; ++j) out[j] = pair_entry(row, side, names, j);
    if (!std::isnan(out[0]) && !std::isnan(out[1])) return;
    const std::optional<std::string> file = text(row, json_column);
    if (!file) {
      throw error(ExitCode::data, "has neither {0}{1}_0/1 nor '{2}'", names.one, side, json_column);
    }
    read_json_pair(*file, names.json, out);
  }
  double pair_entry(std::size_t row, const std::string& side, const KernelColumns& names, int j) {
    const std::string end = side + "_" + std::to_string(j);
    std::vector<std::string> pairs = {names.many + side};
    if (side == "_dom") pairs = {names.many, names.json, names.many + side};
    for (const std::string& name : pairs) {
      const double found = entry(row, name, j);
      if (!std::isnan(found)) return found;
    }
    const double found = number(row, names.many + end);
    return std::isnan(found) ? number(row, names.one + end) : found;
  }

  network::TemporalKernelParameters kernel(std::size_t row, const std::string& side,
                                           const char* json_column) {
    network::TemporalKernelParameters out;
    read_pair(row, side, {"kpeaks", "kpeak", "opt_kpeaks"}, json_column, out.kpeak_ms);
    read_pair(row, side, {"weights", "weight", "opt_wts"}, json_column, out.weight);
    read_pair(row, side, {"delays", "delay", "opt_delays"}, json_column, out.delay_ms);
    check_kernel(out);  // as written, before the jitter
    for (double* values : {out.weight, out.kpeak_ms, out.delay_ms}) {
      for (int j = 0; j < 2; ++j) values[j] *= jitter(row);
    }
    return out;
  }

  // Factor of one parameter where the node has jitter bounds, else 1. filternet draws from an
  // unseeded generator; here a node always gets the same factors.
  double jitter(std::size_t row) {
    const double low = number(row, "jitter_lower"), high = number(row, "jitter_upper");
    if (std::isnan(low) || std::isnan(high)) return 1.0;
    if (!(low > 0.0 && low <= high)) {
      throw error(ExitCode::data,
                  "jitter_lower {} and jitter_upper {} must be positive and in order", low, high);
    }
    return low + (high - low) * uniform();
  }
  double uniform() {
    const kernels::PhiloxWords words =
        kernels::philox4(0, kernels::stream::lgn_parameters, mosaic_.id.back(), 0, draw_++);
    return kernels::uniform_open(words.word[0], words.word[1]);
  }

  void read_json_pair(const std::string& file, const std::string& key, double* out) {
    const Json& data = filters_.read(file, "population '" + population_ + "'");
    const auto found = data.find(key);
    const bool two = found != data.end() && found->is_array() && found->size() == 2 &&
                     (*found)[0].is_number() && (*found)[1].is_number();
    if (!two) {
      throw error(ExitCode::data, "{}: '{}' must be a list of two numbers",
                  filters_.path_of(file).string(), key);
    }
    for (std::size_t j = 0; j < 2; ++j) out[j] = (*found)[j].get<double>();
  }

  h5::File file_;
  std::string population_;
  sonata::RowGroups rows_;
  sonata::ComponentFiles filters_;
  sonata::TypesTable types_;
  std::unordered_map<std::int64_t, std::size_t> row_of_type_;
  std::vector<std::int64_t> type_id_;
  std::map<std::string, std::vector<std::optional<std::string>>> texts_;
  std::map<std::string, std::vector<double>> numbers_;
  std::map<std::pair<std::string, int>, std::vector<double>> entries_;
  std::uint32_t draw_ = 0;  // random numbers of the node at hand
  network::LgnMosaic mosaic_;
  std::vector<network::OnOffSigma> on_off_;
  bool any_on_off_ = false;
};

}  // namespace

network::LgnMosaic read_sonata_units(const fs::path& circuit_config,
                                     const std::string& population) {
  sonata::register_lzf_filter();
  const sonata::Config config = sonata::load_config(circuit_config);
  const auto networks = config.data.find("networks");
  if (networks != config.data.end() && networks->contains("nodes")) {
    for (const Json& entry : (*networks)["nodes"]) {
      const fs::path nodes = text_of(entry, "nodes_file");
      if (!h5::File::read(nodes).is_group("/nodes/" + population)) continue;
      UnitReader reader(config, nodes, text_of(entry, "node_types_file"), population);
      network::LgnMosaic mosaic = reader.read();
      choose_field(mosaic, [&](std::size_t) { return nodes.string(); });
      return mosaic;
    }
  }
  throw error(ExitCode::data, "{}: no nodes file has population '{}'", config.circuit.string(),
              population);
}

}  // namespace v1::lgn
