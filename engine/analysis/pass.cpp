#include "engine/analysis/pass.hpp"

#include <future>
#include <map>
#include <optional>

#include "engine/analysis/batches.hpp"
#include "engine/base/error.hpp"
#include "engine/plugin/call.hpp"

namespace v1::analysis {
namespace {

/// An accumulator of the plugin.
class Partial {
 public:
  Partial(const PassContext& context, std::uint32_t pass) : plugin_(context.plugin) {
    plugin::ErrorSlot err;
    plugin::check(
        plugin::call(context.plugin.name, "partial_create", err,
                     context.plugin.analysis().partial_create, context.self, pass, &partial_),
        err, context.plugin, "partial_create");
  }
  ~Partial() {
    if (!partial_) return;
    plugin::call_void(plugin_.name, "partial_destroy", plugin_.analysis().partial_destroy,
                      partial_);
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  v1e_partial* get() const { return partial_; }

 private:
  const plugin::LoadedPlugin& plugin_;
  v1e_partial* partial_ = nullptr;
};

using Partials = std::map<std::size_t, std::unique_ptr<Partial>>;

void consume(const PassContext& context, std::uint32_t pass, const Task& task, Partial& into) {
  for (const auto& chunk : task.chunks) {
    chunk->view.pass = pass;
    plugin::ErrorSlot err;
    plugin::check(
        plugin::call(context.plugin.name, "consume", err, context.plugin.analysis().consume,
                     context.self, into.get(), &chunk->view),
        err, context.plugin, "consume");
  }
}

void check_stop(const PassContext& context) {
  if (context.stop && context.stop()) {
    throw error(ExitCode::interrupted, "interrupted while analysis '{}' was running",
                context.plugin.name);
  }
}

void run_family(const PassContext& context, std::uint32_t pass, BatchSource& source,
                Partial& merged) {
  const v1e_analysis_api& api = context.plugin.analysis();
  const bool parallel = (api.flags & V1E_ANALYSIS_PARALLEL) != 0;
  Partials partials;
  const auto read_next = [&source] { return source.next(); };
  auto ahead = std::async(std::launch::async, read_next);
  while (std::optional<Batch> batch = ahead.get()) {
    check_stop(context);
    ahead = std::async(std::launch::async, read_next);
    for (const std::size_t stripe : batch->open) {
      partials[stripe] = std::make_unique<Partial>(context, pass);
    }
    const auto work = [&](std::size_t k) {
      const Task& task = batch->tasks[k];
      consume(context, pass, task, *partials.at(task.stripe));
    };
    if (parallel) {
      context.pool.for_each(batch->tasks.size(), work);
    } else {
      for (std::size_t k = 0; k < batch->tasks.size(); ++k) work(k);
    }
    for (const std::size_t stripe : batch->close) {
      plugin::ErrorSlot err;
      plugin::check(plugin::call(context.plugin.name, "partial_merge", err, api.partial_merge,
                                 context.self, merged.get(), partials.at(stripe)->get()),
                    err, context.plugin, "partial_merge");
      partials.erase(stripe);
    }
  }
}

}  // namespace

void plan_pass(const plugin::LoadedPlugin& plugin, v1e_analysis* self, std::uint32_t pass,
               RequestList& requests) {
  plugin::ErrorSlot err;
  plugin::check(
      plugin::call(plugin.name, "plan", err, plugin.analysis().plan, self, pass, requests.sink()),
      err, plugin, "plan");
}

bool run_pass(const PassContext& context, std::uint32_t pass) {
  RequestList list(context.datasets);
  plan_pass(context.plugin, context.self, pass, list);
  if (list.requests().empty()) return false;
  const v1e_analysis_api& api = context.plugin.analysis();
  plugin::ErrorSlot err;

  Partial merged(context, pass);
  ChunkReader reader(list.requests(), context.datasets, context.pool, context.budget);
  const bool parallel = (api.flags & V1E_ANALYSIS_PARALLEL) != 0;
  for (const Family& family : make_families(list.requests(), context.budget)) {
    const auto source =
        make_batches(family, {reader, list.requests(), context.datasets, context.budget,
                              parallel ? context.pool.size() : 1, context.tables});
    run_family(context, pass, *source, merged);
  }
  plugin::check(plugin::call(context.plugin.name, "end_pass", err, api.end_pass, context.self, pass,
                             merged.get()),
                err, context.plugin, "end_pass");
  return true;
}

}  // namespace v1::analysis
