#pragma once
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plugin/plugin_info.hpp"

namespace v1::plugin {

struct SearchPlace;

struct RegistryOptions {
  std::vector<std::filesystem::path> plugin_paths;  // --plugin-path: folders, or single files
  /// Search the build folder, V1ENGINE_PLUGIN_PATH, the user's and the installed plugins too.
  bool standard_directories = true;
  /// The running program, from which build folder and prefix are found; empty = this process.
  std::filesystem::path executable;
  /// Also use folders and files that everybody may write to (--allow-unsafe-plugins).
  bool allow_world_writable = false;
  /// Handed to the modules' open(); must outlive every use of a plugin. May be null in tests.
  const v1e_host* host = nullptr;
};

/// A folder that was searched, and how many usable modules it gave.
struct SearchedDirectory {
  std::filesystem::path path;
  std::string origin;  // "build folder", "--plugin-path", "V1ENGINE_PLUGIN_PATH", ...
  std::size_t modules = 0;
};

/// A file that cannot be used, and why (one sentence).
struct SkippedFile {
  std::filesystem::path path;
  std::string reason;
};

/// A plugin that is hidden by one of the same kind and name in an earlier folder.
struct ShadowedPlugin {
  const LoadedPlugin* plugin;
  const LoadedPlugin* by;
};

/// All plugins this process can use. Modules are loaded once, on construction, and stay mapped
/// for the life of the process. References returned stay valid as long as the registry.
class Registry {
 public:
  /// Throws Error(config) when a --plugin-path does not exist; broken modules are only
  /// remembered (skipped()).
  explicit Registry(const RegistryOptions& options);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// Takes a module that is part of this program; it comes before everything found in folders.
  /// Throws Error(plugin) when the module fails a check.
  void add_builtin(const v1e_module* module);

  /// Plugin by the word a config uses: "gratings" or "org.example.gabor:gratings".
  /// Throws Error(config) for a name that does not exist, is of another kind, or is offered by
  /// two modules of one folder; Error(plugin) when only a skipped file could offer it.
  const LoadedPlugin& find(Kind kind, std::string_view name) const;
  bool has(Kind kind, std::string_view name) const;
  /// By name alone, for `plugins describe`; same errors. A name in several kinds gives several.
  std::vector<const LoadedPlugin*> find_any(std::string_view name) const;

  /// Usable plugins by kind, then name; shadowed ones are not among them.
  std::vector<const LoadedPlugin*> list() const;
  std::vector<const LoadedPlugin*> list(Kind kind) const;
  const std::vector<SkippedFile>& skipped() const { return skipped_; }
  std::vector<ShadowedPlugin> shadowed() const;
  const std::vector<SearchedDirectory>& searched() const { return searched_; }

  /// All plugins of one library file, through the same checks (`plugins check FILE.so`).
  /// Throws Error(plugin) with the reason when the file cannot be used.
  std::vector<const LoadedPlugin*> load_file(const std::filesystem::path& file);

 private:
  struct Entry {
    LoadedPlugin plugin;
    std::size_t rank = 0;    // order of the folder it came from; 0 = built in
    bool searchable = true;  // false: came in by load_file
  };

  void scan(const SearchPlace& place);
  void refuse_unsafe(const std::filesystem::path& path) const;
  void add_file(const std::filesystem::path& file, std::size_t rank, bool searchable, bool vouched);
  std::vector<const Entry*> matches(std::string_view name) const;
  const LoadedPlugin* choose(std::vector<const Entry*> candidates, std::string_view name) const;
  [[noreturn]] void throw_not_found(const std::string& kind, std::string_view name,
                                    const std::vector<std::string>& known) const;
  const SkippedFile* skipped_offering(std::string_view name) const;

  const v1e_host* host_ = nullptr;
  bool allow_world_writable_ = false;
  std::deque<Entry> entries_;
  std::vector<SkippedFile> skipped_;
  std::vector<SearchedDirectory> searched_;
  std::vector<const v1e_module*> opened_;
};

}  // namespace v1::plugin
