#pragma once
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "engine/analysis/analysis.hpp"
#include "engine/analysis/table.hpp"
#include "engine/base/error.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/registry.hpp"
#include "tests/unit/analysis/synthetic_run.hpp"
#include "tests/unit/analysis/temporary_folder.hpp"

namespace v1::analysis {

/// Runs a shipped analysis plugin on a made-up run.
class PluginFixture : public testing::Test {
 protected:
  explicit PluginFixture(const std::string& name) : registry_(options()) {
    plugin_ = registry_.load_file(std::string(V1_PLUGIN_DIR) + "/" + name + ".so").at(0);
    use_.name = use_.plugin = name;
  }
  static plugin::RegistryOptions options() {
    plugin::RegistryOptions options;
    options.standard_directories = false;
    return options;
  }

  /// `parameters` is TOML; selections match populations by substring, "all" and "core" are all.
  AnalysisResult run(const std::shared_ptr<RunData>& data, const std::string& parameters = "",
                     unsigned threads = 1, std::uint64_t memory = 64 << 20) {
    return run_all({data}, parameters, threads, memory);
  }

  /// The same with several runs as datasets.
  AnalysisResult run_all(const std::vector<std::shared_ptr<RunData>>& data,
                         const std::string& parameters = "", unsigned threads = 1,
                         std::uint64_t memory = 64 << 20) {
    for (const plugin::ParamIssue& issue : set_parameters(parameters)) {
      ADD_FAILURE() << issue.message;
    }
    const network::Network& network = data.front()->network();
    use_.settings.resolve_selections([&](const std::string& text) {
      std::string word = text;
      std::erase_if(word, [](char c) { return c == '"' || c == '\''; });
      std::vector<std::uint32_t> out;
      for (std::uint32_t i = 0; i < network.neurons.size(); ++i) {
        const std::string& name = network.types[network.neurons.type[i]].population;
        if (word == "all" || word == "core" || name.find(word) != std::string::npos) {
          out.push_back(i);
        }
      }
      return out;
    });
    ThreadPool pool(threads);
    AnalysisOptions options;
    options.memory_bytes = memory;
    return run_analysis(use_, *plugin_, data, place(), host_, pool, options);
  }

  /// What is wrong with the parameters themselves; "" when nothing is.
  std::string complaint(const std::string& parameters) {
    const std::vector<plugin::ParamIssue> issues = set_parameters(parameters);
    return issues.empty() ? "" : issues.front().message;
  }

  std::filesystem::path place() const { return folder_.path() / use_.name; }
  ResultTable table(const std::string& name) const { return read_table(place(), name); }
  static std::vector<double> numbers(const ResultTable& table, const std::string& column) {
    for (const ResultColumn& one : table.columns) {
      if (one.name != column) continue;
      if (const auto* numbers = std::get_if<std::vector<double>>(&one.values)) return *numbers;
      const auto& integers = std::get<std::vector<std::int64_t>>(one.values);
      return {integers.begin(), integers.end()};
    }
    ADD_FAILURE() << table.name << " has no column " << column;
    return {};
  }
  static std::vector<std::string> texts(const ResultTable& table, const std::string& column) {
    for (const ResultColumn& one : table.columns) {
      if (one.name == column) return std::get<std::vector<std::string>>(one.values);
    }
    ADD_FAILURE() << table.name << " has no column " << column;
    return {};
  }
  std::vector<std::string> figures() const {
    return json_of(place() / "summary.json")["figures"].get<std::vector<std::string>>();
  }

  std::vector<plugin::ParamIssue> set_parameters(const std::string& parameters) {
    const toml::table table = toml::parse(parameters);
    std::vector<plugin::ParamIssue> issues;
    plugin::ParamContext context;
    context.key_prefix = "analysis.params";
    context.base_directory = ".";
    use_.settings = plugin::check_parameters(*plugin_, &table, context, issues);
    return issues;
  }

  TemporaryFolder folder_;
  plugin::Registry registry_;
  plugin::Host host_;
  const plugin::LoadedPlugin* plugin_ = nullptr;
  config::PluginUse use_;
};

}  // namespace v1::analysis
