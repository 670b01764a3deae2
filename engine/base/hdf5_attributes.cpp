#include <array>
#include <cstddef>
#include <cstring>

#include "engine/base/hdf5.hpp"
#include "engine/base/hdf5_detail.hpp"

namespace v1::h5 {

using detail::fail;
using detail::Id;
using detail::to_hsize;

namespace {

std::optional<std::string> enumeration_name(hid_t attribute, hid_t type, hid_t space) {
  std::vector<std::byte> value(H5Tget_size(type));
  std::array<char, 64> name{};
  if (H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, type, value.data()) < 0 ||
      H5Tenum_nameof(type, value.data(), name.data(), name.size()) < 0) {
    return std::nullopt;
  }
  return name.data();
}

}  // namespace

std::optional<std::string> File::text_attribute(const std::string& object, const char* name) const {
  const Lock lock(path_);
  if (H5Aexists_by_name(id_, object.c_str(), name, H5P_DEFAULT) <= 0) return std::nullopt;
  const Id id(H5Aopen_by_name(id_, object.c_str(), name, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const Id type(H5Aget_type(id), H5Tclose);
  const Id space(H5Aget_space(id), H5Sclose);
  if (H5Tget_class(type) == H5T_ENUM) return enumeration_name(id, type, space);
  if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) {
    return std::nullopt;
  }
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    const Id memory(H5Tcopy(type), H5Tclose);
    if (H5Aread(id, memory, &text) < 0 || !text) return std::nullopt;
    std::string out = text;
    H5free_memory(text);
    return out;
  }
  std::string text(H5Tget_size(type), '\0');
  if (H5Aread(id, type, text.data()) < 0) return std::nullopt;
  text.resize(strnlen(text.data(), text.size()));
  return text;
}

std::optional<double> File::number_attribute(const std::string& object, const char* name) const {
  const Lock lock(path_);
  if (H5Aexists_by_name(id_, object.c_str(), name, H5P_DEFAULT) <= 0) return std::nullopt;
  const Id id(H5Aopen_by_name(id_, object.c_str(), name, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const Id type(H5Aget_type(id), H5Tclose);
  const Id space(H5Aget_space(id), H5Sclose);
  const H5T_class_t kind = H5Tget_class(type);
  if ((kind != H5T_INTEGER && kind != H5T_FLOAT) || H5Sget_simple_extent_npoints(space) != 1) {
    return std::nullopt;
  }
  double value = 0.0;
  if (H5Aread(id, H5T_NATIVE_DOUBLE, &value) < 0) return std::nullopt;
  return value;
}

namespace {

void put_attribute(const File& file, const std::string& object, const char* name, hid_t stored,
                   hid_t memory, const Shape& shape, const void* value) {
  if (H5Aexists_by_name(file.id(), object.c_str(), name, H5P_DEFAULT) > 0) {
    H5Adelete_by_name(file.id(), object.c_str(), name, H5P_DEFAULT);
  }
  const auto extent = to_hsize(shape);
  const Id space(shape.empty()
                     ? H5Screate(H5S_SCALAR)
                     : H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr),
                 H5Sclose);
  const Id id(H5Acreate_by_name(file.id(), object.c_str(), name, stored, space, H5P_DEFAULT,
                                H5P_DEFAULT, H5P_DEFAULT),
              H5Aclose);
  if (!id.valid() || H5Awrite(id, memory, value) < 0) {
    fail(file.path(), object + "@" + name, "write attribute");
  }
}

}  // namespace

void File::set_attribute(const std::string& object, const char* name, const std::string& value) {
  const Lock lock;
  const Id type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  const char* text = value.c_str();
  put_attribute(*this, object, name, type, type, {}, &text);
}

void File::set_attribute(const std::string& object, const char* name, double value) {
  const Lock lock;
  put_attribute(*this, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {}, &value);
}

void File::set_attribute(const std::string& object, const char* name, std::int64_t value) {
  const Lock lock;
  put_attribute(*this, object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, {}, &value);
}

void File::set_attribute(const std::string& object, const char* name,
                         const std::vector<std::uint32_t>& values) {
  const Lock lock;
  put_attribute(*this, object, name, H5T_STD_U32LE, H5T_NATIVE_UINT32, {values.size()},
                values.data());
}

void File::set_enumeration(const std::string& object, const char* name,
                           std::span<const char* const> names, std::uint8_t value) {
  const Lock lock;
  const Id type(H5Tenum_create(H5T_NATIVE_UINT8), H5Tclose);
  std::uint8_t next = 0;
  for (const char* const member : names) {
    H5Tenum_insert(type, member, &next);
    ++next;
  }
  put_attribute(*this, object, name, type, type, {}, &value);
}

}  // namespace v1::h5
