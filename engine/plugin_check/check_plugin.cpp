#include "engine/plugin_check/check_plugin.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/log.hpp"
#include "engine/plugin_check/rule_tools.hpp"
#include "engine/plugin_check/rules.hpp"
#include "engine/process/signals.hpp"
#include "engine/process/temporary_folder.hpp"

namespace v1::plugin_check {

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

struct ChildEnd {
  int status = 0;
  bool answered = false;  // the rule was run to its end
  std::string verdict, printed;
};

// One rule in a fresh process: with addresses of its own, and nothing of it can hurt this one.
ChildEnd run_child(const CheckOptions& options, const run::CommonOptions& common, const Rule& rule,
                   const std::string& plugin) {
  const TemporaryFolder folder("check");
  std::vector<std::string> words;
  const auto add = [&](std::initializer_list<std::string_view> more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  const std::string verdict = (folder.path() / "verdict").string();
  add({"v1engine", "plugins", "check", options.file.native()});
  add({"--child-rule", rule.id, "--child-plugin",
       plugin.empty() ? std::string_view("none") : plugin});
  add({"--child-verdict", verdict, "--child-shared", options.shared.native()});
  if (common.allow_unsafe_plugins) add({"--allow-unsafe-plugins"});
  for (const fs::path& path : common.plugin_paths) {
    add({"--plugin-path", path.native()});
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

Outcome test(const CheckOptions& options, const run::CommonOptions& common, const Rule& rule,
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

// Rules of several kinds may share an id. plugin: KIND:NAME or "none".
bool is_asked_for(const Rule& rule, const CheckOptions& options) {
  if (options.rule != rule.id) return false;
  const std::string kind = options.plugin.substr(0, options.plugin.find(':'));
  for (const auto k : {plugin::Kind::stimulus, plugin::Kind::analysis, plugin::Kind::backend}) {
    if (kind == plugin::kind_name(k)) return applies(rule, k);
  }
  return rule.scope == Scope::module;
}

}  // namespace

std::vector<Outcome> test_all_rules(CheckOptions options, const run::CommonOptions& common) {
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

int test_one_rule(const CheckOptions& options) {
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

}  // namespace v1::plugin_check
