#pragma once
#include <functional>
#include <memory>

#include "engine/base/parallel.hpp"
#include "plugin_api/include/v1e/host.h"

namespace v1::plugin {

/// The engine's side of v1e_host: log, and the services progress, parallel, rng, memory and
/// arrays. One per process; must outlive the plugins that were given view().
class Host {
 public:
  /// Without a pool, parallel work runs on the calling thread.
  explicit Host(ThreadPool* pool = nullptr);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const v1e_host* view() const;

  /// Not while plugins are at work.
  void set_pool(ThreadPool* pool);
  /// Asked, from any thread, whenever a plugin reports progress: true tells it to stop. Not set
  /// while plugins are at work; empty = never.
  void set_cancel(std::function<bool()> asked);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace v1::plugin
