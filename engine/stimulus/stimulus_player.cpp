#include "engine/stimulus/stimulus_player.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/call.hpp"
#include "engine/stimulus/description_sink.hpp"
#include "engine/stimulus/pulse_collector.hpp"

namespace v1::stimulus {

namespace {

const char* output_name(std::uint32_t output) {
  switch (output) {
    case V1E_OUT_FRAMES:
      return "frames";
    case V1E_OUT_RATES:
      return "rates";
    case V1E_OUT_SPIKES:
      return "spikes";
    case V1E_OUT_CURRENTS:
      return "currents";
    default:
      return "an unknown output";
  }
}

std::string output_names(std::uint32_t outputs) {
  std::string names;
  for (const std::uint32_t bit :
       {V1E_OUT_FRAMES, V1E_OUT_RATES, V1E_OUT_SPIKES, V1E_OUT_CURRENTS}) {
    if (!(outputs & bit)) continue;
    if (!names.empty()) names += ", ";
    names += output_name(bit);
  }
  return names.empty() ? "nothing" : names;
}

void check_use(const std::string& name, const v1e_stimulus_api& api, const Environment& env) {
  if (!(api.outputs & env.output)) {
    throw error(ExitCode::config,
                "plugin '{}' makes {}, but {} are needed here: stimuli make frames, rates or "
                "spikes, [[input]] takes plugins that make currents",
                name, output_names(api.outputs), output_name(env.output));
  }
}

// The column "neuron" of the channels; empty when there is none.
std::span<const std::uint32_t> target_neurons(const Environment& env) {
  for (const v1e_column* column : env.columns) {
    if (column->values.dtype != V1E_U32 || std::string_view(column->name) != "neuron") continue;
    return {static_cast<const std::uint32_t*>(column->values.data), env.channel_count};
  }
  return {};
}

v1e_column column_of(const char* name, const char* summary,
                     const std::vector<std::uint32_t>& values) {
  v1e_column column{};
  column.struct_size = sizeof column;
  column.name = name;
  column.unit = "1";
  column.summary = summary;
  column.values.data = values.data();
  column.values.dtype = V1E_U32;
  column.values.ndim = 1;
  column.values.shape[0] = static_cast<std::int64_t>(values.size());
  column.values.stride[0] = sizeof(std::uint32_t);
  return column;
}

}  // namespace

NeuronChannels::NeuronChannels(std::vector<std::uint32_t> neurons, std::vector<std::uint32_t> ids)
    : neurons_(std::move(neurons)),
      ids_(std::move(ids)),
      neuron_column_(column_of("neuron", "position of the target neuron in the network", neurons_)),
      id_column_(column_of("id", "id of the target neuron", ids_)) {}

void NeuronChannels::describe_to(Environment& env) const {
  env.channel_count = neurons_.size();
  env.columns = {&neuron_column_};
  if (!ids_.empty()) env.columns.push_back(&id_column_);
}

struct StimulusPlayer::Impl {
  std::string name;
  const v1e_stimulus_api* api = nullptr;
  Environment env;
  v1e_stimulus* self = nullptr;
  StimulusDescription description;

  ~Impl() {
    if (self && api->destroy) plugin::call_void(name, "destroy", api->destroy, self);
  }

  // "a.toml:12:8: plugin 'movie'", as far as the place is known.
  std::string named(const std::string& param = "") const {
    return fmt::format("{}plugin '{}'", place_prefix(env.place ? env.place(param) : ""), name);
  }

  // Turns a failing status into the engine's error.
  void check(v1e_status status, const v1e_error& err, const char* function) const {
    if (status == V1E_OK) return;
    if (status == V1E_E_CANCELLED) {
      throw error(ExitCode::interrupted, "interrupted in {} of stimulus plugin '{}'", function,
                  name);
    }
    const std::string reason =
        err.message[0] ? std::string(err.message) : "failed with " + plugin::status_name(status);
    const std::string param = err.param[0] ? fmt::format(", parameter '{}'", err.param) : "";
    const bool refused = status == V1E_E_INVALID && err.param[0];  // a mistake in the config
    throw error(refused ? ExitCode::config : plugin::exit_code(status), "{} ({}{}): {}",
                named(err.param), function, param, reason);
  }

  void fill(std::uint32_t trial, std::int64_t step_begin, std::int64_t count,
            v1e_drive& drive) const {
    v1e_window window{};
    window.struct_size = sizeof window;
    window.trial = trial;
    window.step_begin = step_begin;
    window.step_count = count;
    drive.struct_size = sizeof drive;
    drive.kind = env.output;
    plugin::ErrorSlot err;
    check(plugin::call(name, "fill", err, api->fill, self, &window, &drive), err, "fill");
  }

  // Fills [count][rows][cols] (or [count][width] for rows = 0) of F32.
  void fill_dense(std::uint32_t trial, std::int64_t first, std::int64_t count, std::int64_t rows,
                  std::int64_t width, float* out) const {
    const std::int64_t step_size = std::max<std::int64_t>(rows, 1) * width;
    std::fill_n(out, count * step_size, 0.0f);
    v1e_drive drive{};
    drive.dense.data = out;
    drive.dense.dtype = V1E_F32;
    const std::int64_t row_stride = width * static_cast<std::int64_t>(sizeof(float));
    if (rows > 0) {
      drive.dense.ndim = 3;
      const std::int64_t shape[] = {count, rows, width};
      const std::int64_t stride[] = {rows * row_stride, row_stride, sizeof(float)};
      std::copy_n(shape, 3, drive.dense.shape);
      std::copy_n(stride, 3, drive.dense.stride);
    } else {
      drive.dense.ndim = 2;
      drive.dense.shape[0] = count;
      drive.dense.shape[1] = width;
      drive.dense.stride[0] = row_stride;
      drive.dense.stride[1] = sizeof(float);
    }
    fill(trial, first, count, drive);
  }

  void require(std::uint32_t output) const {
    if (env.output == output) return;
    throw error(ExitCode::internal, "stimulus '{}' was made for {}, not for {}", name,
                output_name(env.output), output_name(output));
  }
};

StimulusPlayer::StimulusPlayer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StimulusPlayer::StimulusPlayer(StimulusPlayer&&) noexcept = default;
StimulusPlayer& StimulusPlayer::operator=(StimulusPlayer&&) noexcept = default;
StimulusPlayer::~StimulusPlayer() = default;

StimulusPlayer StimulusPlayer::create(std::string name, const v1e_stimulus_api& api,
                                      const v1e_settings* settings, const v1e_host* host,
                                      const Environment& env) {
  check_use(name, api, env);
  auto impl = std::make_unique<Impl>();
  impl->name = std::move(name);
  impl->api = &api;
  impl->env = env;
  v1e_stimulus_env c_env{};
  c_env.struct_size = sizeof c_env;
  c_env.output = env.output;
  c_env.dt_ms = env.dt_ms;
  c_env.duration_ms = env.duration_ms;
  c_env.random_key = env.random_key;
  c_env.trial_count = env.trial_count;
  c_env.frame_rows = env.frame_rows;
  c_env.frame_cols = env.frame_cols;
  c_env.deg_per_pixel = env.deg_per_pixel;
  c_env.channel_count = env.channel_count;
  c_env.column_count = env.columns.size();
  c_env.columns = env.columns.data();
  c_env.host = host;
  plugin::ErrorSlot err;
  impl->check(plugin::call(impl->name, "create", err, api.create, settings, &c_env, &impl->self),
              err, "create");
  if (api.describe) {
    DescriptionSink sink(env.trial_count);
    plugin::ErrorSlot describe_err;
    impl->check(
        plugin::call(impl->name, "describe", describe_err, api.describe, impl->self, sink.view()),
        describe_err, "describe");
    impl->description = sink.take();
  }
  return StimulusPlayer(std::move(impl));
}

std::uint32_t StimulusPlayer::condition_count() const {
  return impl_->api->flags & V1E_STIM_EVERY_TRIAL ? 1 : impl_->env.trial_count;
}

std::uint32_t StimulusPlayer::condition_of_trial(std::uint32_t trial) const {
  return impl_->api->flags & V1E_STIM_EVERY_TRIAL ? 0 : trial;
}

bool StimulusPlayer::concurrent() const { return impl_->api->flags & V1E_STIM_PURE; }

const StimulusDescription& StimulusPlayer::description() const { return impl_->description; }

void StimulusPlayer::frames(std::uint32_t trial, std::int64_t first_ms, std::int64_t count,
                            float* out) const {
  impl_->require(V1E_OUT_FRAMES);
  const std::int64_t rows = impl_->env.frame_rows, cols = impl_->env.frame_cols;
  impl_->fill_dense(trial, first_ms, count, rows, cols, out);
  for (std::int64_t i = 0; i < count * rows * cols; ++i) {
    if (out[i] >= -1.0f && out[i] <= 1.0f) continue;
    const std::int64_t frame = i / (rows * cols), pixel = i % (rows * cols);
    throw error(ExitCode::plugin,
                "{} (fill): expected luminance between -1 and 1, found {} in row {}, "
                "column {} of the frame at {} ms of trial {}",
                impl_->named(), out[i], pixel / cols, pixel % cols, first_ms + frame, trial);
  }
}

void StimulusPlayer::rates(std::uint32_t trial, std::int64_t first_ms, std::int64_t count,
                           float* out) const {
  impl_->require(V1E_OUT_RATES);
  const auto width = static_cast<std::int64_t>(impl_->env.channel_count);
  impl_->fill_dense(trial, first_ms, count, 0, width, out);
  for (std::int64_t i = 0; i < count * width; ++i) {
    if (std::isfinite(out[i]) && out[i] >= 0.0f) continue;
    throw error(ExitCode::plugin,
                "{} (fill): expected rates of 0 Hz or more, found {} for channel {} at {} "
                "ms of trial {}",
                impl_->named(), out[i], i % width, first_ms + i / width, trial);
  }
}

std::vector<SpikeEvent> StimulusPlayer::spikes(std::uint32_t trial, std::int64_t step_begin,
                                               std::int64_t count) const {
  impl_->require(V1E_OUT_SPIKES);
  std::vector<std::uint32_t> steps(1024), channels(1024);
  v1e_drive drive{};
  for (int attempt = 0;; ++attempt) {
    if (attempt == 3) {
      throw error(ExitCode::plugin,
                  "{} (fill): keeps asking for a larger buffer of spikes, last for {}",
                  impl_->named(), drive.event_count);
    }
    drive.event_capacity = steps.size();
    drive.event_count = 0;
    drive.event_step = steps.data();
    drive.event_channel = channels.data();
    impl_->fill(trial, step_begin, count, drive);
    if (drive.event_count <= steps.size()) break;
    steps.resize(drive.event_count);
    channels.resize(drive.event_count);
  }
  std::vector<SpikeEvent> out;
  for (std::uint64_t i = 0; i < drive.event_count; ++i) {
    if (steps[i] >= count || channels[i] >= impl_->env.channel_count) {
      throw error(ExitCode::plugin,
                  "{} (fill): expected spikes in steps below {} of channels below {}, "
                  "found step {}, channel {}",
                  impl_->named(), count, impl_->env.channel_count, steps[i], channels[i]);
    }
    out.push_back({static_cast<std::uint32_t>(step_begin + steps[i]), channels[i]});
  }
  std::sort(out.begin(), out.end(), [](const SpikeEvent& a, const SpikeEvent& b) {
    return a.step != b.step ? a.step < b.step : a.channel < b.channel;
  });
  return out;
}

std::vector<CurrentPulse> StimulusPlayer::pulses(std::uint32_t trial,
                                                 std::int64_t step_count) const {
  impl_->require(V1E_OUT_CURRENTS);
  PulseCollector collector(target_neurons(impl_->env), step_count);
  v1e_drive drive{};
  collector.attach_to(drive);
  impl_->fill(trial, 0, step_count, drive);
  return collector.take();
}

}  // namespace v1::stimulus
