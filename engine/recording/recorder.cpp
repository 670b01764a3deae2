#include "engine/recording/recorder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/recording/checkpoint.hpp"
#include "engine/recording/message_queue.hpp"
#include "engine/recording/nodes_file.hpp"
#include "engine/recording/stimulus_file.hpp"
#include "engine/recording/trial_writer.hpp"
#include "engine/recording/views.hpp"

namespace v1::recording {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Makes renames in the folder survive a loss of power.
void sync_folder(const fs::path& dir) {
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

// This stage only writes: a failure of the library comes from the disk.
std::exception_ptr as_disk_failure(const fs::path& dir) {
  try {
    throw;
  } catch (const Error& failure) {
    if (failure.code() == ExitCode::internal) return std::current_exception();
    return std::make_exception_ptr(
        error(ExitCode::memory,
              "{}; finished trials of {} are kept: mend that and continue with --resume",
              failure.what(), dir.string()));
  } catch (const fs::filesystem_error& failure) {
    return std::make_exception_ptr(cannot_write(failure.path1(), failure.code()));
  } catch (const std::bad_alloc&) {
    return std::make_exception_ptr(
        error(ExitCode::memory, "{}: not enough memory to write the recordings", dir.string()));
  } catch (...) {
    return std::current_exception();
  }
}

RecordingPlan checked(RecordingPlan plan) {
  check_plan(plan);
  return plan;
}

unsigned compressor_count(const RecordingPlan& plan) {
  constexpr unsigned enough = 4;
  return plan.threads > 0 ? plan.threads : std::min(enough, available_threads());
}

}  // namespace

struct Recorder::Impl {
  Impl(const RunFolder& run_folder, RecordingPlan recording_plan)
      : folder(run_folder),
        plan(checked(std::move(recording_plan))),
        pool(compressor_count(plan)),
        context(plan, pool),
        queue(plan.queue_bytes) {
    begin_folder();
    thread = std::thread([this] { work(); });
  }

  ~Impl() {
    queue.close();
    thread.join();
  }

  void begin_folder();
  void work();
  void handle(Message& message);
  void end_trial(Message& message);
  void join_views(bool now);
  TrialWriter& writer_of(std::uint32_t trial);

  RunFolder folder;
  RecordingPlan plan;
  ThreadPool pool;
  TrialContext context;
  MessageQueue queue;
  std::thread thread;

  // Of the writer's thread.
  std::map<std::uint32_t, std::unique_ptr<TrialWriter>> open;
  double waited_s = 0.0;  // of the caller's thread

  bool views_due = false;
  Clock::time_point views_written;
  Clock::duration views_cost{};

  mutable std::mutex mutex;  // for the two below
  TrialIndex trials;
  std::uint64_t bytes_written = 0;
};

void Recorder::Impl::begin_folder() {
  const fs::path nodes = folder.file("nodes.h5");
  if (fs::exists(nodes)) {
    const std::string difference = layout_difference(read_nodes(nodes), plan);
    if (!difference.empty()) {
      throw error(ExitCode::config,
                  "{}: this run was begun with another configuration: {}; resume with the one it "
                  "was begun with, or start a new run",
                  folder.path().string(), difference);
    }
  }
  for (const std::uint32_t trial : finished_trials(folder.path())) {
    trials.emplace(trial, read_trial_summary(folder.path(), trial, context.groups));
  }
  try {
    if (!fs::exists(nodes)) write_nodes(nodes, plan);
    write_stimulus(folder.file("stimulus.h5"), plan.stimulus);
    join_views(true);
  } catch (...) {
    std::rethrow_exception(as_disk_failure(folder.path()));
  }
}

void Recorder::Impl::work() {
  Message message;
  bool failed = false;
  const auto guarded = [&](const std::function<void()>& task) {
    if (failed) return;
    try {
      task();
    } catch (...) {
      failed = true;
      queue.fail(as_disk_failure(folder.path()));
      open.clear();
    }
  };
  while (queue.pop(message)) {
    guarded([&] {
      handle(message);
      if (views_due && queue.empty()) join_views(false);
    });
  }
  open.clear();
  // Writes the views when the run ended without finish().
  guarded([&] {
    if (views_due) join_views(true);
  });
}

TrialWriter& Recorder::Impl::writer_of(std::uint32_t trial) {
  const auto found = open.find(trial);
  if (found == open.end()) {
    throw error(ExitCode::internal, "recording: data of trial {}, which has not begun", trial);
  }
  return *found->second;
}

void Recorder::Impl::handle(Message& message) {
  switch (message.kind) {
    case Message::Kind::begin:
      open.erase(message.trial);  // the old .part goes before the new one is made
      open.emplace(message.trial,
                   std::make_unique<TrialWriter>(context, folder.path(), message.trial));
      return;
    case Message::Kind::spikes:
      return writer_of(message.trial)
          .spikes({message.trial, message.index, message.first_step, message.offset, message.source,
                   message.count});
    case Message::Kind::probe:
      return writer_of(message.trial)
          .probe({message.trial, message.index, message.first_step, message.sample_count,
                  message.neuron_count, message.dtype, message.samples});
    case Message::Kind::end:
      return end_trial(message);
  }
}

// Order matters for a kill at any moment: the new checkpoint is complete before the trial appears,
// and takes its name right after; RunFolder::open_for_resume finishes what was cut off between.
void Recorder::Impl::end_trial(Message& message) {
  TrialWriter& writer = writer_of(message.trial);
  const fs::path part = writer.part_path();
  TrialSummary summary = writer.finish();
  open.erase(message.trial);
  const bool carried = !message.state.empty();
  const fs::path checkpoint = folder.file("checkpoint.h5");
  if (carried) {
    write_checkpoint(folder.file("checkpoint.h5.part"),
                     {message.trial, plan.network->content_hash, std::move(message.state)});
  }
  fs::rename(part, trial_path(folder.path(), message.trial));
  if (carried) fs::rename(folder.file("checkpoint.h5.part"), checkpoint);
  sync_folder(folder.file("trials"));
  sync_folder(folder.path());
  const std::lock_guard lock(mutex);
  bytes_written += summary.file_bytes;
  trials.insert_or_assign(message.trial, std::move(summary));
  views_due = true;
}

// Views take time that grows with the trials, so many short trials share one update: at most a
// fiftieth of the time goes into them.
void Recorder::Impl::join_views(bool now) {
  const Clock::time_point begin = Clock::now();
  if (!now && begin - views_written < 50 * views_cost) return;
  write_views(folder.path(), plan, context.groups, trials);
  nlohmann::ordered_json finished = nlohmann::ordered_json::array();
  for (const auto& [trial, summary] : trials) finished.push_back(trial);
  const nlohmann::ordered_json progress = {
      {"format_version", format_version}, {"trials", plan.trials}, {"finished", finished}};
  write_file_atomic(folder.file("progress.json"), progress.dump() + "\n");
  views_due = false;
  views_written = Clock::now();
  views_cost = views_written - begin;
}

Recorder::Recorder(const RunFolder& folder, RecordingPlan plan)
    : impl_(std::make_unique<Impl>(folder, std::move(plan))) {}

Recorder::~Recorder() = default;

void Recorder::begin_trial(std::uint32_t trial) {
  Message message;
  message.kind = Message::Kind::begin;
  message.trial = trial;
  impl_->queue.push(std::move(message));
}

void Recorder::spikes(const simulate::SpikeWindow& window) {
  Message message;
  message.kind = Message::Kind::spikes;
  message.trial = window.trial;
  message.index = window.block;
  message.first_step = window.step_begin;
  message.offset.assign(window.offset.begin(), window.offset.end());
  message.source.assign(window.source.begin(), window.source.end());
  message.count.assign(window.count.begin(), window.count.end());
  impl_->queue.push(std::move(message));
}

void Recorder::probe(const simulate::ProbeWindow& window) {
  Message message;
  message.kind = Message::Kind::probe;
  message.trial = window.trial;
  message.index = window.probe;
  message.first_step = window.first_step;
  message.sample_count = window.sample_count;
  message.neuron_count = window.neuron_count;
  message.dtype = window.dtype;
  message.samples = window.data;
  impl_->queue.push(std::move(message));
}

std::uint64_t Recorder::handed_over() const { return impl_->queue.pushed(); }

void Recorder::wait_until_read(std::uint64_t until) { impl_->queue.wait_done(until); }

void Recorder::end_trial(std::uint32_t trial, simulate::BackendState state) {
  Message message;
  message.kind = Message::Kind::end;
  message.trial = trial;
  message.state = std::move(state);
  impl_->queue.push(std::move(message));
}

void Recorder::finish() {
  const Clock::time_point begin = Clock::now();
  impl_->queue.wait_idle();
  // The writer sleeps in pop() now, and only this thread could wake it.
  if (impl_->views_due) {
    try {
      impl_->join_views(true);
    } catch (...) {
      std::rethrow_exception(as_disk_failure(impl_->folder.path()));
    }
  }
  impl_->waited_s += std::chrono::duration<double>(Clock::now() - begin).count();
}

Totals Recorder::totals() const {
  const std::lock_guard lock(impl_->mutex);
  Totals sum = empty_totals(*impl_->plan.network);
  for (const auto& [trial, summary] : impl_->trials) sum.add(summary.totals);
  return sum;
}

std::vector<std::uint32_t> Recorder::finished() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::uint32_t> numbers;
  for (const auto& [trial, summary] : impl_->trials) numbers.push_back(trial);
  return numbers;
}

double Recorder::waited_s() const { return impl_->waited_s; }

std::uint64_t Recorder::bytes_written() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->bytes_written;
}

}  // namespace v1::recording
