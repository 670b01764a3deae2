#include "plugins/analyses/correlations/correlations.hpp"

V1E_MODULE("v1engine.correlations", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::Correlations>())
