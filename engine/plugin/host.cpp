#include "engine/plugin/host.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/plugin/array_file.hpp"
#include "engine/plugin/status.hpp"
#include "kernels/philox.hpp"

namespace v1::plugin {

struct Host::Impl {
  v1e_host table = {};
  v1e_progress progress = {};
  v1e_parallel parallel = {};
  v1e_rng rng = {};
  v1e_memory memory = {};
  v1e_arrays arrays = {};

  ThreadPool* pool = nullptr;
  std::function<bool()> cancel;
};

namespace {

Host::Impl& impl_of(void* ctx) { return *static_cast<Host::Impl*>(ctx); }

// ---- log and progress ----

void log_message(void*, std::int32_t level, const char* message) noexcept {
  if (!message) return;
  static constexpr log::Level levels[] = {log::Level::debug, log::Level::info, log::Level::warn,
                                          log::Level::error};
  try {
    log::write(levels[std::clamp<std::int32_t>(level, 0, 3)], message);
  } catch (...) {  // a message that cannot be written must not stop a run
  }
}

v1e_status update_progress(void* ctx, double, const char*) noexcept {
  return guarded(nullptr, [&] {
    const Host::Impl& impl = impl_of(ctx);
    if (impl.cancel && impl.cancel()) throw Error(ExitCode::interrupted, "interrupted");
  });
}

// ---- parallel ----

// The pool runs one job at a time: a task that asks for another would wait for itself.
thread_local bool inside_task = false;

template <class Run>
v1e_status run_tasks(v1e_task_fn fn, void* user, Run&& run) noexcept {
  if (!fn) return V1E_E_INVALID;
  if (inside_task) return V1E_E_STATE;
  return guarded(nullptr, [&] {
    run([fn, user](std::size_t index) {
      inside_task = true;
      fn(user, index);
      inside_task = false;
    });
  });
}

v1e_status for_each(void* ctx, std::uint64_t n, v1e_task_fn fn, void* user) noexcept {
  ThreadPool* pool = impl_of(ctx).pool;
  return run_tasks(fn, user, [&](const auto& task) {
    if (pool) {
      pool->for_each(n, task);
    } else {
      for (std::uint64_t i = 0; i < n; ++i) task(i);
    }
  });
}

v1e_status run_team(void* ctx, std::uint32_t members, v1e_task_fn fn, void* user) noexcept {
  Host::Impl& impl = impl_of(ctx);
  if (members > impl.parallel.max_threads) return V1E_E_INVALID;
  return run_tasks(fn, user, [&](const auto& task) {
    if (impl.pool) {
      impl.pool->run_team(members, task);
    } else if (members == 1) {
      task(0);
    }
  });
}

// ---- rng ----

void random_words(void*, std::uint64_t key, std::uint32_t stream, std::uint32_t item,
                  std::uint32_t trial, std::uint32_t block, std::uint32_t* out) noexcept {
  const kernels::PhiloxWords words = kernels::philox4(key, stream, item, trial, block);
  std::copy(words.word, words.word + 4, out);
}

// ---- memory ----

constexpr std::uint64_t smallest_alignment = 64;

void* acquire(void*, std::uint64_t bytes, std::uint64_t alignment) noexcept {
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) return nullptr;
  const std::uint64_t step = std::max(alignment, smallest_alignment);
  if (bytes > (std::uint64_t{1} << 48) || step > (std::uint64_t{1} << 32)) return nullptr;
  const std::uint64_t steps = std::max<std::uint64_t>(1, (bytes + step - 1) / step);
  return std::aligned_alloc(step, steps * step);
}

void release(void*, void* block) noexcept { std::free(block); }

// ---- arrays ----

ArrayFile* array_of(v1e_array_file* file) { return reinterpret_cast<ArrayFile*>(file); }

v1e_status open_array(void*, const char* address, v1e_array_file** out, v1e_error* err) noexcept {
  if (!address || !out) return fail(err, V1E_E_INVALID, "arrays.open: no address");
  return guarded(
      err, [&] { *out = reinterpret_cast<v1e_array_file*>(ArrayFile::open(address).release()); });
}

v1e_status array_shape(void*, v1e_array_file* file, v1e_dtype* dtype, std::uint32_t* ndim,
                       std::int64_t* shape, v1e_error* err) noexcept {
  if (!file) return fail(err, V1E_E_INVALID, "arrays.shape: no file");
  const std::vector<std::int64_t>& extent = array_of(file)->shape();
  if (dtype) *dtype = array_of(file)->dtype();
  if (ndim) *ndim = static_cast<std::uint32_t>(extent.size());
  if (shape) std::copy(extent.begin(), extent.end(), shape);
  return V1E_OK;
}

v1e_status read_array(void*, v1e_array_file* file, const std::int64_t* offset, const v1e_array* out,
                      v1e_error* err) noexcept {
  if (!file || !offset || !out) return fail(err, V1E_E_INVALID, "arrays.read: missing argument");
  return guarded(err, [&] {
    const std::size_t ndim = array_of(file)->shape().size();
    if (out->ndim != ndim) {
      throw error(ExitCode::config, "arrays.read: the array has {} dimensions, not {}", ndim,
                  out->ndim);
    }
    array_of(file)->read({offset, offset + ndim}, {out->shape, out->shape + ndim}, out->dtype,
                         out->data);
  });
}

void close_array(void*, v1e_array_file* file) noexcept { delete array_of(file); }

const void* get_service(void* ctx, const char* id) noexcept {
  const Host::Impl& impl = impl_of(ctx);
  const std::string_view wanted = id ? id : "";
  if (wanted == V1E_SERVICE_PROGRESS) return &impl.progress;
  if (wanted == V1E_SERVICE_PARALLEL) return &impl.parallel;
  if (wanted == V1E_SERVICE_RNG) return &impl.rng;
  if (wanted == V1E_SERVICE_MEMORY) return &impl.memory;
  if (wanted == V1E_SERVICE_ARRAYS) return &impl.arrays;
  return nullptr;
}

}  // namespace

Host::Host(ThreadPool* pool) : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  impl.table = {sizeof(v1e_host),  V1E_ABI_MAJOR, V1E_ABI_MINOR, &impl,
                V1_ENGINE_VERSION, log_message,   get_service};
  impl.progress = {sizeof(v1e_progress), 0, update_progress};
  impl.parallel = {sizeof(v1e_parallel), 1, for_each, run_team};
  impl.rng = {sizeof(v1e_rng), 0, random_words};
  impl.memory = {sizeof(v1e_memory), 0, acquire, release};
  impl.arrays = {sizeof(v1e_arrays), 0, open_array, array_shape, read_array, close_array};
  set_pool(pool);
}

Host::~Host() = default;

const v1e_host* Host::view() const { return &impl_->table; }

void Host::set_pool(ThreadPool* pool) {
  impl_->pool = pool;
  impl_->parallel.max_threads = pool ? pool->size() : 1;
}

void Host::set_cancel(std::function<bool()> asked) { impl_->cancel = std::move(asked); }

}  // namespace v1::plugin
