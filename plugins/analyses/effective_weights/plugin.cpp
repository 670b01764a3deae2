#include "plugins/analyses/effective_weights/effective_weights.hpp"

V1E_MODULE("v1engine.effective_weights", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::EffectiveWeights>())
