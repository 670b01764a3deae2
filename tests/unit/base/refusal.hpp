#pragma once
#include <gtest/gtest.h>

#include <string>

#include "engine/base/error.hpp"

namespace v1 {

/// What body() is refused with, or "accepted"; the failure has to have this code.
template <class Body>
std::string refusal_of(ExitCode code, Body&& body) {
  try {
    body();
  } catch (const Error& failure) {
    EXPECT_EQ(failure.code(), code) << failure.what();
    return failure.what();
  }
  return "accepted";
}

}  // namespace v1
