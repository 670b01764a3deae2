#include "engine/network/sonata/edge_reader.hpp"

#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/network/sonata/datasets.hpp"

namespace v1::network::sonata {
namespace {

// Name in "<source>_to_<target>" at the given end, if the other end is a population too.
std::string name_from_group(const std::string& group, bool of_source,
                            const std::vector<Population>& populations) {
  for (const Population& source : populations) {
    for (const Population& target : populations) {
      if (group == source.name + "_to_" + target.name) return of_source ? source.name : target.name;
    }
  }
  return "";
}

}  // namespace

EdgePopulation::EdgePopulation(std::shared_ptr<const h5::File> file, std::string name,
                               std::shared_ptr<EdgeTypes> types,
                               const std::vector<Population>& populations)
    : file_(std::move(file)),
      name_(std::move(name)),
      base_("/edges/" + name_),
      types_(std::move(types)),
      groups_(*file_, base_, "edge") {
  source_ = &find_population("source", populations, name_from_group(name_, true, populations));
  target_ = &find_population("target", populations, name_from_group(name_, false, populations));
  for (const char* end : {"source_node_id", "target_node_id"}) {
    const h5::Shape shape = file_->shape(base_ + "/" + end);
    if (shape.size() != 1 || shape[0] != rows()) {
      throw error(ExitCode::data, "{}: '{}/{}' has {} rows, but 'edge_type_id' beside it has {}",
                  file_->path().string(), base_, end, shape.empty() ? 1 : shape[0], rows());
    }
  }
  warn_of_attributes_without_effect();
}

// They would change the edge where a type gives them; other names may serve other tools.
void EdgePopulation::warn_of_attributes_without_effect() const {
  groups_.warn_of_attributes_outside({"syn_weight", "nsyns", "delay"});
  const auto found = groups_.present({"dynamics_params", "model_template", "receptor_type",
                                      "weight", "weight_function", "weight_sigma"});
  if (found.empty()) return;
  log::warn(
      "{}: '{}' of edges of '{}' has no effect: syn_weight, nsyns and delay are read per edge, "
      "everything else per edge type",
      file_->path().string(), join(found, "', '"), name_);
}

const Population& EdgePopulation::find_population(const char* end,
                                                  const std::vector<Population>& populations,
                                                  const std::string& named) const {
  const std::string dataset = fmt::format("{}/{}_node_id", base_, end);
  if (!file_->has(dataset)) {
    throw error(ExitCode::data, "{}: no dataset '{}'; a SONATA edge population needs it",
                file_->path().string(), dataset);
  }
  const std::string name = file_->text_attribute(dataset, "node_population").value_or(named);
  if (name.empty()) {
    throw error(ExitCode::data,
                "{}: '{}' has no attribute 'node_population'; set it to the name of the {} "
                "population",
                file_->path().string(), dataset, end);
  }
  std::vector<std::string> names;
  for (const Population& population : populations) {
    if (population.name == name) return population;
    names.push_back(population.name);
  }
  throw error(
      ExitCode::data,
      "{}: {} population '{}' of '{}' is not among the circuit's nodes ({}){}; add its nodes "
      "file to networks.nodes",
      file_->path().string(), end, name, base_, join(names, ", "), did_you_mean(name, names));
}

std::vector<std::int64_t> EdgePopulation::sources(std::uint64_t begin, std::uint64_t count) const {
  return read_ids(*file_, base_ + "/source_node_id", begin, count);
}

EdgeSlab EdgePopulation::slab(std::uint64_t begin, std::uint64_t count) {
  groups_.select(begin, count);
  EdgeSlab slab;
  slab.first_row = begin;
  slab.source = groups_.ids("source_node_id");
  slab.target = groups_.ids("target_node_id");
  slab.type = groups_.ids("edge_type_id");
  if (groups_.has("syn_weight")) slab.syn_weight = groups_.numbers("syn_weight");
  if (groups_.has("nsyns")) slab.nsyns = groups_.numbers("nsyns");
  if (groups_.has("delay")) slab.delay_ms = groups_.numbers("delay");
  return slab;
}

std::string EdgePopulation::where(std::uint64_t row) const {
  return fmt::format("{}: row {} of edge population '{}'", file_->path().string(), row, name_);
}

}  // namespace v1::network::sonata
