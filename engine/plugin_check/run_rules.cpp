#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/plugin/settings.hpp"
#include "engine/plugin_check/rule_tools.hpp"

/// Rules of analyses and backends: whole commands on a small run.
namespace v1::plugin_check {
namespace {

namespace fs = std::filesystem;

struct Ended {
  int code = 0;
  std::string error;       // its "error: ..." line
  std::string bad_figure;  // its first line about a figure that was not drawn
};

// `v1engine WORDS` in the scratch folder, with the plugin at hand. Without a PATH no figures are
// drawn, which takes longer than everything else.
Ended v1engine(Subject& subject, std::vector<std::string> words, bool draw = false) {
  words.insert(words.begin(), "v1engine");
  if (words[1] != "compare") {
    words.insert(words.end(), {"--plugin-path", subject.file.string(), "--allow-unsafe-plugins"});
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const fs::path log = subject.scratch / "log";
  const pid_t child = fork();
  if (child < 0) throw Error(ExitCode::memory, "no child process");
  if (child == 0) {
    const int out = open(log.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    if (!draw) setenv("PATH", "", 1);
    if (chdir(subject.scratch.c_str()) != 0) _exit(126);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Ended end;
  end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  const std::string text = read_file(log);
  const std::size_t at = text.find("error: ");
  if (at != std::string::npos) end.error = text.substr(at + 7, text.find('\n', at) - at - 7);
  const std::size_t figure = text.find("warning: figure ");
  if (figure != std::string::npos) {
    end.bad_figure = text.substr(figure + 9, text.find('\n', figure) - figure - 9);
  }
  if (WIFSIGNALED(status)) end.error = fmt::format("crashed (signal {})", WTERMSIG(status));
  return end;
}

void must(const Ended& end) {
  if (end.code != 0) broken(fmt::format("{} (exit {})", end.error, end.code));
}

struct Size {
  int neurons;
  double duration_ms;
};
constexpr Size recorded = {150, 2500.0};   // long enough for the usual windows
constexpr Size simulated = {1000, 100.0};  // some spikes at once, so that states matter

void write_config(Subject& subject, const std::string& name, Size size, const std::string& more) {
  std::ofstream(subject.scratch / name)
      << fmt::format(
             "name = 'check'\nseed = 7\n[network]\nneurons = {}\n[simulation]\n"
             "duration = {:.1f}\ntrials = 2\n[stimulus]\nplugin = 'gratings'\n",
             size.neurons, size.duration_ms)
      << more;
}

// ---- analyses ----

std::string analysis_block(const plugin::LoadedPlugin& p) {
  default_settings(p);  // skips what needs values of the user's
  std::string block;
  for (std::uint32_t n = 0; n < p.analysis_api.need_count; ++n) {
    const std::string need = p.analysis_api.needs[n];
    block += "[[analysis]]\nplugin = '" + need.substr(0, need.find('[')) + "'\n";
  }
  return block + "[[analysis]]\nname = 'checked'\nplugin = '" + p.name + "'\n";
}

// No background, and every neuron held far below threshold.
constexpr const char* nothing_spikes =
    "[background]\nkind = 'none'\n[[input]]\nplugin = 'current_clamp'\n"
    "params = { amplitude = -1000.0, start = 0.0, duration = 2500.0 }\n";

// Runs the analysis; a clear refusal of the test run by create or plan is no mistake.
Ended analyse(Subject& subject, const fs::path& run, const std::string& to,
              const std::vector<std::string>& more = {}) {
  write_config(subject, "analyse.toml", recorded, analysis_block(subject.chosen()));
  std::vector<std::string> words = {"analyze", run.string(), "--config", "analyse.toml", "-o", to};
  words.insert(words.end(), more.begin(), more.end());
  const Ended end = v1engine(subject, words, to == "drawn");
  if (end.code == 0) return end;
  if (refuses_the_run(end.error)) throw Skip{"does not suit the test run: " + end.error};
  must(end);
  return end;
}

// Equal texts, but for the rounding of numbers whose sums were made in other pieces.
bool agree_but_for_rounding(const std::string& a, const std::string& b) {
  const char *at = a.c_str(), *other = b.c_str();
  while (*at != 0 && *other != 0) {
    char *end = nullptr, *other_end = nullptr;
    const double x = std::strtod(at, &end), y = std::strtod(other, &other_end);
    if (end != at && other_end != other) {
      const double size = std::max(std::fabs(x), std::fabs(y));
      const bool same = std::isnan(x) ? std::isnan(y) : std::fabs(x - y) <= 1e-6 * size + 1e-6;
      if (!same && x != y) return false;
      at = end;
      other = other_end;
    } else if (*at++ != *other++) {
      return false;
    }
  }
  return *at == *other;
}

enum class Agreement { exact, but_for_rounding };

void must_agree(const fs::path& a, const fs::path& b, const std::string& when,
                Agreement agreement = Agreement::exact) {
  const auto first = results(a), second = results(b);
  if (first == second) return;
  const auto same = [&](const std::string& x, const std::string& y) {
    return x == y || (agreement == Agreement::but_for_rounding && agree_but_for_rounding(x, y));
  };
  for (const auto& [name, text] : first) {
    const auto other = second.find(name);
    if (other == second.end() || !same(text, other->second)) {
      broken(fmt::format("{} differs {}", name, when));
    }
  }
  if (first.size() != second.size()) broken("it writes other files " + when);
}

void analyses_a_run(Subject& subject) {
  const fs::path run = recorded_run(subject, 2, false);
  const Ended end = analyse(subject, run, "drawn");
  if (!end.bad_figure.empty()) broken(end.bad_figure);
  if (!fs::exists(subject.scratch / "drawn/checked/summary.json")) broken("it left no results");
}

void same_for_any_chunks(Subject& subject) {
  const fs::path run = recorded_run(subject, 2, false);
  analyse(subject, run, "a", {"--set", "simulation.threads=1"});
  analyse(subject, run, "b", {"--set", "simulation.threads=1"});
  must_agree(subject.scratch / "a/checked", subject.scratch / "b/checked", "when it is repeated");
  analyse(subject, run, "c", {"--set", "simulation.threads=3"});
  must_agree(subject.scratch / "a/checked", subject.scratch / "c/checked", "with three threads");
  analyse(subject, run, "d", {"--set", "limits.analysis_memory='1 MiB'"});
  must_agree(subject.scratch / "a/checked", subject.scratch / "d/checked",
             "when the recording comes in smaller pieces", Agreement::but_for_rounding);
}

void one_trial(Subject& subject) {
  const fs::path run = recorded_run(subject, 1, false);
  analyse(subject, run, "a");
}

void silent_run(Subject& subject) {
  const fs::path run = recorded_run(subject, 2, true);
  analyse(subject, run, "a");
}

// ---- backends ----

Ended simulate(Subject& subject, const std::string& backend, const std::string& to, int run_trials,
               const std::vector<std::string>& more = {}) {
  default_settings(subject.chosen());
  const bool probes = (subject.chosen().backend_api.caps & V1E_CAP_PROBES) != 0;
  write_config(
      subject, "run.toml", simulated,
      probes ? "[record]\nvariables = ['v', 'input_current']\n" : "[record]\nvariables = []\n");
  std::vector<std::string> words = {"run",   "run.toml",      "-o",
                                    to,      "--no-analyses", "--backend",
                                    backend, "--trials",      std::to_string(run_trials)};
  words.insert(words.end(), more.begin(), more.end());
  return v1engine(subject, words);
}

void must_be_identical(Subject& subject, const std::string& a, const std::string& b,
                       const std::string& what) {
  const Ended end = v1engine(subject, {"compare", a, b});
  if (end.code != 0) broken(what);
}

void backend_runs(Subject& subject) {
  must_have_a_device(subject);
  const std::string name = subject.chosen().name;
  must(simulate(subject, name, "a", 2));
  must(simulate(subject, name, "b", 2));
  must_be_identical(subject, "a", "b", "the same run gave different spikes the second time");
}

void same_as_cpu(Subject& subject) {
  must_have_a_device(subject);
  const plugin::LoadedPlugin& p = subject.chosen();
  if (!(p.backend_api.caps & V1E_CAP_EXACT)) throw Skip{"it does not claim EXACT"};
  if (p.name == "cpu") throw Skip{"it is the backend that others are compared with"};
  must(simulate(subject, p.name, "a", 2));
  if (simulate(subject, "cpu", "b", 2).code != 0) throw Skip{"there is no backend cpu here"};
  must_be_identical(subject, "a", "b", "it claims EXACT, but its spikes differ from backend cpu's");
}

void resumes(Subject& subject) {
  must_have_a_device(subject);
  const plugin::LoadedPlugin& p = subject.chosen();
  if (!(p.backend_api.caps & V1E_CAP_CHECKPOINT)) throw Skip{"it does not claim CHECKPOINT"};
  must(simulate(subject, p.name, "a", 2));
  must(simulate(subject, p.name, "b", 1));
  must(simulate(subject, p.name, "b", 2, {"--resume"}));
  must_be_identical(subject, "a", "b", "a resumed run has other spikes than an uninterrupted one");
}

}  // namespace

bool refuses_the_run(const std::string& error) {
  if (error.find("exception") != std::string::npos) return false;
  for (const char* words :
       {"failed in create", "failed in plan", "refused its parameter", "needs"}) {
    if (error.find(words) != std::string::npos) return true;
  }
  return false;
}

fs::path recorded_run(Subject& subject, int run_trials, bool silent) {
  const fs::path run = subject.shared / fmt::format("run-{}-{}", run_trials, silent);
  if (fs::exists(run / "spikes.h5")) return run;
  write_config(subject, "run.toml", recorded,
               "[record]\nvariables = ['v', 'input_current', 'recurrent_current', "
               "'bottom_up_current', 'background_current', 'asc_current']\nvariables_of = 'all'\n"
               "[lgn]\n" +
                   std::string(silent ? nothing_spikes : ""));
  std::vector<std::string> words = {"run",
                                    "run.toml",
                                    "-o",
                                    run.string(),
                                    "--no-analyses",
                                    "--trials",
                                    std::to_string(run_trials)};
  if (silent) words.insert(words.end(), {"--set", "stimulus.params.contrast=0.0"});
  const Ended end = v1engine(subject, words);
  if (end.code != 0) throw Skip{"no test run could be made: " + end.error};
  return run;
}

std::map<std::string, std::string> results(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string type = entry.path().extension().string();
    if (!entry.is_regular_file() || type == ".svg" || type == ".png" || type == ".pdf" ||
        type == ".h5") {
      continue;
    }
    files[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
  }
  return files;
}

void must_have_a_device(Subject& subject) {
  std::uint32_t devices = 0;
  v1e_error err{};
  err.struct_size = sizeof err;
  const v1e_backend_api& api = subject.chosen().backend_api;
  if (api.devices(&devices, &err) != V1E_OK || devices == 0) {
    throw Skip{fmt::format("it has no device here: {}", err.message)};
  }
}

std::vector<Rule> run_rules() {
  return {
      {"analyses-a-run", "It must come to results on a plain run, or say why not", Scope::analysis,
       analyses_a_run},
      {"any-chunks", "Results must not depend on threads or on how a recording is cut",
       Scope::analysis, same_for_any_chunks},
      {"one-trial", "A first look at a run often has one trial", Scope::analysis, one_trial},
      {"silent-run", "Neurons may be silent", Scope::analysis, silent_run},
      {"runs", "The same config and seed give the same spikes", Scope::backend, backend_runs},
      {"same-as-cpu", "EXACT promises the bits of every exact backend", Scope::backend,
       same_as_cpu},
      {"resumes", "CHECKPOINT promises that a killed run loses nothing", Scope::backend, resumes},
  };
}

}  // namespace v1::plugin_check
