#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "engine/base/csv.hpp"
#include "engine/config/network_overrides.hpp"

namespace v1::network::generator {

/// The CSV tables of a model folder, with the overrides of a config carried out.
class ModelTables {
 public:
  /// Reads every table there is. First populations are added, each as a copy of another in all
  /// tables; then cells are set; then cells of node types are scaled to overridden counts of
  /// their population, and id blocks are laid out anew where counts changed (added populations
  /// get the highest ids, so that they leave the others as they were).
  /// Throws Error(config) naming the override for names that do not exist.
  ModelTables(const std::filesystem::path& directory, const config::NetworkOverrides& overrides);

  const std::filesystem::path& directory() const { return directory_; }
  /// Table NAME.csv. Throws Error(data) when the folder has none.
  const CsvTable& table(const std::string& name) const;

 private:
  void add_population(const config::AddedPopulation& added);
  void copy_pairs(const std::string& table, const std::string& from, const std::string& to,
                  const std::string& where);
  void carry_out(const config::TableOverride& edit);
  void set_cells(const std::string& name, std::size_t row,
                 const std::vector<config::OverrideCell>& cells);
  std::size_t new_pair(const config::TableOverride& edit);
  void scale_node_types();
  void lay_out_ids();

  std::filesystem::path directory_;
  std::map<std::string, CsvTable> tables_;
  bool counts_changed_ = false;
};

}  // namespace v1::network::generator
