#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/plugin_check/check_plugin.hpp"
#include "engine/run/options.hpp"

/// One function per command; each returns the exit code or throws Error.
namespace v1::cli {

int run_command(const run::RunOptions& options, const run::CommonOptions& common);
int validate_command(const run::ConfigOptions& options, const run::CommonOptions& common);

struct BuildOptions {
  run::ConfigOptions config;
  std::filesystem::path output;  // network file
  std::filesystem::path sonata;  // or folder of a SONATA circuit
};
int build_command(const BuildOptions& options, const run::CommonOptions& common);

struct ExportOptions {
  std::filesystem::path run;
  std::string format;  // sonata | csv | nwb
  std::filesystem::path output;
};
int export_command(const ExportOptions& options, const run::CommonOptions& common);

struct BenchOptions {
  run::ConfigOptions config;
  bool json = false;
};
int bench_command(const BenchOptions& options, const run::CommonOptions& common);

struct CalibrateOptions {
  run::ConfigOptions config;
  std::filesystem::path targets;         // empty: the model's own
  std::string column = "spont_mean_hz";  // of the targets [Hz]
  std::string statistic = "mean";        // mean | median over neurons
  std::vector<double> window;            // [ms] of the trial, or empty
  double tolerance = 0.05;               // relative
  int rounds = 15;
  std::filesystem::path output = "background_weights.csv";
};
int calibrate_command(const CalibrateOptions& options, const run::CommonOptions& common);

struct AnalyzeOptions {
  std::vector<std::filesystem::path> runs;
  std::optional<std::filesystem::path> config;
  std::vector<std::string> only;
  std::filesystem::path output;  // empty: RUN/analyses
  std::vector<std::string> sets;
  bool isolate = false;
};
int analyze_command(const AnalyzeOptions& options, const run::CommonOptions& common);

int compare_command(const std::filesystem::path& a, const std::filesystem::path& b);
struct InfoOptions {
  run::ConfigOptions config;  // its path: a folder or file of any kind; the rest for configs
  bool json = false;
};
int info_command(const InfoOptions& options, const run::CommonOptions& common);
int report_command(const std::filesystem::path& run, const run::CommonOptions& common);
struct NewPluginOptions {
  std::string kind;  // stimulus | analysis | backend
  std::string name;
  std::filesystem::path output;  // empty: NAME
  std::string language = "cpp";  // cpp | c
};
int plugins_new_command(const NewPluginOptions& options);

int plugins_check_command(const plugin_check::CheckOptions& options,
                          const run::CommonOptions& common);
int plugins_list_command(bool json, const run::CommonOptions& common);
int plugins_describe_command(const std::string& name, bool json, const run::CommonOptions& common);

}  // namespace v1::cli
