#include "engine/plugin/registry.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/descriptor.hpp"
#include "engine/plugin/module_file.hpp"
#include "engine/plugin/schema.hpp"
#include "engine/plugin/search_path.hpp"

namespace v1::plugin {
namespace {

namespace fs = std::filesystem;

// "org.example.gabor:gratings" -> module id and name; the id is empty without a colon.
std::pair<std::string_view, std::string_view> split_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos) return {{}, name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

std::string searched_text(const std::vector<SearchedDirectory>& searched) {
  std::vector<std::string> parts;
  for (const SearchedDirectory& place : searched) {
    parts.push_back(fmt::format("{} ({} {})", place.path.string(), place.modules,
                                place.modules == 1 ? "module" : "modules"));
  }
  return parts.empty() ? "no folder was searched" : "searched " + join(parts, ", ");
}

}  // namespace

Registry::Registry(const RegistryOptions& options)
    : host_(options.host), allow_world_writable_(options.allow_world_writable) {
  for (const SearchPlace& place : search_places(options)) scan(place);
}

Registry::~Registry() {
  std::reverse(opened_.begin(), opened_.end());
  for (const v1e_module* module : opened_) {
    const v1e_module raw = copy_sized(module);
    if (raw.close) raw.close();
  }
}

void Registry::refuse_unsafe(const fs::path& path) const {
  if (allow_world_writable_ || !world_writable(path)) return;
  throw error(ExitCode::plugin,
              "{} may be changed by everybody on this machine: chmod o-w it, or say "
              "--allow-unsafe-plugins",
              path.string());
}

void Registry::scan(const SearchPlace& place) {
  const fs::path& directory = place.path;
  searched_.push_back({directory, place.origin, 0});
  const std::size_t rank = searched_.size();
  std::vector<fs::path> files;
  std::error_code ignored;
  if (fs::is_regular_file(directory)) files.push_back(directory);
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
    if (entry.path().extension() == ".so" && !entry.is_directory(ignored)) {
      files.push_back(fs::weakly_canonical(entry.path(), ignored));
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  for (const fs::path& file : files) {
    try {
      refuse_unsafe(directory);
      add_file(file, rank, true, place.vouched);
      ++searched_.back().modules;
    } catch (const Error& e) {
      if (file == directory) {  // asked for by its own name
        log::warn("plugin file {} is not used: {}", file.string(), e.what());
      } else {
        log::debug("skipped plugin file {}: {}", file.string(), e.what());
      }
      skipped_.push_back({file, e.what()});
    }
  }
}

void Registry::add_file(const fs::path& file, std::size_t rank, bool searchable, bool vouched) {
  refuse_unsafe(file);
  if (!vouched) scan_in_child(file, host_);
  const v1e_module* raw = open_library(file);
  const auto module = read_module(raw, file);
  std::vector<LoadedPlugin> plugins = read_plugins(module);
  open_module(*raw, host_);
  opened_.push_back(raw);
  for (LoadedPlugin& plugin : plugins) entries_.push_back({std::move(plugin), rank, searchable});
}

void Registry::add_builtin(const v1e_module* raw) {
  const auto module = read_module(raw, {});
  std::vector<LoadedPlugin> plugins = read_plugins(module);
  open_module(*raw, host_);
  opened_.push_back(raw);
  for (LoadedPlugin& plugin : plugins) entries_.push_back({std::move(plugin), 0, true});
}

std::vector<const LoadedPlugin*> Registry::load_file(const fs::path& file) {
  std::error_code ignored;
  const fs::path path = fs::weakly_canonical(fs::absolute(file), ignored);
  const auto of_file = [&] {
    std::vector<const LoadedPlugin*> found;
    for (const Entry& entry : entries_) {
      if (entry.plugin.module->path == path) found.push_back(&entry.plugin);
    }
    return found;
  };
  if (auto found = of_file(); !found.empty()) return found;
  try {
    refuse_unsafe(path.parent_path());
    add_file(path, searched_.size() + 1, false, false);
  } catch (const Error& e) {
    throw error(ExitCode::plugin, "cannot use plugin '{}': {}", file.string(), e.what());
  }
  return of_file();
}

std::vector<const Registry::Entry*> Registry::matches(std::string_view name) const {
  const auto [module_id, plain] = split_name(name);
  std::vector<const Entry*> found;
  for (const Entry& entry : entries_) {
    if (!entry.searchable || entry.plugin.name != plain) continue;
    if (module_id.empty() || entry.plugin.module->id == module_id) found.push_back(&entry);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Entry* a, const Entry* b) { return a->rank < b->rank; });
  return found;
}

const LoadedPlugin* Registry::choose(std::vector<const Entry*> candidates,
                                     std::string_view name) const {
  if (candidates.size() > 1 && candidates[0]->rank == candidates[1]->rank) {
    const LoadedPlugin& first = candidates[0]->plugin;
    const LoadedPlugin& second = candidates[1]->plugin;
    const std::string cure = first.module->id == second.module->id
                                 ? std::string("remove one of them")
                                 : fmt::format("name one as '{}' or '{}'", first.qualified_name(),
                                               second.qualified_name());
    throw error(ExitCode::config, "two modules offer the {} plugin '{}': {} and {}; {}",
                kind_name(first.kind), name, first.module->where, second.module->where, cure);
  }
  return &candidates.front()->plugin;
}

const SkippedFile* Registry::skipped_offering(std::string_view name) const {
  const auto [module_id, plain] = split_name(name);
  for (const SkippedFile& file : skipped_) {
    if (may_offer(file.path, plain)) return &file;
  }
  return nullptr;
}

void Registry::throw_not_found(const std::string& kind, std::string_view name,
                               const std::vector<std::string>& known) const {
  if (const SkippedFile* file = skipped_offering(name)) {
    throw error(ExitCode::plugin, "{} '{}' cannot be used: {}: {}", kind, name, file->path.string(),
                file->reason);
  }
  throw error(ExitCode::config, "no {} named '{}'{} ({})", kind, name, did_you_mean(name, known),
              searched_text(searched_));
}

const LoadedPlugin& Registry::find(Kind kind, std::string_view name) const {
  std::vector<const Entry*> candidates = matches(name);
  const Entry* other_kind = candidates.empty() ? nullptr : candidates.front();
  std::erase_if(candidates, [&](const Entry* entry) { return entry->plugin.kind != kind; });
  if (!candidates.empty()) return *choose(std::move(candidates), name);
  if (other_kind) {
    throw error(ExitCode::config, "plugin '{}' is of kind {}, not {}", name,
                kind_name(other_kind->plugin.kind), kind_name(kind));
  }
  std::vector<std::string> known;
  for (const LoadedPlugin* plugin : list(kind)) {
    known.push_back(name.find(':') == std::string_view::npos ? plugin->name
                                                             : plugin->qualified_name());
  }
  throw_not_found(fmt::format("{} plugin", kind_name(kind)), name, known);
}

bool Registry::has(Kind kind, std::string_view name) const {
  const std::vector<const Entry*> candidates = matches(name);
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](const Entry* entry) { return entry->plugin.kind == kind; });
}

std::vector<const LoadedPlugin*> Registry::find_any(std::string_view name) const {
  std::map<Kind, std::vector<const Entry*>> by_kind;
  for (const Entry* entry : matches(name)) by_kind[entry->plugin.kind].push_back(entry);
  if (by_kind.empty()) {
    std::vector<std::string> known;
    for (const LoadedPlugin* plugin : list()) known.push_back(plugin->name);
    throw_not_found("plugin", name, known);
  }
  std::vector<const LoadedPlugin*> found;
  for (auto& [kind, candidates] : by_kind) found.push_back(choose(std::move(candidates), name));
  return found;
}

std::vector<const LoadedPlugin*> Registry::list() const {
  std::vector<const LoadedPlugin*> plugins;
  std::map<std::pair<Kind, std::string>, std::size_t> best_rank;
  for (const Entry& entry : entries_) {
    if (!entry.searchable) continue;
    const auto key = std::pair(entry.plugin.kind, entry.plugin.name);
    const auto [known, is_new] = best_rank.emplace(key, entry.rank);
    if (!is_new) known->second = std::min(known->second, entry.rank);
  }
  for (const Entry& entry : entries_) {
    if (!entry.searchable) continue;
    if (best_rank.at({entry.plugin.kind, entry.plugin.name}) == entry.rank) {
      plugins.push_back(&entry.plugin);
    }
  }
  std::stable_sort(plugins.begin(), plugins.end(), [](const auto* a, const auto* b) {
    return std::pair(a->kind, a->name) < std::pair(b->kind, b->name);
  });
  return plugins;
}

std::vector<const LoadedPlugin*> Registry::list(Kind kind) const {
  std::vector<const LoadedPlugin*> plugins = list();
  std::erase_if(plugins, [&](const LoadedPlugin* plugin) { return plugin->kind != kind; });
  return plugins;
}

std::vector<ShadowedPlugin> Registry::shadowed() const {
  const std::vector<const LoadedPlugin*> usable = list();
  std::vector<ShadowedPlugin> hidden;
  for (const Entry& entry : entries_) {
    if (!entry.searchable) continue;
    if (std::find(usable.begin(), usable.end(), &entry.plugin) != usable.end()) continue;
    const auto winner = std::find_if(usable.begin(), usable.end(), [&](const LoadedPlugin* other) {
      return other->kind == entry.plugin.kind && other->name == entry.plugin.name;
    });
    hidden.push_back({&entry.plugin, *winner});
  }
  return hidden;
}

}  // namespace v1::plugin
