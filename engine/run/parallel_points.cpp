#include "engine/run/parallel_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/process/child_process.hpp"

namespace v1::run {
namespace {

using nlohmann::json;

// In the child: everything that happens goes to the parent as a message.
void run_in_child(const ParallelPoints& points, std::size_t k, unsigned threads,
                  const ChildProcess::Say& say) {
  log::clear_warnings();
  log::relay_console([&](const std::string& line) { say({{"log", line}}); });
  const auto fail = [&](ExitCode code, const char* what) {
    say({{"failed", what}, {"code", static_cast<int>(code)}});
  };
  try {
    const SimulationRunResult result =
        points.run(k, threads, [&](double fraction, const std::string& detail) {
          say({{"fraction", fraction}, {"detail", detail}});
        });
    say({{"interrupted", result.interrupted},
         {"code", result.code},
         {"folder", result.folder.string()}});
  } catch (const Error& e) {
    fail(e.code(), e.what());
  } catch (const std::bad_alloc&) {
    fail(ExitCode::memory, "not enough memory");
  } catch (const std::exception& e) {
    fail(ExitCode::internal, e.what());
  }
}

struct Running {
  std::size_t k;
  std::unique_ptr<ChildProcess> process;
  bool answered = false;  // said how it ended
};

class SideBySide {
 public:
  SideBySide(const ParallelPoints& points, const StopCondition& stop)
      : points_(points), stop_(stop), fraction_(points.count, 0.0) {}

  void execute() {
    while (true) {
      if (stop_()) stop_all();
      while (!stopping_ && next_ < points_.count && running_.size() < points_.at_once) begin();
      if (running_.empty()) break;
      std::vector<const ChildProcess*> children;
      for (const Running& one : running_) children.push_back(one.process.get());
      ChildProcess::wait_for_any(children, 100);
      for (Running& one : running_) hear(one);
      std::erase_if(running_, [](const Running& one) { return one.process->ended(); });
    }
    if (failure_) throw *failure_;
  }

 private:
  // The last points share the threads that nobody else uses.
  void begin() {
    const std::size_t k = next_++;
    const auto sharing =
        std::min<std::size_t>(points_.at_once, points_.count - k + running_.size());
    const auto threads = static_cast<unsigned>(std::max<std::size_t>(1, points_.threads / sharing));
    points_.begins(k);
    running_.push_back({k, std::make_unique<ChildProcess>([&](const ChildProcess::Say& say) {
                          run_in_child(points_, k, threads, say);
                        })});
  }

  void hear(Running& one) {
    for (const json& message : one.process->messages()) hear(one, message);
    if (!one.process->ended() || one.answered) return;
    const int code = one.process->exit_code();
    fail(one, static_cast<ExitCode>(code != 0 ? code : static_cast<int>(ExitCode::plugin)),
         fmt::format("its process ended early ({})", one.process->how_it_ended()));
  }

  void hear(Running& one, const json& message) {
    if (message.contains("log")) {
      points_.log(one.k, message["log"]);
    } else if (message.contains("fraction")) {
      fraction_[one.k] = message["fraction"];
      double sum = 0.0;
      for (const double fraction : fraction_) sum += fraction;
      points_.progress(sum / static_cast<double>(points_.count), message["detail"]);
    } else if (message.contains("failed")) {
      fail(one, static_cast<ExitCode>(message["code"].get<int>()), message["failed"]);
    } else {
      one.answered = true;
      fraction_[one.k] = 1.0;
      points_.ended(
          one.k, {message["folder"].get<std::string>(), message["interrupted"], message["code"]});
    }
  }

  void fail(Running& one, ExitCode code, const std::string& what) {
    one.answered = true;
    const bool first = !failure_;
    if (first) failure_ = PointFailure{one.k, Error(code, split(what, '\n'))};
    stop_all();
  }

  void stop_all() {
    if (std::exchange(stopping_, true)) return;
    for (const Running& one : running_) one.process->ask_to_stop();
  }

  const ParallelPoints& points_;
  const StopCondition& stop_;
  std::vector<double> fraction_;
  std::vector<Running> running_;
  std::size_t next_ = 0;
  bool stopping_ = false;
  std::optional<PointFailure> failure_;
};

}  // namespace

void run_side_by_side(const ParallelPoints& points, const StopCondition& stop) {
  SideBySide(points, stop).execute();
}

}  // namespace v1::run
