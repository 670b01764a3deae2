#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"

/// What the files of h5::File share.
namespace v1::h5::detail {

/// Closes an identifier of any kind at the end of a scope.
class Id {
 public:
  Id(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Id() {
    if (id_ >= 0) close_(id_);
  }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Throws what the library said last: Error(memory) where the disk is full, else Error(data).
[[noreturn]] void fail(const std::filesystem::path& path, const std::string& object,
                       const char* action);

inline std::vector<hsize_t> to_hsize(const Shape& shape) {
  return std::vector<hsize_t>(shape.begin(), shape.end());
}

}  // namespace v1::h5::detail
