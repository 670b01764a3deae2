#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "engine/analysis/analysis.hpp"

namespace v1::analysis {

/// "classification[population=e23]" taken apart.
struct Need {
  std::string plugin;
  std::vector<std::pair<std::string, std::string>> parameters;
};
Need parse_need(const std::string& text);

/// Analyses by level: those of a level only need analyses of earlier levels. Inside a level the
/// order of `jobs` is kept. Throws Error(config) naming a need that no job meets, and cycles.
/// `stored`: names of plugins whose results already exist (analyze on an old run).
std::vector<std::vector<std::size_t>> analysis_levels(const std::vector<AnalysisJob>& jobs,
                                                      const std::vector<std::string>& stored = {});

/// The levels one after another: an order in which the jobs can run.
std::vector<std::size_t> order_analyses(const std::vector<AnalysisJob>& jobs,
                                        const std::vector<std::string>& stored = {});

}  // namespace v1::analysis
