#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"

namespace v1::network::sonata {

/// Entries [begin, begin + count) of a list of ids, stored as integers of any width, or as numbers
/// with a point that are whole. Throws Error(data) for text and for other numbers.
std::vector<std::int64_t> read_ids(const h5::File& file, const std::string& dataset,
                                   std::uint64_t begin, std::uint64_t count);

/// The populations below "/nodes" or "/edges". Throws Error(data) for anything else there.
std::vector<std::string> population_names(const h5::File& file, const std::string& root);

/// "3 x 2", for messages.
std::string shape_text(const h5::Shape& shape);

}  // namespace v1::network::sonata
