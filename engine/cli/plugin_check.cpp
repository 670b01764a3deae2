#include "engine/cli/plugin_check.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/json_text.hpp"
#include "engine/base/log.hpp"
#include "engine/cli/plugin_check_inside.hpp"
#include "engine/cli/signals.hpp"
#include "engine/cli/temporary_folder.hpp"
#include "engine/plugin/check_parameters.hpp"

namespace v1::cli::check {

namespace fs = std::filesystem;

namespace {

constexpr int skipped_code = 3;

std::vector<Rule> all_rules() {
  std::vector<Rule> rules = module_rules();
  for (const auto& more : {stimulus_rules(), run_rules(), analysis_rules(), backend_rules()}) {
    rules.insert(rules.end(), more.begin(), more.end());
  }
  return rules;
}

bool applies(const Rule& rule, plugin::Kind kind) {
  switch (rule.scope) {
    case Scope::module:
      return false;
    case Scope::plugin:
      return true;
    case Scope::stimulus:
      return kind == plugin::Kind::stimulus;
    case Scope::analysis:
      return kind == plugin::Kind::analysis;
    case Scope::backend:
      return kind == plugin::Kind::backend;
  }
  return false;
}

struct Outcome {
  std::string rule, reason, plugin;
  std::string verdict;  // "ok", "skipped", "failed"
  std::string message;
};

struct ChildEnd {
  int status = 0;
  bool answered = false;  // the rule was run to its end
  std::string verdict, printed;
};

// One rule in a fresh process: with addresses of its own, and nothing of it can hurt this one.
ChildEnd run_child(const CheckOptions& options, const CommonOptions& common, const Rule& rule,
                   const std::string& plugin) {
  const TemporaryFolder folder("check");
  std::vector<std::string> words = {"v1engine",        "plugins",
                                    "check",           options.file.string(),
                                    "--child-rule",    rule.id,
                                    "--child-plugin",  plugin.empty() ? "none" : plugin,
                                    "--child-verdict", (folder.path() / "verdict").string()};
  words.insert(words.end(), {"--child-shared", options.shared.string()});
  if (common.allow_unsafe_plugins) words.push_back("--allow-unsafe-plugins");
  for (const fs::path& path : common.plugin_paths) {
    words.insert(words.end(), {"--plugin-path", path.string()});
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  // Memory that is free, but kept by a thread for itself, would count as in use (no-leak).
  setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 0);
  const pid_t child = fork();
  if (child < 0) throw Error(ExitCode::memory, "no child process to check a rule in");
  if (child == 0) {
    const int out = open((folder.path() / "printed").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    alarm(longest_s);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  ChildEnd end;
  while (waitpid(child, &end.status, 0) < 0 && errno == EINTR) {
  }
  if (signal_received() != 0) throw Error(ExitCode::interrupted, "interrupted between two rules");
  end.answered = fs::exists(folder.path() / "verdict");
  end.verdict = read_file(folder.path() / "verdict");
  end.printed = read_file(folder.path() / "printed");
  return end;
}

// "" when the child ended normally.
std::string how_it_died(const ChildEnd& end) {
  if (WIFSIGNALED(end.status)) {
    const int signal = WTERMSIG(end.status);
    if (signal == SIGALRM) return "did not come to an end in time";
    return fmt::format("crashed (signal {}, {})", signal, strsignal(signal));
  }
  const int code = WEXITSTATUS(end.status);
  if (end.answered && (code == 0 || code == 1 || code == skipped_code)) return "";
  const std::size_t line = end.printed.find("error: ");
  if (line != std::string::npos) {
    return end.printed.substr(line + 7, end.printed.find('\n', line) - line - 7);
  }
  return fmt::format("ended the process (exit {})", code);
}

Outcome test(const CheckOptions& options, const CommonOptions& common, const Rule& rule,
             const std::string& plugin) {
  Outcome outcome{rule.id, rule.reason, plugin, "failed", ""};
  const ChildEnd end = run_child(options, common, rule, plugin);
  outcome.message = how_it_died(end);
  if (!outcome.message.empty()) return outcome;
  const int code = WEXITSTATUS(end.status);
  if (code != 0) {
    outcome.verdict = code == skipped_code ? "skipped" : "failed";
    outcome.message = end.verdict;
    return outcome;
  }
  if (rule.quiet && !end.printed.empty()) {
    outcome.rule = "quiet";
    outcome.reason = "What a plugin has to say goes through v1e_host.log; stdout holds results";
    outcome.message = fmt::format("it printed during rule {}: {}", rule.id,
                                  end.printed.substr(0, end.printed.find('\n')));
    return outcome;
  }
  if (rule.twice) {
    const ChildEnd again = run_child(options, common, rule, plugin);
    if (again.verdict != end.verdict) {
      outcome.message = "two processes with the same inputs gave different results";
      return outcome;
    }
  }
  outcome.verdict = "ok";
  outcome.message.clear();
  return outcome;
}

bool wanted(const CheckOptions& options, const Rule& rule) {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), rule.id) != options.only.end();
}

std::vector<Outcome> test_all(CheckOptions options, const CommonOptions& common) {
  std::vector<Outcome> outcomes;
  const TemporaryFolder shared("check");
  options.shared = shared.path();
  const std::vector<Rule> rules = all_rules();
  for (const Rule& rule : rules) {
    if (rule.scope != Scope::module || !wanted(options, rule)) continue;
    outcomes.push_back(test(options, common, rule, ""));
    // Nothing else can be tested in a file that does not load.
    const bool essential = std::string_view(rule.id) == "loads" || rule.id == std::string("schema");
    if (essential && outcomes.back().verdict == "failed") return outcomes;
  }
  std::vector<std::pair<plugin::Kind, std::string>> plugins;
  try {
    Subject subject(options);
    for (const plugin::LoadedPlugin* p : subject.plugins()) plugins.emplace_back(p->kind, p->name);
  } catch (const Error&) {
    return outcomes;  // reported by a rule above
  }
  for (const auto& [kind, name] : plugins) {
    for (const Rule& rule : rules) {
      if (!applies(rule, kind) || !wanted(options, rule)) continue;
      outcomes.push_back(
          test(options, common, rule, fmt::format("{}:{}", plugin::kind_name(kind), name)));
    }
  }
  return outcomes;
}

// Rules of several kinds may share an id. plugin: KIND:NAME or "none".
bool is_asked_for(const Rule& rule, const CheckOptions& options) {
  if (options.rule != rule.id) return false;
  const std::string kind = options.plugin.substr(0, options.plugin.find(':'));
  for (const auto k : {plugin::Kind::stimulus, plugin::Kind::analysis, plugin::Kind::backend}) {
    if (kind == plugin::kind_name(k)) return applies(rule, k);
  }
  return rule.scope == Scope::module;
}

// In the child: the rule itself.
int test_here(const CheckOptions& options) {
  log::set_quiet(true);  // what is printed is the plugin's
  const auto answer = [&](const std::string& text) { std::ofstream(options.verdict) << text; };
  try {
    for (const Rule& rule : all_rules()) {
      if (!is_asked_for(rule, options)) continue;
      Subject subject(options);
      rule.test(subject);
      answer(subject.digest);
      return 0;
    }
  } catch (const Skip& skip) {
    answer(skip.reason);
    return skipped_code;
  } catch (const std::exception& e) {
    answer(e.what());
    return 1;
  }
  answer("there is no rule " + options.rule);
  return 1;
}

void print(const std::vector<Outcome>& outcomes, const fs::path& file) {
  std::size_t failed = 0, passed = 0;
  for (const Outcome& outcome : outcomes) {
    const std::string of = outcome.plugin.empty() ? "" : " " + outcome.plugin;
    fmt::print("{:<8} {}{}{}{}\n", outcome.verdict, outcome.rule, of,
               outcome.message.empty() ? "" : ": ", outcome.message);
    if (outcome.verdict == "failed") fmt::print("         {}\n", outcome.reason);
    failed += outcome.verdict == "failed" ? 1 : 0;
    passed += outcome.verdict == "ok" ? 1 : 0;
  }
  fmt::print("{}: {} passed, {} failed, {} skipped\n", file.string(), passed, failed,
             outcomes.size() - passed - failed);
}

}  // namespace

void broken(const std::string& what) { throw Error(ExitCode::plugin, what); }

Subject::Subject(const CheckOptions& options)
    : file(fs::absolute(options.file)),
      scratch(options.verdict.empty() ? fs::path() : options.verdict.parent_path()),
      shared(options.shared),
      name_(options.plugin),
      registry_([&] {
        plugin::RegistryOptions alone;
        alone.standard_directories = false;
        alone.allow_world_writable = true;  // the user named the file
        alone.host = host.view();
        return alone;
      }()) {}

const std::vector<const plugin::LoadedPlugin*>& Subject::plugins() {
  if (plugins_.empty()) plugins_ = registry_.load_file(file);
  return plugins_;
}

const plugin::LoadedPlugin& Subject::chosen() {
  for (const plugin::LoadedPlugin* p : plugins()) {
    if (fmt::format("{}:{}", plugin::kind_name(p->kind), p->name) == name_) return *p;
  }
  throw error(ExitCode::internal, "{} holds no {}", file.string(), name_);
}

plugin::Settings default_settings(const plugin::LoadedPlugin& plugin) {
  for (const plugin::Param& param : *plugin.params) {
    if (param.has(V1E_PARAM_REQUIRED)) throw Skip{"needs a value for '" + param.key + "'"};
  }
  std::vector<plugin::ParamIssue> issues;
  plugin::ParamContext context;
  context.key_prefix = "params";
  context.files_must_exist = false;
  plugin::Settings settings = check_parameters(plugin, nullptr, context, issues);
  for (const plugin::ParamIssue& issue : issues) {
    if (!issue.warning) broken("its own defaults are refused: " + issue.message);
  }
  settings.resolve_selections([](const std::string&, const std::string&) {
    return std::vector<std::uint32_t>{0, 1};
  });
  return settings;
}

}  // namespace v1::cli::check

namespace v1::cli {

int plugins_check_command(const CheckOptions& options, const CommonOptions& common) {
  if (!std::filesystem::is_regular_file(options.file)) {
    throw error(ExitCode::data, "{}: no such file", options.file.string());
  }
  if (!options.rule.empty()) return check::test_here(options);
  const std::vector<check::Outcome> outcomes = check::test_all(options, common);
  if (outcomes.empty()) throw Error(ExitCode::config, "--only: there is no rule of this id");
  if (options.json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const check::Outcome& outcome : outcomes) {
      all.push_back({{"rule", outcome.rule},
                     {"plugin", outcome.plugin},
                     {"verdict", outcome.verdict},
                     {"message", outcome.message},
                     {"reason", outcome.reason}});
    }
    fmt::print("{}\n", json_text(all, 2));
  } else {
    check::print(outcomes, options.file);
  }
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const check::Outcome& outcome) { return outcome.verdict == "failed"; })
             ? 1
             : 0;
}

}  // namespace v1::cli
