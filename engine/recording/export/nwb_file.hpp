#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"

namespace v1::recording {

/// The HDF5 idioms of NWB 2 (nwb-schema 2.7, hdmf-common 1.8): typed objects with ids, tables with
/// ragged columns, and references between objects.
class NwbFile {
 public:
  /// `identity`: text that object ids are derived from, the same file from the same run.
  NwbFile(const std::filesystem::path& path, std::string identity);

  h5::File& file() { return file_; }
  /// A group that is an object of a type ("TimeSeries") of a namespace ("core").
  void make_object(const std::string& group, const std::string& type,
                   const std::string& name_space = "core");
  /// Marks an existing object.
  void mark(const std::string& object, const std::string& type, const std::string& name_space);
  void write_text(const std::string& dataset, const std::string& text);
  /// A dataset that is one number, not a list.
  void write_number(const std::string& dataset, double value);
  /// One-dimensional texts.
  void write_texts(const std::string& dataset, const std::vector<std::string>& texts);

  /// A DynamicTable or a subtype of it; columns are added one by one and named at the end.
  void make_table(const std::string& group, const std::string& type, const std::string& name_space,
                  const std::string& description, const std::vector<std::int64_t>& ids);
  template <class T>
  void add_column(const std::string& table, const std::string& name, const std::string& description,
                  const std::vector<T>& values, const h5::Layout& layout = {}) {
    file_.write(table + "/" + name, values, {values.size()}, layout);
    finish_column(table + "/" + name, "VectorData", description);
  }
  void add_text_column(const std::string& table, const std::string& name,
                       const std::string& description, const std::vector<std::string>& values);
  /// Ends of the rows of the column `name`, which makes it ragged.
  void add_index(const std::string& table, const std::string& name,
                 const std::vector<std::uint64_t>& ends);
  void name_columns(const std::string& table, const std::vector<std::string>& names);

  void close() { file_.close_synced(); }

 private:
  void finish_column(const std::string& dataset, const std::string& type,
                     const std::string& description);
  std::string object_id(const std::string& object) const;
  void set_reference(const std::string& object, const char* name, const std::string& target);
  void set_text_list(const std::string& object, const char* name,
                     const std::vector<std::string>& values);
  h5::File file_;
  std::string identity_;
};

}  // namespace v1::recording
