#include <v1e/plugin.h>

#include "tests/unit/cuda/identity_suite.hpp"

/// The example backend of the SDK passes the tests that cuda passes.
namespace v1::test {

std::vector<const v1e_backend_api*> backends_under_test() {
  return {static_cast<const v1e_backend_api*>(v1e_module_v1()->plugins[0]->api)};
}

std::string skip_reason() {
  const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  const bool large = test.find("5000") != std::string::npos;
  return large ? "covered by the smaller networks" : "";
}

}  // namespace v1::test
