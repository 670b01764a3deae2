#include <v1e_sdk/module.hpp>

#include "plugins/backends/cpu/api.hpp"

V1E_MODULE("org.v1engine.cpu", "0.1.0", "BSD-3-Clause", &v1::cpu::plugin())
