#include "engine/analysis/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdlib>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/json_text.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/plugin/status.hpp"

namespace v1::analysis {
namespace {

namespace fs = std::filesystem;

std::string checked_name(const char* name, const char* of) {
  const std::string text = name ? name : "";
  const auto usable = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (text.empty() || text.front() == '.' || !std::all_of(text.begin(), text.end(), usable)) {
    throw error(ExitCode::plugin,
                "'{}' cannot be the name of a {}; expected letters, digits, '_', '-' or '.'", text,
                of);
  }
  return text;
}

std::string text_or_empty(const char* text) { return text ? text : ""; }

// Row-major copy of a strided block as doubles or floats.
template <class T>
std::vector<T> packed(const v1e_const_array& block, std::size_t count) {
  std::vector<T> out;
  out.reserve(count);
  std::vector<std::int64_t> at(block.ndim, 0);
  for (std::size_t k = 0; k < count; ++k) {
    const char* item = static_cast<const char*>(block.data);
    for (std::uint32_t d = 0; d < block.ndim; ++d) item += at[d] * block.stride[d];
    out.push_back(*reinterpret_cast<const T*>(item));
    for (std::uint32_t d = block.ndim; d-- > 0;) {
      if (++at[d] < block.shape[d]) break;
      at[d] = 0;
    }
  }
  return out;
}

// Temporary folders of processes that no longer exist, as after a crash of a plugin.
void remove_left_overs(const fs::path& place) {
  const std::string prefix = "." + place.filename().string() + ".part-";
  std::error_code ignored;
  std::vector<fs::path> left;
  for (const fs::directory_entry& entry : fs::directory_iterator(place.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const int process = std::atoi(name.c_str() + prefix.size());
    if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) left.push_back(entry.path());
  }
  for (const fs::path& folder : left) fs::remove_all(folder, ignored);
}

template <class T>
void write_block(h5::File& file, const std::string& object, const h5::Shape& full,
                 const h5::Shape& offset, const v1e_const_array& block, const char* unit) {
  h5::Shape count;
  std::size_t items = 1;
  for (std::uint32_t d = 0; d < block.ndim; ++d) {
    count.push_back(static_cast<std::uint64_t>(block.shape[d]));
    items *= static_cast<std::size_t>(block.shape[d]);
  }
  if (!file.has(object)) {
    file.create_dataset<T>(object, full);
    file.set_attribute(object, "unit", unit && *unit ? unit : "1");
  }
  const std::vector<T> values = packed<T>(block, items);
  if (items > 0) file.write_slab(object, offset, count, values.data());
}

}  // namespace

ResultFolder::ResultFolder(fs::path place) : place_(std::move(place)) {
  temporary_ = place_.parent_path() /
               ("." + place_.filename().string() + ".part-" + std::to_string(::getpid()));
  remove_left_overs(place_);
  std::error_code failed;
  fs::remove_all(temporary_, failed);
  fs::create_directories(temporary_, failed);
  if (failed) throw cannot_write(temporary_, failed);
  fill_callbacks();
}

ResultFolder::~ResultFolder() {
  arrays_.reset();
  std::error_code ignored;
  if (!committed_) fs::remove_all(temporary_, ignored);
}

void ResultFolder::fill_callbacks() {
  output_.struct_size = sizeof output_;
  output_.ctx = this;
  output_.scalar = [](void* ctx, const char* name, double value, const char* unit,
                      const char* summary, v1e_error* err) noexcept -> v1e_status {
    return plugin::guarded(
        err, [&] { static_cast<ResultFolder*>(ctx)->scalar(name, value, unit, summary); });
  };
  output_.table = [](void* ctx, const char* name, const char* summary, std::uint64_t count,
                     const v1e_column* const* columns, v1e_error* err) noexcept -> v1e_status {
    return plugin::guarded(
        err, [&] { static_cast<ResultFolder*>(ctx)->table(name, summary, count, columns); });
  };
  output_.array = [](void* ctx, const char* name, const char* unit, std::uint32_t ndim,
                     const std::int64_t* full, const std::int64_t* offset,
                     const v1e_const_array* block, v1e_error* err) noexcept -> v1e_status {
    return plugin::guarded(err, [&] {
      if (!full || !offset || !block) throw error(ExitCode::plugin, "array without a block");
      static_cast<ResultFolder*>(ctx)->array(name, unit, ndim, full, offset, *block);
    });
  };
  output_.figure = [](void* ctx, const char* name, const char* spec,
                      v1e_error* err) noexcept -> v1e_status {
    return plugin::guarded(err, [&] { static_cast<ResultFolder*>(ctx)->figure(name, spec); });
  };
  output_.file = [](void* ctx, const char* name, const char*, const void* bytes, std::uint64_t size,
                    v1e_error* err) noexcept -> v1e_status {
    return plugin::guarded(err, [&] { static_cast<ResultFolder*>(ctx)->file(name, bytes, size); });
  };
  output_.note = [](void* ctx, std::int32_t level, const char* markdown,
                    v1e_error* err) noexcept -> v1e_status {
    return plugin::guarded(err, [&] { static_cast<ResultFolder*>(ctx)->note(level, markdown); });
  };
}

void ResultFolder::scalar(const char* name, double value, const char* unit, const char* summary) {
  nlohmann::ordered_json entry;
  entry["name"] = checked_name(name, "scalar");
  entry["value"] = std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr;
  entry["unit"] = unit && *unit ? unit : "1";
  entry["summary"] = text_or_empty(summary);
  scalars_.push_back(std::move(entry));
}

void ResultFolder::table(const char* name, const char* summary, std::uint64_t column_count,
                         const v1e_column* const* columns) {
  const std::string key = checked_name(name, "table");
  std::vector<ResultColumn> copies;
  for (std::uint64_t i = 0; i < column_count; ++i) {
    if (!columns || !columns[i]) throw error(ExitCode::plugin, "table '{}': missing column", key);
    copies.push_back(copy_column(*columns[i]));
    const std::string& column = copies.back().name;
    if (std::any_of(copies.begin(), copies.end() - 1,
                    [&](const ResultColumn& before) { return before.name == column; })) {
      throw error(ExitCode::plugin, "table '{}' has two columns '{}'", key, column);
    }
    if (copies.back().size() != copies.front().size()) {
      throw error(ExitCode::plugin, "table '{}': column '{}' has {} rows, expected {}", key,
                  copies.back().name, copies.back().size(), copies.front().size());
    }
  }
  if (copies.empty()) throw error(ExitCode::plugin, "table '{}' has no columns", key);
  const auto known = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const ResultTable& table) { return table.name == key; });
  ResultTable& table = known == tables_.end() ? tables_.emplace_back() : *known;
  table.name = key;
  if (summary && *summary) table.summary = summary;
  append_rows(table, std::move(copies));
}

void ResultFolder::array(const char* name, const char* unit, std::uint32_t ndim,
                         const std::int64_t* full_shape, const std::int64_t* offset,
                         const v1e_const_array& block) {
  const std::string object = "/" + checked_name(name, "array");
  if (ndim < 1 || ndim > 4 || block.ndim != ndim) {
    throw error(ExitCode::plugin, "array '{}' has {} dimensions and a block of {}, expected 1 to 4",
                object, ndim, block.ndim);
  }
  h5::Shape full, begin;
  for (std::uint32_t d = 0; d < ndim; ++d) {
    if (offset[d] < 0 || block.shape[d] < 0 || offset[d] + block.shape[d] > full_shape[d]) {
      throw error(ExitCode::plugin, "array '{}': a block lies outside its shape", object);
    }
    full.push_back(static_cast<std::uint64_t>(full_shape[d]));
    begin.push_back(static_cast<std::uint64_t>(offset[d]));
  }
  if (!arrays_) {
    arrays_ = std::make_unique<h5::File>(h5::File::create(temporary_ / "arrays.h5"));
    arrays_->set_attribute("/", "format", "v1e-arrays/1");
  }
  if (block.dtype == V1E_F64) {
    write_block<double>(*arrays_, object, full, begin, block, unit);
  } else if (block.dtype == V1E_F32) {
    write_block<float>(*arrays_, object, full, begin, block, unit);
  } else if (block.dtype == V1E_I64) {
    write_block<std::int64_t>(*arrays_, object, full, begin, block, unit);
  } else {
    throw error(ExitCode::plugin, "array '{}' has the element type {}, expected F32, F64 or I64",
                object, block.dtype);
  }
}

void ResultFolder::figure(const char* name, const char* spec) {
  const std::string key = checked_name(name, "figure");
  if (std::find(figures_.begin(), figures_.end(), key) != figures_.end()) {
    throw error(ExitCode::plugin, "the figure '{}' was written twice", key);
  }
  write_text(key + ".figure.toml", text_or_empty(spec));
  figures_.push_back(key);
}

void ResultFolder::file(const char* name, const void* bytes, std::uint64_t size) {
  const std::string key = checked_name(name, "file");
  write_text(key, std::string(static_cast<const char*>(bytes), size));
  files_.push_back(key);
}

void ResultFolder::note(std::int32_t level, const char* markdown) {
  const bool warning = level >= V1E_LOG_WARN;
  nlohmann::ordered_json entry;
  entry["level"] = warning ? "warn" : "info";
  entry["markdown"] = text_or_empty(markdown);
  notes_.push_back(std::move(entry));
  if (warning) warnings_.push_back(text_or_empty(markdown));
}

void ResultFolder::write_text(const std::string& name, const std::string& text) const {
  write_file(temporary_ / name, text);
}

nlohmann::ordered_json ResultFolder::summary(const std::string& plugin, const std::string& version,
                                             const nlohmann::ordered_json& parameters) const {
  nlohmann::ordered_json out;
  out["format"] = "v1e-analysis/1";
  out["plugin"] = plugin;
  out["version"] = version;
  out["parameters"] = parameters;
  out["scalars"] = scalars_;
  out["notes"] = notes_;
  out["tables"] = nlohmann::ordered_json::array();
  for (const ResultTable& table : tables_) {
    out["tables"].push_back(
        {{"name", table.name}, {"summary", table.summary}, {"rows", table.rows()}});
  }
  out["figures"] = figures_;
  out["files"] = files_;
  return out;
}

void ResultFolder::commit(const std::string& plugin, const std::string& version,
                          const nlohmann::ordered_json& parameters,
                          const std::vector<std::string>& runs) {
  for (const ResultTable& table : tables_) write_table(table, temporary_);
  arrays_.reset();
  nlohmann::ordered_json described = summary(plugin, version, parameters);
  described["runs"] = runs;
  write_text("summary.json", json_text(described, 2) + "\n");
  const fs::path old = temporary_.string() + ".old";
  std::error_code failed, ignored;
  fs::remove_all(old, ignored);
  if (fs::exists(place_)) fs::rename(place_, old, failed);
  if (!failed) fs::rename(temporary_, place_, failed);
  if (failed) throw cannot_write(place_, failed);
  committed_ = true;
  fs::remove_all(old, ignored);
}

}  // namespace v1::analysis
