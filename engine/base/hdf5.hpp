#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Thin layer over the HDF5 C library: values in and out of files by path, errors as Error(data)
/// (or Error(memory) for a full disk) that name file and object. The packaged HDF5 is not
/// thread-safe, so every call holds one process-wide lock.
namespace v1::h5 {

using Shape = std::vector<std::uint64_t>;

/// IEEE half precision, stored as its bit pattern.
struct Half {
  std::uint16_t bits;
};

/// How a new dataset is laid out. Without a chunk shape it is contiguous.
struct Layout {
  Shape chunk = {};
  int gzip_level = 0;  // 0 = no compression
  bool shuffle = false;
  bool growable = false;  // first dimension may be extended (needs a chunk shape)
};

template <class T>
struct Type;  // specialised for the numbers below

class File {
 public:
  static File create(const std::filesystem::path& path);  // truncates
  static File read(const std::filesystem::path& path);
  static File append(const std::filesystem::path& path);  // opens for reading and writing
  File(File&&) noexcept;
  File& operator=(File&&) noexcept;
  ~File();

  const std::filesystem::path& path() const { return path_; }
  hid_t id() const { return id_; }
  /// Writes everything to the disk (fsync) and closes; throws Error(memory) when the disk is full.
  void close_synced();

  bool has(const std::string& object) const;
  bool is_group(const std::string& object) const;
  std::vector<std::string> children(const std::string& group) const;
  void make_group(const std::string& group);

  Shape shape(const std::string& dataset) const;
  bool is_text(const std::string& dataset) const;
  bool is_float(const std::string& dataset) const;

  /// All of a dataset, converted to T.
  template <class T>
  std::vector<T> values(const std::string& dataset) const {
    std::vector<T> out(element_count(dataset));
    read_all(dataset, Type<T>::memory(), out.data());
    return out;
  }
  /// A hyper-rectangle, row-major.
  template <class T>
  void slab(const std::string& dataset, const Shape& offset, const Shape& count, T* out) const {
    read_slab(dataset, offset, count, Type<T>::memory(), out);
  }
  /// Fixed- or variable-length strings.
  std::vector<std::string> strings(const std::string& dataset) const;

  template <class T>
  void write(const std::string& dataset, std::span<const T> items, const Shape& shape = {},
             const Layout& layout = {}) {
    const Shape full = shape.empty() ? Shape{items.size()} : shape;
    create(dataset, Type<T>::stored(), full, layout);
    if (!items.empty()) write_all(dataset, Type<T>::memory(), items.data());
  }
  template <class T>
  void write(const std::string& dataset, const std::vector<T>& items, const Shape& shape = {},
             const Layout& layout = {}) {
    write(dataset, std::span<const T>(items), shape, layout);
  }
  void write_strings(const std::string& dataset, const std::vector<std::string>& items);

  template <class T>
  void create_dataset(const std::string& dataset, const Shape& shape, const Layout& layout = {}) {
    create(dataset, Type<T>::stored(), shape, layout);
  }
  template <class T>
  void write_slab(const std::string& dataset, const Shape& offset, const Shape& count,
                  const T* items) {
    write_slab(dataset, offset, count, Type<T>::memory(), items);
  }
  /// Appends rows to a growable 1-d dataset.
  template <class T>
  void append_rows(const std::string& dataset, std::span<const T> items) {
    append_rows(dataset, Type<T>::memory(), items.data(), items.size());
  }

  /// Attributes; object "/" is the root. Missing attributes are nullopt; the text of an enumeration
  /// is the name of its value.
  std::optional<std::string> text_attribute(const std::string& object, const char* name) const;
  std::optional<double> number_attribute(const std::string& object, const char* name) const;
  void set_attribute(const std::string& object, const char* name, const std::string& value);
  void set_attribute(const std::string& object, const char* name, const char* value) {
    set_attribute(object, name, std::string(value));
  }
  void set_attribute(const std::string& object, const char* name, double value);
  void set_attribute(const std::string& object, const char* name, std::int64_t value);
  void set_attribute(const std::string& object, const char* name,
                     const std::vector<std::uint32_t>& values);
  /// names[value], as an enumeration of bytes that counts up from 0.
  void set_enumeration(const std::string& object, const char* name,
                       std::span<const char* const> names, std::uint8_t value);

 private:
  File(hid_t id, std::filesystem::path path) : id_(id), path_(std::move(path)) {}
  std::size_t element_count(const std::string& dataset) const;
  void read_all(const std::string& dataset, hid_t type, void* out) const;
  void read_slab(const std::string& dataset, const Shape& offset, const Shape& count, hid_t type,
                 void* out) const;
  void create(const std::string& dataset, hid_t type, const Shape& shape, const Layout& layout);
  void write_all(const std::string& dataset, hid_t type, const void* items);
  void write_slab(const std::string& dataset, const Shape& offset, const Shape& count, hid_t type,
                  const void* items);
  void append_rows(const std::string& dataset, hid_t type, const void* items, std::size_t count);

  hid_t id_ = -1;
  std::filesystem::path path_;
};

/// The lock that every call above takes; hold it around direct uses of the C library.
class Lock {
 public:
  Lock();
  /// The same around reading this file, whose path must live as long.
  explicit Lock(const std::filesystem::path& reads);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  const char* outer_;
};

/// The file that this thread reads, or null: the library crashes on some damaged ones, and then
/// only a signal handler can name the file.
const char* file_being_read() noexcept;

hid_t half_type();  // IEEE binary16, little-endian

#define V1_H5_TYPE(T, MEMORY, STORED)        \
  template <>                                \
  struct Type<T> {                           \
    static hid_t memory() { return MEMORY; } \
    static hid_t stored() { return STORED; } \
  };
V1_H5_TYPE(std::int8_t, H5T_NATIVE_INT8, H5T_STD_I8LE)
V1_H5_TYPE(std::uint8_t, H5T_NATIVE_UINT8, H5T_STD_U8LE)
V1_H5_TYPE(std::int16_t, H5T_NATIVE_INT16, H5T_STD_I16LE)
V1_H5_TYPE(std::uint16_t, H5T_NATIVE_UINT16, H5T_STD_U16LE)
V1_H5_TYPE(std::int32_t, H5T_NATIVE_INT32, H5T_STD_I32LE)
V1_H5_TYPE(std::uint32_t, H5T_NATIVE_UINT32, H5T_STD_U32LE)
V1_H5_TYPE(std::int64_t, H5T_NATIVE_INT64, H5T_STD_I64LE)
V1_H5_TYPE(std::uint64_t, H5T_NATIVE_UINT64, H5T_STD_U64LE)
V1_H5_TYPE(float, H5T_NATIVE_FLOAT, H5T_IEEE_F32LE)
V1_H5_TYPE(double, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE)
V1_H5_TYPE(Half, half_type(), half_type())
#undef V1_H5_TYPE

}  // namespace v1::h5
