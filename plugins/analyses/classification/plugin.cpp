#include "plugins/analyses/classification/classification.hpp"

V1E_MODULE("v1engine.classification", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::Classification>(),
           v1e::analysis_plugin<v1::analyses::StaticClassification>())
