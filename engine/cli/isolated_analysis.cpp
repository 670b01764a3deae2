#include "engine/cli/isolated_analysis.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

namespace v1::cli {
namespace {

using analysis::AnalysisResult;
using nlohmann::json;

[[noreturn]] void work(int out, unsigned threads,
                       const std::function<AnalysisResult(ThreadPool&)>& body) {
  for (const int crash : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(crash, SIG_DFL);
  json answer;
  try {
    ThreadPool pool(threads);
    const AnalysisResult result = body(pool);
    answer = {{"ok", result.ok},
              {"error", result.error},
              {"code", static_cast<int>(result.code)},
              {"warnings", result.warnings},
              {"seconds", result.seconds}};
  } catch (const Error& e) {
    answer = {{"ok", false}, {"error", e.what()}, {"code", static_cast<int>(e.code())}};
  } catch (const std::exception& e) {
    answer = {{"ok", false}, {"error", e.what()}, {"code", static_cast<int>(ExitCode::internal)}};
  }
  std::fflush(nullptr);
  const std::string text = answer.dump(-1, ' ', false, json::error_handler_t::replace);
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(out, text.data() + done, text.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  _exit(0);
}

// Everything the child writes; a stop that only this process was told of is passed on.
std::string read_answer(int from, pid_t child, const StopCondition& stop) {
  std::string text;
  bool told = false;
  char buffer[4096];
  for (;;) {
    struct pollfd ready {
      from, POLLIN, 0
    };
    const int events = poll(&ready, 1, 100);
    if (stop() && !told) {
      kill(child, SIGINT);
      told = true;
    }
    if (events <= 0) continue;
    const ssize_t n = read(from, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

AnalysisResult read_result(const std::string& answer) {
  AnalysisResult result;
  const json fields = json::parse(answer);
  result.ok = fields.at("ok");
  result.error = fields.at("error");
  result.code = static_cast<ExitCode>(fields.at("code").get<int>());
  result.warnings = fields.value("warnings", std::vector<std::string>());
  result.seconds = fields.value("seconds", 0.0);
  return result;
}

}  // namespace

AnalysisResult run_isolated(const std::string& analysis, const std::string& plugin,
                            unsigned threads, const StopCondition& stop,
                            const std::function<AnalysisResult(ThreadPool&)>& body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error(ExitCode::internal, "no pipe for a child process");
  std::fflush(nullptr);  // or both processes would write what is buffered
  const pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    throw Error(ExitCode::memory, "no child process for an isolated analysis");
  }
  if (child == 0) work(ends[1], threads, body);
  close(ends[1]);
  const std::string answer = read_answer(ends[0], child, stop);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  AnalysisResult result;
  result.code = ExitCode::plugin;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !answer.empty()) {
    result = read_result(answer);
  } else if (WIFSIGNALED(status)) {
    result.error = fmt::format("analysis '{}': plugin '{}' crashed (signal {}, {})", analysis,
                               plugin, WTERMSIG(status), strsignal(WTERMSIG(status)));
  } else {
    result.error = fmt::format("analysis '{}': plugin '{}' ended its process (exit {})", analysis,
                               plugin, WEXITSTATUS(status));
  }
  if (result.code == ExitCode::interrupted) throw Error(ExitCode::interrupted, result.error);
  return result;
}

}  // namespace v1::cli
