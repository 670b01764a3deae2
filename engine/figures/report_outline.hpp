#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace v1::figures {

/// One analysis in the report.
struct ReportSection {
  std::filesystem::path folder;
  std::string name;   // of the analysis
  std::string title;  // heading; the name unless the config gives one
  std::string text;   // Markdown in front of its results
  std::string point;  // in the report of a sweep: the point whose results these are, else ""
};

/// What the report shows and in which order, after config.toml of the run.
struct ReportOutline {
  std::string title;  // "" where the config gives none
  std::string text;   // Markdown
  std::vector<ReportSection> sections;
};

/// Sections stand in the order of [[analysis]]; results that the config does not name follow by
/// name. In a sweep an analysis of single points stands for the first point that has it. An
/// unreadable config.toml gives a warning and the order of the names.
ReportOutline outline_of(const std::filesystem::path& run_dir,
                         const std::vector<std::string>& points,
                         std::vector<std::string>& warnings);

}  // namespace v1::figures
