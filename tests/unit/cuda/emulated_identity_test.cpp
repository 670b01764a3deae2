#include "tests/unit/cuda/emulated_backend.hpp"
#include "tests/unit/cuda/identity_suite.hpp"

/// The code for a device, on an emulated one.
namespace v1::test {

std::vector<const v1e_backend_api*> backends_under_test() { return emulated_apis(); }

std::string skip_reason() { return ""; }

}  // namespace v1::test
