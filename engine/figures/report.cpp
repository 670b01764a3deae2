#include "engine/figures/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/text.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/figures/html.hpp"
#include "engine/figures/markup.hpp"
#include "engine/figures/point_numbers.hpp"
#include "engine/figures/report_analysis.hpp"
#include "engine/figures/report_outline.hpp"
#include "engine/figures/report_points.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const Json& at(const Json& object, const std::string& key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

Json read_run(const fs::path& run, std::vector<std::string>& warnings) {
  if (!fs::exists(run / "run.json")) {
    warnings.push_back("run.json is missing: the run did not get as far as writing it");
    return Json::object();
  }
  Json info = Json::parse(read_file(run / "run.json"), nullptr, false);
  if (info.is_object()) return info;
  warnings.push_back("run.json is not readable");
  return Json::object();
}

std::string badge(const std::string& status) {
  if (status.empty()) return "<span class=\"badge bad\">status unknown</span>";
  const bool good = status == "finished" || status == "complete";
  const bool bad = status == "failed" || status == "interrupted";
  return "<span class=\"badge" +
         std::string(good  ? " good"
                     : bad ? " bad"
                           : "") +
         "\">" + escape_markup(status) + "</span>";
}

void add_card(std::string& out, const Json& value, const std::string& key,
              const std::string& label) {
  if (value.is_null() || value.is_structured()) return;
  out += "<div class=\"card\"><b>" + json_to_html(value, key) + "</b><span>" + label +
         "</span></div>\n";
}

// "20 runs", "18 of 20 runs finished".
std::string sweep_card(const Json& sweep) {
  const Json &points = at(sweep, "points"), &finished = at(sweep, "finished");
  if (!points.is_number() || !finished.is_number()) return "";
  const bool all = points == finished;
  return "<div class=\"card\"><b>" + json_to_html(finished) +
         (all ? "" : " of " + json_to_html(points)) + "</b><span>runs" + (all ? "" : " finished") +
         "</span></div>\n";
}

// `info` of a run, or what all finished points of a sweep have in common.
std::string cards(const Json& info) {
  std::string out = sweep_card(at(info, "sweep"));
  add_card(out, at(at(info, "network"), "neurons"), "neurons", "neurons");
  add_card(out, at(at(info, "network"), "synapses"), "synapses", "synapses");
  const Json& simulation = at(info, "simulation");
  const Json& done = at(simulation, "trials_done");
  if (done.is_number() && at(simulation, "trials").is_number() &&
      done != at(simulation, "trials")) {
    out += "<div class=\"card\"><b>" + json_to_html(done) + " of " +
           json_to_html(at(simulation, "trials")) + "</b><span>trials finished</span></div>\n";
  } else {
    add_card(out, at(simulation, "trials"), "trials", "trials");
  }
  add_card(out, at(simulation, "duration_ms"), "duration_ms", "per trial");
  add_card(out, at(at(info, "counts"), "spikes"), "spikes", "spikes");
  const Json& rtf = at(info, "rtf");
  if (rtf.is_number()) {  // whose third digit varies from run to run
    add_card(out, std::stod(fmt::format("{:.3g}", rtf.get<double>())), "rtf",
             "real-time factor of the step loop");
  }
  add_card(out, at(info, "peak_memory_bytes"), "peak_memory_bytes", "peak memory");
  return out.empty() ? "" : "<div class=\"cards\">\n" + out + "</div>\n";
}

/// A table of numbers with bars, e.g. rates or timings.
std::string bars(const Json& values, const std::string& name, const std::string& unit) {
  if (!values.is_object() || values.empty()) return "";
  double largest = 0.0;
  for (const auto& [key, value] : values.items())
    if (value.is_number()) largest = std::max(largest, value.get<double>());
  std::string out = "<div class=\"scroll\"><table class=\"data\"><tr><th>" + name + "</th><th>" +
                    unit + "</th><th></th></tr>\n";
  for (const auto& [key, value] : values.items()) {
    const bool number = value.is_number();
    const double share =
        number && largest > 0.0 ? std::max(0.0, value.get<double>() / largest) : 0.0;
    out += "<tr><td>" + escape_markup(key) + "</td><td>" +
           (number ? readable_number(value.get<double>()) : json_to_html(value, key)) +
           "</td><td class=\"bar\">" +
           (share > 0.0 ? fmt::format("<i style=\"width:{:.1f}%\"></i>", 100.0 * share) : "") +
           "</td></tr>\n";
  }
  return out + "</table></div>\n";
}

Json with_readable_keys(const Json& values) {
  Json out = Json::object();
  if (!values.is_object()) return out;
  for (const auto& [key, value] : values.items()) out[readable_key(key)] = value;
  return out;
}

std::string plugins_table(const Json& plugins) {
  if (!plugins.is_array() || plugins.empty()) return "";
  std::vector<std::string> keys;
  for (const Json& plugin : plugins)
    if (plugin.is_object())
      for (const auto& [key, value] : plugin.items())
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  std::string out = "<div class=\"scroll\"><table class=\"data\"><tr>";
  for (const std::string& key : keys) out += "<th>" + escape_markup(readable_key(key)) + "</th>";
  out += "</tr>\n";
  for (const Json& plugin : plugins) {
    out += "<tr>";
    for (const std::string& key : keys) {
      const Json& value = at(plugin, key);
      out += "<td>" + (value.is_null() ? "" : json_to_html(value, key)) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string facts(const Json& info, const std::vector<std::string>& keys) {
  Json chosen = Json::object();
  for (const std::string& key : keys)
    if (!at(info, key).is_null()) chosen[key] = at(info, key);
  return chosen.empty() ? "" : json_to_html(chosen);
}

std::string section(const std::string& title, const std::string& content) {
  return content.empty() ? "" : "<h2>" + title + "</h2>\n" + content;
}

// Long tables of points are opened by the reader.
std::string points_section(const fs::path& run_dir, const std::string& points) {
  if (points.empty()) return "";
  const std::size_t count = point_names(run_dir).size();
  const char* open = count <= 10 ? " open" : "";
  std::string out =
      fmt::format("<details{}><summary>{} runs</summary>\n{}</details>\n", open, count, points);
  const std::string scalars = point_scalars_table(run_dir);
  if (!scalars.empty()) {
    out += fmt::format("<details{}><summary>Results of each run</summary>\n{}</details>\n", open,
                       scalars);
  }
  return out +
         "<p class=\"faint\">All of it, with rates by population: "
         "<a href=\"points.csv\">points.csv</a></p>\n";
}

std::string run_section(const Json& info) {
  std::string out = "<div class=\"two\">\n";
  for (const char* key : {"network", "simulation", "seeds", "host", "device", "counts"}) {
    const Json& part = at(info, key);
    if (part.is_null() || (part.is_structured() && part.empty())) continue;
    out += "<div><h3>" + readable_key(key) + "</h3>" +
           (part.is_object() ? json_to_html(part) : "<p>" + json_to_html(part, key) + "</p>") +
           "</div>\n";
  }
  out += "</div>\n";
  if (const std::string plugins = plugins_table(at(info, "plugins")); !plugins.empty())
    out += "<h3>Plugins</h3>\n" + plugins;
  return out;
}

/// What a later version may have added to run.json.
std::string other_section(const Json& info) {
  static const std::set<std::string> known = {
      "name",      "version", "git_revision", "status",
      "created",   "host",    "device",       "command",
      "seeds",     "network", "simulation",   "plugins",
      "timings_s", "rtf",     "rtf_total",    "peak_memory_bytes",
      "counts",    "rates",   "warnings",     "format_version"};
  Json rest = Json::object();
  for (const auto& [key, value] : info.items())
    if (known.count(key) == 0 && !(value.is_structured() && value.empty())) rest[key] = value;
  return rest.empty() ? "" : json_to_html(rest);
}

void add_log_warnings(const fs::path& run, std::vector<std::string>& warnings) {
  std::ifstream log(run / "log.txt");
  for (std::string line; std::getline(log, line);) {
    for (const char* level : {" warning ", " error "}) {
      const std::size_t found = line.find(level);
      if (found == std::string::npos || found > 30) continue;
      warnings.push_back(line.substr(found + std::string_view(level).size()));
      break;
    }
  }
}

std::string warnings_section(std::vector<std::string> warnings) {
  // A failure that was predicted before the simulation is reported once.
  const std::string foreseen = "; this analysis will fail";
  const std::set<std::string> all(warnings.begin(), warnings.end());
  std::erase_if(warnings, [&](const std::string& warning) {
    return warning.ends_with(foreseen) &&
           all.count(warning.substr(0, warning.size() - foreseen.size())) != 0;
  });
  std::set<std::string> seen;
  std::string out;
  std::size_t hidden = 0;
  for (const std::string& warning : warnings) {
    if (!seen.insert(warning).second) continue;
    if (seen.size() > 100) {
      ++hidden;
    } else {
      out += "<div class=\"warn\">" + markdown_to_html(warning) + "</div>\n";
    }
  }
  if (hidden > 0) out += "<p class=\"faint\">" + std::to_string(hidden) + " more in log.txt</p>\n";
  return out;
}

std::string files_section(const fs::path& run) {
  std::vector<std::pair<std::string, std::uintmax_t>> files;
  std::error_code failed;
  for (auto entry = fs::recursive_directory_iterator(
           run, fs::directory_options::skip_permission_denied, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(".") || name == "report.html" || !entry->is_regular_file(failed)) continue;
    files.emplace_back(fs::relative(entry->path(), run).generic_string(), entry->file_size(failed));
  }
  std::sort(files.begin(), files.end());
  constexpr std::size_t most = 300;
  std::uintmax_t total = 0;
  for (const auto& [name, size] : files) total += size;
  std::string out = fmt::format(
      "<details><summary>{} files, {}</summary>\n<div class=\"scroll\"><table "
      "class=\"data\"><tr><th>File</th><th>Size</th></tr>\n",
      files.size(), format_bytes(total));
  for (std::size_t i = 0; i < std::min(most, files.size()); ++i)
    out += "<tr><td><a href=\"" + escape_markup(files[i].first) + "\">" +
           escape_markup(files[i].first) + "</a></td><td>" + format_bytes(files[i].second) +
           "</td></tr>\n";
  if (files.size() > most)
    out += fmt::format("<tr><td class=\"faint\">{} more</td><td></td></tr>\n", files.size() - most);
  return out + "</table></div></details>\n";
}

// Pictures of the stimulus.
std::string stimulus_section(const fs::path& run, std::vector<std::string>& warnings) {
  const fs::path folder = run / "stimulus";
  if (!fs::is_directory(folder)) return "";
  try {
    return "<h2 id=\"stimulus\">Stimulus</h2>\n" + figures_of(folder);
  } catch (const std::exception& problem) {
    warnings.push_back(std::string("stimulus: ") + problem.what());
    return "";
  }
}

// Whole or not at all.
void write_result(const fs::path& file, const std::string& text) {
  const fs::path part = file.parent_path() / ("." + file.filename().string() + ".part");
  errno = 0;
  std::ofstream out(part, std::ios::binary);
  out << text;
  out.close();
  std::error_code failed, ignored;
  if (out) {
    fs::rename(part, file, failed);
  } else {
    failed.assign(errno, std::generic_category());
  }
  if (out && !failed) return;
  fs::remove(part, ignored);
  throw cannot_write(file, failed);
}

}  // namespace

void write_report(const fs::path& run_dir) {
  if (!fs::is_directory(run_dir))
    throw error(ExitCode::data, "{}: no such run folder", run_dir.string());
  std::vector<std::string> warnings;
  const Json info = read_run(run_dir, warnings);
  if (at(info, "warnings").is_array())
    for (const Json& warning : at(info, "warnings"))
      if (warning.is_string()) warnings.push_back(warning.get<std::string>());
  add_log_warnings(run_dir, warnings);

  const ReportOutline outline = outline_of(run_dir, point_names(run_dir), warnings);
  std::string analyses;
  std::string links;
  for (const ReportSection& section : outline.sections) {
    links += "<a href=\"#analysis-" + escape_markup(section.name) + "\">" +
             escape_markup(section.title) + "</a>\n";
    try {
      analyses += analysis_section(section, run_dir, warnings);
    } catch (const std::exception& problem) {
      warnings.push_back(section.name + ": " + problem.what());
    }
  }
  const std::string points = points_table(run_dir);
  if (const std::string csv = points_csv(run_dir); !csv.empty()) {
    write_result(run_dir / "points.csv", csv);
  }
  if (analyses.empty()) analyses = "<p class=\"faint\">No analyses were run.</p>\n";

  const std::string name = at(info, "name").is_string() ? at(info, "name").get<std::string>()
                                                        : run_dir.filename().string();
  const std::string title = outline.title.empty() ? name : outline.title;
  const std::string status =
      at(info, "status").is_string() ? at(info, "status").get<std::string>() : "";
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escape_markup(title) + "</title>\n<style>" + std::string(report_style()) +
      "</style>\n</head>\n<body>\n<main>\n";
  page += "<h1>" + escape_markup(title) + "</h1>\n<p class=\"sub\">" + badge(status);
  for (const char* key : {"created", "version", "git_revision"})
    if (at(info, key).is_string())
      page += std::string(" &middot; ") + (std::string_view(key) == "version" ? "v1engine " : "") +
              escape_markup(at(info, key).get<std::string>());
  Json facts_on_top = info;
  if (info.contains("sweep")) facts_on_top.update(common_facts(run_dir));
  page += "</p>\n" + cards(facts_on_top) + markdown_to_html(outline.text);
  const std::string stimulus = stimulus_section(run_dir, warnings);
  if (!stimulus.empty()) links.insert(0, "<a href=\"#stimulus\">Stimulus</a>\n");
  if (!links.empty())
    page += "<nav>" + links + "<a href=\"#details\">details of the run</a></nav>\n";
  page += section("Points", points_section(run_dir, points));
  page += stimulus;
  page += section("Warnings", warnings_section(warnings)) + analyses;
  page += "<h2 id=\"details\">What was run</h2>\n" + run_section(info) + facts(info, {"command"});
  page += section("Mean rates", bars(at(info, "rates"), "Population", "Hz"));
  page += section("Time", bars(with_readable_keys(at(info, "timings_s")), "Stage", "s") +
                              facts(info, {"rtf", "rtf_total", "peak_memory_bytes"}));
  page += section("More", other_section(info));
  if (fs::exists(run_dir / "config.toml"))
    page += "<h2>Configuration</h2>\n<details><summary>config.toml</summary><pre>" +
            escape_markup(read_file(run_dir / "config.toml")) + "</pre></details>\n";
  page += "<h2>Files</h2>\n" + files_section(run_dir) + "</main>\n</body>\n</html>\n";
  write_result(run_dir / "report.html", page);
}

}  // namespace v1::figures
