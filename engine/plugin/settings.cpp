#include "engine/plugin/settings.hpp"

#include <fmt/format.h>

#include "engine/plugin/settings_storage.hpp"

namespace v1::plugin {

Settings::Storage::Storage(const std::vector<Param>& fields, Schema owner)
    : params(fields), schema(std::move(owner)), values(fields.size()) {
  for (std::size_t i = 0; i < fields.size(); ++i) values[i].type = fields[i].type;
  view.struct_size = sizeof view;
  view.count = static_cast<std::uint32_t>(values.size());
  view.values = values.data();
}

v1e_value Settings::Storage::text(v1e_type type, std::string value) {
  v1e_value out{type, 1, {}};
  out.as.s = texts_.emplace_back(std::move(value)).c_str();
  return out;
}

v1e_value Settings::Storage::int_list(std::vector<std::int64_t> items) {
  v1e_value out{V1E_INT_LIST, static_cast<std::uint32_t>(items.size()), {}};
  out.as.iv = ints_.emplace_back(std::move(items)).data();
  return out;
}

v1e_value Settings::Storage::float_list(std::vector<double> items) {
  v1e_value out{V1E_FLOAT_LIST, static_cast<std::uint32_t>(items.size()), {}};
  out.as.fv = floats_.emplace_back(std::move(items)).data();
  return out;
}

v1e_value Settings::Storage::text_list(std::vector<std::string> items) {
  v1e_value out{V1E_STRING_LIST, static_cast<std::uint32_t>(items.size()), {}};
  std::vector<const char*>& pointers = text_lists_.emplace_back();
  for (std::string& item : items) {
    pointers.push_back(texts_.emplace_back(std::move(item)).c_str());
  }
  out.as.sv = pointers.data();
  return out;
}

v1e_value Settings::Storage::selection(std::string chosen) {
  v1e_selection& entry = selections.emplace_back();
  entry.struct_size = sizeof entry;
  entry.text = texts_.emplace_back(std::move(chosen)).c_str();
  v1e_value out{V1E_SELECTION, 1, {}};
  out.as.selection = &entry;
  return out;
}

v1e_value Settings::Storage::record_list(std::vector<std::unique_ptr<Storage>> items) {
  v1e_value out{V1E_TABLE_LIST, static_cast<std::uint32_t>(items.size()), {}};
  std::vector<const v1e_settings*>& views = record_lists_.emplace_back();
  for (std::unique_ptr<Storage>& item : items) {
    views.push_back(&item->view);
    records.push_back(std::move(item));
  }
  out.as.records = views.data();
  return out;
}

std::unique_ptr<Settings::Storage> Settings::Storage::copy_record(
    const Param& param, const v1e_settings& record) const {
  auto copy = std::make_unique<Storage>(param.fields, schema);
  for (std::size_t i = 0; i < param.fields.size(); ++i) {
    copy->values[i] = copy->copy(param.fields[i], record.values[i]);
  }
  return copy;
}

v1e_value Settings::Storage::copy(const Param& param, const v1e_value& value) {
  switch (value.type) {
    case V1E_STRING:
    case V1E_PATH:
      return text(value.type, value.as.s);
    case V1E_INT_LIST:
      return int_list({value.as.iv, value.as.iv + value.count});
    case V1E_FLOAT_LIST:
      return float_list({value.as.fv, value.as.fv + value.count});
    case V1E_STRING_LIST:
      return text_list({value.as.sv, value.as.sv + value.count});
    case V1E_SELECTION:
      return selection(value.as.selection->text);
    case V1E_TABLE_LIST: {
      std::vector<std::unique_ptr<Storage>> items;
      for (std::uint32_t i = 0; i < value.count; ++i) {
        items.push_back(copy_record(param, *value.as.records[i]));
      }
      return record_list(std::move(items));
    }
    default:
      return value;
  }
}

std::string Settings::Storage::key_of(const v1e_selection& selection) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].type == V1E_SELECTION && values[i].as.selection == &selection) {
      return params[i].key;
    }
  }
  return {};
}

std::string Settings::Storage::key_of(const Storage& record) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].type != V1E_TABLE_LIST) continue;
    for (std::uint32_t k = 0; k < values[i].count; ++k) {
      if (values[i].as.records[k] == &record.view) return fmt::format("{}[{}]", params[i].key, k);
    }
  }
  return {};
}

const v1e_settings* Settings::view() const {
  static constexpr v1e_settings none{sizeof(v1e_settings), 0, nullptr};
  return storage_ ? &storage_->view : &none;
}

const std::vector<Param>* Settings::schema() const {
  return storage_ ? &storage_->params : nullptr;
}

void Settings::resolve_selections(
    const std::function<std::vector<std::uint32_t>(const std::string& key,
                                                   const std::string& toml_text)>& resolve) {
  if (!storage_) return;
  const std::function<void(Storage&, const std::string&)> visit = [&](Storage& storage,
                                                                      const std::string& prefix) {
    for (v1e_selection& selection : storage.selections) {
      const auto& neurons = storage.neurons_.emplace_back(
          resolve(prefix + storage.key_of(selection), selection.text));
      selection.neuron_count = neurons.size();
      selection.neurons = neurons.data();
      selection.resolved = 1;
    }
    for (const auto& record : storage.records) {
      visit(*record, prefix + storage.key_of(*record) + ".");
    }
  };
  visit(*storage_, "");
}

}  // namespace v1::plugin
