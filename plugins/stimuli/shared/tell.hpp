#pragma once
#include <v1e/host.h>

#include <string>

namespace stimulus_math {

/// A line for the log of the run.
inline void tell(const v1e_host* host, const std::string& text) {
  if (host && host->log) host->log(host->ctx, V1E_LOG_INFO, text.c_str());
}

}  // namespace stimulus_math
