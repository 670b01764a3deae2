#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/network/generator/model.hpp"

/// The steps of load_model(), each filling one part of the model from one or two files.
namespace v1::network::generator {

/// model.toml: scalars of the column, LGN, background, weight rules and retinotopy. The part about
/// connections is kept for load_connections().
struct ConnectionScalars {
  double measured_within_um = 0.0;
};
ConnectionScalars load_rules(const std::filesystem::path& file, Model& model);

void load_populations(const std::filesystem::path& directory, Model& model);
void load_receptors(const std::filesystem::path& directory, Model& model);
void load_node_types(const std::filesystem::path& directory, Model& model);
void load_connections(const std::filesystem::path& directory, const ConnectionScalars& scalars,
                      Model& model);
void load_lgn(const std::filesystem::path& directory, Model& model);
void load_background(const std::filesystem::path& directory, Model& model);

/// Index of `name` in `names`; throws Error(data) that names the file and the nearest spelling.
std::uint32_t index_of(const std::string& name, const std::vector<std::string>& names,
                       const std::filesystem::path& file, const char* what);
std::vector<std::string> population_names(const Model& model);

/// table.number(), which must also lie in [low, high].
double number_in(const CsvTable& table, std::size_t row, const char* column, double low,
                 double high, const std::filesystem::path& file);

}  // namespace v1::network::generator
