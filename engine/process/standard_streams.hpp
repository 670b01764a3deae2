#pragma once
#include <string>

namespace v1 {

/// Puts /dev/null in the place of standard streams that are closed. Else a file opened later would
/// take their number, and what is printed would go into it.
void hold_standard_streams();

/// The exit code once everything is printed. Results go to standard output: if it cannot take them,
/// that is reported and ends as a full disk does. A pipe whose reader has closed it is no error.
int finish_output(int code);

/// Writes to stderr. A stream that is full or gone costs the message, never the run.
void say(const std::string& text) noexcept;

}  // namespace v1
