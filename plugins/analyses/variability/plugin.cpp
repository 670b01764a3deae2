#include "plugins/analyses/variability/variability.hpp"

V1E_MODULE("v1engine.variability", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::Variability>())
