#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include "engine/base/special_file.hpp"
#include "engine/base/text.hpp"
#include "engine/base/written_path.hpp"
#include "engine/config/load_config.hpp"
#include "engine/config/source.hpp"
#include "engine/plugin/param_value.hpp"

namespace v1::config {
namespace {

namespace fs = std::filesystem;

// A file of the same folder with nearly this name, or where to look.
std::string cure_for_missing(const fs::path& path, bool included) {
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == path.extension())
      names.push_back(entry.path().filename().string());
  }
  const std::string near = did_you_mean(path.filename().string(), names);
  if (!near.empty()) return near;
  return included ? "; paths of an include are relative to the file that names them"
                  : "; give the path of a TOML file, or start from one of the examples in configs/";
}

// The config of a run folder or of a SONATA circuit, for who names the folder.
std::string config_inside(const fs::path& folder) {
  std::error_code ignored;
  for (const char* name : {"config.toml", "config.simulation.json", "simulation_config.json"}) {
    if (!fs::is_regular_file(folder / name, ignored)) continue;
    return fmt::format("; did you mean '{}'?", (folder / name).string());
  }
  return "";
}

std::string read_text(const fs::path& path, const std::string& included_at) {
  const std::string prefix = included_at.empty() ? "" : included_at + ": include: ";
  std::error_code ignored, unknown;
  if (!fs::exists(path, ignored) && fs::is_symlink(path, ignored)) {
    throw error(ExitCode::config, "{}{}: is a link to a file that does not exist: {}", prefix,
                path.string(), fs::read_symlink(path, ignored).string());
  }
  if (!fs::exists(path, unknown) && !unknown) {
    throw error(ExitCode::config, "{}{}: no such config file{}", prefix, path.string(),
                cure_for_missing(path, !included_at.empty()));
  }
  if (fs::is_directory(path, ignored)) {
    throw error(ExitCode::config, "{}{}: is a folder, not a config file{}", prefix, path.string(),
                config_inside(path));
  }
  if (const std::string kind = special_file(path); !kind.empty()) {
    throw error(ExitCode::config, "{}{}: is {}, not a config file", prefix, path.string(), kind);
  }
  static std::map<fs::path, std::string> streams;  // can be read only once, a sweep reads again
  const bool stream = !fs::is_regular_file(path, ignored);
  if (stream && streams.contains(path)) return streams.at(path);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  const int failure = errno;
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (!in.is_open() || in.bad()) {
    throw error(ExitCode::config, "{}{}: cannot be read as a config file ({})", prefix,
                path.string(), std::generic_category().message(in.is_open() ? EIO : failure));
  }
  if (stream) streams[path] = text.str();
  return text.str();
}

// What the parser's words leave open: a text without its second quote goes on to the end of the
// line, where the parser is surprised by the line break.
std::string cure_for_syntax(const std::string& text, const toml::source_position& where) {
  const std::vector<std::string> lines = split(text, '\n');
  if (where.line < 1 || where.line > lines.size()) return "";
  const std::string& line = lines[where.line - 1];
  const bool at_end = where.column > static_cast<toml::source_index>(line.size());
  const bool quoted = line.find_first_of("\"'") != std::string::npos;
  return at_end && quoted ? "; is a quote missing at the end of this line?" : "";
}

// As the files are named, for messages: relative where the including one is.
fs::path file_beside(const fs::path& including, const std::string& name) {
  const fs::path beside = (including.parent_path() / name).lexically_normal();
  const fs::path found = written_path(including, name);
  return found == fs::absolute(beside).lexically_normal() ? beside : found;
}

/// Files under way, from the outermost to the one being read.
struct Reader {
  Issues& issues;
  std::vector<fs::path> open = {};

  toml::table read(const fs::path& path, const std::string& included_at) {
    const std::string text = read_text(path, included_at);
    std::error_code ignored;  // a pipe has no such name
    const fs::path identity = fs::weakly_canonical(path, ignored);
    if (std::find(open.begin(), open.end(), identity) != open.end()) {
      throw error(ExitCode::config, "{}: include: {} includes itself", included_at, path.string());
    }
    issues.add_file(path.string());
    open.push_back(identity);
    toml::table table = parse(text, path.string());
    toml::table merged = read_includes(path, table);
    table.erase("include");
    merge(merged, std::move(table));
    open.pop_back();
    return merged;
  }

  static toml::table parse(const std::string& text, const std::string& path) {
    try {
      return toml::parse(text, path);
    } catch (const toml::parse_error& e) {
      throw error(ExitCode::config, "{}: {}{}", format_where(e.source()),
                  std::string(e.description()), cure_for_syntax(text, e.source().begin));
    }
  }

  toml::table read_includes(const fs::path& path, const toml::table& table) {
    toml::table merged;
    const toml::node* include = table.get("include");
    if (!include) return merged;
    const toml::array* items = include->as_array();
    if (!items) {
      issues.add(include->source(), fmt::format("'include' must be a list of file names, found {}",
                                                plugin::node_kind(*include)));
      return merged;
    }
    for (const toml::node& item : *items) {
      const auto* name = item.as_string();
      if (!name || name->get().empty()) {
        issues.add(item.source(), fmt::format("'include' must hold file names only, found {}",
                                              plugin::node_kind(item)));
        continue;
      }
      merge(merged, read(file_beside(path, name->get()), format_where(item.source())));
    }
    return merged;
  }
};

}  // namespace

void check_config_file(const fs::path& path) { read_text(path, ""); }

toml::table read_with_includes(const fs::path& path, Issues& issues) {
  return Reader{issues}.read(path, "");
}

}  // namespace v1::config
