#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/plugin/host.hpp"
#include "engine/plugin/registry.hpp"
#include "engine/plugin/settings.hpp"
#include "engine/plugin_check/check_plugin.hpp"

/// What a rule is and what it looks at.
namespace v1::plugin_check {

/// What a rule looks at. Throws what Registry::load_file throws when the file cannot be used.
class Subject {
 public:
  explicit Subject(const CheckOptions& options);
  const std::filesystem::path file;
  const std::filesystem::path scratch;  // a folder of this rule, empty at first
  const std::filesystem::path shared;   // a folder of all rules, for runs that several look at
  plugin::Host host;
  /// The plugin the rule is about.
  const plugin::LoadedPlugin& chosen();
  const std::vector<const plugin::LoadedPlugin*>& plugins();
  /// For comparison between two processes, see Rule::twice.
  std::string digest;

 private:
  std::string name_;  // KIND:NAME
  plugin::Registry registry_;
  std::vector<const plugin::LoadedPlugin*> plugins_;
};

/// Thrown when a rule cannot be tested here; the text says why.
struct Skip {
  std::string reason;
};

enum class Scope { module, plugin, stimulus, analysis, backend };

struct Rule {
  const char* id;
  const char* reason;  // one line: why it must be so
  Scope scope;
  void (*test)(Subject&);  // throws Error with what is wrong, or Skip
  bool twice = false;      // the digests of two processes must be the same
  bool quiet = true;       // the process must not write to stdout or stderr
};

std::vector<Rule> module_rules();
std::vector<Rule> stimulus_rules();
std::vector<Rule> run_rules();       // analyses and backends, in whole runs
std::vector<Rule> analysis_rules();  // in this process
std::vector<Rule> backend_rules();   // in this process

/// Values for all parameters: defaults, but what the config has a file for is left out. Throws
/// Skip when a required parameter has no obvious value.
plugin::Settings default_settings(const plugin::LoadedPlugin& plugin);

[[noreturn]] void broken(const std::string& what);

}  // namespace v1::plugin_check
