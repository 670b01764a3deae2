#include "engine/run/visual_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/lgn/rate_cache.hpp"
#include "engine/lgn/rate_device.hpp"
#include "engine/lgn/thresholds.hpp"
#include "engine/lgn/unit_table.hpp"
#include "engine/stimulus/presentation_order.hpp"
#include "engine/stimulus/stimulus_key.hpp"

namespace v1::run {
namespace {

using config::PluginUse;
using network::Network;
using stimulus::StimulusSequence;

// The config checks this for networks that are known to have an LGN.
std::int64_t steps_per_frame(const config::SimulationConfig& simulation) {
  if (const auto problem = config::frame_problem(simulation.dt_ms)) {
    throw error(ExitCode::config, "{}'simulation.dt' {}", place_prefix(simulation.dt_where),
                *problem);
  }
  return std::llround(1.0 / simulation.dt_ms);
}

std::shared_ptr<const network::LgnMosaic> find_mosaic(const config::RunConfig& config,
                                                      const Network& network,
                                                      const std::vector<std::uint32_t>& ids) {
  std::shared_ptr<const network::LgnMosaic> mosaic = network.lgn_mosaic;
  if (config.lgn.mosaic == "csv") {
    mosaic = std::make_shared<network::LgnMosaic>(lgn::read_unit_table(config.lgn.file, ids));
  }
  if (!mosaic) {
    throw error(
        ExitCode::config,
        "{}'lgn.mosaic' = \"{}\": network '{}' has LGN sources but no filter parameters; give "
        "a table of units with lgn.mosaic = \"csv\" and lgn.file",
        place_prefix(config.lgn.mosaic_where), config.lgn.mosaic, network.name);
  }
  if (mosaic->size() != ids.size()) {
    throw error(ExitCode::data,
                "{}'lgn.mosaic' = \"{}\": the filters are of {} LGN units, but network '{}' has {} "
                "LGN sources",
                place_prefix(config.lgn.mosaic_where), config.lgn.mosaic, mosaic->size(),
                network.name, ids.size());
  }
  return mosaic;
}

// One value of a parameter as a column of one trial; nothing for lists and selections.
std::optional<stimulus::TrialColumn> parameter_column(const PluginUse& use,
                                                      const std::string& key) {
  const std::vector<plugin::Param>& params = *use.settings.schema();
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (params[i].key != key) continue;
    const plugin::Param& param = params[i];
    const v1e_value& value = use.settings.view()->values[i];
    const std::string unit = param.unit.empty() ? "1" : param.unit;
    stimulus::TrialColumn column{key, unit, param.summary, {}};
    if (value.type == V1E_FLOAT) {
      column.values = std::vector<double>{value.as.f};
    } else if (value.type == V1E_INT || value.type == V1E_BOOL) {
      column.values = std::vector<std::int64_t>{value.as.i};
    } else if (value.type == V1E_CHOICE) {
      column.values =
          std::vector<std::string>{param.choices.at(static_cast<std::size_t>(value.as.i))};
    } else if (value.type == V1E_STRING || value.type == V1E_PATH) {
      column.values = std::vector<std::string>{value.as.s ? value.as.s : ""};
    } else {
      return std::nullopt;
    }
    return column;
  }
  return std::nullopt;
}

bool stays_gray(const stimulus::Preview& preview) {
  const auto zero = [](double value) { return value == 0.0; };
  return std::all_of(preview.mean.begin(), preview.mean.end(), zero) &&
         std::all_of(preview.contrast.begin(), preview.contrast.end(), zero);
}

// A stimulus without parameters (spontaneous), or with a contrast or luminance of 0.
bool gray_on_purpose(const plugin::Settings& settings) {
  const std::vector<plugin::Param>& params = *settings.schema();
  if (params.empty()) return true;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const v1e_value& value = settings.view()->values[i];
    const bool strength = params[i].key == "contrast" || params[i].key == "luminance";
    if (strength && value.type == V1E_FLOAT && value.as.f == 0.0) return true;
  }
  return false;
}

stimulus::PresentationOrder order_named(const std::string& name) {
  if (name == "random") return stimulus::PresentationOrder::random;
  if (name == "balanced") return stimulus::PresentationOrder::balanced;
  return stimulus::PresentationOrder::listed;
}

}  // namespace

VisualInput::VisualInput(Session& session, const Network& network, std::uint32_t block)
    : session_(session), block_(block) {
  const config::RunConfig& config = session.config;
  source_ids_ = network.blocks[block].source_id;
  mosaic_ = find_mosaic(config, network, source_ids_);
  frame_count_ = std::llround(std::ceil(config.simulation.duration_ms - 1e-9));
  id_column_.struct_size = sizeof id_column_;
  id_column_.name = "id";
  id_column_.unit = "1";
  id_column_.summary = "id of the LGN unit";
  id_column_.values.data = source_ids_.data();
  id_column_.values.dtype = V1E_U32;
  id_column_.values.ndim = 1;
  id_column_.values.shape[0] = static_cast<std::int64_t>(source_ids_.size());
  id_column_.values.stride[0] = sizeof(std::uint32_t);
  if (config.stimulus) {
    sequence_.emplace(make_item(*config.stimulus, config.simulation.trials));
  } else if (!config.blocks.blocks.empty()) {
    make_sequence();
  }
  if (!makes_spikes()) steps_per_frame(config.simulation);
}

stimulus::SequenceItem VisualInput::make_item(const PluginUse& use, std::uint32_t trials) {
  const config::RunConfig& config = session_.config;
  const plugin::LoadedPlugin& plugin = session_.registry.find(plugin::Kind::stimulus, use.plugin);
  const std::uint32_t outputs = plugin.stimulus().outputs;
  if ((outputs & (V1E_OUT_FRAMES | V1E_OUT_RATES | V1E_OUT_SPIKES)) == 0) {
    throw error(
        ExitCode::config,
        "{}stimulus '{}' makes neither frames, rates nor spikes, so it cannot drive the LGN; "
        "use it as an [[input]]",
        place_prefix(use.where), use.plugin);
  }
  Source& source = sources_.emplace_back();
  source.use = &use;
  stimulus::Environment& env = source.environment;
  env.output = outputs & V1E_OUT_FRAMES  ? V1E_OUT_FRAMES
               : outputs & V1E_OUT_RATES ? V1E_OUT_RATES
                                         : V1E_OUT_SPIKES;
  if (env.output == V1E_OUT_SPIKES) env.dt_ms = config.simulation.dt_ms;
  if (sources_.size() > 1 && makes_spikes() != (env.output == V1E_OUT_SPIKES)) {
    throw error(
        ExitCode::config,
        "{}stimulus '{}': stimuli that replay spikes cannot be mixed with stimuli that make "
        "frames or rates in one run; use two runs",
        place_prefix(use.where), use.plugin);
  }
  env.duration_ms = config.simulation.duration_ms;
  env.trial_count = trials;
  env.random_key = config.seed;
  env.place = [&use](const std::string& param) { return use.place_of(param); };
  env.frame_rows = static_cast<std::uint32_t>(mosaic_->field_height_deg);
  env.frame_cols = static_cast<std::uint32_t>(mosaic_->field_width_deg);
  if (env.output != V1E_OUT_FRAMES) {
    env.channel_count = source_ids_.size();
    env.columns = {&id_column_};
  }
  return {stimulus::StimulusPlayer::create(use.plugin, plugin.stimulus(), use.settings.view(),
                                           session_.host.view(), env),
          plugin.name,
          use.name,
          {}};
}

void VisualInput::make_sequence() {
  const config::StimulusBlocks& blocks = session_.config.blocks;
  std::vector<stimulus::SequenceItem> items;
  std::vector<stimulus::PresentationGroup> groups;
  for (const config::StimulusBlock& block : blocks.blocks) {
    groups.push_back({static_cast<std::uint32_t>(block.conditions.size()), block.repeats});
    for (const PluginUse& use : block.conditions) {
      items.push_back(make_item(use, block.repeats));
      for (const config::VariedParam& varied : block.varied) {
        if (auto column = parameter_column(use, varied.key)) {
          items.back().varied.push_back(std::move(*column));
        }
      }
    }
  }
  auto plan = stimulus::presentation_order(groups, order_named(blocks.order), blocks.order_seed);
  sequence_.emplace(std::move(items), std::move(plan), session_.config.simulation.trials);
}

std::uint32_t VisualInput::condition_count() const {
  return sequence_ ? sequence_->condition_count() : 1;
}

std::uint32_t VisualInput::condition_of_trial(std::uint32_t trial) const {
  return sequence_ ? sequence_->condition_of_trial(trial) : 0;
}

const stimulus::StimulusDescription* VisualInput::description() const {
  return sequence_ ? &sequence_->description() : nullptr;
}

std::vector<std::string> VisualInput::condition_labels() const {
  return sequence_ ? sequence_->condition_labels() : std::vector<std::string>{};
}

std::vector<std::uint32_t> VisualInput::chosen_conditions(std::size_t most, bool frames) const {
  std::vector<std::uint32_t> all, chosen;
  for (std::uint32_t c = 0; c < condition_count(); ++c) {
    const Source& source = sources_[sequence_->place_of_condition(c).item];
    if ((source.environment.output == V1E_OUT_FRAMES) == frames) all.push_back(c);
  }
  if (all.size() <= most) return all;
  for (std::size_t k = 0; k < most; ++k) chosen.push_back(all[k * (all.size() - 1) / (most - 1)]);
  return chosen;
}

std::vector<ConditionPreview> VisualInput::previews(std::size_t most) const {
  std::vector<ConditionPreview> previews;
  if (!sequence_) return previews;
  const std::size_t pictures = condition_count() > 1 ? 4 : 8;
  const auto labels = condition_labels();
  for (const std::uint32_t c : chosen_conditions(most, true)) {
    const StimulusSequence::Place place = sequence_->place_of_condition(c);
    const Source& source = sources_[place.item];
    const stimulus::Environment& env = source.environment;
    const stimulus::StimulusPlayer& player = sequence_->player(place.item);
    previews.push_back({labels.empty() ? "" : labels.at(c),
                        stimulus::make_preview(player, env, place.trial, pictures),
                        player.description().markers});
    if (stays_gray(previews.back().preview) && !gray_on_purpose(source.use->settings)) {
      log::warn(
          "{}stimulus '{}' shows a gray screen during the whole trial of {:g} ms; look at its "
          "times and places",
          place_prefix(source.use->where), source.use->plugin, env.duration_ms);
    }
  }
  return previews;
}

std::vector<ReplayPreview> VisualInput::replay_previews(std::size_t most) const {
  std::vector<ReplayPreview> previews;
  if (!sequence_) return previews;
  const auto labels = condition_labels();
  for (const std::uint32_t c : chosen_conditions(most, false)) {
    const StimulusSequence::Place place = sequence_->place_of_condition(c);
    const stimulus::Environment& env = sources_[place.item].environment;
    previews.push_back(make_replay_preview(sequence_->player(place.item), env, place.trial));
    if (labels.empty()) break;  // one stimulus that differs from trial to trial: the first will do
    previews.back().label = labels.at(c);
  }
  return previews;
}

std::string VisualInput::stimulus_names() const {
  std::string names;
  for (const Source& source : sources_) {
    const std::string& one = source.use->plugin;
    if (fmt::format(", {},", names).find(fmt::format(" {},", one)) != std::string::npos) continue;
    names += (names.empty() ? "" : ", ") + one;
  }
  return names;
}

// The movie of a condition: plugin (and its file, which a rebuild changes), parameters, trial.
std::uint64_t VisualInput::stimulus_key(std::uint32_t condition) const {
  if (!sequence_) return 0;  // a gray screen
  const StimulusSequence::Place place = sequence_->place_of_condition(condition);
  const Source& source = sources_[place.item];
  const plugin::LoadedPlugin& plugin =
      session_.registry.find(plugin::Kind::stimulus, source.use->plugin);
  std::string identity = plugin.qualified_name() + " " + plugin.version;
  std::error_code absent;
  const auto changed = std::filesystem::last_write_time(plugin.module->path, absent);
  if (!absent) identity += fmt::format(" {}", changed.time_since_epoch().count());
  stimulus::Environment environment = source.environment;
  // What is the same in every trial does not depend on how many there are.
  if (plugin.stimulus().flags & V1E_STIM_EVERY_TRIAL) environment.trial_count = 1;
  return stimulus::stimulus_key(identity, source.use->settings.view(), environment, place.trial);
}

bool VisualInput::makes_rates(std::uint32_t condition) const {
  if (!sequence_) return false;
  return sources_[sequence_->place_of_condition(condition).item].environment.output ==
         V1E_OUT_RATES;
}

bool VisualInput::makes_spikes() const {
  return !sources_.empty() && sources_.front().environment.output == V1E_OUT_SPIKES;
}

void VisualInput::replay(std::uint32_t condition, const lgn::RateRows& rows) const {
  constexpr std::int64_t frames_per_read = 256;
  const StimulusSequence::Place place = sequence_->place_of_condition(condition);
  RawVector<float> hz(static_cast<std::size_t>(frames_per_read) * mosaic_->size());
  for (std::int64_t first = 0; first < frame_count_; first += frames_per_read) {
    const std::int64_t count = std::min(frames_per_read, frame_count_ - first);
    sequence_->player(place.item).rates(place.trial, first, count, hz.data());
    rows(first, count, hz.data());
  }
}

void VisualInput::check_replayed_rates() const {
  for (std::uint32_t c = 0; c < condition_count(); ++c) {
    if (makes_rates(c)) replay(c, [](std::int64_t, std::int64_t, const float*) {});
  }
}

simulate::EventTrain VisualInput::events(std::uint32_t trial) const {
  const StimulusSequence::Place place =
      sequence_->place_of_condition(sequence_->condition_of_trial(trial));
  simulate::EventTrain train;
  train.block = block_;
  const std::int64_t steps = session_.config.simulation.steps_per_trial();
  for (const auto& spike : sequence_->player(place.item).spikes(place.trial, 0, steps)) {
    train.step.push_back(spike.step);
    train.source.push_back(spike.channel);
  }
  return train;
}

void VisualInput::compute(std::uint32_t condition, const lgn::RateRows& rows) const {
  const StimulusSequence::Place place =
      sequence_ ? sequence_->place_of_condition(condition) : StimulusSequence::Place{};
  const stimulus::StimulusPlayer* player = sequence_ ? &sequence_->player(place.item) : nullptr;
  lgn::FrameSource source;
  source.rows = static_cast<std::uint32_t>(mosaic_->field_height_deg);
  source.cols = static_cast<std::uint32_t>(mosaic_->field_width_deg);
  source.concurrent = !player || player->concurrent();
  const std::size_t pixels = std::size_t{source.rows} * source.cols;
  source.fill = [player, place, pixels](std::int64_t first_ms, std::int64_t count, float* out) {
    if (player) {
      player->frames(place.trial, first_ms, count, out);
    } else {
      std::fill_n(out, static_cast<std::size_t>(count) * pixels, 0.0f);  // a gray screen
    }
  };
  if (!filters_) {
    const config::RunConfig& config = session_.config;
    const lgn::RateDevice device = {
        &session_.registry.find(plugin::Kind::backend, config.backend.plugin),
        config.backend.settings.view(), session_.host.view(), config.simulation.device};
    filters_ = std::make_shared<lgn::RateFilters>(*mosaic_, source.rows, source.cols, config.lgn,
                                                  *session_.pool, &device);
  }
  filters_->stream(source, frame_count_, lgn::default_preroll_ms, rows);
  // The memory is needed for the network, unless other movies follow.
  if (condition_count() == 1 || !filters_->on_device()) filters_.reset();
}

simulate::Thresholds VisualInput::thresholds(std::uint32_t condition,
                                             const lgn::RateRows& rows) const {
  const config::RunConfig& config = session_.config;
  const double dt_ms = config.simulation.dt_ms;
  const lgn::SpikeRule rule = lgn::spike_rule(config.lgn.spikes);
  const std::size_t width = mosaic_->size();
  const auto values =
      std::make_shared<RawVector<std::uint32_t>>(static_cast<std::size_t>(frame_count_) * width);
  const lgn::RateRows convert = [&](std::int64_t first_ms, std::int64_t count, const float* hz) {
    lgn::spike_thresholds({hz, static_cast<std::size_t>(count) * width}, dt_ms, rule,
                          *session_.pool,
                          values->data() + static_cast<std::size_t>(first_ms) * width);
    if (rows) rows(first_ms, count, hz);
  };
  if (makes_rates(condition)) {
    replay(condition, convert);  // nothing worth caching
  } else {
    const lgn::RatesName name = {lgn::rates_key(*mosaic_, config.lgn, frame_count_,
                                                lgn::default_preroll_ms, stimulus_key(condition)),
                                 frame_count_, static_cast<std::int64_t>(width)};
    lgn::cached_rates(
        session_.cache_dir, name, [&](const lgn::RateRows& out) { compute(condition, out); },
        convert);
  }
  simulate::Thresholds out;
  out.block = block_;
  out.steps_per_frame = static_cast<std::uint32_t>(steps_per_frame(config.simulation));
  out.values = values;
  return out;
}

}  // namespace v1::run
