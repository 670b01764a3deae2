#include <fmt/format.h>

#include <fstream>
#include <thread>

#include "engine/base/error.hpp"
#include "engine/plugin_check/rule_tools.hpp"
#include "engine/run/experiment.hpp"
#include "engine/simulate/backend_handle.hpp"

/// Rules of backends that are tested from inside: being stopped, several at once, leaks.
namespace v1::plugin_check {
namespace {

/// Everything a run hands over, as bytes.
class Collected : public simulate::RecordingSink {
 public:
  std::string bytes;

 private:
  template <class T>
  void add(const T* values, std::size_t count) {
    bytes.append(reinterpret_cast<const char*>(values), count * sizeof(T));
  }
  void begin_trial(std::uint32_t trial) override { add(&trial, 1); }
  void spikes(const simulate::SpikeWindow& window) override {
    add(window.offset.data(), window.offset.size());
    add(window.source.data(), window.source.size());
    add(window.count.data(), window.count.size());
  }
  void probe(const simulate::ProbeWindow& window) override {
    const auto values = static_cast<std::size_t>(window.sample_count * window.neuron_count);
    add(static_cast<const char*>(window.data), values * (window.dtype == V1E_F16 ? 2 : 4));
  }
  void end_trial(std::uint32_t, simulate::BackendState state) override {
    for (const simulate::StateArray& array : state) add(array.bytes.data(), array.bytes.size());
  }
};

/// The backend in this process, on a network of 200 neurons. Each trial has several windows.
class Bench {
 public:
  explicit Bench(Subject& subject)
      : plugin_(subject.chosen()),
        settings_(default_settings(plugin_)),
        session_(config_of(subject), run::CommonOptions{}),
        experiment_(session_, times_),
        setup_(experiment_.step_loop_setup()) {
    setup_.backend = &plugin_;
    setup_.backend_settings = settings_.view();
    if (setup_.thresholds) {  // made once, then shared by threads
      const auto made = setup_.thresholds(0);
      setup_.thresholds = [made](std::uint32_t) { return made; };
    }
  }

  struct Way {
    unsigned threads = 1;
    double duration_ms = 600.0;
    std::function<bool()> stop = {};
  };

  /// Everything that two trials hand over.
  std::string run(const Way& way, plugin::Host& host) const {
    simulate::StepLoopSetup setup = setup_;
    setup.host = host.view();
    setup.threads = way.threads;
    setup.simulation.duration_ms = way.duration_ms;
    setup.stop_requested = way.stop;
    Collected collected;
    simulate::run_step_loop(setup, collected);
    return std::move(collected.bytes);
  }
  /// Creates an instance whose environment was changed. Throws Error where that is refused.
  void create_with(const std::function<void(v1e_backend_env&)>& change) const {
    plugin::Host host;
    simulate::StepLoopSetup setup = setup_;
    setup.host = host.view();
    simulate::BackendEnvStorage storage;
    v1e_backend_env env = simulate::make_backend_env(setup, storage);
    change(env);
    simulate::BackendHandle(plugin_, *setup.backend_settings, env);
  }

  std::string run(const Way& way) const {
    ThreadPool pool(way.threads);
    plugin::Host host(&pool);
    return run(way, host);
  }

 private:
  static run::ConfigOptions config_of(Subject& subject) {
    must_have_a_device(subject);
    const bool probes = (subject.chosen().backend_api.caps & V1E_CAP_PROBES) != 0;
    run::ConfigOptions options;
    options.config = subject.scratch / "bench.toml";
    std::ofstream(options.config)
        << "name = 'bench'\nseed = 7\n[network]\nneurons = 200\n[simulation]\nbackend = 'cpu'\n"
           "duration = 600.0\ntrials = 2\nthreads = 1\n[stimulus]\nplugin = 'gratings'\n[record]\n"
        << (probes ? "variables = ['v', 'input_current']\n" : "variables = []\n");
    options.no_cache = true;
    return options;
  }

  const plugin::LoadedPlugin& plugin_;
  plugin::Settings settings_;
  run::Session session_;
  StageTimes times_;
  run::Experiment experiment_;
  simulate::StepLoopSetup setup_;
};

// Given up with a window under way that is never drained, as on Ctrl-C.
void give_up_after_a_window(const Bench& bench, double duration_ms) {
  int windows = 0;
  Bench::Way way;
  way.duration_ms = duration_ms;
  way.stop = [&] { return windows++ > 0; };
  bench.run(way);
}

void cancel(Subject& subject) {
  const Bench bench(subject);
  const std::string expected = bench.run({});
  ThreadPool pool(1);
  plugin::Host host(&pool);
  {
    StopRequest request(host);
    for (const int first : {0, 2}) {
      if (request.during(first, [&] { bench.run({}, host); }) == 0) break;
    }
  }
  give_up_after_a_window(bench, 600.0);
  if (bench.run({}) != expected) broken("after others had been stopped, an instance differs");
}

void threads(Subject& subject) {
  const Bench bench(subject);
  const std::string expected = bench.run({});
  if (bench.run({3}) != expected) broken("with three threads it gives other results");
  std::vector<std::string> found(3);
  std::vector<std::thread> users;
  for (std::string& text : found) {
    users.emplace_back([&bench, &text] {
      try {
        text = bench.run({2});
      } catch (const std::exception& e) {
        text = e.what();
      }
    });
  }
  for (std::thread& user : users) user.join();
  for (const std::string& text : found) {
    if (text != expected) broken("three instances at once are not like one alone");
  }
}

// What a later engine may ask for must not be taken for something else.
void unknown_constants(Subject& subject) {
  const Bench bench(subject);
  const std::pair<const char*, std::function<void(v1e_backend_env&)>> requests[] = {
      {"scheme 99", [](v1e_backend_env& env) { env.scheme = 99; }},
      {"a precision of 16 bits", [](v1e_backend_env& env) { env.precision_bits = 16; }},
      {"device 4294967295", [](v1e_backend_env& env) { env.device = 0xFFFFFFFFu; }}};
  for (const auto& [what, change] : requests) {
    bool refused = false;
    try {
      bench.create_with(change);
    } catch (const Error&) {
      refused = true;
    }
    if (!refused) broken(fmt::format("it was asked for {}, which nobody knows, and agreed", what));
  }
}

void no_leak(Subject& subject) {
  const Bench bench(subject);
  Bench::Way brief;
  brief.duration_ms = 20.0;
  must_not_leak([&] { bench.run(brief); }, "create, two trials and destroy", 3);
  must_not_leak([&] { give_up_after_a_window(bench, 300.0); }, "create, one window and destroy", 3);
}

}  // namespace

std::vector<Rule> backend_rules() {
  return {
      {"cancel", "Whoever is asked to stop ends soon and leaves nothing broken", Scope::backend,
       cancel},
      {"threads", "Different instances may always run at the same time", Scope::backend, threads},
      {"unknown-constants", "A constant that is not known means unsupported, never the default",
       Scope::backend, unknown_constants},
      {"lgn-rates", "Rates from a device are, bit by bit, those that the engine computes",
       Scope::backend, lgn_rates},
      {"no-leak", "A sweep creates an instance for every point", Scope::backend, no_leak},
  };
}

}  // namespace v1::plugin_check
