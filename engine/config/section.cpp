#include "engine/config/section.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/base/special_file.hpp"
#include "engine/base/text.hpp"
#include "engine/base/written_path.hpp"
#include "engine/config/key_home.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/param_value.hpp"

namespace v1::config {
namespace {

std::string limit_text(const Limits& limits) {
  const std::string low = fmt::format("{} {}", limits.above ? ">" : ">=", limits.low);
  return std::isinf(limits.high) ? low : fmt::format("{} and <= {}", low, limits.high);
}

std::string word_list(const std::vector<std::string>& words) {
  return "\"" + join(words, "\", \"") + "\"";
}

}  // namespace

Section::Section(Issues& issues, const toml::table* table, std::string name,
                 const toml::source_region& otherwise)
    : issues_(issues), table_(table), name_(std::move(name)), otherwise_(otherwise) {}

std::string Section::full_name(const std::string& key) const {
  return name_.empty() ? key : name_ + "." + key;
}

toml::source_region Section::where() const {
  return table_ && table_->source().begin ? table_->source() : otherwise_;
}

toml::source_region Section::where(const char* key) const {
  if (!has(key)) return where();
  const auto found = table_->find(key);
  if (found->second.source().begin) return found->second.source();
  // A table that a key of a sweep implies ("stimulus.params.contrast") has no place of its own.
  return found->first.source().begin ? found->first.source() : where();
}

const toml::node* Section::get(const char* key) {
  known_.emplace_back(key);
  return table_ ? table_->get(key) : nullptr;
}

void Section::complain(const char* key, const std::string& message, ExitCode code) {
  issues_.add(where(key), fmt::format("'{}' {}", full_name(key), message), code);
}

void Section::wrong_type(const char* key, const toml::node& node, const std::string& expected) {
  complain(key, fmt::format("must be {}, found {}", expected, plugin::node_kind(node)));
}

void Section::text(const char* key, std::string& value) {
  const toml::node* node = get(key);
  if (!node) return;
  if (const auto* found = node->as_string()) {
    value = found->get();
  } else {
    wrong_type(key, *node, "text");
  }
}

void Section::number(const char* key, double& value, const Limits& limits) {
  const toml::node* node = get(key);
  if (!node) return;
  const std::optional<double> written = plugin::as_number(*node);
  if (!written) {
    if (!plugin::begins_with_a_number(*node)) return wrong_type(key, *node, "a number");
    return complain(key, fmt::format("must be a number, found {}; leave out the unit: times are in "
                                     "ms, lengths in um, currents in pA",
                                     plugin::node_kind(*node)));
  }
  const double found = *written;
  const bool too_low = limits.above ? !(found > limits.low) : !(found >= limits.low);
  if (!std::isfinite(found)) {
    complain(key, fmt::format("must be finite, found {}", found));
  } else if (too_low || found > limits.high) {
    complain(key, fmt::format("must be {}, found {}", limit_text(limits), found));
  } else {
    value = found;
  }
}

std::optional<std::int64_t> Section::read_integer(const char* key, std::int64_t low,
                                                  std::int64_t high) {
  const toml::node* node = get(key);
  if (!node) return std::nullopt;
  const auto* found = node->as_integer();
  if (!found) {
    complain(key, fmt::format("must be a whole number, found {}{}", plugin::node_kind(*node),
                              plugin::whole_without_point(*node)));
    return std::nullopt;
  }
  if (found->get() < low || found->get() > high) {
    const std::string upper = found->get() > high ? fmt::format(" and <= {}", high) : std::string();
    complain(key, fmt::format("must be >= {}{}, found {}", low, upper, found->get()));
    return std::nullopt;
  }
  return found->get();
}

void Section::boolean(const char* key, bool& value) {
  const toml::node* node = get(key);
  if (!node) return;
  if (const auto* found = node->as_boolean()) {
    value = found->get();
  } else {
    wrong_type(key, *node, "true or false");
  }
}

std::optional<std::size_t> Section::choice(const char* key, const std::vector<std::string>& words) {
  const toml::node* node = get(key);
  if (!node) return std::nullopt;
  const auto* written = node->as_string();
  if (!written) {
    wrong_type(key, *node, "one of " + word_list(words));
    return std::nullopt;
  }
  const auto found = std::find(words.begin(), words.end(), written->get());
  if (found == words.end()) {
    complain(key, fmt::format("must be one of {}, found \"{}\"{}", word_list(words), written->get(),
                              did_you_mean(written->get(), words)));
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - words.begin());
}

void Section::choice(const char* key, std::string& value, const std::vector<std::string>& words) {
  if (const auto index = choice(key, words)) value = words[*index];
}

void Section::texts(const char* key, std::vector<std::string>& value) {
  const toml::node* node = get(key);
  if (!node) return;
  const toml::array* items = node->as_array();
  if (!items) return wrong_type(key, *node, "a list of texts");
  std::vector<std::string> found;
  for (const toml::node& item : *items) {
    if (!item.is_string()) {
      issues_.add(item.source(), fmt::format("'{}' must hold texts only, found {}", full_name(key),
                                             plugin::node_kind(item)));
      return;
    }
    found.push_back(item.as_string()->get());
  }
  value = std::move(found);
}

void Section::selection(const char* key, Selection& value) {
  const toml::node* node = get(key);
  if (!node) return;
  Selection found;
  const std::vector<plugin::NodeProblem> problems = selection_problems(*node, &found);
  for (const plugin::NodeProblem& problem : problems) {
    const bool placed = static_cast<bool>(problem.where.begin);
    issues_.add(placed ? problem.where : where(key),
                fmt::format("'{}' {}", full_name(key), problem.message));
  }
  if (!problems.empty()) return;
  found.where = fmt::format("{}: '{}'", format_where(node->source()), full_name(key));
  value = std::move(found);
}

void Section::path(const char* key, std::filesystem::path& value, bool must_exist) {
  std::string written;
  const bool present = get(key) != nullptr;
  text(key, written);
  if (!present || (written.empty() && !table_->get(key)->is_string())) return;
  if (written.empty()) return complain(key, "must be a path, found \"\"");
  value = plugin::path_written_at(where(key), written, std::filesystem::current_path());
  if (const std::string problem = path_problem(value); !problem.empty()) complain(key, problem);
  if (const std::string kind = special_file(value); !kind.empty()) {
    complain(key, fmt::format("names {}, but a file is needed: {}", kind, value.string()),
             ExitCode::data);
  }
  if (must_exist && !std::filesystem::exists(value)) {
    complain(key, fmt::format("names a file that does not exist: {}", value.string()),
             ExitCode::data);
  }
}

void Section::bytes(const char* key, std::uint64_t& value) {
  const toml::node* node = get(key);
  if (!node) return;
  std::optional<std::uint64_t> found;
  if (const auto* whole = node->as_integer(); whole && whole->get() >= 0) {
    found = static_cast<std::uint64_t>(whole->get());
  }
  if (const auto* written = node->as_string()) found = parse_bytes(written->get());
  if (!found || *found == 0) {
    return complain(
        key, fmt::format("must be a size such as \"2 GiB\", found {}", plugin::node_kind(*node)));
  }
  value = *found;
}

const toml::table* Section::table(const char* key) {
  const toml::node* node = get(key);
  if (!node) return nullptr;
  if (!node->is_table()) wrong_type(key, *node, "a table");
  return node->as_table();
}

std::vector<const toml::table*> Section::tables(const char* key) {
  const toml::node* node = get(key);
  std::vector<const toml::table*> found;
  if (!node) return found;
  const toml::array* items = node->as_array();
  if (!items) {
    // For "input.0.params.amplitude" in a sweep or a --set, where the file has no [[input]].
    const toml::table* table = node->as_table();
    const std::string first =
        table && !table->empty() ? std::string(table->begin()->first.str()) : "";
    if (!first.empty() && first.find_first_not_of("0123456789") == std::string::npos) {
      issues_.add(
          table->begin()->first.source(),
          fmt::format("'{0}.{1}' changes number {1} of the [[{0}]], counted from 0, but there "
                      "are none",
                      full_name(key), first));
      return found;
    }
    wrong_type(key, *node, fmt::format("a list of tables ([[{}]])", full_name(key)));
    return found;
  }
  for (const toml::node& item : *items) {
    if (item.is_table()) {
      found.push_back(item.as_table());
    } else {
      issues_.add(item.source(), fmt::format("'{}' must hold tables only, found {}", full_name(key),
                                             plugin::node_kind(item)));
    }
  }
  return found;
}

void Section::forbid(const char* key, const std::string& because) {
  if (get(key)) complain(key, because);
}

void Section::require(const char* key, const std::string& because) {
  if (!has(key)) complain(key, because);
}

void Section::place_elsewhere(const std::string& key, const std::string& full_name) {
  elsewhere_[key] = full_name;
}

void Section::finish() {
  if (!table_) return;
  const std::set<std::string> candidates(known_.begin(), known_.end());  // sorted, each once
  for (const auto& [key, node] : *table_) {
    const std::string name(key.str());
    if (candidates.contains(name)) continue;
    const auto other = elsewhere_.find(name);
    const auto home = other == elsewhere_.end() ? home_of_key(name) : std::optional(other->second);
    const std::string hint = home ? fmt::format("; did you mean '{}'?", *home)
                                  : known_names_hint(name, {candidates.begin(), candidates.end()});
    issues_.add(key.source().begin ? key.source() : node.source(),
                fmt::format("unknown key '{}'{}", full_name(name), hint));
  }
}

}  // namespace v1::config
