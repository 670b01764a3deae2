#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace v1::network::sonata {

using Json = nlohmann::json;

/// Parses a JSON object. Throws Error(data) naming the file, and line and column of a mistake.
/// `role` says what names the file, e.g. "key 'network' of config.json".
Json read_json_object(const std::filesystem::path& path, const std::string& role);

/// Component files (cells, synapses), each read once.
class ComponentFiles {
 public:
  /// `config` and `key` ("point_neuron_models_dir") are for messages.
  ComponentFiles(std::filesystem::path directory, std::filesystem::path config, std::string key);
  /// Throws Error(data) when the directory is not configured, or the file is missing or malformed.
  /// `user` says who wants the file ("node type 100 of v1_node_types.csv").
  const Json& read(const std::string& file, const std::string& user);
  std::filesystem::path path_of(const std::string& file) const { return directory_ / file; }
  /// True the first time it is asked for the key of the file: for warnings that come once,
  /// however many types use the file.
  bool is_first_use(const std::string& file, const std::string& key) {
    return used_.emplace(file, key).second;
  }

 private:
  std::filesystem::path directory_, config_;
  std::string key_;
  std::unordered_map<std::string, Json> files_;
  std::set<std::pair<std::string, std::string>> used_;
};

}  // namespace v1::network::sonata
