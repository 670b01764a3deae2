#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugin_api/include/v1e/plugin.h"

namespace v1::plugin {

struct Param;

/// Owner of the finished parameter values of one plugin use, in schema order.
/// Copies share the same immutable storage.
class Settings {
 public:
  struct Storage;

  Settings() = default;
  explicit Settings(std::shared_ptr<Storage> storage) : storage_(std::move(storage)) {}

  /// Lives as long as this object (or a copy of it).
  const v1e_settings* view() const;
  bool empty() const { return !storage_; }
  /// The declarations the values belong to, in the same order; null when empty.
  const std::vector<Param>* schema() const;

  /// Fills in the neurons of every SELECTION value: positions in the network, ascending, for
  /// the key ("population", "groups[1].neurons") and the text (a TOML value) the user wrote.
  void resolve_selections(const std::function<std::vector<std::uint32_t>(
                              const std::string& key, const std::string& toml_text)>& resolve);

 private:
  std::shared_ptr<Storage> storage_;
};

}  // namespace v1::plugin
