#pragma once
#include <cstddef>
#include <string>

namespace v1::analyses {

/// "1 trial", "3 trials".
inline std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

}  // namespace v1::analyses
