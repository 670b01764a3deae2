#include "engine/plugin/status.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <new>

namespace v1::plugin {
namespace {

LoadedPlugin some_plugin() {
  LoadedPlugin plugin;
  plugin.kind = Kind::backend;
  plugin.name = "cuda";
  plugin.version = "1.0.0";
  auto module = std::make_shared<ModuleInfo>();
  module->where = "/lib/cuda.so";
  plugin.module = module;
  return plugin;
}

ExitCode code_of(v1e_status status, const char* param = "") {
  ErrorSlot err;
  std::strcpy(err.param, param);
  std::strcpy(err.message, "why");
  try {
    check(status, err, some_plugin(), "advance");
  } catch (const Error& e) {
    return e.code();
  }
  return ExitCode::ok;
}

TEST(Status, BecomesTheExitCodeOfTheContract) {
  EXPECT_EQ(code_of(V1E_OK), ExitCode::ok);
  EXPECT_EQ(code_of(V1E_E_INTERNAL), ExitCode::plugin);
  EXPECT_EQ(code_of(V1E_E_UNSUPPORTED), ExitCode::plugin);
  EXPECT_EQ(code_of(V1E_E_INVALID), ExitCode::plugin);
  EXPECT_EQ(code_of(V1E_E_INVALID, "contrast"), ExitCode::config);
  EXPECT_EQ(code_of(V1E_E_DEVICE), ExitCode::backend);
  EXPECT_EQ(code_of(V1E_E_MEMORY), ExitCode::memory);
  EXPECT_EQ(code_of(V1E_E_DEVICE_MEMORY), ExitCode::memory);
  EXPECT_EQ(code_of(V1E_E_NUMERIC), ExitCode::internal);
  EXPECT_EQ(code_of(V1E_E_CANCELLED), ExitCode::interrupted);
  EXPECT_EQ(code_of(V1E_E_IO), ExitCode::data);
  EXPECT_EQ(code_of(99), ExitCode::plugin);
}

TEST(Status, MessageNamesPluginFileAndFunction) {
  ErrorSlot err;
  std::strcpy(err.message, "kernel fault");
  try {
    check(V1E_E_DEVICE, err, some_plugin(), "advance");
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(),
                 "backend plugin 'cuda' 1.0.0 (/lib/cuda.so) failed in advance: kernel fault");
  }
}

TEST(Status, SlotWithoutEndIsReadNoFurther) {
  ErrorSlot err;
  std::memset(err.message, 'x', sizeof err.message);
  try {
    check(V1E_E_INTERNAL, err, some_plugin(), "advance");
    FAIL();
  } catch (const Error& e) {
    EXPECT_LT(std::strlen(e.what()), sizeof err.message + 100);
  }
}

TEST(Status, ExceptionsOfCallbacksBecomeStatuses) {
  ErrorSlot err;
  EXPECT_EQ(guarded(&err, [] {}), V1E_OK);
  EXPECT_EQ(guarded(&err, [] { throw Error(ExitCode::data, "file gone"); }), V1E_E_IO);
  EXPECT_STREQ(err.message, "file gone");
  EXPECT_EQ(err.code, V1E_E_IO);
  EXPECT_EQ(guarded(&err, [] { throw std::bad_alloc(); }), V1E_E_MEMORY);
  EXPECT_EQ(guarded(nullptr, [] { throw 3; }), V1E_E_INTERNAL);
}

TEST(Status, LongMessagesAreCutWithAnEnd) {
  ErrorSlot err;
  fail(&err, V1E_E_INTERNAL, std::string(5000, 'y'));
  EXPECT_EQ(std::strlen(err.message), sizeof err.message - 1);
}

}  // namespace
}  // namespace v1::plugin
