#include "engine/run/isolated_analysis.hpp"

#include <csignal>

#include "engine/process/child_process.hpp"

namespace v1::run {
namespace {

using analysis::AnalysisResult;
using nlohmann::json;

json answer_of(unsigned threads, const std::function<AnalysisResult(ThreadPool&)>& body) {
  try {
    ThreadPool pool(threads);
    const AnalysisResult result = body(pool);
    return {{"ok", result.ok},
            {"error", result.error},
            {"code", static_cast<int>(result.code)},
            {"refused_parameter", result.refused_parameter},
            {"warnings", result.warnings},
            {"seconds", result.seconds}};
  } catch (const Error& e) {
    return {{"ok", false}, {"error", e.what()}, {"code", static_cast<int>(e.code())}};
  } catch (const std::exception& e) {
    return {{"ok", false}, {"error", e.what()}, {"code", static_cast<int>(ExitCode::internal)}};
  }
}

AnalysisResult result_of(const json& answer) {
  AnalysisResult result;
  result.ok = answer.at("ok");
  result.error = answer.at("error");
  result.code = static_cast<ExitCode>(answer.at("code").get<int>());
  result.refused_parameter = answer.value("refused_parameter", std::string());
  result.warnings = answer.value("warnings", std::vector<std::string>());
  result.seconds = answer.value("seconds", 0.0);
  return result;
}

}  // namespace

AnalysisResult run_isolated(const std::string& analysis, const std::string& plugin,
                            unsigned threads, const StopCondition& stop,
                            const std::function<AnalysisResult(ThreadPool&)>& body) {
  ChildProcess child([&](const ChildProcess::Say& say) {
    for (const int crash : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(crash, SIG_DFL);
    say(answer_of(threads, body));
  });
  std::vector<json> answer;
  bool told = false;  // a stop that reached only this process
  while (!child.ended()) {
    ChildProcess::wait_for_any({&child}, 100);
    if (stop() && !std::exchange(told, true)) child.ask_to_stop();
    for (json& message : child.messages()) answer.push_back(std::move(message));
  }
  AnalysisResult result;
  result.code = ExitCode::plugin;
  if (!answer.empty()) {
    result = result_of(answer.front());
  } else {
    result.error = fmt::format("analysis '{}': plugin '{}' {} ({})", analysis, plugin,
                               child.ended_by_signal() ? "crashed" : "ended its process",
                               child.how_it_ended());
  }
  if (result.code == ExitCode::interrupted) throw Error(ExitCode::interrupted, result.error);
  return result;
}

}  // namespace v1::run
