#include "plugins/analyses/population_comparison/population_comparison.hpp"

V1E_MODULE("v1engine.population_comparison", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::PopulationComparison>())
