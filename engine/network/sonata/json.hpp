#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

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

 private:
  std::filesystem::path directory_, config_;
  std::string key_;
  std::unordered_map<std::string, Json> files_;
};

}  // namespace v1::network::sonata
