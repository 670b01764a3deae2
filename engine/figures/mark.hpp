#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/figures/frame.hpp"
#include "engine/figures/spec.hpp"
#include "engine/figures/table.hpp"

namespace v1::figures {

/// Rows of one group of a mark.
struct Series {
  std::string key;  // "" without a group column
  std::string label;
  Rgb color;
  std::vector<std::size_t> rows;
};

struct LegendEntry {
  enum class Sign { line, patch, dot };
  std::string label;
  Rgb color;
  Sign sign = Sign::line;
  Dash dash = Dash::solid;
  Symbol symbol = Symbol::circle;
  bool operator==(const LegendEntry&) const = default;
};

/// A mark bound to its table: first says what its axes must show, then draws.
class Mark {
 public:
  /// Throws Error(data) naming figure, key, table and column.
  Mark(const MarkSpec& spec, const TableStore& store);
  virtual ~Mark() = default;
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

  virtual void measure(PanelNeeds& needs) = 0;
  virtual void draw(Frame& frame) const = 0;
  std::vector<LegendEntry> legend() const;
  const MarkSpec& spec() const { return spec_; }
  bool empty() const;

 protected:
  virtual LegendEntry::Sign sign() const { return LegendEntry::Sign::line; }
  virtual Symbol symbol() const { return Symbol::circle; }
  bool has(const std::string& role) const { return spec_.has(role); }
  const Column& column(const std::string& role) const;
  /// As column(), but text columns are refused.
  const Column& numeric(const std::string& role) const;
  /// Registers a column with an axis: its categories when it is text, else its range.
  void need(AxisNeeds& axis, const std::string& role) const;
  /// Finite numbers of a column in these rows.
  std::vector<double> finite(const Column& column, const std::vector<std::size_t>& rows) const;
  bool grouped_by(const std::string& role) const;

  const MarkSpec& spec_;
  std::shared_ptr<const Table> table_;
  std::vector<Series> series_;

 private:
  void make_series(const std::vector<std::size_t>& rows);
  Rgb color_of(const std::string& key, std::size_t index) const;
};

std::unique_ptr<Mark> make_mark(const MarkSpec& spec, const TableStore& store);

/// A table by name, for shades, strips and markers too; `origin` begins the message.
std::shared_ptr<const Table> require_table(const TableStore& store, const std::string& name,
                                           const std::string& origin);
const Column& require_column(const Table& table, const std::string& name, const std::string& role,
                             const std::string& origin);
const Column& require_numbers(const Table& table, const std::string& name, const std::string& role,
                              const std::string& origin);
/// Rows that meet all conditions.
std::vector<std::size_t> matching_rows(const Table& table, const std::vector<Condition>& where,
                                       const std::string& origin);

}  // namespace v1::figures
