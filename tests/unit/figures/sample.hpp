#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/figures/table.hpp"

/// Tables of a made-up recording, and a figure of every kind over them.
namespace v1::figures::sample {

/// A fresh empty folder below the system's temporary one.
std::filesystem::path fresh_folder(const std::string& name);

void write_text(const std::filesystem::path& file, const std::string& text);
std::string read_bytes(const std::filesystem::path& file);
void write_csv(const std::filesystem::path& folder, const Table& table);
/// Adds a table to tables.h5.
void write_hdf5(const std::filesystem::path& folder, const Table& table);

/// Numbers in [0, 1) and about normal ones, the same everywhere.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed) {}
  double uniform();
  double normal();

 private:
  std::uint64_t state_;
};

Column numbers(const std::string& name, const std::string& unit, std::vector<double> values);
Column texts(const std::string& name, std::vector<std::string> values);
Table table(const std::string& name, std::vector<Column> columns);

/// Spikes, layers, rates, traces, responses, ... in the column's usual names.
std::vector<Table> all_tables();

struct NamedSpec {
  std::string name;
  std::string toml;
};
/// One small figure per kind of mark, and the pages that readers of such papers expect.
std::vector<NamedSpec> mark_gallery();
std::vector<NamedSpec> page_gallery();

}  // namespace v1::figures::sample
