#pragma once
#include <memory>
#include <string>

#include "engine/plugin/array_file.hpp"

namespace v1::plugin {

std::unique_ptr<ArrayFile> open_npy(const std::string& path);
std::unique_ptr<ArrayFile> open_csv(const std::string& path);
/// `dataset` begins with '/'.
std::unique_ptr<ArrayFile> open_hdf5(const std::string& path, const std::string& dataset);
/// Spikes as [spike][2]: time in ms, node id; "/spikes" and "" are those of the only population.
/// Null when `group` holds no spikes.
std::unique_ptr<ArrayFile> open_hdf5_spikes(const std::string& path, const std::string& group);
std::unique_ptr<ArrayFile> open_csv_spikes(const std::string& path, const std::string& population);

/// Copies a slab out of a row-major array that is in memory or in reach of `read_run`, which
/// gets the first element and the number of consecutive elements of each run.
template <class ReadRun>
void for_each_run(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& offset,
                  const std::vector<std::int64_t>& count, ReadRun&& read_run) {
  const std::size_t ndim = shape.size();
  if (ndim == 0) return read_run(std::int64_t{0}, std::int64_t{1});
  for (const std::int64_t extent : count) {
    if (extent == 0) return;
  }
  std::vector<std::int64_t> index(ndim, 0);
  while (true) {
    std::int64_t first = 0;
    for (std::size_t d = 0; d < ndim; ++d) first = first * shape[d] + offset[d] + index[d];
    read_run(first, count[ndim - 1]);
    std::size_t d = ndim - 1;  // the last dimension is the run itself
    while (d > 0 && ++index[d - 1] == count[d - 1]) index[--d] = 0;
    if (d == 0) return;
  }
}

}  // namespace v1::plugin
