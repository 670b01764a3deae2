#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/analysis/analysis.hpp"
#include "engine/analysis/table.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/registry.hpp"
#include "tests/unit/analysis/synthetic_run.hpp"
#include "tests/unit/analysis/temporary_folder.hpp"

namespace v1::analysis {

/// Runs a shipped analysis plugin on a made-up run.
class PluginFixture : public testing::Test {
 protected:
  explicit PluginFixture(const std::string& name);
  ~PluginFixture() override;

  /// `parameters` is TOML; selections match populations by substring, "all" and "core" are all.
  AnalysisResult run(const std::shared_ptr<RunData>& data, const std::string& parameters = "",
                     unsigned threads = 1, std::uint64_t memory = 64 << 20);

  /// The same with several runs as datasets.
  AnalysisResult run_all(const std::vector<std::shared_ptr<RunData>>& data,
                         const std::string& parameters = "", unsigned threads = 1,
                         std::uint64_t memory = 64 << 20);

  /// What is wrong with the parameters themselves; "" when nothing is.
  std::string complaint(const std::string& parameters);

  std::filesystem::path place() const { return folder_.path() / use_.name; }
  ResultTable table(const std::string& name) const;
  static std::vector<double> numbers(const ResultTable& table, const std::string& column);
  static std::vector<std::string> texts(const ResultTable& table, const std::string& column);
  std::vector<std::string> figures() const;

  std::vector<plugin::ParamIssue> set_parameters(const std::string& parameters);

  TemporaryFolder folder_;
  plugin::Registry registry_;
  plugin::Host host_;
  const plugin::LoadedPlugin* plugin_ = nullptr;
  config::PluginUse use_;
};

}  // namespace v1::analysis
