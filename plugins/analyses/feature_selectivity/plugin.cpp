#include "plugins/analyses/feature_selectivity/feature_selectivity.hpp"

V1E_MODULE("v1engine.feature_selectivity", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::FeatureSelectivity>())
