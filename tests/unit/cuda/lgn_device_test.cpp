#include "plugins/backends/cuda/api.hpp"
#include "tests/unit/cuda/lgn_suite.hpp"

/// On a GPU; skipped with the reason where there is none.
namespace v1::test {

std::vector<const v1e_lgn_rates*> lgn_extensions() { return {&cuda::lgn_extension()}; }

std::string lgn_skip_reason() {
  std::uint32_t count = 0;
  v1e_error err{};
  err.struct_size = sizeof err;
  return cuda::api().devices(&count, &err) == V1E_OK && count > 0 ? "" : err.message;
}

}  // namespace v1::test
