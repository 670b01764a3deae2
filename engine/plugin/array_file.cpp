#include "engine/plugin/array_file.hpp"

#include <algorithm>
#include <filesystem>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/special_file.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/array_convert.hpp"
#include "engine/plugin/array_sources.hpp"

namespace v1::plugin {
namespace {

constexpr std::size_t most_dimensions = 4;  // of v1e_array

std::vector<std::uint64_t> unsigned_shape(const std::vector<std::int64_t>& shape) {
  return {shape.begin(), shape.end()};
}

std::size_t product(const std::vector<std::int64_t>& counts) {
  std::size_t n = 1;
  for (const std::int64_t count : counts) n *= static_cast<std::size_t>(count);
  return n;
}

class Hdf5Array : public ArrayFile {
 public:
  Hdf5Array(const std::string& path, const std::string& dataset)
      : ArrayFile(path + ":" + dataset), file_(h5::File::read(path)), dataset_(dataset) {
    if (!file_.has(dataset) || file_.is_group(dataset)) {
      throw error(ExitCode::data, "{}: no dataset '{}'{}", path, dataset, what_is_there());
    }
    if (file_.is_text(dataset)) {
      throw error(ExitCode::data, "{}: dataset '{}' holds text, not numbers", path, dataset);
    }
    for (const std::uint64_t extent : file_.shape(dataset)) {
      shape_.push_back(static_cast<std::int64_t>(extent));
    }
    dtype_ = stored_type();
  }

 protected:
  v1e_dtype read_native(const std::vector<std::int64_t>& offset,
                        const std::vector<std::int64_t>& count,
                        std::vector<std::byte>& out) const override {
    // Integers come as 64-bit ones, so that conversion can see what does not fit.
    if (dtype_ == V1E_F64) return read_as<double>(offset, count, out, V1E_F64);
    if (dtype_ == V1E_F32 || dtype_ == V1E_F16) return read_as<float>(offset, count, out, V1E_F32);
    if (dtype_ == V1E_U64) return read_as<std::uint64_t>(offset, count, out, V1E_U64);
    return read_as<std::int64_t>(offset, count, out, V1E_I64);
  }

 private:
  template <class T>
  v1e_dtype read_as(const std::vector<std::int64_t>& offset, const std::vector<std::int64_t>& count,
                    std::vector<std::byte>& out, v1e_dtype type) const {
    std::vector<T> items(product(count));
    if (shape_.empty()) {
      items = file_.values<T>(dataset_);
    } else if (!items.empty()) {
      file_.slab<T>(dataset_, unsigned_shape(offset), unsigned_shape(count), items.data());
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(items.data());
    out.assign(bytes, bytes + items.size() * sizeof(T));
    return type;
  }

  // The members of the nearest group that exists, for the message about a missing dataset.
  std::string what_is_there() const {
    std::filesystem::path place = std::filesystem::path(dataset_).parent_path();
    const auto present = [&](const std::string& name) {
      return name == "/" || (file_.has(name) && file_.is_group(name));
    };
    while (place.has_relative_path() && !present(place.string())) place = place.parent_path();
    const std::string group = place.empty() ? "/" : place.string();
    const std::vector<std::string> names = file_.children(group);
    constexpr std::size_t most_names = 12;
    if (names.empty()) return fmt::format("; '{}' is empty", group);
    std::vector<std::string> some = names;
    if (some.size() > most_names) some.resize(most_names);
    return fmt::format("; '{}' has {}{}", group, join(some, ", "),
                       names.size() > most_names ? ", ..." : "");
  }

  v1e_dtype stored_type() const {
    const h5::Lock lock;
    const hid_t dataset = H5Dopen2(file_.id(), dataset_.c_str(), H5P_DEFAULT);
    const hid_t type = dataset >= 0 ? H5Dget_type(dataset) : H5I_INVALID_HID;
    const H5T_class_t kind = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    const std::size_t size = type >= 0 ? H5Tget_size(type) : 0;
    const bool is_signed = type >= 0 && kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
    if (type >= 0) H5Tclose(type);
    if (dataset >= 0) H5Dclose(dataset);
    if (kind == H5T_FLOAT) return size <= 2 ? V1E_F16 : size == 4 ? V1E_F32 : V1E_F64;
    if (kind == H5T_INTEGER && is_signed) return size <= 4 ? V1E_I32 : V1E_I64;
    if (kind == H5T_ENUM) return V1E_I32;  // truth values are 0 and 1, not 8-bit numbers
    if (kind == H5T_INTEGER) {
      return size == 1 ? V1E_U8 : size == 2 ? V1E_U16 : size == 4 ? V1E_U32 : V1E_U64;
    }
    throw error(ExitCode::data, "{}: holds no numbers", address_);
  }

  h5::File file_;
  std::string dataset_;
};

}  // namespace

std::unique_ptr<ArrayFile> open_hdf5(const std::string& path, const std::string& dataset) {
  return std::make_unique<Hdf5Array>(path, dataset);
}

std::unique_ptr<ArrayFile> ArrayFile::open(const std::string& address) {
  const std::size_t colon = address.rfind(":/");
  const std::string path = colon == std::string::npos ? address : address.substr(0, colon);
  if (std::filesystem::is_directory(path)) {
    throw error(ExitCode::data, "{}: is a folder, but a file is needed", path);
  }
  refuse_special_file(path);
  if (!std::filesystem::is_regular_file(path)) {
    throw error(ExitCode::data, "{}: no such file", path);
  }
  const std::string extension = std::filesystem::path(path).extension().string();
  std::unique_ptr<ArrayFile> file;
  const std::string inside = colon == std::string::npos ? "" : address.substr(colon + 1);
  const bool of_population = inside.starts_with("/spikes/");
  if (extension == ".csv" && (of_population || inside == "/spikes")) {
    file = open_csv_spikes(path, of_population ? inside.substr(8) : "");
  } else if (colon != std::string::npos) {
    file = open_hdf5_spikes(path, inside);
    if (!file) file = open_hdf5(path, inside);
  } else if (extension == ".npy") {
    file = open_npy(path);
  } else if (extension == ".csv") {
    file = open_csv(path);
  } else {
    throw error(ExitCode::data,
                "{}: an array is a .npy or .csv file, or a dataset written as "
                "\"file.h5:/group/dataset\"{}",
                path,
                extension == ".npz" ? "; save one array of this archive with numpy.save" : "");
  }
  if (file->shape_.size() > most_dimensions) {
    throw error(ExitCode::data, "{}: has {} dimensions; at most {} are supported", address,
                file->shape_.size(), most_dimensions);
  }
  return file;
}

void ArrayFile::read(const std::vector<std::int64_t>& offset,
                     const std::vector<std::int64_t>& count, v1e_dtype dtype, void* out) const {
  if (offset.size() != shape_.size() || count.size() != shape_.size()) {
    throw error(ExitCode::data, "{}: has {} dimensions, asked for {}", address_, shape_.size(),
                count.size());
  }
  for (std::size_t d = 0; d < shape_.size(); ++d) {
    if (offset[d] < 0 || count[d] < 0 || offset[d] > shape_[d] ||
        count[d] > shape_[d] - offset[d]) {
      throw error(ExitCode::data, "{}: elements {} to {} of dimension {} were asked for; it has {}",
                  address_, offset[d], offset[d] + count[d], d, shape_[d]);
    }
  }
  std::vector<std::byte> native;
  const v1e_dtype native_type = read_native(offset, count, native);
  convert_elements(native.data(), native_type, out, dtype, product(count), address_);
}

}  // namespace v1::plugin
