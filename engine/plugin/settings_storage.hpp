#pragma once
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/plugin/plugin_info.hpp"
#include "engine/plugin/settings.hpp"

namespace v1::plugin {

/// Values of one schema (a plugin's parameters or the fields of a record) and all the memory
/// they point into. Deques keep addresses stable while values are added.
struct Settings::Storage {
  /// `fields` must live as long as `owner`, which may be null for memory that lives longer.
  Storage(const std::vector<Param>& fields, Schema owner);
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  v1e_value text(v1e_type type, std::string value);
  v1e_value int_list(std::vector<std::int64_t> values);
  v1e_value float_list(std::vector<double> values);
  v1e_value text_list(std::vector<std::string> values);
  v1e_value selection(std::string text);
  v1e_value record_list(std::vector<std::unique_ptr<Storage>> records);
  /// Deep copy of a plugin's own default.
  v1e_value copy(const Param& param, const v1e_value& value);
  /// Deep copy of one record of a default.
  std::unique_ptr<Storage> copy_record(const Param& param, const v1e_settings& record) const;
  /// "population"; "" for one that no value points to.
  std::string key_of(const v1e_selection& selection) const;
  /// "groups[1]"
  std::string key_of(const Storage& record) const;

  const std::vector<Param>& params;
  Schema schema;
  std::vector<v1e_value> values;  // one per parameter
  v1e_settings view = {};
  std::deque<v1e_selection> selections;
  std::vector<std::unique_ptr<Storage>> records;

 private:
  friend class Settings;
  std::deque<std::string> texts_;
  std::deque<std::vector<std::int64_t>> ints_;
  std::deque<std::vector<double>> floats_;
  std::deque<std::vector<const char*>> text_lists_;
  std::deque<std::vector<const v1e_settings*>> record_lists_;
  std::deque<std::vector<std::uint32_t>> neurons_;
};

}  // namespace v1::plugin
