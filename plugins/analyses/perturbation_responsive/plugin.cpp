#include "plugins/analyses/perturbation_responsive/perturbation_responsive.hpp"

V1E_MODULE("v1engine.perturbation_responsive", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::PerturbationResponsive>())
