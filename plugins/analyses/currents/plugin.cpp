#include "plugins/analyses/currents/currents.hpp"

V1E_MODULE("v1engine.currents", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::Currents>())
