#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// One function per command; each returns the exit code or throws Error.
namespace v1::cli {

/// What several commands take.
struct CommonOptions {
  std::vector<std::filesystem::path> plugin_paths;
  bool allow_unsafe_plugins = false;  // from folders that everybody may write to
  bool quiet = false;
  bool verbose = false;
};

/// CONFIG and everything that changes it.
struct ConfigOptions {
  std::filesystem::path config;
  bool natural_5k = false;  // instead: what bench measures without a config
  std::vector<std::string> sets;
  std::optional<std::string> backend;
  std::optional<std::int64_t> threads, trials, neurons, seed, device;
  std::optional<std::filesystem::path> cache_dir;
  bool no_cache = false;
};

struct RunOptions {
  ConfigOptions config;
  std::filesystem::path output;  // empty: runs/NAME
  bool resume = false;
  bool no_analyses = false;
  bool isolate = false;  // analyses in child processes, as [limits] isolate
  std::optional<double> max_time_s;
  std::vector<std::string> command;  // as typed, for run.json
};

int run_command(const RunOptions& options, const CommonOptions& common);
int validate_command(const ConfigOptions& options, const CommonOptions& common);

struct BuildOptions {
  ConfigOptions config;
  std::filesystem::path output;  // network file
  std::filesystem::path sonata;  // or folder of a SONATA circuit
};
int build_command(const BuildOptions& options, const CommonOptions& common);

struct ExportOptions {
  std::filesystem::path run;
  std::string format;  // sonata | csv | nwb
  std::filesystem::path output;
};
int export_command(const ExportOptions& options, const CommonOptions& common);

struct BenchOptions {
  ConfigOptions config;
  bool json = false;
};
int bench_command(const BenchOptions& options, const CommonOptions& common);

struct CalibrateOptions {
  ConfigOptions config;
  std::filesystem::path targets;         // empty: the model's own
  std::string column = "spont_mean_hz";  // of the targets [Hz]
  std::string statistic = "mean";        // mean | median over neurons
  std::vector<double> window;            // [ms] of the trial, or empty
  double tolerance = 0.05;               // relative
  int rounds = 15;
  std::filesystem::path output = "background_weights.csv";
};
int calibrate_command(const CalibrateOptions& options, const CommonOptions& common);

struct AnalyzeOptions {
  std::vector<std::filesystem::path> runs;
  std::optional<std::filesystem::path> config;
  std::vector<std::string> only;
  std::filesystem::path output;  // empty: RUN/analyses
  std::vector<std::string> sets;
  bool isolate = false;
};
int analyze_command(const AnalyzeOptions& options, const CommonOptions& common);

int compare_command(const std::filesystem::path& a, const std::filesystem::path& b);
struct InfoOptions {
  ConfigOptions config;  // its path: a folder or file of any kind; the rest for configs
  bool json = false;
};
int info_command(const InfoOptions& options, const CommonOptions& common);
int report_command(const std::filesystem::path& run, const CommonOptions& common);
struct NewPluginOptions {
  std::string kind;  // stimulus | analysis | backend
  std::string name;
  std::filesystem::path output;  // empty: NAME
  std::string language = "cpp";  // cpp | c
};
int plugins_new_command(const NewPluginOptions& options);

struct CheckOptions {
  std::filesystem::path file;
  bool json = false;
  std::vector<std::string> only;  // ids of rules; empty: all
  std::string rule;               // not empty: this process is the child that checks this rule ...
  std::string plugin;             // ... of this plugin ("" for rules of the module)
  std::filesystem::path verdict;  // ... and writes here what is wrong; a folder that all
  std::filesystem::path shared;   // children use for test runs
};
int plugins_check_command(const CheckOptions& options, const CommonOptions& common);
int plugins_list_command(bool json, const CommonOptions& common);
int plugins_describe_command(const std::string& name, bool json, const CommonOptions& common);

}  // namespace v1::cli
