#include "tests/unit/analyses/plugin_fixture.hpp"

#include <toml++/toml.h>

#include <nlohmann/json.hpp>

namespace v1::analysis {
namespace {

plugin::RegistryOptions options() {
  plugin::RegistryOptions options;
  options.standard_directories = false;
  return options;
}

}  // namespace

PluginFixture::PluginFixture(const std::string& name) : registry_(options()) {
  plugin_ = registry_.load_file(std::string(V1_PLUGIN_DIR) + "/" + name + ".so").at(0);
  use_.name = use_.plugin = name;
}

PluginFixture::~PluginFixture() = default;

AnalysisResult PluginFixture::run(const std::shared_ptr<RunData>& data,
                                  const std::string& parameters, unsigned threads,
                                  std::uint64_t memory) {
  return run_all({data}, parameters, threads, memory);
}

AnalysisResult PluginFixture::run_all(const std::vector<std::shared_ptr<RunData>>& data,
                                      const std::string& parameters, unsigned threads,
                                      std::uint64_t memory) {
  for (const plugin::ParamIssue& issue : set_parameters(parameters)) {
    ADD_FAILURE() << issue.message;
  }
  const network::Network& network = data.front()->network();
  use_.settings.resolve_selections([&](const std::string&, const std::string& text) {
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

std::string PluginFixture::complaint(const std::string& parameters) {
  const std::vector<plugin::ParamIssue> issues = set_parameters(parameters);
  return issues.empty() ? "" : issues.front().message;
}

ResultTable PluginFixture::table(const std::string& name) const {
  return read_table(place(), name);
}

std::vector<double> PluginFixture::numbers(const ResultTable& table, const std::string& column) {
  for (const ResultColumn& one : table.columns) {
    if (one.name != column) continue;
    if (const auto* numbers = std::get_if<std::vector<double>>(&one.values)) return *numbers;
    const auto& integers = std::get<std::vector<std::int64_t>>(one.values);
    return {integers.begin(), integers.end()};
  }
  ADD_FAILURE() << table.name << " has no column " << column;
  return {};
}

std::vector<std::string> PluginFixture::texts(const ResultTable& table, const std::string& column) {
  for (const ResultColumn& one : table.columns) {
    if (one.name == column) return std::get<std::vector<std::string>>(one.values);
  }
  ADD_FAILURE() << table.name << " has no column " << column;
  return {};
}

std::vector<std::string> PluginFixture::figures() const {
  return json_of(place() / "summary.json")["figures"].get<std::vector<std::string>>();
}

std::vector<plugin::ParamIssue> PluginFixture::set_parameters(const std::string& parameters) {
  const toml::table table = toml::parse(parameters);
  std::vector<plugin::ParamIssue> issues;
  plugin::ParamContext context;
  context.key_prefix = "analysis.params";
  context.base_directory = ".";
  use_.settings = plugin::check_parameters(*plugin_, &table, context, issues);
  return issues;
}

}  // namespace v1::analysis
