// The one copy of toml++ (see v1_packages.cmake).
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
