#include "engine/network/sonata/row_groups.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/network/sonata/datasets.hpp"

namespace v1::network::sonata {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

std::optional<std::int64_t> group_number(const std::string& name) {
  std::int64_t id = 0;
  const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (status != std::errc() || end != name.data() + name.size() || id < 0) return std::nullopt;
  return id;
}

std::string number_text(double value) {
  if (value == std::floor(value) && std::fabs(value) < 9e15) {
    return fmt::format("{}", static_cast<std::int64_t>(value));
  }
  return fmt::format("{}", value);
}

}  // namespace

RowGroups::RowGroups(const h5::File& file, std::string base, std::string kind)
    : file_(file), base_(std::move(base)), kind_(std::move(kind)) {
  const std::string types = dataset_path(kind_ + "_type_id");
  if (!file_.has(types)) {
    throw error(ExitCode::data, "{}: no dataset '{}'; a SONATA population needs it",
                file_.path().string(), types);
  }
  check_one_value_per_row(types);
  rows_ = file_.shape(types).front();
  single_group_ = !file_.has(dataset_path(kind_ + "_group_id"));
  has_index_ = file_.has(dataset_path(kind_ + "_group_index"));
  for (const std::string& name : file_.children(base_)) {
    const auto id = group_number(name);
    if (!file_.is_group(dataset_path(name))) continue;
    const bool index = name == "indices" || name == "indicies";  // the standard's own spelling, too
    if (id) {
      groups_.push_back({*id, dataset_path(name)});
    } else if (!index) {
      other_groups_.push_back(name);
    }
  }
  if (groups_.size() > 1 && !single_group_ && !has_index_) {
    throw error(ExitCode::data, "{}: '{}' has several groups but no dataset '{}_group_index'",
                file_.path().string(), base_, kind_);
  }
}

bool RowGroups::is_dataset(const std::string& path) const {
  return file_.has(path) && !file_.is_group(path);
}

bool RowGroups::has(const std::string& attribute) const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const Group& group) { return is_dataset(group.path + "/" + attribute); });
}

std::vector<std::int64_t> RowGroups::ids(const std::string& dataset) const {
  const std::string path = dataset_path(dataset);
  if (!file_.has(path)) {
    throw error(ExitCode::data, "{}: no dataset '{}'; a SONATA population needs it",
                file_.path().string(), path);
  }
  check_one_value_per_row(path);
  const std::uint64_t length = file_.shape(path).front();
  if (length != rows_) {
    throw error(ExitCode::data, "{}: '{}' has {} rows, but '{}_type_id' beside it has {}",
                file_.path().string(), path, length, kind_, rows_);
  }
  return read_ids(file_, path, begin_, count_);
}

void RowGroups::select(std::uint64_t begin, std::uint64_t count) {
  begin_ = begin;
  count_ = count;
  slot_.assign(count, -1);
  index_.resize(count);
  if (has_index_) {
    index_ = ids(kind_ + "_group_index");
  } else {
    for (std::uint64_t i = 0; i < count; ++i) index_[i] = static_cast<std::int64_t>(begin + i);
  }
  std::vector<std::int64_t> group_ids;
  if (!single_group_) group_ids = ids(kind_ + "_group_id");
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::uint64_t i = 0; i < count; ++i) {
      if ((single_group_ ? 0 : group_ids[i]) == groups_[g].id)
        slot_[i] = static_cast<std::int32_t>(g);
    }
  }
  check_groups(group_ids);
}

// A file may do without groups, but not without some of them.
void RowGroups::check_groups(const std::vector<std::int64_t>& group_ids) const {
  if (group_ids.empty() || (groups_.empty() && other_groups_.empty())) return;
  const auto lost = std::find(slot_.begin(), slot_.end(), -1);
  if (lost == slot_.end()) return;
  const auto i = static_cast<std::size_t>(lost - slot_.begin());
  throw error(ExitCode::data,
              "{}: row {} of '{}' has {}_group_id {}, but there is no group '{}'{}; "
              "the file is inconsistent",
              file_.path().string(), begin_ + i, base_, kind_, group_ids[i],
              dataset_path(std::to_string(group_ids[i])),
              groups_.empty() ? fmt::format(" (there is '{}')", join(other_groups_, "', '")) : "");
}

void RowGroups::check_one_value_per_row(const std::string& dataset) const {
  const h5::Shape shape = file_.shape(dataset);
  if (shape.size() == 1) return;
  throw error(ExitCode::data,
              "{}: '{}' has the shape {}; expected a list with one value for each {}",
              file_.path().string(), dataset, shape_text(shape), kind_);
}

// Checks the group indices of the window against the dataset's length on the way.
RowGroups::Span RowGroups::span_of(std::size_t group, const std::string& dataset) const {
  const h5::Shape shape = file_.shape(dataset);
  const std::uint64_t length = shape.empty() ? 1 : shape.front();
  Span span{std::numeric_limits<std::uint64_t>::max(), 0};
  for (std::uint64_t i = 0; i < count_; ++i) {
    if (slot_[i] != static_cast<std::int32_t>(group)) continue;
    const std::int64_t index = index_[i];
    if (index < 0 || static_cast<std::uint64_t>(index) >= length) {
      throw error(ExitCode::data,
                  "{}: row {} of '{}' has {}_group_index {}, but '{}' has {} rows; the file is "
                  "inconsistent",
                  file_.path().string(), begin_ + i, base_, kind_, index, dataset, length);
    }
    span.begin = std::min(span.begin, static_cast<std::uint64_t>(index));
    span.end = std::max(span.end, static_cast<std::uint64_t>(index) + 1);
  }
  return span;
}

void RowGroups::scatter_numbers(std::size_t group, const std::string& dataset,
                                std::vector<double>& out) const {
  check_one_value_per_row(dataset);
  const Span span = span_of(group, dataset);
  if (span.empty()) return;
  if (file_.is_text(dataset)) {
    throw error(ExitCode::data, "{}: '{}' holds text; expected numbers", file_.path().string(),
                dataset);
  }
  std::vector<double> values(span.end - span.begin);
  file_.slab(dataset, {span.begin}, {values.size()}, values.data());
  for (std::uint64_t i = 0; i < count_; ++i) {
    if (slot_[i] == static_cast<std::int32_t>(group)) {
      out[i] = values[static_cast<std::uint64_t>(index_[i]) - span.begin];
    }
  }
}

std::vector<std::string> RowGroups::present(const std::vector<std::string>& names) const {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    if (std::any_of(groups_.begin(), groups_.end(),
                    [&](const Group& group) { return file_.has(group.path + "/" + name); })) {
      out.push_back(name);
    }
  }
  return out;
}

void RowGroups::warn_of_attributes_outside(const std::vector<std::string>& names) const {
  std::vector<std::string> outside;
  for (const std::string& name : names) {
    if (is_dataset(dataset_path(name))) outside.push_back(name);
  }
  if (outside.empty()) return;
  log::warn(
      "{}: '{}' has '{}' beside its groups: no effect; SONATA keeps {} in a group such as '{}/0'",
      file_.path().string(), base_, join(outside, "', '"), outside.size() == 1 ? "it" : "them",
      base_);
}

std::vector<double> RowGroups::numbers(const std::string& attribute) const {
  std::vector<double> out(count_, absent);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::string dataset = groups_[g].path + "/" + attribute;
    if (is_dataset(dataset)) scatter_numbers(g, dataset, out);
  }
  return out;
}

std::vector<double> RowGroups::numbers_at(const std::string& attribute, std::size_t entry) const {
  std::vector<double> out(count_, absent);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::string dataset = groups_[g].path + "/" + attribute;
    if (!is_dataset(dataset) || file_.is_text(dataset)) continue;
    const h5::Shape shape = file_.shape(dataset);
    if (shape.size() != 2 || entry >= shape[1] || span_of(g, dataset).empty()) continue;
    const auto values = file_.values<double>(dataset);
    for (std::uint64_t i = 0; i < count_; ++i) {
      if (slot_[i] != static_cast<std::int32_t>(g)) continue;
      out[i] = values[static_cast<std::size_t>(index_[i]) * shape[1] + entry];
    }
  }
  return out;
}

std::vector<std::string> RowGroups::entries_of_library(
    const std::string& dataset, const std::string& library,
    const std::vector<std::string>& names) const {
  std::vector<std::string> texts;
  for (const std::int64_t entry : read_ids(file_, dataset, 0, file_.shape(dataset).front())) {
    if (entry < 0 || static_cast<std::uint64_t>(entry) >= names.size()) {
      throw error(ExitCode::data, "{}: '{}' refers to entry {} of '{}', which has {}",
                  file_.path().string(), dataset, entry, library, names.size());
    }
    texts.push_back(names[static_cast<std::size_t>(entry)]);
  }
  return texts;
}

std::vector<std::optional<std::string>> RowGroups::texts(const std::string& attribute) const {
  std::vector<std::optional<std::string>> out(count_);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::string dataset = groups_[g].path + "/" + attribute;
    if (!is_dataset(dataset)) continue;
    check_one_value_per_row(dataset);
    if (span_of(g, dataset).empty()) continue;
    std::vector<std::string> texts;
    if (file_.is_text(dataset)) {
      texts = file_.strings(dataset);
    } else {
      const std::string library = groups_[g].path + "/@library/" + attribute;
      const auto names = file_.has(library) ? file_.strings(library) : std::vector<std::string>();
      if (names.empty()) {
        for (const double value : file_.values<double>(dataset)) {
          texts.push_back(number_text(value));
        }
      } else {
        texts = entries_of_library(dataset, library, names);
      }
    }
    for (std::uint64_t i = 0; i < count_; ++i) {
      if (slot_[i] == static_cast<std::int32_t>(g)) {
        out[i] = texts[static_cast<std::size_t>(index_[i])];
      }
    }
  }
  return out;
}

std::vector<ParameterColumn> RowGroups::parameters() const {
  std::vector<ParameterColumn> columns;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::string folder = groups_[g].path + "/dynamics_params";
    if (!file_.is_group(folder)) continue;
    for (const std::string& name : file_.children(folder)) {
      const std::string dataset = folder + "/" + name;
      if (file_.is_group(dataset)) continue;
      if (file_.is_text(dataset)) {
        throw error(ExitCode::data, "{}: '{}' holds text; expected numbers", file_.path().string(),
                    dataset);
      }
      const h5::Shape shape = file_.shape(dataset);
      if (shape.empty() || shape.size() > 2) {
        throw error(ExitCode::data,
                    "{}: '{}' has the shape {}; expected one value, or one list, for each {}",
                    file_.path().string(), dataset, shape_text(shape), kind_);
      }
      const std::size_t width = shape.size() > 1 ? static_cast<std::size_t>(shape[1]) : 1;
      auto column = std::find_if(columns.begin(), columns.end(),
                                 [&](const ParameterColumn& c) { return c.name == name; });
      if (column == columns.end()) {
        columns.push_back(
            {name, width, shape.size() > 1, std::vector<double>(count_ * width, absent)});
        column = std::prev(columns.end());
      } else if (column->width != width) {
        throw error(ExitCode::data, "{}: '{}' has {} values a row, but another group has {}",
                    file_.path().string(), dataset, width, column->width);
      }
      if (span_of(g, dataset).empty()) continue;
      const auto values = file_.values<double>(dataset);
      const auto infinite = std::find_if(values.begin(), values.end(),
                                         [](double value) { return std::isinf(value); });
      if (infinite != values.end()) {
        throw error(ExitCode::data, "{}: row {} of '{}' is {}; expected finite numbers",
                    file_.path().string(),
                    static_cast<std::size_t>(infinite - values.begin()) / width, dataset,
                    *infinite);
      }
      for (std::uint64_t i = 0; i < count_; ++i) {
        if (slot_[i] != static_cast<std::int32_t>(g)) continue;
        const auto row = static_cast<std::size_t>(index_[i]);
        std::copy_n(values.begin() + static_cast<long>(row * width), width,
                    column->values.begin() + static_cast<long>(i * width));
      }
    }
  }
  return columns;
}

}  // namespace v1::network::sonata
