#include "plugins/backends/cuda/lgn/lgn_filters.hpp"

#include <cstring>
#include <string>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/lgn/lgn_space.hpp"
#include "plugins/backends/cuda/lgn/lgn_time.hpp"

namespace v1::cuda {
namespace {

// What every device of compute capability 8.0 and newer has for a block.
constexpr std::uint64_t lgn_shared_bytes = 96 * 1024;

std::uint64_t padded_frames(std::uint32_t frames) {
  return (std::uint64_t{frames} + lgn_lanes - 1) / lgn_lanes * lgn_lanes;
}

template <class T>
std::uint64_t lgn_bytes(const std::vector<T>& values) {
  return values.size() * sizeof(T);
}

template <class T>
const T* upload_lgn(Machine& machine, const std::vector<T>& values, Buffer& buffer) {
  buffer = Buffer(machine, lgn_bytes(values));
  if (!values.empty()) machine.upload(buffer.data(), values.data(), lgn_bytes(values));
  return reinterpret_cast<const T*>(buffer.data());
}

void check_stretch(const v1e_lgn_stretch& stretch, std::uint32_t max_frames) {
  bool fits = V1E_HAS(&stretch, v1e_lgn_stretch, shown) && stretch.frame_count > 0 &&
              stretch.frame_count <= max_frames && stretch.distinct_count <= stretch.frame_count;
  for (std::uint32_t t = 0; fits && t < stretch.frame_count; ++t) {
    fits = stretch.shown[t] <= stretch.distinct_count;
  }
  for (std::uint32_t k = 0; fits && k < stretch.distinct_count; ++k) {
    fits = stretch.distinct[k] < max_frames;
  }
  if (!fits) throw v1e::Error(V1E_E_INVALID, "", "the stretch of frames contradicts itself");
}

}  // namespace

LgnFilters::LgnFilters(const v1e_lgn_env& env, std::unique_ptr<Machine> machine)
    : machine_(std::move(machine)) {
  if (!V1E_HAS(&env, v1e_lgn_env, host) || !env.bank || env.max_frames == 0 ||
      !V1E_HAS(env.bank, v1e_lgn_bank, offset_hz) || env.bank->rows == 0 || env.bank->cols == 0 ||
      env.bank->unit_count == 0) {
    throw v1e::Error(V1E_E_INVALID, "", "the filters of the LGN are incomplete");
  }
  const LgnPlan plan = make_lgn_plan(*env.bank);
  view_.cols = env.bank->cols;
  view_.pixel_count = env.bank->rows * env.bank->cols;
  view_.unit_count = env.bank->unit_count;
  view_.group_count = static_cast<std::uint32_t>(plan.groups.size());
  view_.max_frames = env.max_frames;
  view_.most_frames_back = plan.most_frames_back;
  frame_bytes_ = std::uint64_t{view_.pixel_count} * sizeof(float);
  if (std::uint64_t{units_per_block} * lgn_reach(view_) * sizeof(double) > lgn_shared_bytes) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "a kernel of the LGN reaches back " + std::to_string(plan.most_frames_back) +
                         " frames, further than a block's shared memory");
  }
  check_memory(plan);
  make_buffers(plan);
  begin();
}

LgnFilters::~LgnFilters() {
  machine_->settle();  // work in flight must not outlive the memory it uses
}

void LgnFilters::check_memory(const LgnPlan& plan) {
  const std::uint64_t frames = view_.max_frames;
  const std::uint64_t filters = lgn_bytes(plan.groups) + lgn_bytes(plan.quads) +
                                lgn_bytes(plan.weights) + lgn_bytes(plan.kernels) +
                                lgn_bytes(plan.kernel_weights) + lgn_bytes(plan.unit_begin);
  const std::uint64_t state =
      2 * plan.history_length * sizeof(double) + plan.kernels.size() * frames * sizeof(double);
  const std::uint64_t movie = (2 * frames + padded_frames(view_.max_frames)) * frame_bytes_;
  const std::uint64_t rates = 2 * frames * view_.unit_count * sizeof(float);
  const std::uint64_t need = filters + state + movie + rates;
  const std::uint64_t free = machine_->free_bytes();
  if (need > free) {
    throw v1e::Error(V1E_E_DEVICE_MEMORY, "",
                     "the LGN needs " + readable_bytes(need) + " on the device, but only " +
                         readable_bytes(free) + " are free");
  }
}

void LgnFilters::make_buffers(const LgnPlan& plan) {
  Machine& machine = *machine_;
  view_.groups = upload_lgn(machine, plan.groups, groups_);
  view_.quads = upload_lgn(machine, plan.quads, quads_);
  view_.weights = upload_lgn(machine, plan.weights, weights_);
  view_.kernels = upload_lgn(machine, plan.kernels, kernels_);
  view_.kernel_weights = upload_lgn(machine, plan.kernel_weights, kernel_weights_);
  view_.unit_begin = upload_lgn(machine, plan.unit_begin, unit_begin_);
  const std::uint64_t frames = view_.max_frames;
  response_ = Buffer(machine, plan.kernels.size() * frames * sizeof(double));
  pixels_ = Buffer(machine, padded_frames(view_.max_frames) * frame_bytes_);
  view_.response = reinterpret_cast<double*>(response_.data());
  view_.pixels = reinterpret_cast<float*>(pixels_.data());
  for (Buffer& history : history_) history = Buffer(machine, plan.history_length * sizeof(double));
  const std::uint64_t rate_bytes = frames * view_.unit_count * sizeof(float);
  for (Slot& slot : slots_) {
    slot.frames = PinnedBuffer(machine, frames * frame_bytes_);
    slot.shown = PinnedBuffer(machine, frames * sizeof(std::uint32_t));
    slot.rates = PinnedBuffer(machine, rate_bytes);
    slot.device_frames = Buffer(machine, frames * frame_bytes_);
    slot.device_shown = Buffer(machine, frames * sizeof(std::uint32_t));
    slot.device_rates = Buffer(machine, rate_bytes);
  }
}

void LgnFilters::begin() {
  for (; collected_ < submitted_; ++collected_) machine_->wait(static_cast<int>(collected_ % 2));
  submitted_ = collected_ = 0;
  lent_ = false;
  machine_->fill(history_[0].data(), 0, history_[0].size());
}

float* LgnFilters::lend() {
  if (submitted_ - collected_ >= 2) {
    throw v1e::Error(V1E_E_STATE, "", "two stretches of frames are under way already");
  }
  lent_ = true;
  return reinterpret_cast<float*>(slots_[submitted_ % 2].frames.data());
}

// Frames that follow each other are copied in one piece.
void LgnFilters::upload_frames(const v1e_lgn_stretch& stretch, Slot& slot) {
  for (std::uint32_t k = 0; k < stretch.distinct_count;) {
    std::uint32_t end = k + 1;
    while (end < stretch.distinct_count && stretch.distinct[end] == stretch.distinct[end - 1] + 1) {
      ++end;
    }
    machine_->upload_ahead(slot.device_frames.data() + k * frame_bytes_,
                           slot.frames.data() + stretch.distinct[k] * frame_bytes_,
                           (end - k) * frame_bytes_);
    k = end;
  }
  std::memcpy(slot.shown.data(), stretch.shown, stretch.frame_count * sizeof(std::uint32_t));
  machine_->upload_ahead(slot.device_shown.data(), slot.shown.data(),
                         stretch.frame_count * sizeof(std::uint32_t));
  machine_->end_uploads();
}

void LgnFilters::submit(const v1e_lgn_stretch& stretch) {
  if (!lent_) throw v1e::Error(V1E_E_STATE, "", "no buffer was lent for these frames");
  check_stretch(stretch, view_.max_frames);
  const int parity = static_cast<int>(submitted_ % 2);
  Slot& slot = slots_[parity];
  machine_->begin_window(parity);
  upload_frames(stretch, slot);
  LgnView view = view_;
  view.frame_count = stretch.frame_count;
  view.distinct_count = stretch.distinct_count;
  view.frames = reinterpret_cast<const float*>(slot.device_frames.data());
  view.shown = reinterpret_cast<const std::uint32_t*>(slot.device_shown.data());
  view.history = reinterpret_cast<const double*>(history_[parity].data());
  view.next_history = reinterpret_cast<double*>(history_[1 - parity].data());
  view.rates = reinterpret_cast<float*>(slot.device_rates.data());
  machine_->filter(view);
  machine_->end_window(parity);
  machine_->fetch(parity, slot.rates.data(), slot.device_rates.data(),
                  std::uint64_t{stretch.frame_count} * view_.unit_count * sizeof(float));
  machine_->end_fetches(parity);
  ++submitted_;
  lent_ = false;
}

const float* LgnFilters::collect() {
  if (collected_ == submitted_) {
    throw v1e::Error(V1E_E_STATE, "", "no stretch of frames is under way");
  }
  const auto parity = static_cast<int>(collected_ % 2);
  machine_->wait(parity);
  ++collected_;
  return reinterpret_cast<const float*>(slots_[parity].rates.data());
}

}  // namespace v1::cuda
