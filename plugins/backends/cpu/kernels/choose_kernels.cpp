#include "plugins/backends/cpu/kernels/choose_kernels.hpp"

#include <v1e_sdk/error.hpp>

namespace v1::cpu {

namespace baseline {
extern const KernelTable table;
}
#if defined(__x86_64__)
namespace v3 {
extern const KernelTable table;
}
namespace v4 {
extern const KernelTable table;
}
#endif

std::vector<const KernelTable*> usable_kernels() {
  std::vector<const KernelTable*> usable = {&baseline::table};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v3")) usable.push_back(&v3::table);
  if (__builtin_cpu_supports("x86-64-v4")) usable.push_back(&v4::table);
#endif
  return usable;
}

const KernelTable& choose_kernels(const std::string& instruction_set) {
  const std::vector<const KernelTable*> usable = usable_kernels();
  if (instruction_set == "auto") return *usable.back();
  std::string names;
  for (const KernelTable* table : usable) {
    if (instruction_set == table->name) return *table;
    names += (names.empty() ? "" : ", ") + std::string(table->name);
  }
  throw v1e::Error(V1E_E_UNSUPPORTED, "instruction_set",
                   "instruction_set = \"" + instruction_set +
                       "\" does not run on this machine; it has " + names);
}

}  // namespace v1::cpu
