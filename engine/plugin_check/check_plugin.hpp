#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/run/options.hpp"

/// The rules of `v1engine plugins check`, each tested in a process of its own.
namespace v1::plugin_check {

struct CheckOptions {
  std::filesystem::path file;
  bool json = false;
  std::vector<std::string> only;  // ids of rules; empty: all
  std::string rule;               // not empty: this process is the child that checks this rule ...
  std::string plugin;             // ... of this plugin ("" for rules of the module)
  std::filesystem::path verdict;  // ... and writes here what is wrong; a folder that all
  std::filesystem::path shared;   // children use for test runs
};

struct Outcome {
  std::string rule, reason, plugin;
  std::string verdict;  // "ok", "skipped", "failed"
  std::string message;
};

/// Every rule that applies to the file and its plugins, in order; nothing where `options.only`
/// names no rule. A file that does not load has no outcomes after that.
std::vector<Outcome> test_all_rules(CheckOptions options, const run::CommonOptions& common);

/// In the child: the one rule of options.rule. Returns its exit code: 0, 1 broken, 3 skipped.
int test_one_rule(const CheckOptions& options);

}  // namespace v1::plugin_check
