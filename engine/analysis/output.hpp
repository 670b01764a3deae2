#pragma once
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/analysis/table.hpp"
#include "engine/base/hdf5.hpp"
#include "plugin_api/include/v1e/analysis.h"

namespace v1::analysis {

/// Takes the results of one analysis into a temporary folder beside its place; commit() puts the
/// folder into place, otherwise nothing stays. Names are letters, digits, '_', '-' and '.'.
class ResultFolder {
 public:
  /// Throws Error(memory) when the folder cannot be made.
  explicit ResultFolder(std::filesystem::path place);
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  const v1e_output* output() const { return &output_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Writes the tables and summary.json and renames the folder into place. `runs`: their labels.
  void commit(const std::string& plugin, const std::string& version,
              const nlohmann::ordered_json& parameters, const std::vector<std::string>& runs = {});

  // What the callbacks do; throw Error(plugin) for unusable input.
  void scalar(const char* name, double value, const char* unit, const char* summary);
  void table(const char* name, const char* summary, std::uint64_t column_count,
             const v1e_column* const* columns);
  void array(const char* name, const char* unit, std::uint32_t ndim, const std::int64_t* full_shape,
             const std::int64_t* offset, const v1e_const_array& block);
  void figure(const char* name, const char* spec);
  void file(const char* name, const void* bytes, std::uint64_t size);
  void note(std::int32_t level, const char* markdown);

 private:
  void fill_callbacks();
  void write_text(const std::string& name, const std::string& text) const;
  nlohmann::ordered_json summary(const std::string& plugin, const std::string& version,
                                 const nlohmann::ordered_json& parameters) const;

  std::filesystem::path place_, temporary_;
  v1e_output output_{};
  std::vector<ResultTable> tables_;
  std::unique_ptr<h5::File> arrays_;
  nlohmann::ordered_json scalars_ = nlohmann::ordered_json::array();
  nlohmann::ordered_json notes_ = nlohmann::ordered_json::array();
  std::vector<std::string> figures_, files_, warnings_;
  bool committed_ = false;
};

}  // namespace v1::analysis
