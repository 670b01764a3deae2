#include "engine/base/hdf5.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/hdf5_detail.hpp"
#include "engine/base/special_file.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::h5 {

using detail::fail;
using detail::Id;
using detail::to_hsize;

namespace {

std::recursive_mutex& library_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

herr_t deepest_message(unsigned, const H5E_error2_t* entry, void* out) {
  auto& text = *static_cast<std::string*>(out);
  if (entry->desc && *entry->desc) text = entry->desc;
  return 0;
}

// The operating system's words inside a low-level message: "..., error message = 'File too
// large', ..." also holds times, addresses and a line break.
std::string system_message(const std::string& text) {
  constexpr std::string_view key = "error message = '";
  const std::size_t begin = text.find(key);
  if (begin == std::string::npos) return text;
  const std::size_t end = text.find('\'', begin + key.size());
  return text.substr(begin + key.size(), end - begin - key.size());
}

// Reason of the last failure in the library's own words.
std::string library_reason() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, deepest_message, &text);
  std::string first;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* entry, void* out) -> herr_t {
        if (n == 0 && entry->desc) *static_cast<std::string*>(out) = entry->desc;
        return 0;
      },
      &first);
  return system_message(first.empty() ? text : first);
}

}  // namespace

void detail::fail(const std::filesystem::path& path, const std::string& object,
                  const char* action) {
  const int cause = errno;  // the library may then report a later, secondary failure
  const std::string reason = library_reason();
  if (is_out_of_room(cause) || cause == EFBIG) throw cannot_write(path, cause);
  if (reason.find("No space left") != std::string::npos) throw cannot_write(path, ENOSPC);
  throw error(ExitCode::data, "{}: cannot {} '{}'{}", path.string(), action, object,
              reason.empty() ? "" : " (" + reason + ")");
}

namespace {

// The first filter of the dataset that is not installed, so that its data cannot be read.
std::string missing_filter(hid_t dataset) {
  const Id layout(H5Dget_create_plist(dataset), H5Pclose);
  for (int i = 0; i < H5Pget_nfilters(layout); ++i) {
    std::array<char, 64> name{};
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(layout, static_cast<unsigned>(i), &flags, &values,
                                               nullptr, name.size() - 1, name.data(), nullptr);
    if (filter < 0 || H5Zfilter_avail(filter) > 0) continue;
    return std::to_string(filter) + (name[0] ? fmt::format(" ({})", name.data()) : "");
  }
  return "";
}

constexpr const char* read_text = "read the text of dataset";

[[noreturn]] void fail_read(hid_t dataset, const std::filesystem::path& path,
                            const std::string& object, const char* action) {
  const Id type(H5Dget_type(dataset), H5Tclose);
  const bool text = H5Tget_class(type) == H5T_STRING;
  const std::string filter = missing_filter(dataset);
  if (filter.empty() && text && std::string_view(action) != read_text) {
    throw error(ExitCode::data, "{}: '{}' holds text; expected numbers", path.string(), object);
  }
  if (filter.empty()) fail(path, object, action);
  throw error(ExitCode::data,
              "{}: '{}' is compressed with the HDF5 filter {}, which is not installed here; store "
              "it with gzip where it is (h5repack -f GZIP=1), or let HDF5_PLUGIN_PATH name the "
              "folder of its plugin",
              path.string(), object, filter);
}

Id open_dataset(hid_t file, const std::filesystem::path& path, const std::string& name) {
  const hid_t id = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
  if (id < 0) fail(path, name, "open dataset");
  return Id(id, H5Dclose);
}

void ensure_quiet() {
  // Files are closed by their owners. At exit the library would touch those it could not close
  // (full disk) once more, and crash.
  static const bool no_exit_handler = [] { return H5dont_atexit() >= 0; }();
  (void)no_exit_handler;
  // The error printer is a setting of each thread where the library is built thread-safe.
  static thread_local const bool once = [] {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  (void)once;
}

thread_local const char* being_read = nullptr;

// A part of a dataset: where it lies there, and its shape in memory.
struct Slab {
  Slab(const Id& dataset, const Shape& offset, const Shape& count)
      : space(H5Dget_space(dataset), H5Sclose),
        extent(to_hsize(count)),
        memory(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr),
               H5Sclose) {
    const auto start = to_hsize(offset);
    const bool same_rank = H5Sget_simple_extent_ndims(space) == static_cast<int>(start.size());
    valid = same_rank && start.size() == extent.size() &&
            H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, extent.data(),
                                nullptr) >= 0;
  }
  Id space;
  std::vector<hsize_t> extent;
  Id memory;
  bool valid = false;
};

}  // namespace

Lock::Lock() : outer_(being_read) {
  library_mutex().lock();
  ensure_quiet();
}
Lock::Lock(const std::filesystem::path& reads) : Lock() { being_read = reads.c_str(); }
Lock::~Lock() {
  being_read = outer_;
  library_mutex().unlock();
}

const char* file_being_read() noexcept { return being_read; }

hid_t half_type() {
  const Lock lock;
  static const hid_t type = [] {
    const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(half, 15, 10, 5, 0, 10);
    H5Tset_size(half, 2);
    H5Tset_ebias(half, 15);
    return half;
  }();
  return type;
}

File File::create(const std::filesystem::path& path) {
  const Lock lock;
  errno = 0;
  const Id creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
  if (id < 0) {
    throw cannot_write(path, errno);
  }
  return File(id, path);
}

File File::read(const std::filesystem::path& path) {
  const Lock lock(path);
  if (!std::filesystem::exists(path)) {
    throw error(ExitCode::data, "{}: no such file", path.string());
  }
  refuse_special_file(path);
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) {
    throw error(ExitCode::data, "{}: is not a readable HDF5 file ({})", path.string(),
                library_reason());
  }
  return File(id, path);
}

File File::append(const std::filesystem::path& path) {
  const Lock lock;
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  if (id < 0) {
    throw error(ExitCode::data, "{}: cannot be opened for writing ({})", path.string(),
                library_reason());
  }
  return File(id, path);
}

File::File(File&& other) noexcept
    : id_(std::exchange(other.id_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (id_ < 0) return;
  const Lock lock;
  H5Fclose(id_);
}

void File::close_synced() {
  const Lock lock;
  errno = 0;
  const bool flushed = H5Fflush(id_, H5F_SCOPE_GLOBAL) >= 0;
  const bool closed = H5Fclose(std::exchange(id_, -1)) >= 0;
  if (!flushed || !closed) fail(path_, "/", "finish writing");
  const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    const int status = ::fsync(fd);
    const int saved = errno;
    ::close(fd);
    if (status != 0 && is_out_of_room(saved)) throw cannot_write(path_, saved);
  }
}

bool File::has(const std::string& object) const {
  const Lock lock(path_);
  if (object.empty() || object == "/") return true;
  for (std::size_t end = object.find('/', 1);; end = object.find('/', end + 1)) {
    const std::string part = object.substr(0, end);
    if (!part.empty() && part != "/" && H5Lexists(id_, part.c_str(), H5P_DEFAULT) <= 0) {
      return false;
    }
    if (end == std::string::npos) return true;
  }
}

bool File::is_group(const std::string& object) const {
  const Lock lock(path_);
  if (!has(object)) return false;
  const hid_t group = H5Gopen2(id_, object.c_str(), H5P_DEFAULT);
  if (group < 0) return false;
  H5Gclose(group);
  return true;
}

std::vector<std::string> File::children(const std::string& group) const {
  const Lock lock(path_);
  const Id id(H5Gopen2(id_, group.c_str(), H5P_DEFAULT), H5Gclose);
  if (!id.valid()) fail(path_, group, "open group");
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  if (H5Literate(id, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names) < 0) {
    fail(path_, group, "list group");
  }
  return names;
}

void File::make_group(const std::string& group) {
  const Lock lock;
  if (has(group)) return;
  const Id creation(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(creation, 1);
  const Id id(H5Gcreate2(id_, group.c_str(), creation, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  if (!id.valid()) fail(path_, group, "create group");
}

Shape File::shape(const std::string& dataset) const {
  const Lock lock(path_);
  const Id id = open_dataset(id_, path_, dataset);
  const Id space(H5Dget_space(id), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> extent(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  return Shape(extent.begin(), extent.end());
}

bool File::is_text(const std::string& dataset) const {
  const Lock lock(path_);
  const Id id = open_dataset(id_, path_, dataset);
  const Id type(H5Dget_type(id), H5Tclose);
  return H5Tget_class(type) == H5T_STRING;
}

bool File::is_float(const std::string& dataset) const {
  const Lock lock(path_);
  const Id id = open_dataset(id_, path_, dataset);
  const Id type(H5Dget_type(id), H5Tclose);
  return H5Tget_class(type) == H5T_FLOAT;
}

std::size_t File::element_count(const std::string& dataset) const {
  std::size_t count = 1;
  for (const std::uint64_t extent : shape(dataset)) count *= extent;
  return count;
}

void File::read_all(const std::string& dataset, hid_t type, void* out) const {
  const Lock lock(path_);
  const Id id = open_dataset(id_, path_, dataset);
  if (H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0) {
    fail_read(id, path_, dataset, "read dataset");
  }
}

void File::read_slab(const std::string& dataset, const Shape& offset, const Shape& count,
                     hid_t type, void* out) const {
  const Lock lock(path_);
  const Id id = open_dataset(id_, path_, dataset);
  const Slab slab(id, offset, count);
  if (!slab.valid || H5Dread(id, type, slab.memory, slab.space, H5P_DEFAULT, out) < 0) {
    fail_read(id, path_, dataset, "read a part of dataset");
  }
}

std::vector<std::string> File::strings(const std::string& dataset) const {
  const Lock lock(path_);
  const Id id = open_dataset(id_, path_, dataset);
  const Id type(H5Dget_type(id), H5Tclose);
  if (H5Tget_class(type) != H5T_STRING) fail(path_, dataset, "read as text");
  const std::size_t count = element_count(dataset);
  std::vector<std::string> out(count);
  if (count == 0) return out;
  if (H5Tis_variable_str(type) > 0) {
    std::vector<char*> raw(count, nullptr);
    const Id memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    if (H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) < 0) {
      fail_read(id, path_, dataset, read_text);
    }
    for (std::size_t i = 0; i < count; ++i) out[i] = raw[i] ? raw[i] : "";
    const Id space(H5Dget_space(id), H5Sclose);
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, raw.data());
    return out;
  }
  const std::size_t width = H5Tget_size(type);
  std::vector<char> raw(count * width);
  if (H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) < 0) {
    fail_read(id, path_, dataset, read_text);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const char* text = raw.data() + i * width;
    out[i].assign(text, strnlen(text, width));
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) {
      out[i].erase(out[i].find_last_not_of(' ') + 1);
    }
  }
  return out;
}

void File::create(const std::string& dataset, hid_t type, const Shape& shape,
                  const Layout& layout) {
  const Lock lock;
  const auto extent = to_hsize(shape);
  auto limit = extent;
  if (layout.growable && !limit.empty()) limit[0] = H5S_UNLIMITED;
  const Id space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), limit.data()),
                 H5Sclose);
  const Id creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);  // equal content, equal bytes
  if (!layout.chunk.empty()) {
    auto chunk = to_hsize(layout.chunk);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (!layout.growable || i > 0) chunk[i] = std::min<hsize_t>(chunk[i], extent[i]);
      chunk[i] = std::max<hsize_t>(chunk[i], 1);
    }
    H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    if (layout.shuffle) H5Pset_shuffle(creation);
    if (layout.gzip_level > 0) H5Pset_deflate(creation, static_cast<unsigned>(layout.gzip_level));
  }
  const Id link(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(link, 1);
  const Id id(H5Dcreate2(id_, dataset.c_str(), type, space, link, creation, H5P_DEFAULT), H5Dclose);
  if (!id.valid()) fail(path_, dataset, "create dataset");
}

void File::write_all(const std::string& dataset, hid_t type, const void* items) {
  const Lock lock;
  errno = 0;
  const Id id = open_dataset(id_, path_, dataset);
  if (H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, items) < 0) {
    fail(path_, dataset, "write dataset");
  }
}

void File::write_slab(const std::string& dataset, const Shape& offset, const Shape& count,
                      hid_t type, const void* items) {
  const Lock lock;
  errno = 0;
  const Id id = open_dataset(id_, path_, dataset);
  const Slab slab(id, offset, count);
  if (!slab.valid || H5Dwrite(id, type, slab.memory, slab.space, H5P_DEFAULT, items) < 0) {
    fail(path_, dataset, "write a part of dataset");
  }
}

void File::append_rows(const std::string& dataset, hid_t type, const void* items,
                       std::size_t count) {
  if (count == 0) return;
  const Lock lock;
  const std::uint64_t old = shape(dataset).at(0);
  const hsize_t extent = old + count;
  {
    const Id id = open_dataset(id_, path_, dataset);
    if (H5Dset_extent(id, &extent) < 0) fail(path_, dataset, "extend dataset");
  }
  write_slab(dataset, {old}, {count}, type, items);
}

void File::write_strings(const std::string& dataset, const std::vector<std::string>& items) {
  const Lock lock;
  const Id type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  create(dataset, type, {items.size()}, {});
  std::vector<const char*> raw;
  for (const std::string& item : items) raw.push_back(item.c_str());
  if (!raw.empty()) write_all(dataset, type, raw.data());
}

}  // namespace v1::h5
