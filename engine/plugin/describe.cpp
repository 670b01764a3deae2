#include "engine/plugin/describe.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/schema.hpp"

namespace v1::plugin {
namespace {

using Row = std::vector<std::string>;

// Columns padded to their widest cell; no blanks at line ends.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> width;
  for (const Row& row : rows) {
    width.resize(std::max(width.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += fmt::format(" {:<{}} ", row[i], width[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string allowed(const Param& param) {
  return param.choices.empty() ? range_text(param) : join(param.choices, " | ");
}

std::string meaning(const Param& param) {
  if (!param.has(V1E_PARAM_DEPRECATED)) return param.summary;
  const std::string instead = param.replaced_by.empty() ? "" : ", use " + param.replaced_by;
  return param.summary + " (deprecated" + instead + ")";
}

void add_rows(std::vector<Row>& rows, const std::vector<Param>& params, const std::string& prefix) {
  for (const Param& param : params) {
    rows.push_back({prefix + param.key, type_text(param.type), param.unit == "1" ? "" : param.unit,
                    param.default_value ? default_to_toml(param) : "required", allowed(param),
                    meaning(param)});
    add_rows(rows, param.fields, prefix + param.key + "[].");
  }
}

nlohmann::json params_json(const std::vector<Param>& params) {
  nlohmann::json list = nlohmann::json::array();
  for (const Param& param : params) {
    nlohmann::json entry = {{"key", param.key},
                            {"type", type_text(param.type)},
                            {"unit", param.unit},
                            {"range", range_text(param)},
                            {"summary", param.summary},
                            {"required", !param.default_value},
                            {"advanced", param.has(V1E_PARAM_ADVANCED)},
                            {"deprecated", param.has(V1E_PARAM_DEPRECATED)}};
    if (param.default_value) entry["default"] = default_to_toml(param);
    if (!param.doc.empty()) entry["doc"] = param.doc;
    if (!param.choices.empty()) entry["choices"] = param.choices;
    if (!param.replaced_by.empty()) entry["replaced_by"] = param.replaced_by;
    if (!param.fields.empty()) entry["fields"] = params_json(param.fields);
    list.push_back(std::move(entry));
  }
  return list;
}

std::vector<std::string> output_names(std::uint32_t outputs) {
  std::vector<std::string> names;
  if (outputs & V1E_OUT_FRAMES) names.emplace_back("frames");
  if (outputs & V1E_OUT_RATES) names.emplace_back("rates");
  if (outputs & V1E_OUT_SPIKES) names.emplace_back("spikes");
  if (outputs & V1E_OUT_CURRENTS) names.emplace_back("currents");
  return names;
}

std::vector<std::string> capability_names(std::uint64_t caps) {
  static constexpr struct {
    std::uint64_t bit;
    const char* name;
  } known[] = {{V1E_CAP_EXACT, "exact"},           {V1E_CAP_ASYNC, "async"},
               {V1E_CAP_CHECKPOINT, "checkpoint"}, {V1E_CAP_PROBES, "probes"},
               {V1E_CAP_PULSES, "pulses"},         {V1E_CAP_BILLEH_TF, "billeh-tf"},
               {V1E_CAP_FLOAT64, "float64"},       {V1E_CAP_MOVING_THRESHOLD, "moving threshold"}};
  std::vector<std::string> names;
  for (const auto& cap : known) {
    if (caps & cap.bit) names.emplace_back(cap.name);
  }
  return names;
}

std::vector<std::string> needed(const LoadedPlugin& plugin) {
  if (plugin.kind != Kind::analysis || !plugin.analysis_api.needs) return {};
  return {plugin.analysis_api.needs, plugin.analysis_api.needs + plugin.analysis_api.need_count};
}

// What only this kind of plugin has, e.g. "  outputs: frames, rates"; may be empty.
std::string kind_line(const LoadedPlugin& plugin) {
  if (plugin.kind == Kind::stimulus) {
    return "  outputs: " + join(output_names(plugin.stimulus_api.outputs), ", ") + "\n";
  }
  if (plugin.kind == Kind::backend) {
    return "  capabilities: " + join(capability_names(plugin.backend_api.caps), ", ") + "\n";
  }
  const std::vector<std::string> needs = needed(plugin);
  return needs.empty() ? "" : "  needs: " + join(needs, ", ") + "\n";
}

std::string comment(const Param& param) {
  std::vector<std::string> parts;
  if (param.unit != "1" && !param.unit.empty()) parts.push_back(param.unit);
  if (const std::string values = allowed(param); !values.empty()) parts.push_back(values);
  parts.push_back(meaning(param));
  return "  # " + join(parts, "; ");
}

}  // namespace

std::string describe_toml(const LoadedPlugin& plugin) {
  std::string header;
  std::string params_header;
  if (plugin.kind == Kind::backend) {
    header = fmt::format("[simulation]\nbackend = {}\n", toml_value(plugin.name));
    params_header = "[simulation.backend_params]\n";
  } else if (plugin.kind == Kind::analysis) {
    header = fmt::format("[[analysis]]\nplugin = {}\n", toml_value(plugin.name));
    params_header = "[analysis.params]\n";
  } else {
    const bool seen =
        plugin.stimulus_api.outputs & (V1E_OUT_FRAMES | V1E_OUT_RATES | V1E_OUT_SPIKES);
    header = fmt::format("{}\nplugin = {}\n", seen ? "[stimulus]" : "[[input]]",
                         toml_value(plugin.name));
    if (!seen) header += "target = \"all\"  # selection of neurons\n";
    params_header = seen ? "[stimulus.params]\n" : "[input.params]\n";
  }
  std::string body;
  for (const Param& param : *plugin.params) {
    if (param.has(V1E_PARAM_DEPRECATED)) continue;
    const std::string value = param.default_value ? param.key + " = " + default_to_toml(param)
                                                  : "# " + param.key + " = (required)";
    body += value + comment(param) + "\n";
  }
  return body.empty() ? header : header + params_header + body;
}

std::string describe_text(const LoadedPlugin& plugin) {
  std::string out = fmt::format("{} {} ({})  -  {}\n", plugin.name, plugin.version,
                                kind_name(plugin.kind), plugin.summary);
  out += fmt::format("  module {} {}, interface {}.{}, {}\n", plugin.module->id,
                     plugin.module->version, V1E_ABI_MAJOR, plugin.module->abi_minor,
                     plugin.module->where);
  out += kind_line(plugin);
  if (!plugin.citation.empty()) out += "  citation: " + plugin.citation + "\n";
  if (!plugin.doc.empty()) out += "\n" + plugin.doc + "\n";
  if (plugin.params->empty()) {
    out += "\n  no parameters\n";
  } else {
    std::vector<Row> rows = {{"parameter", "type", "unit", "default", "range", "meaning"}};
    add_rows(rows, *plugin.params, "");
    out += "\n" + aligned(rows);
  }
  return out + "\n" + describe_toml(plugin);
}

nlohmann::json describe_json(const LoadedPlugin& plugin) {
  nlohmann::json out = {{"kind", kind_name(plugin.kind)},
                        {"name", plugin.name},
                        {"version", plugin.version},
                        {"summary", plugin.summary},
                        {"module",
                         {{"id", plugin.module->id},
                          {"version", plugin.module->version},
                          {"license", plugin.module->license},
                          {"url", plugin.module->url},
                          {"path", plugin.module->path.string()}}},
                        {"abi", fmt::format("{}.{}", V1E_ABI_MAJOR, plugin.module->abi_minor)},
                        {"parameters", params_json(*plugin.params)},
                        {"toml", describe_toml(plugin)}};
  if (!plugin.doc.empty()) out["doc"] = plugin.doc;
  if (!plugin.citation.empty()) out["citation"] = plugin.citation;
  if (plugin.kind == Kind::stimulus) out["outputs"] = output_names(plugin.stimulus_api.outputs);
  if (plugin.kind == Kind::backend) out["capabilities"] = capability_names(plugin.backend_api.caps);
  if (plugin.kind == Kind::analysis) out["needs"] = needed(plugin);
  return out;
}

std::string list_text(const Registry& registry) {
  std::vector<Row> rows = {{"kind", "name", "version", "summary", "module"}};
  for (const LoadedPlugin* plugin : registry.list()) {
    rows.push_back({std::string(kind_name(plugin->kind)), plugin->name, plugin->version,
                    plugin->summary, plugin->module->where});
  }
  std::string out = rows.size() == 1 ? "no plugins found\n" : aligned(rows);
  for (const ShadowedPlugin& hidden : registry.shadowed()) {
    out += fmt::format("shadowed: {} '{}' of {} (by {})\n", kind_name(hidden.plugin->kind),
                       hidden.plugin->name, hidden.plugin->module->where, hidden.by->module->where);
  }
  for (const SkippedFile& file : registry.skipped()) {
    out += fmt::format("skipped: {}: {}\n", file.path.string(), file.reason);
  }
  for (const SearchedDirectory& place : registry.searched()) {
    out += fmt::format("searched: {} ({}, {} {})\n", place.path.string(), place.origin,
                       place.modules, place.modules == 1 ? "module" : "modules");
  }
  return out;
}

nlohmann::json list_json(const Registry& registry) {
  nlohmann::json out = {{"plugins", nlohmann::json::array()},
                        {"shadowed", nlohmann::json::array()},
                        {"skipped", nlohmann::json::array()},
                        {"searched", nlohmann::json::array()}};
  const auto brief = [](const LoadedPlugin& plugin) {
    return nlohmann::json{{"kind", kind_name(plugin.kind)}, {"name", plugin.name},
                          {"version", plugin.version},      {"summary", plugin.summary},
                          {"module", plugin.module->id},    {"path", plugin.module->path.string()}};
  };
  for (const LoadedPlugin* plugin : registry.list()) out["plugins"].push_back(brief(*plugin));
  for (const ShadowedPlugin& hidden : registry.shadowed()) {
    nlohmann::json entry = brief(*hidden.plugin);
    entry["by"] = hidden.by->module->path.string();
    out["shadowed"].push_back(std::move(entry));
  }
  for (const SkippedFile& file : registry.skipped()) {
    out["skipped"].push_back({{"path", file.path.string()}, {"reason", file.reason}});
  }
  for (const SearchedDirectory& place : registry.searched()) {
    out["searched"].push_back(
        {{"path", place.path.string()}, {"origin", place.origin}, {"modules", place.modules}});
  }
  return out;
}

}  // namespace v1::plugin
