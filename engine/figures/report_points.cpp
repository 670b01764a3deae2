#include "engine/figures/report_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/figures/html.hpp"
#include "engine/figures/markup.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

double number(const Json& info, const char* group, const char* key) {
  const auto found = info.find(group);
  if (found == info.end() || !found->is_object()) return 0.0;
  const auto value = found->find(key);
  return value != found->end() && value->is_number() ? value->get<double>() : 0.0;
}

std::vector<std::string> swept_keys(const Json& points) {
  std::vector<std::string> keys;
  for (const Json& point : points) {
    const Json settings = point.value("settings", Json::object());
    for (const auto& [key, value] : settings.items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

std::string cell(const std::string& text) { return "<td>" + text + "</td>"; }

std::string point_row(const fs::path& run_dir, const Json& point,
                      const std::vector<std::string>& keys) {
  const std::string name = point.value("name", "");
  const fs::path folder = fs::path("points") / name;
  const Json info = read_json_object(run_dir / folder / "run.json");
  std::string title = escape_markup(name);
  if (fs::exists(run_dir / folder / "report.html")) {
    const std::string target = (folder / "report.html").generic_string();
    title = "<a href=\"" + escape_markup(target) + "\">" + title + "</a>";
  }
  std::string row = "<tr>" + cell(title);
  const Json settings = point.value("settings", Json::object());
  for (const std::string& key : keys) {
    row += cell(settings.contains(key) && settings[key].is_string()
                    ? escape_markup(settings[key].get<std::string>())
                    : "");
  }
  const double spikes = number(info, "counts", "spikes");
  const double trials = number(info, "simulation", "trials_done");
  const double seconds = trials * number(info, "simulation", "duration_ms") * 1e-3;
  const double neuron_s = number(info, "network", "neurons") * seconds;
  row += cell(escape_markup(info.value("status", "not started")));
  row += cell(info.empty() ? "" : fmt::format("{:.0f}", trials));
  row += cell(info.empty() ? "" : fmt::format("{:.0f}", spikes));
  row += cell(neuron_s > 0.0 ? readable_number(spikes / neuron_s) : "");
  const auto rtf = info.find("rtf");
  row += cell(rtf != info.end() && rtf->is_number() ? readable_number(rtf->get<double>()) : "");
  return row + "</tr>\n";
}

}  // namespace

Json read_json_object(const fs::path& path) {
  std::ifstream in(path);
  Json found = in ? Json::parse(in, nullptr, false) : Json::object();
  return found.is_object() ? found : Json::object();
}

std::vector<std::string> point_names(const fs::path& run_dir) {
  std::vector<std::string> names;
  const Json plan = read_json_object(run_dir / "sweep.json");
  const auto points = plan.find("points");
  if (points == plan.end() || !points->is_array()) return names;
  for (const Json& point : *points) names.push_back(point.value("name", ""));
  return names;
}

Json common_facts(const fs::path& run_dir) {
  Json common = Json::object();
  bool first = true;
  for (const std::string& name : point_names(run_dir)) {
    const Json info = read_json_object(run_dir / "points" / name / "run.json");
    if (info.empty()) continue;
    for (const char* section : {"network", "simulation"}) {
      const Json found = info.value(section, Json::object());
      if (first) {
        common[section] = found;
        continue;
      }
      Json same = Json::object();
      for (const auto& [key, value] : common[section].items()) {
        if (found.contains(key) && found[key] == value) same[key] = value;
      }
      common[section] = std::move(same);
    }
    first = false;
  }
  return common;
}

std::string points_table(const fs::path& run_dir) {
  const Json plan = read_json_object(run_dir / "sweep.json");
  const auto points = plan.find("points");
  if (points == plan.end() || !points->is_array() || points->empty()) return "";
  const std::vector<std::string> keys = swept_keys(*points);
  std::string out = "<div class=\"scroll\"><table class=\"data\"><tr><th>Point</th>";
  for (const std::string& key : keys) out += "<th>" + escape_markup(key) + "</th>";
  out +=
      "<th>Status</th><th>Trials</th><th>Spikes</th><th>Mean rate [Hz]</th>"
      "<th>Real-time factor</th></tr>\n";
  for (const Json& point : *points) out += point_row(run_dir, point, keys);
  return out + "</table></div>\n";
}

}  // namespace v1::figures
