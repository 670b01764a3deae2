#include "engine/plugin/module_file.hpp"

#include <elf.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cfenv>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>

#include "engine/base/error.hpp"
#include "engine/plugin/schema.hpp"
#include "engine/plugin/status.hpp"

namespace v1::plugin {
namespace {

namespace dll = boost::dll;

#if defined(__x86_64__)
constexpr unsigned this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned this_machine = EM_AARCH64;
#else
constexpr unsigned this_machine = EM_NONE;
#endif

std::string machine_name(unsigned machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "i386";
    case EM_ARM:
      return "arm";
    case EM_RISCV:
      return "riscv";
    case EM_PPC64:
      return "ppc64";
  }
  return fmt::format("machine {}", machine);
}

// Looks at the first bytes only: no code of the file runs.
void check_header(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  Elf64_Ehdr header{};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  if (!in || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    throw Error(ExitCode::plugin, "is not a shared library (no ELF header) or cannot be read");
  }
  if (this_machine != EM_NONE &&
      (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != this_machine)) {
    throw error(ExitCode::plugin, "is built for {} ({} bits); this engine runs on {}: rebuild it",
                machine_name(header.e_machine), header.e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32,
                machine_name(this_machine));
  }
  if (header.e_type != ET_DYN) {
    throw Error(ExitCode::plugin, "is not a shared library: link it with -shared");
  }
}

// Libraries are never unloaded: objects with thread storage, running threads and function
// pointers in our tables would outlive their code.
dll::shared_library& keep_mapped(dll::shared_library library) {
  static std::mutex mutex;
  static auto* const libraries = new std::deque<dll::shared_library>;
  const std::lock_guard lock(mutex);
  return libraries->emplace_back(std::move(library));
}

// The loader's text without the parts that repeat the file name.
std::string loader_reason(const std::filesystem::path& file, std::string text) {
  const std::string prefix = file.string() + ": ";
  const std::size_t at = text.find(prefix);
  if (at != std::string::npos) text.erase(0, at + prefix.size());
  const std::string boost_prefix = "boost::dll::shared_library::load() failed: ";
  if (text.rfind(boost_prefix, 0) == 0) text.erase(0, boost_prefix.size());
  for (const char* suffix : {": Bad file descriptor", ": Exec format error", ": Success"}) {
    if (text.ends_with(suffix)) text.erase(text.size() - std::string_view(suffix).size());
  }
  return text;
}

std::string other_major(const dll::shared_library& library) {
  for (int major = 0; major < 10; ++major) {
    const std::string symbol = fmt::format("v1e_module_v{}", major);
    if (symbol != V1E_ENTRY_NAME && library.has(symbol)) {
      return fmt::format(
          "was built for plugin interface version {}; this engine accepts {}.0 to {}.{}: rebuild "
          "it with the v1engine SDK {}.x",
          major, V1E_ABI_MAJOR, V1E_ABI_MAJOR, V1E_ABI_MINOR, V1E_ABI_MAJOR);
    }
  }
  return fmt::format("is no v1engine plugin: it does not export {}", V1E_ENTRY_NAME);
}

}  // namespace

const v1e_module* open_library(const std::filesystem::path& file) {
  check_header(file);
  // Constructors of a library may change rounding or flush small numbers to zero.
  std::fenv_t environment;
  std::fegetenv(&environment);
  dll::shared_library loaded;
  try {
    loaded.load(file.string(), dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  } catch (const std::exception& e) {
    std::fesetenv(&environment);
    throw error(ExitCode::plugin, "cannot be loaded: {}", loader_reason(file, e.what()));
  }
  std::fesetenv(&environment);
  dll::shared_library& library = keep_mapped(std::move(loaded));
  if (!library.has(V1E_ENTRY_NAME)) throw Error(ExitCode::plugin, other_major(library));
  // The type without noexcept: modules in older dialects can throw, which must be reported.
  using Entry = const v1e_module* (*)();
  const Entry entry = library.get<const v1e_module*()>(V1E_ENTRY_NAME);
  try {
    return entry();
  } catch (const std::exception& e) {
    throw error(ExitCode::plugin, "its entry function {} threw: {}", V1E_ENTRY_NAME, e.what());
  } catch (...) {
    throw error(ExitCode::plugin, "its entry function {} threw", V1E_ENTRY_NAME);
  }
}

bool world_writable(const std::filesystem::path& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && (about.st_mode & S_IWOTH) != 0;
}

void open_module(const v1e_module& module, const v1e_host* host) {
  const v1e_module raw = copy_sized(&module);
  v1e_status (*open)(const v1e_host*, v1e_error*) = raw.open;  // may throw, see above
  if (!open) return;
  ErrorSlot err;
  v1e_status status = V1E_OK;
  try {
    status = open(host, &err);
  } catch (const std::exception& e) {
    throw error(ExitCode::plugin, "module '{}': open threw an exception: {}", raw.id, e.what());
  } catch (...) {
    throw error(ExitCode::plugin, "module '{}': open threw an exception", raw.id);
  }
  if (status != V1E_OK) {
    tidy(err);
    throw error(ExitCode::plugin, "module '{}': open failed: {}", raw.id,
                err.message[0] ? err.message : status_name(status));
  }
}

bool may_offer(const std::filesystem::path& file, std::string_view name) {
  const auto same_word = [](char a, char b) {
    return a == b || ((a == '-' || a == '_') && (b == '-' || b == '_'));
  };
  std::string stem = file.stem().string();
  if (stem.rfind("lib", 0) == 0 && name.rfind("lib", 0) != 0) stem.erase(0, 3);
  if (std::equal(stem.begin(), stem.end(), name.begin(), name.end(), same_word)) return true;
  if (name.size() < 3) return false;
  std::ifstream in(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string whole = '\0' + std::string(name) + '\0';
  return bytes.find(whole) != std::string::npos;
}

}  // namespace v1::plugin
