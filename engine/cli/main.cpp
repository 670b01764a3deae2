#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <new>
#include <system_error>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/parallel.hpp"
#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/usage.hpp"
#include "engine/process/machine.hpp"
#include "engine/process/signals.hpp"
#include "engine/process/standard_streams.hpp"

namespace {

using namespace v1;
using namespace v1::cli;

struct Arguments {
  run::CommonOptions common;
  run::RunOptions run;
  run::ConfigOptions validate;
  BuildOptions build;
  ExportOptions export_;
  InfoOptions info;
  BenchOptions bench;
  CalibrateOptions calibrate;
  AnalyzeOptions analyze;
  std::filesystem::path compare_a, compare_b, report_path;
  NewPluginOptions new_plugin;
  plugin_check::CheckOptions check;
  bool list_json = false, describe_json = false;
  std::string describe_name;
};

// CLI11's own check accepts NaN and prints a range of 300 digits.
const CLI::Validator positive_number(
    [](const std::string& text) -> std::string {
      double value = 0.0;
      const bool known = CLI::detail::lexical_cast(text, value);
      if (known && value > 0.0 && std::isfinite(value)) return "";
      return fmt::format("expected a number above 0, found '{}'", text);
    },
    "POSITIVE");

// "2/8"; nothing if it is no share.
std::optional<run::PointShare> point_share(const std::string& text) {
  run::PointShare share;
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, share.number);
  if (number.ec != std::errc() || number.ptr == end || *number.ptr != '/') return std::nullopt;
  const auto of = std::from_chars(number.ptr + 1, end, share.of);
  const bool whole = of.ec == std::errc() && of.ptr == end;
  if (!whole || share.number < 1 || share.number > share.of) return std::nullopt;
  return share;
}

const CLI::Validator share_of_points(
    [](const std::string& text) -> std::string {
      if (point_share(text)) return "";
      return fmt::format("expected K/N, share K of N with 1 <= K <= N, found '{}'", text);
    },
    "");

// -o "$UNSET" is a mistake, not a request for the default.
const CLI::Validator some_path(
    [](const std::string& text) -> std::string {
      return text.empty() ? "expected a path, found ''" : "";
    },
    "");

// CLI11's own conversion cuts numbers off that are too large.
const CLI::Validator whole_number(
    [](const std::string& text) -> std::string {
      std::int64_t value = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (problem == std::errc() && end == text.data() + text.size()) return "";
      return fmt::format("expected a whole number{}, found '{}'",
                         problem == std::errc::result_out_of_range ? " of 64 bits" : "", text);
    },
    "");

CLI::Validator one_of(const std::vector<std::string>& words) {
  return CLI::Validator(
      [words](const std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) return "";
        return fmt::format("expected {}, found '{}'{}", join(words, ", "), text,
                           did_you_mean(text, words));
      },
      "{" + join(words, ",") + "}");
}

void add_common_options(CLI::App& app, run::CommonOptions& common) {
  app.add_option("--plugin-path", common.plugin_paths, "More folders (or files) with plugins")
      ->type_name("DIR");
  app.add_flag("--allow-unsafe-plugins", common.allow_unsafe_plugins,
               "Also load plugins from folders that everybody may write to");
  app.add_flag("-q,--quiet", common.quiet, "No progress, no messages but errors");
  app.add_flag("-v,--verbose", common.verbose, "Say more");
}

void add_config_options(CLI::App& app, run::ConfigOptions& options, bool required = true) {
  auto* config =
      app.add_option("config", options.config, "Config (TOML) or SONATA simulation config (JSON)")
          ->type_name("CONFIG");
  if (required) config->required();
  app.add_option("--set", options.sets, "Set a config key, e.g. stimulus.params.orientation=90")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--backend", options.backend, "auto, cpu, cuda or any installed backend")
      ->type_name("NAME");
  app.add_option("--threads", options.threads, "Threads (0 = all)")
      ->check(whole_number)
      ->type_name("N");
  app.add_option("--trials", options.trials, "Number of trials")
      ->check(whole_number)
      ->type_name("N");
  app.add_option("--neurons", options.neurons, "Number of neurons to generate")
      ->check(whole_number)
      ->type_name("N");
  app.add_option("--seed", options.seed, "Seed of the run")->check(whole_number)->type_name("N");
  app.add_option("--device", options.device, "Device of the backend")
      ->check(whole_number)
      ->type_name("N");
  app.add_option("--cache-dir", options.cache_dir, "Folder of cached LGN rates")
      ->type_name("DIR")
      ->check(some_path);
  app.add_flag("--no-cache", options.no_cache, "Neither read nor write the cache");
}

void declare_run(CLI::App& app, Arguments& args) {
  CLI::App* run = app.add_subcommand("run", "Simulate, record, analyse, draw figures and a report");
  add_config_options(*run, args.run.config);
  run->add_option("-o,--output", args.run.output, "Run folder (default runs/NAME)")
      ->type_name("DIR")
      ->check(some_path);
  run->add_flag("--resume", args.run.resume, "Go on with an interrupted run in -o");
  run->add_flag("--no-analyses", args.run.no_analyses, "Simulate and record only");
  run->add_flag("--isolate", args.run.isolate, "Run each analysis in a process of its own");
  run->add_option_function<std::string>(
         "--points", [&args](const std::string& text) { args.run.share = point_share(text); },
         "Simulate one of N shares of a sweep's points into -o, beside others")
      ->type_name("K/N")
      ->check(share_of_points);
  run->add_option("--max-time", args.run.max_time_s, "Stop after so many seconds, resumable")
      ->type_name("S")
      ->check(positive_number);
  add_common_options(*run, args.common);
}

void declare_build(CLI::App& app, Arguments& args) {
  CLI::App* build =
      app.add_subcommand("build", "Build only the network: a network file or a SONATA circuit");
  add_config_options(*build, args.build.config);
  auto* file = build->add_option("-o,--output", args.build.output, "Network file (HDF5) to write")
                   ->type_name("NETWORK.h5")
                   ->check(some_path);
  auto* folder =
      build->add_option("--sonata", args.build.sonata, "Folder of a SONATA circuit to write")
          ->type_name("DIR")
          ->check(some_path);
  file->excludes(folder);
  add_common_options(*build, args.common);
}

void declare_export(CLI::App& app, Arguments& args) {
  CLI::App* command = app.add_subcommand("export", "Convert the recordings of a run");
  command->add_option("run", args.export_.run, "Run folder")->required()->type_name("RUN_DIR");
  command->add_option("--format", args.export_.format, "sonata, csv or nwb")
      ->required()
      ->check(one_of({"sonata", "csv", "nwb"}))
      ->type_name("FORMAT");
  command
      ->add_option("-o,--output", args.export_.output,
                   "Folder (sonata, csv) or file (nwb) to write")
      ->required()
      ->type_name("PATH")
      ->check(some_path);
  add_common_options(*command, args.common);
}

void declare_calibrate(CLI::App& app, Arguments& args) {
  CalibrateOptions& options = args.calibrate;
  CLI::App* calibrate =
      app.add_subcommand("calibrate", "Tune the background weights to target rates");
  add_config_options(*calibrate, options.config);
  calibrate
      ->add_option("--targets", options.targets,
                   "CSV with the columns population and a rate (default: the model's)")
      ->type_name("FILE")
      ->check(some_path);
  calibrate->add_option("--column", options.column, "Column of the targets [Hz]")
      ->capture_default_str()
      ->type_name("NAME");
  calibrate->add_option("--statistic", options.statistic, "Of the rates of a population")
      ->capture_default_str()
      ->check(one_of({"mean", "median"}));
  calibrate
      ->add_option("--window", options.window, "Count spikes from BEGIN to END of a trial [ms]")
      ->expected(2)
      ->type_name("BEGIN END");
  calibrate->add_option("--tolerance", options.tolerance, "Relative distance that is good")
      ->capture_default_str()
      ->check(positive_number);
  calibrate->add_option("--rounds", options.rounds, "Most simulations")
      ->capture_default_str()
      ->check(positive_number);
  calibrate->add_option("-o,--output", options.output, "File of the weights")
      ->capture_default_str()
      ->type_name("FILE")
      ->check(some_path);
  add_common_options(*calibrate, args.common);
}

void declare_plugin_tools(CLI::App& plugins, Arguments& args) {
  plugin_check::CheckOptions& check_options = args.check;
  CLI::App* check = plugins.add_subcommand("check", "Check a plugin file against the interface");
  check->add_option("file", check_options.file, "Plugin file")->required()->type_name("FILE.so");
  check->add_flag("--json", check_options.json, "As JSON");
  check
      ->add_option("--only", check_options.only,
                   "Only the rule of this id (give it several times for several)")
      ->type_name("ID")
      ->allow_extra_args(false);
  check->add_option("--child-rule", check_options.rule)->group("");
  check->add_option("--child-plugin", check_options.plugin)->group("");
  check->add_option("--child-verdict", check_options.verdict)->group("");
  check->add_option("--child-shared", check_options.shared)->group("");
  add_common_options(*check, args.common);
  NewPluginOptions& new_options = args.new_plugin;
  CLI::App* fresh = plugins.add_subcommand("new", "Make a project for a plugin of your own");
  fresh->add_option("kind", new_options.kind, "stimulus, analysis or backend")
      ->required()
      ->check(one_of({"stimulus", "analysis", "backend"}));
  fresh->add_option("name", new_options.name, "Name of the plugin")->required()->type_name("NAME");
  fresh->add_option("-o,--output", new_options.output, "Folder (default NAME)")
      ->type_name("DIR")
      ->check(some_path);
  fresh->add_option("--lang", new_options.language, "cpp or c")
      ->capture_default_str()
      ->check(one_of({"cpp", "c"}));
  add_common_options(*fresh, args.common);
}

void declare_plugins(CLI::App& app, Arguments& args) {
  CLI::App* plugins = app.add_subcommand("plugins", "List, describe, check and start plugins");
  plugins->require_subcommand(1);
  CLI::App* list = plugins->add_subcommand("list", "All plugins that can be found");
  list->add_flag("--json", args.list_json, "As JSON");
  add_common_options(*list, args.common);
  CLI::App* describe = plugins->add_subcommand("describe", "Parameters of a plugin");
  describe->add_option("name", args.describe_name, "Name of the plugin")->required();
  describe->add_flag("--json", args.describe_json, "As JSON");
  add_common_options(*describe, args.common);
  declare_plugin_tools(*plugins, args);
}

void declare_commands(CLI::App& app, Arguments& args) {
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("v1engine {} ({})", version(), git_revision()));
  declare_run(app, args);
  declare_build(app, args);
  declare_export(app, args);
  declare_calibrate(app, args);

  CLI::App* validate = app.add_subcommand("validate", "Check a config and print the plan");
  add_config_options(*validate, args.validate);
  add_common_options(*validate, args.common);

  CLI::App* analyze = app.add_subcommand("analyze", "Run analyses on stored runs");
  analyze->add_option("runs", args.analyze.runs, "Run folders")->required()->type_name("RUN_DIR");
  analyze->add_option("--config", args.analyze.config, "Take the analyses of this config")
      ->type_name("FILE")
      ->check(some_path);
  analyze
      ->add_option("--only", args.analyze.only,
                   "Only the analysis of this name (give it several times for several)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  analyze->add_option("--set", args.analyze.sets, "Set a config key")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  analyze->add_flag("--isolate", args.analyze.isolate, "Run each analysis in a process of its own");
  analyze->add_option("-o,--output", args.analyze.output, "Where results go")
      ->type_name("DIR")
      ->check(some_path);
  add_common_options(*analyze, args.common);

  CLI::App* compare = app.add_subcommand("compare", "Compare two runs spike by spike");
  compare->add_option("run_a", args.compare_a, "Run folder")->required()->type_name("RUN_A");
  compare->add_option("run_b", args.compare_b, "Run folder")->required()->type_name("RUN_B");
  add_common_options(*compare, args.common);

  CLI::App* info = app.add_subcommand(
      "info", "Describe a network (file, SONATA circuit, or config), a run folder or a plugin");
  add_config_options(*info, args.info.config);
  info->get_option("config")->description("Network file, SONATA config, config, run or plugin");
  info->add_flag("--json", args.info.json, "As JSON");
  add_common_options(*info, args.common);

  declare_plugins(app, args);

  CLI::App* bench = app.add_subcommand("bench", "Measure build time, real-time factor and memory");
  add_config_options(*bench, args.bench.config, false);
  bench->get_option("config")->description(
      "Config (default: 5,000 neurons see a grating, as in configs/bench/natural_5k.toml)");
  bench->add_flag("--json", args.bench.json, "As JSON");
  add_common_options(*bench, args.common);

  CLI::App* report = app.add_subcommand("report", "(Re)write figures and report.html of a run");
  report->add_option("run", args.report_path, "Run folder")->required()->type_name("RUN_DIR");
  add_common_options(*report, args.common);
}

int dispatch(const CLI::App& app, Arguments& args) {
  log::set_quiet(args.common.quiet);
  stop_quietly(args.common.quiet);
  log::set_verbose(args.common.verbose);
  const run::CommonOptions& common = args.common;
  if (app.got_subcommand("run")) return run_command(args.run, common);
  if (app.got_subcommand("validate")) return validate_command(args.validate, common);
  if (app.got_subcommand("calibrate")) return calibrate_command(args.calibrate, common);
  if (app.got_subcommand("analyze")) return analyze_command(args.analyze, common);
  if (app.got_subcommand("compare")) return compare_command(args.compare_a, args.compare_b);
  if (app.got_subcommand("build")) return build_command(args.build, common);
  if (app.got_subcommand("export")) return export_command(args.export_, common);
  if (app.got_subcommand("info")) return info_command(args.info, common);
  if (app.got_subcommand("bench")) {
    args.bench.config.natural_5k = app.get_subcommand("bench")->count("config") == 0;
    return bench_command(args.bench, common);
  }
  if (app.got_subcommand("report")) return report_command(args.report_path, common);
  const CLI::App& plugins = *app.get_subcommand("plugins");
  if (plugins.got_subcommand("list")) return plugins_list_command(args.list_json, common);
  if (plugins.got_subcommand("new")) return plugins_new_command(args.new_plugin);
  if (plugins.got_subcommand("check")) return plugins_check_command(args.check, common);
  return plugins_describe_command(args.describe_name, args.describe_json, common);
}

int fail(const Error& e) {
  for (const std::string& line : split(e.what(), '\n')) say(fmt::format("error: {}\n", line));
  return static_cast<int>(e.code());
}

int fail(ExitCode code, const std::string& message) { return fail(Error(code, message)); }

// A path as the user may give it: too long, through a file, into a folder that is closed to them.
bool is_about_the_path(const std::error_code& code) {
  return code == std::errc::filename_too_long || code == std::errc::permission_denied ||
         code == std::errc::not_a_directory || code == std::errc::too_many_symbolic_link_levels;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  install_signal_handlers();
  CLI::App app("Simulation engine for the mouse primary visual cortex", "v1engine");
  Arguments args;
  args.run.command.assign(argv, argv + argc);
  declare_commands(app, args);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {
    return finish_output(app.exit(wanted));  // --help, --version
  } catch (const CLI::ParseError& problem) {
    return fail(ExitCode::config, usage_message(app, problem, {argv + 1, argv + argc}));
  }
  try {
    return finish_output(dispatch(app, args));
  } catch (const Error& e) {
    const bool terminated = e.code() == ExitCode::interrupted && signal_received() == SIGTERM;
    const int code = fail(e);
    return terminated ? static_cast<int>(ExitCode::terminated) : code;
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::memory, "out of memory");
  } catch (const std::filesystem::filesystem_error& e) {
    return fail(is_about_the_path(e.code()) ? ExitCode::config : ExitCode::internal,
                fmt::format("{}: {}", e.path1().string(), e.code().message()));
  } catch (const std::exception& e) {
    if (std::ferror(stdout) != 0) return finish_output(0);
    const auto* refused = dynamic_cast<const std::system_error*>(&e);
    if (refused && refused->code() == std::errc::resource_unavailable_try_again) {
      return fail(ExitCode::memory,
                  no_more_threads("no more threads or processes can be started (" +
                                  refused->code().message() + ")"));
    }
    return fail(ExitCode::internal, fmt::format("internal error: {}", e.what()));
  }
}
