#pragma once
#include <memory>

#include "engine/figures/mark.hpp"

/// One maker per kind of mark; make_mark chooses.
namespace v1::figures {

std::unique_ptr<Mark> make_line(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_step(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_band(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_scatter(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_raster(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_density(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_heatmap(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_histogram(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_bar(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_box(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_violin(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_swarm(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_polar(const MarkSpec& spec, const TableStore& store);
std::unique_ptr<Mark> make_points3d(const MarkSpec& spec, const TableStore& store);

}  // namespace v1::figures
