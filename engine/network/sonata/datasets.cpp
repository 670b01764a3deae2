#include "engine/network/sonata/datasets.hpp"

#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::network::sonata {

std::vector<std::int64_t> read_ids(const h5::File& file, const std::string& dataset,
                                   std::uint64_t begin, std::uint64_t count) {
  std::vector<std::int64_t> ids(count);
  if (count == 0) return ids;
  if (file.is_text(dataset)) {
    throw error(ExitCode::data, "{}: '{}' holds text; expected integers", file.path().string(),
                dataset);
  }
  if (!file.is_float(dataset)) {
    file.slab(dataset, {begin}, {count}, ids.data());
    return ids;
  }
  std::vector<double> values(count);
  file.slab(dataset, {begin}, {count}, values.data());
  constexpr double largest = 9e15;  // integers up to here are exact
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] == std::floor(values[i]) && std::fabs(values[i]) <= largest)) {
      throw error(ExitCode::data, "{}: row {} of '{}' is {}; expected an integer",
                  file.path().string(), begin + i, dataset, values[i]);
    }
    ids[i] = static_cast<std::int64_t>(values[i]);
  }
  return ids;
}

std::vector<std::string> population_names(const h5::File& file, const std::string& root) {
  std::vector<std::string> names = file.children(root);

  for (const std::string& name : names) {
    if (file.is_group(root + "/" + name)) continue;
    throw error(ExitCode::data,
                "{}: '{}/{}' is no group; the datasets of a population belong into a group of its "
                "name: {}/NAME/{}",
                file.path().string(), root, name, root, name);
  }
  return names;
}

std::string shape_text(const h5::Shape& shape) {
  if (shape.empty()) return "of one value";
  std::vector<std::string> extents;
  for (const std::uint64_t extent : shape) extents.push_back(std::to_string(extent));
  return join(extents, " x ");
}

}  // namespace v1::network::sonata
