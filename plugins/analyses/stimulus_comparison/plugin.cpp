#include "plugins/analyses/stimulus_comparison/stimulus_comparison.hpp"

V1E_MODULE("v1engine.stimulus_comparison", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::StimulusComparison>())
