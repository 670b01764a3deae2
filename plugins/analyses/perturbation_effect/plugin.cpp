#include "plugins/analyses/perturbation_effect/perturbation_effect.hpp"

V1E_MODULE("v1engine.perturbation_effect", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::PerturbationEffect>())
