#include "tests/unit/cuda/emulated_backend.hpp"
#include "tests/unit/cuda/lgn_suite.hpp"

/// The code for a device, on an emulated one.
namespace v1::test {

std::vector<const v1e_lgn_rates*> lgn_extensions() { return emulated_lgn_extensions(); }

std::string lgn_skip_reason() { return ""; }

}  // namespace v1::test
