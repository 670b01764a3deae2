#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace v1::figures {

/// The object in a JSON file; an empty one where there is none or it cannot be read.
nlohmann::ordered_json read_json_object(const std::filesystem::path& path);

/// Names of the points of a sweep (sweep.json) in their order; none for another folder.
std::vector<std::string> point_names(const std::filesystem::path& run_dir);

/// Of run.json: what is the same in all points of the sweep that have one, by section ("network",
/// "simulation") and key. An object, empty without points.
nlohmann::ordered_json common_facts(const std::filesystem::path& run_dir);

/// HTML table of the points of a sweep (sweep.json): swept values, status, spikes, mean rate, and a
/// link to the report of each. Empty for a folder without a sweep; a point that cannot be read has
/// an empty row.
std::string points_table(const std::filesystem::path& run_dir);

}  // namespace v1::figures
