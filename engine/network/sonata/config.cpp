#include "engine/network/sonata/config.hpp"

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/base/written_path.hpp"

namespace v1::network::sonata {
namespace {

namespace fs = std::filesystem;

constexpr int max_expansion_depth = 64;

std::string bare_name(std::string key) {
  if (!key.empty() && key.front() == '$') key.erase(0, 1);
  if (key.size() >= 2 && key.front() == '{' && key.back() == '}')
    key = key.substr(1, key.size() - 2);
  return key;
}

// Longest variable name that `text` begins with at `begin`, or nothing.
Variables::const_iterator longest_match(const std::string& text, std::size_t begin,
                                        const Variables& variables) {
  auto best = variables.end();
  for (auto entry = variables.begin(); entry != variables.end(); ++entry) {
    const bool matches = text.compare(begin, entry->first.size(), entry->first) == 0;
    if (matches && (best == variables.end() || entry->first.size() > best->first.size())) {
      best = entry;
    }
  }
  return best;
}

std::string expand(const std::string& text, const Variables& variables, const fs::path& config,
                   int depth) {
  if (depth > max_expansion_depth) {
    throw error(ExitCode::data,
                "{}: manifest: a variable in '{}' refers to itself; break the cycle",
                config.string(), text);
  }
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      out += text[i++];
      continue;
    }
    const bool braced = i + 1 < text.size() && text[i + 1] == '{';
    const std::size_t close = braced ? text.find('}', i) : std::string::npos;
    if (braced && close != std::string::npos) {
      const auto found = variables.find(text.substr(i + 2, close - i - 2));
      out += found == variables.end() ? text.substr(i, close - i + 1)
                                      : expand(found->second, variables, config, depth + 1);
      i = close + 1;
      continue;
    }
    const auto found = longest_match(text, i + 1, variables);
    if (found == variables.end()) {
      out += text[i++];
    } else {
      out += expand(found->second, variables, config, depth + 1);
      i += 1 + found->first.size();
    }
  }
  return out;
}

Variables built_in_variables(const fs::path& config) {
  const std::string directory = config.parent_path().string();
  const std::string working = fs::current_path().string();
  return {{"configdir", directory},
          {"config_dir", directory},
          {"workingdir", working},
          {"working_dir", working},
          {"configfname", config.string()}};
}

void expand_strings(Json& json, const Variables& variables, const fs::path& config) {
  if (json.is_string()) {
    json = expand_variables(json.get<std::string>(), variables, config);
  } else if (json.is_structured()) {
    for (auto& item : json) expand_strings(item, variables, config);
  }
}

void resolve_key(Json& object, const char* key, const fs::path& config, const std::string& where) {
  if (!object.is_object()) return;
  const auto item = object.find(key);
  if (item == object.end() || !item->is_string() || item->get<std::string>().empty()) return;
  *item = resolve_path(item->get<std::string>(), config, where + "." + key).string();
}

// Paths are made absolute file by file, since a child config may lie in another directory.
void resolve_known_paths(Json& data, const fs::path& config) {
  if (data.contains("components") && data["components"].is_object()) {
    for (const char* key :
         {"point_neuron_models_dir", "synaptic_models_dir", "filter_models_dir"}) {
      resolve_key(data["components"], key, config, "components");
    }
  }
  if (data.contains("networks") && data["networks"].is_object()) {
    for (const char* list : {"nodes", "edges"}) {
      if (!data["networks"].contains(list)) continue;
      for (auto& entry : data["networks"][list]) {
        for (const char* key : {"nodes_file", "node_types_file", "edges_file", "edge_types_file"}) {
          resolve_key(entry, key, config, fmt::format("networks.{}", list));
        }
      }
    }
  }
  if (data.contains("inputs") && data["inputs"].is_object()) {
    for (auto& [name, input] : data["inputs"].items()) {
      for (const char* key : {"input_file", "file", "spike_file"}) {
        resolve_key(input, key, config, "inputs." + name);
      }
    }
  }
  resolve_key(data, "node_sets_file", config, "config");
}

Variables read_manifest(const Json& data, const fs::path& config, const Variables& inherited) {
  Variables variables = inherited;
  for (const auto& [name, value] : built_in_variables(config)) variables[name] = value;
  const auto manifest = data.find("manifest");
  if (manifest == data.end()) return variables;
  if (!manifest->is_object()) {
    throw error(ExitCode::data, "{}: 'manifest' must be an object of variables, found {}",
                config.string(), manifest->type_name());
  }
  for (const auto& [key, value] : manifest->items()) {
    if (value.is_string()) variables[bare_name(key)] = value.get<std::string>();
  }
  // A base directory of "." means the directory of the config; so "$BASE_DIR/x" is absolute.
  for (auto& [name, value] : variables) value = expand_variables(value, variables, config);
  return variables;
}

void merge_missing(Json& parent, const Json& child) {
  for (const auto& [key, value] : child.items()) {
    if (!parent.contains(key)) {
      parent[key] = value;
    } else if (parent[key].is_object() && value.is_object()) {
      merge_missing(parent[key], value);
    }
  }
}

struct Loader {
  std::vector<fs::path> open;
  fs::path circuit;

  Json load(const fs::path& path, const std::string& role, const Variables& inherited) {
    if (std::find(open.begin(), open.end(), path) != open.end()) {
      throw error(ExitCode::data, "{}: the config includes itself ({}); break the cycle",
                  path.string(), role);
    }
    open.push_back(path);
    Json data = read_json_object(path, role);
    const Variables variables = read_manifest(data, path, inherited);
    expand_strings(data, variables, path);
    resolve_known_paths(data, path);
    if (data.contains("networks")) circuit = path;
    for (const char* key : {"network", "simulation"}) {
      if (!data.contains(key) || !data[key].is_string()) continue;
      const std::string child = data[key];
      data.erase(key);
      merge_missing(data, load(resolve_path(child, path, key),
                               fmt::format("key '{}' of {}", key, path.string()), variables));
    }
    open.pop_back();
    return data;
  }
};

}  // namespace

std::string expand_variables(const std::string& text, const Variables& variables,
                             const fs::path& config) {
  return expand(text, variables, config, 0);
}

fs::path resolve_path(const std::string& text, const fs::path& config, const std::string& key) {
  const std::size_t variable = text.find('$');
  if (variable != std::string::npos) {
    throw error(ExitCode::data, "{}: '{}' uses a variable that the manifest does not define: '{}'",
                config.string(), key, text.substr(variable));
  }
  const fs::path path = text;
  if (path.is_absolute()) return path.lexically_normal();
  const fs::path beside = written_path(config, text);
  if (fs::exists(beside)) return beside;
  const fs::path working = fs::absolute(path).lexically_normal();
  return fs::exists(working) ? working : beside;
}

Config load_config(const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  Loader loader;
  Config config;
  config.path = absolute;
  config.data = loader.load(absolute, "the SONATA config", {});
  config.circuit = loader.circuit.empty() ? absolute : loader.circuit;
  return config;
}

}  // namespace v1::network::sonata
