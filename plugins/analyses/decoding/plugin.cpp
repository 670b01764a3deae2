#include "plugins/analyses/decoding/decoding.hpp"

V1E_MODULE("v1engine.decoding", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::Decoding>())
