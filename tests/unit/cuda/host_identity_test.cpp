#include "tests/unit/cuda/host_machine.hpp"
#include "tests/unit/cuda/identity_suite.hpp"

/// The kernels' bodies in loops, forward and backward.
namespace v1::test {

std::vector<const v1e_backend_api*> backends_under_test() {
  return {&host_cuda_api(false), &host_cuda_api(true)};
}

std::string skip_reason() { return ""; }

}  // namespace v1::test
