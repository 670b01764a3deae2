#include "plugins/analyses/column_view/column_view.hpp"

V1E_MODULE("v1engine.column_view", "1.0.0", "BSD-3-Clause",
           v1e::analysis_plugin<v1::analyses::ColumnView>())
