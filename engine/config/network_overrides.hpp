#pragma once
#include <string>
#include <vector>

/// What [network.overrides] changes in the tables and rules of a network model. Names of tables,
/// columns and rules are those of the model's files (docs/networks.md); they are checked when the
/// model is loaded.
namespace v1::config {

/// A value of a table's cell.
struct OverrideCell {
  std::string column;
  std::vector<std::string> texts;  // as in a CSV file; several only to choose rows
  bool times = false;              // { times = 1.5 }: the number is a factor on the old value
  std::string where;               // "configs/a.toml:12:5"
};

/// One element of [[network.overrides.TABLE]]: the cells that name rows choose them ("*" stands
/// for any text), the others are set.
struct TableOverride {
  std::string table;
  std::vector<OverrideCell> cells;
  std::string where;
};

/// A value of model.toml by its dotted key.
struct RuleOverride {
  std::string key;
  std::string toml;
  std::string where;
};

/// One element of [[network.overrides.add]]: a population that starts as a copy of another one,
/// in all tables.
struct AddedPopulation {
  std::string name, like;
  std::vector<OverrideCell> cells;  // of its row of populations.csv
  std::string where;
};

struct NetworkOverrides {
  std::vector<AddedPopulation> added;  // carried out first
  std::vector<TableOverride> tables;   // then these, in order of the file
  std::vector<RuleOverride> rules;
  std::string toml;  // the body of [network.overrides], for the resolved config

  bool empty() const { return added.empty() && tables.empty() && rules.empty(); }
};

}  // namespace v1::config
