#include "plugins/analyses/lfp_proxy/lfp_proxy.hpp"

V1E_MODULE("v1engine.lfp_proxy", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::LfpProxy>())
