#pragma once
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace v1::analyses {

/// Inputs with what must come of them: a file of tests/data/analysis.
inline const nlohmann::json& worked_examples(const std::string& file) {
  static std::map<std::string, nlohmann::json> read;
  const auto [at, is_new] = read.try_emplace(file);
  if (is_new) {
    std::ifstream text(std::string(V1_TEST_DATA) + "/analysis/" + file);
    at->second = nlohmann::json::parse(text);
  }
  return at->second;
}

}  // namespace v1::analyses
