#include <dlfcn.h>
#include <elf.h>
#include <unistd.h>

#include <algorithm>
#include <cfenv>
#include <clocale>
#include <cmath>
#include <csignal>
#include <cstring>
#include <regex>
#include <set>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/plugin/module_file.hpp"
#include "engine/plugin/schema.hpp"
#include "engine/plugin/status.hpp"
#include "engine/plugin_check/rules.hpp"
#include "kernels/philox.hpp"

/// Rules about the file, its descriptors and its parameters.
namespace v1::plugin_check {
namespace {

// Names that the dynamic symbol table offers to other libraries.
std::set<std::string> exported_symbols(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  const auto at = [&]<class T>(std::uint64_t offset, T) {
    T value{};
    if (offset + sizeof(T) <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
  };
  std::set<std::string> names;
  const auto header = at(0, Elf64_Ehdr{});
  for (unsigned s = 0; s < header.e_shnum; ++s) {
    const auto section = at(header.e_shoff + s * header.e_shentsize, Elf64_Shdr{});
    if (section.sh_type != SHT_DYNSYM || section.sh_entsize == 0) continue;
    const auto texts = at(header.e_shoff + section.sh_link * header.e_shentsize, Elf64_Shdr{});
    for (std::uint64_t k = 1; k < section.sh_size / section.sh_entsize; ++k) {
      const auto symbol = at(section.sh_offset + k * section.sh_entsize, Elf64_Sym{});
      const unsigned binding = ELF64_ST_BIND(symbol.st_info);
      if (symbol.st_shndx == SHN_UNDEF || binding == STB_LOCAL || symbol.st_shndx == SHN_ABS) {
        continue;
      }
      const std::uint64_t name = texts.sh_offset + symbol.st_name;
      if (name < bytes.size()) names.insert(bytes.c_str() + name);
    }
  }
  return names;
}

void loads(Subject& subject) { plugin::scan_in_child(subject.file, subject.host.view()); }

void one_symbol(Subject& subject) {
  std::set<std::string> names = exported_symbols(subject.file);
  names.erase(V1E_ENTRY_NAME);
  // Marks of the linker and of instrumented builds.
  std::erase_if(names, [](const std::string& name) {
    return name == "_init" || name == "_fini" || name == "_edata" || name == "_end" ||
           name == "__bss_start" || name.starts_with("__asan") || name.starts_with("__odr_asan") ||
           name.starts_with("__ubsan") || name.starts_with("__gcov");
  });
  if (!names.empty()) {
    broken(
        fmt::format("{} more symbols are visible, the first is '{}': hide them "
                    "(v1engine_add_plugin does)",
                    names.size(), *names.begin()));
  }
}

void schema(Subject& subject) { subject.plugins(); }

void versions(Subject& subject) {
  static const std::regex semantic("[0-9]+\\.[0-9]+\\.[0-9]+([-+].*)?");
  const auto test = [](const std::string& who, const std::string& version) {
    if (!std::regex_match(version, semantic)) {
      broken(fmt::format("the version of {} is '{}', expected a semantic one like 1.2.3", who,
                         version));
    }
  };
  test("the module", subject.plugins().front()->module->version);
  for (const plugin::LoadedPlugin* p : subject.plugins()) test("'" + p->name + "'", p->version);
}

const v1e_module* raw_module(Subject& subject) { return subject.plugins().front()->module->raw; }

void constant(Subject& subject) {
  const v1e_module* first = raw_module(subject);
  const std::string before(reinterpret_cast<const char*>(first), first->struct_size);
  const v1e_module* second = plugin::open_library(subject.file);
  if (second != first) broken("its entry function gave two different pointers");
  if (before != std::string(reinterpret_cast<const char*>(second), second->struct_size)) {
    broken("the module descriptor changed between two calls of the entry function");
  }
}

void unknown_extension(Subject& subject) {
  const v1e_module module = plugin::copy_sized(raw_module(subject));
  if (module.get_extension && module.get_extension("v1e.no-such-extension/1")) {
    broken("get_extension gave something for an id that nobody knows");
  }
}

// State that a process has only once.
struct ProcessState {
  int rounding = std::fegetround();
  bool subnormals = [] {
    volatile float tiny = 1e-40f;
    return tiny * 1.0f != 0.0f;
  }();
  std::string directory = std::filesystem::current_path().string();
  std::string locale = std::setlocale(LC_ALL, nullptr);
  std::vector<std::string> environment;
  std::vector<void (*)(int)> handlers;
  ProcessState() {
    for (char** entry = environ; *entry; ++entry) environment.emplace_back(*entry);
    for (const int signal : {SIGINT, SIGTERM, SIGSEGV, SIGPIPE}) {
      struct sigaction action {};
      sigaction(signal, nullptr, &action);
      handlers.push_back(action.sa_handler);
    }
  }
};

void process_state(Subject& subject) {
  const ProcessState before;
  // Not through the engine's loader, which repairs the floating-point environment.
  dlopen(subject.file.c_str(), RTLD_NOW | RTLD_LOCAL);
  subject.plugins();
  const ProcessState after;
  if (after.rounding != before.rounding) broken("loading it changes the rounding mode");
  if (after.subnormals != before.subnormals) {
    broken("loading it turns subnormal numbers into 0: build it without -ffast-math");
  }
  if (after.directory != before.directory) broken("loading it changes the working directory");
  if (after.locale != before.locale) broken("loading it changes the locale");
  if (after.environment != before.environment) broken("loading it changes environment variables");
  if (after.handlers != before.handlers) broken("loading it changes signal handlers");
}

// ---- parameters ----

void defaults(Subject& subject) { default_settings(subject.chosen()); }

double bound(const v1e_value& value) {
  return value.type == V1E_FLOAT ? value.as.f : static_cast<double>(value.as.i);
}

// A value of a number or choice parameter: word / 2^32 of the way from its lowest to its highest.
v1e_value value_at(const plugin::Param& param, double part) {
  v1e_value value = *param.default_value;
  if (param.type == V1E_BOOL) value.as.i = part < 0.5 ? 0 : 1;
  if (param.type == V1E_CHOICE) {
    value.as.i = static_cast<std::int64_t>(part * (static_cast<double>(param.choices.size()) - 1));
  }
  if (param.type != V1E_INT && param.type != V1E_FLOAT) return value;
  const double initial = bound(*param.default_value);
  const double span = std::max(std::abs(initial), 1.0) * 1000.0;
  const double low = param.min_value ? bound(*param.min_value) : initial - span;
  const double high = param.max_value ? bound(*param.max_value) : std::max(initial, low) + span;
  const double wanted = low + part * (high - low);
  if (param.type == V1E_INT) {
    if (in_range(param, static_cast<std::int64_t>(wanted)))
      value.as.i = static_cast<std::int64_t>(wanted);
  } else if (in_range(param, wanted)) {
    value.as.f = wanted;
  }
  return value;
}

// The plugin accepts or refuses with a reason; anything else is a mistake.
void ask(const plugin::LoadedPlugin& p, const std::vector<v1e_value>& values) {
  const v1e_settings settings{sizeof settings, static_cast<std::uint32_t>(values.size()),
                              values.data()};
  plugin::ErrorSlot err;
  const v1e_status status = p.validate(settings, err);
  if (status == V1E_OK) return;
  if (status != V1E_E_INVALID && status != V1E_E_UNSUPPORTED) {
    broken(fmt::format("validate answered {} ({}); expected INVALID for settings it does not like",
                       plugin::status_name(status), std::string(err.message)));
  }
  if (!err.message[0]) broken("validate refuses settings without saying why");
  if (!err.param[0]) return;
  for (const plugin::Param& param : *p.params) {
    if (std::string(err.param).starts_with(param.key)) return;
  }
  broken(
      fmt::format("validate blames a parameter '{}' that does not exist", std::string(err.param)));
}

std::vector<v1e_value> default_values(const plugin::Settings& settings) {
  const v1e_settings* view = settings.view();
  if (!view || view->count == 0) return {};
  return {view->values, view->values + view->count};
}

void limits(Subject& subject) {
  const plugin::LoadedPlugin& p = subject.chosen();
  const plugin::Settings settings = default_settings(p);
  const std::vector<v1e_value> initial = default_values(settings);
  for (std::size_t i = 0; i < initial.size(); ++i) {
    for (const double part : {0.0, 1.0}) {
      std::vector<v1e_value> values = initial;
      values[i] = value_at((*p.params)[i], part);
      ask(p, values);
    }
  }
}

void random_settings(Subject& subject) {
  const plugin::LoadedPlugin& p = subject.chosen();
  const plugin::Settings settings = default_settings(p);
  const std::vector<v1e_value> initial = default_values(settings);
  for (std::uint32_t round = 0; round < 200; ++round) {
    std::vector<v1e_value> values = initial;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto words = kernels::philox4(1, 0xF0000000u, static_cast<std::uint32_t>(i), round, 0);
      values[i] = value_at((*p.params)[i], kernels::uniform_open(words.word[0]));
    }
    ask(p, values);
  }
}

// A missing error slot is allowed everywhere.
void null_error(Subject& subject) {
  const plugin::LoadedPlugin& p = subject.chosen();
  const plugin::Settings settings = default_settings(p);
  if (p.kind == plugin::Kind::stimulus) p.stimulus_api.validate(settings.view(), nullptr);
  if (p.kind == plugin::Kind::analysis) p.analysis_api.validate(settings.view(), nullptr);
  if (p.kind == plugin::Kind::backend) p.backend_api.validate(settings.view(), nullptr);
}

void destroy_null(Subject& subject) {
  const plugin::LoadedPlugin& p = subject.chosen();
  if (p.kind == plugin::Kind::stimulus) p.stimulus_api.destroy(nullptr);
  if (p.kind == plugin::Kind::backend) p.backend_api.destroy(nullptr);
  if (p.kind != plugin::Kind::analysis) return;
  p.analysis_api.destroy(nullptr);
  p.analysis_api.partial_destroy(nullptr);
}

}  // namespace

std::vector<Rule> module_rules() {
  return {
      {"loads", "A file that crashes, hangs or cannot be linked is of no use", Scope::module,
       loads},
      {"schema", "The engine reads and checks every descriptor before anything runs", Scope::module,
       schema},
      {"one-symbol", "Other symbols can be taken for those of another library", Scope::module,
       one_symbol},
      {"versions", "Run folders name plugins by version", Scope::module, versions},
      {"constant", "Descriptors are read once and kept for the life of the process", Scope::module,
       constant},
      {"process-state", "Rounding, locale, folder, environment and signals belong to the engine",
       Scope::module, process_state},
      {"unknown-extension", "An id that is not known must not be served", Scope::module,
       unknown_extension},
      {"defaults", "A plugin must run with its own defaults", Scope::plugin, defaults},
      {"limits", "Every value inside the declared range is legal or refused with a reason",
       Scope::plugin, limits},
      {"random-settings", "Any mixture of legal values is legal or refused with a reason",
       Scope::plugin, random_settings},
      {"null-error", "The error slot may be missing", Scope::plugin, null_error},
      {"destroy-null", "destroy(NULL) is allowed, as free(NULL) is", Scope::plugin, destroy_null},
  };
}

}  // namespace v1::plugin_check
