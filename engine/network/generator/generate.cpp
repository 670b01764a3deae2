#include "engine/network/generator/generate.hpp"

#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/network/generator/column.hpp"
#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/input_edges.hpp"
#include "engine/network/generator/lgn_units.hpp"
#include "engine/network/generator/membership.hpp"
#include "engine/network/generator/model.hpp"
#include "engine/network/generator/recurrent.hpp"
#include "engine/network/generator/synapse_kinds.hpp"
#include "engine/network/lgn_mosaic.hpp"

namespace v1::network {
namespace {

using generator::Column;
using generator::EdgeCounts;
using generator::Membership;
using generator::Model;

Neurons take_neurons(const Column& column, const Membership& members) {
  Neurons neurons;
  const auto n = static_cast<std::uint32_t>(members.size());
  neurons.populations = {{"v1", 0, n}};
  neurons.id = members.id;
  neurons.has_positions = true;
  for (const std::uint32_t id : members.id) {
    neurons.type.push_back(column.type[id]);
    neurons.x_um.push_back(column.x_um[id]);
    neurons.y_um.push_back(column.y_um[id]);
    neurons.z_um.push_back(column.z_um[id]);
    neurons.tuning_angle_deg.push_back(column.tuning_angle_deg[id]);
  }
  return neurons;
}

void fill_report(const Model& model, const Column& column, const Membership& members,
                 const EdgeCounts& recurrent, const EdgeCounts& lgn, const EdgeCounts& background,
                 GenerateReport& report) {
  report = GenerateReport{};
  for (const auto& population : model.populations) report.populations.push_back(population.name);
  report.neurons.assign(model.populations.size(), 0);
  for (const std::uint32_t id : members.id) ++report.neurons[column.population[id]];
  report.recurrent = recurrent.made;
  report.lgn = lgn.made;
  report.recurrent_made = recurrent.total();
  report.recurrent_dropped = recurrent.dropped;
  report.lgn_made = lgn.total();
  report.lgn_dropped = lgn.dropped;
  report.lgn_synapses = lgn.synapses;
  report.background_made = background.total();
}

/// A kind shares a word of 32 bits with the target.
void check_kinds(const Model& model, const generator::SynapseKinds& kinds,
                 const Membership& members) {
  const std::uint32_t most = SynapseAddresses::most_kinds(members.size());
  if (kinds.kinds.size() <= most) return;
  throw error(ExitCode::config,
              "network: {} neurons of {} leave room for {} combinations of delay and receptor, but "
              "the tables have {}; use fewer different delays or fewer neurons",
              members.size(), model.name, most, kinds.kinds.size());
}

}  // namespace

Network generate(const GenerateOptions& options, ThreadPool& pool, GenerateReport* report) {
  const Model model =
      generator::load_model(generator::find_model_directory(options.model), options.overrides);
  const Column column = generator::make_column(model, options.seed, pool);
  const Membership members(
      generator::select_members(model, column, options.selection, options.neurons, options.seed),
      column.size());
  const generator::SynapseKinds kinds(model);
  check_kinds(model, kinds, members);
  auto mosaic = std::make_shared<LgnMosaic>(generator::make_lgn_units(model.lgn, options.seed));

  Network network;
  network.name = model.name;
  network.model = model.name;
  network.seed = options.seed;
  network.full_size = column.size();
  for (const generator::CellType& type : model.types) network.types.push_back(type.node);
  network.neurons = take_neurons(column, members);
  network.synapse_kinds = kinds.kinds;
  network.background = model.background;

  const generator::EdgeInputs inputs{model, column,       members,
                                     kinds, options.seed, options.drop_below_pa};
  EdgeCounts recurrent, lgn, background;
  network.blocks.push_back(generator::connect_recurrent(inputs, pool, recurrent));
  network.blocks.push_back(generator::connect_lgn(inputs, *mosaic, pool, lgn));
  network.blocks.push_back(generator::connect_background(inputs, background));
  network.blocks[0].dropped = recurrent.dropped;
  network.blocks[1].dropped = lgn.dropped;
  network.lgn_mosaic = std::move(mosaic);
  network.content_hash = hash_network(network);
  log::debug(
      "generator: {} neurons, {} recurrent and {} LGN connections made, {} of them below "
      "{} pA not stored",
      members.size(), recurrent.total(), lgn.total(), recurrent.dropped + lgn.dropped,
      options.drop_below_pa);
  if (report != nullptr) {
    fill_report(model, column, members, recurrent, lgn, background, *report);
    report->drop_below_pa = options.drop_below_pa;
  }
  return network;
}

}  // namespace v1::network
