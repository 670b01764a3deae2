#pragma once
#include "engine/figures/page.hpp"
#include "engine/figures/spec.hpp"
#include "engine/figures/table.hpp"

namespace v1::figures {

/// Binds a specification to tables and lays it out: everything but the pixels. Throws
/// Error(data) naming file, key, table and column.
Page compose(const FigureSpec& figure, const TableStore& store);

}  // namespace v1::figures
