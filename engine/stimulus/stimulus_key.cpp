#include "engine/stimulus/stimulus_key.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace v1::stimulus {

namespace {

void add_text(Hasher& hasher, const char* text) { hasher.text(text ? text : ""); }

void add_file_state(Hasher& hasher, const std::filesystem::path& file) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(file, failure);
  hasher.value<std::uint64_t>(failure ? 0 : size);
  const auto changed = std::filesystem::last_write_time(file, failure);
  hasher.value<std::int64_t>(failure ? 0 : changed.time_since_epoch().count());
}

// A file, a dataset in one ("file.h5:/group/dataset"), or a folder with the files right in it.
void add_file(Hasher& hasher, const char* path) {
  add_text(hasher, path);
  if (!path || !*path) return;
  std::string address(path);
  if (!std::filesystem::exists(address)) address = address.substr(0, address.rfind(":/"));
  if (!std::filesystem::is_directory(address)) return add_file_state(hasher, address);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(address)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    hasher.text(file.filename().string());
    add_file_state(hasher, file);
  }
}

void add_selection(Hasher& hasher, const v1e_selection* selection) {
  if (!selection) return;
  add_text(hasher, selection->text);
  if (!selection->resolved) return;
  hasher.values(std::span<const std::uint32_t>(selection->neurons, selection->neuron_count));
}

void add_value(Hasher& hasher, const v1e_value& value) {
  hasher.value(value.type).value(value.count);
  switch (value.type) {
    case V1E_BOOL:
    case V1E_INT:
    case V1E_CHOICE:
      hasher.value(value.as.i);
      break;
    case V1E_FLOAT:
      hasher.value(value.as.f);
      break;
    case V1E_STRING:
      add_text(hasher, value.as.s);
      break;
    case V1E_PATH:
      add_file(hasher, value.as.s);
      break;
    case V1E_INT_LIST:
      hasher.values(std::span<const std::int64_t>(value.as.iv, value.count));
      break;
    case V1E_FLOAT_LIST:
      hasher.values(std::span<const double>(value.as.fv, value.count));
      break;
    case V1E_STRING_LIST:
      for (std::uint32_t i = 0; i < value.count; ++i) add_text(hasher, value.as.sv[i]);
      break;
    case V1E_TABLE_LIST:
      for (std::uint32_t i = 0; i < value.count; ++i) add_settings(hasher, value.as.records[i]);
      break;
    case V1E_SELECTION:
      add_selection(hasher, value.as.selection);
      break;
    default:
      break;
  }
}

}  // namespace

void add_settings(Hasher& hasher, const v1e_settings* settings) {
  if (!settings) {
    hasher.value<std::uint32_t>(0);
    return;
  }
  hasher.value(settings->count);
  for (std::uint32_t i = 0; i < settings->count; ++i) add_value(hasher, settings->values[i]);
}

std::uint64_t stimulus_key(std::string_view identity, const v1e_settings* settings,
                           const Environment& env, std::uint32_t trial) {
  Hasher hasher;
  hasher.text("stimulus").text(identity);
  add_settings(hasher, settings);
  hasher.value(env.output).value(env.dt_ms).value(env.duration_ms).value(env.trial_count);
  hasher.value(env.random_key).value(env.frame_rows).value(env.frame_cols);
  hasher.value(env.deg_per_pixel).value(env.channel_count).value(trial);
  return hasher.digest();
}

}  // namespace v1::stimulus
