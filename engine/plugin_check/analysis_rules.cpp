#include <fmt/format.h>

#include <mutex>
#include <thread>

#include "engine/analysis/analysis.hpp"
#include "engine/analysis/reader_data.hpp"
#include "engine/base/error.hpp"
#include "engine/config/load_config.hpp"
#include "engine/network/select.hpp"
#include "engine/plugin_check/rule_tools.hpp"
#include "engine/run/stored_run.hpp"

/// Rules of analyses that are tested from inside: being stopped, several at once, leaks.
namespace v1::plugin_check {
namespace {

namespace fs = std::filesystem;

run::CommonOptions with_plugin(const fs::path& file) {
  run::CommonOptions common;
  common.plugin_paths = {file};
  common.allow_unsafe_plugins = true;
  return common;
}

/// The analysis on a small run in this process, with the results of those it needs beside it.
class Bench {
 public:
  explicit Bench(Subject& subject)
      : plugin_(subject.chosen()),
        folder_(recorded_run(subject, 2, false)),
        results_(subject.scratch / "results"),
        session_(with_plugin(subject.file)),
        pool_(1),
        use_(use_of("checked", plugin_)),
        data_(run::open_stored_run(folder_, session_, pool_)) {
    resolve(use_);
    for (std::uint32_t n = 0; n < plugin_.analysis_api.need_count; ++n) {
      const std::string need = plugin_.analysis_api.needs[n];
      const std::string name = need.substr(0, need.find('['));
      const auto& needed = session_.registry.find(plugin::Kind::analysis, name);
      config::PluginUse use = use_of(name, needed);
      resolve(use);
      const auto result =
          analysis::run_analysis(use, needed, {data_}, results_ / name, session_.host, pool_, {});
      if (!result.ok) throw Skip{"what it needs does not suit the test run: " + result.error};
    }
  }

  /// One whole analysis, into a folder of its own. Throws what ends it.
  void run(const std::string& to, const std::function<bool()>& stop = {}) {
    run(to, session_.host, pool_, data_, stop);
  }

  /// The same with a host, threads and a reader that nobody else uses.
  void run_apart(const std::string& to, unsigned threads) {
    ThreadPool pool(threads);
    plugin::Host host(&pool);
    const auto data = analysis::open_run_data(folder_, [this] {
      const std::lock_guard one_at_a_time(building_);
      return data_->synapses();
    });
    run(to, host, pool, data, {});
  }

  std::map<std::string, std::string> results_of(const std::string& name) const {
    return results(results_ / name);
  }
  bool exists(const std::string& name) const { return fs::exists(results_ / name); }
  plugin::Host& host() { return session_.host; }

 private:
  static config::PluginUse use_of(const std::string& name, const plugin::LoadedPlugin& plugin) {
    config::PluginUse use;
    use.name = name;
    use.plugin = plugin.name;
    use.loaded = &plugin;
    use.settings = default_settings(plugin);
    return use;
  }

  void resolve(config::PluginUse& use) const {
    use.settings.resolve_selections([this](const std::string&, const std::string& text) {
      return network::select_neurons(data_->network(), config::parse_selection(text));
    });
  }

  void run(const std::string& to, plugin::Host& host, ThreadPool& pool,
           const std::shared_ptr<analysis::RunData>& data, const std::function<bool()>& stop) {
    analysis::AnalysisOptions options;
    options.stop = stop;
    const auto result =
        analysis::run_analysis(use_, plugin_, {data}, results_ / to, host, pool, options);
    if (result.ok) return;
    if (refuses_the_run(result.error)) throw Skip{"does not suit the test run: " + result.error};
    throw Error(result.code, result.error);
  }

  const plugin::LoadedPlugin& plugin_;
  const fs::path folder_, results_;
  run::PluginSession session_;
  ThreadPool pool_;
  config::PluginUse use_;
  std::shared_ptr<analysis::RunData> data_;
  std::mutex building_;
};

// Given up between two chunks, as on Ctrl-C: finish is never called.
void give_up_after_first_chunk(Bench& bench) {
  int asked = 0;
  try {
    bench.run("given_up", [&] { return asked++ > 0; });
  } catch (const Error& e) {
    if (e.code() != ExitCode::interrupted) throw;
  }
}

void cancel(Subject& subject) {
  Bench bench(subject);
  {
    StopRequest request(bench.host());
    for (const int first : {0, 2}) {
      const int told = request.during(first, [&] { bench.run("told"); });
      if (told > 0 && bench.exists("told")) broken("it left results although it was stopped");
      if (told == 0) break;
    }
  }
  if (!bench.exists("told")) bench.run("told");  // it asked, and was stopped each time
  give_up_after_first_chunk(bench);
  bench.run("after");
  if (bench.results_of("after") != bench.results_of("told")) {
    broken("after others had been stopped, an instance gave other results");
  }
}

void threads(Subject& subject) {
  Bench bench(subject);
  bench.run("alone");
  const auto expected = bench.results_of("alone");
  std::vector<std::string> failures(3);
  std::vector<std::thread> users;
  for (std::size_t t = 0; t < failures.size(); ++t) {
    users.emplace_back([&, t] {
      const std::string to = fmt::format("beside{}", t);
      try {
        bench.run_apart(to, 2);
        if (bench.results_of(to) != expected) failures[t] = "their results differ";
      } catch (const std::exception& e) {
        failures[t] = e.what();
      } catch (const Skip& skip) {
        failures[t] = skip.reason;
      }
    });
  }
  for (std::thread& user : users) user.join();
  for (const std::string& failure : failures) {
    if (!failure.empty()) broken("three instances at once are not like one alone: " + failure);
  }
}

void no_leak(Subject& subject) {
  Bench bench(subject);
  must_not_leak([&] { bench.run("again"); }, "a whole analysis", 1);
  must_not_leak([&] { give_up_after_first_chunk(bench); }, "an analysis that is given up", 1);
}

}  // namespace

std::vector<Rule> analysis_rules() {
  return {
      {"cancel", "Whoever is asked to stop ends soon and leaves nothing broken", Scope::analysis,
       cancel},
      {"threads", "Different instances may always run at the same time", Scope::analysis, threads},
      {"no-leak", "Sweeps analyse thousands of runs", Scope::analysis, no_leak},
  };
}

}  // namespace v1::plugin_check
