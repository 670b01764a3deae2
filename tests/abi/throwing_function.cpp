// Must not compile in C++17 and later: a function that may throw does not fit into a table.
// With -DALLOWED the same file compiles, so that nothing else is the reason.
#include <v1e/plugin.h>

#ifdef ALLOWED
#define PROMISE noexcept
#else
#define PROMISE
#endif

static v1e_status may_throw(v1e_stimulus*, const v1e_window*, v1e_drive*, v1e_error*) PROMISE {
  return V1E_OK;
}

v1e_stimulus_api table() {
  v1e_stimulus_api api{};
  api.fill = may_throw;
  return api;
}
