#include "engine/recording/export/nwb_file.hpp"

#include "engine/base/error.hpp"
#include "engine/base/hash.hpp"

namespace v1::recording {
namespace {

// Closes identifiers of the C library; everything here runs under h5::Lock.
struct Id {
  hid_t id;
  herr_t (*close)(hid_t);
  ~Id() {
    if (id >= 0) close(id);
  }
};

hid_t text_type() {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

void require(bool done, const h5::File& file, const std::string& object) {
  if (!done) {
    throw error(ExitCode::memory, "{}: cannot write '{}'", file.path().string(), object);
  }
}

}  // namespace

NwbFile::NwbFile(const std::filesystem::path& path, std::string identity)
    : file_(h5::File::create(path)), identity_(std::move(identity)) {
  mark("/", "NWBFile", "core");
  file_.set_attribute("/", "nwb_version", "2.7.0");
}

// A version 4 UUID made from the file's identity and the object's path.
std::string NwbFile::object_id(const std::string& object) const {
  const std::uint64_t high = Hasher().text(identity_).text(object).digest();
  const std::uint64_t low = Hasher().text(object).text(identity_).digest();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFF, 0x8000 | (low >> 50), low & 0xFFFFFFFFFFFF);
}

void NwbFile::mark(const std::string& object, const std::string& type,
                   const std::string& name_space) {
  file_.set_attribute(object, "neurodata_type", type);
  file_.set_attribute(object, "namespace", name_space);
  file_.set_attribute(object, "object_id", object_id(object));
}

void NwbFile::make_object(const std::string& group, const std::string& type,
                          const std::string& name_space) {
  file_.make_group(group);
  mark(group, type, name_space);
}

void NwbFile::write_text(const std::string& dataset, const std::string& text) {
  const h5::Lock lock;
  const Id links{H5Pcreate(H5P_LINK_CREATE), H5Pclose};
  H5Pset_create_intermediate_group(links.id, 1);
  const Id type{text_type(), H5Tclose};
  const Id space{H5Screate(H5S_SCALAR), H5Sclose};
  const Id data{H5Dcreate2(file_.id(), dataset.c_str(), type.id, space.id, links.id, H5P_DEFAULT,
                           H5P_DEFAULT),
                H5Dclose};
  const char* value = text.c_str();
  require(data.id >= 0 && H5Dwrite(data.id, type.id, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) >= 0,
          file_, dataset);
}

void NwbFile::write_number(const std::string& dataset, double value) {
  const h5::Lock lock;
  const Id space{H5Screate(H5S_SCALAR), H5Sclose};
  const Id data{H5Dcreate2(file_.id(), dataset.c_str(), H5T_IEEE_F64LE, space.id, H5P_DEFAULT,
                           H5P_DEFAULT, H5P_DEFAULT),
                H5Dclose};
  require(data.id >= 0 &&
              H5Dwrite(data.id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) >= 0,
          file_, dataset);
}

void NwbFile::write_texts(const std::string& dataset, const std::vector<std::string>& texts) {
  const h5::Lock lock;
  const Id links{H5Pcreate(H5P_LINK_CREATE), H5Pclose};
  H5Pset_create_intermediate_group(links.id, 1);
  const Id type{text_type(), H5Tclose};
  const hsize_t extent = texts.size();
  const Id space{H5Screate_simple(1, &extent, nullptr), H5Sclose};
  const Id data{H5Dcreate2(file_.id(), dataset.c_str(), type.id, space.id, links.id, H5P_DEFAULT,
                           H5P_DEFAULT),
                H5Dclose};
  std::vector<const char*> values;
  for (const std::string& text : texts) values.push_back(text.c_str());
  require(data.id >= 0 && (texts.empty() || H5Dwrite(data.id, type.id, H5S_ALL, H5S_ALL,
                                                     H5P_DEFAULT, values.data()) >= 0),
          file_, dataset);
}

void NwbFile::make_table(const std::string& group, const std::string& type,
                         const std::string& name_space, const std::string& description,
                         const std::vector<std::int64_t>& ids) {
  make_object(group, type, name_space);
  file_.set_attribute(group, "description", description);
  file_.write(group + "/id", ids);
  mark(group + "/id", "ElementIdentifiers", "hdmf-common");
}

void NwbFile::finish_column(const std::string& dataset, const std::string& type,
                            const std::string& description) {
  mark(dataset, type, "hdmf-common");
  file_.set_attribute(dataset, "description", description);
}

void NwbFile::add_text_column(const std::string& table, const std::string& name,
                              const std::string& description,
                              const std::vector<std::string>& values) {
  write_texts(table + "/" + name, values);
  finish_column(table + "/" + name, "VectorData", description);
}

void NwbFile::add_index(const std::string& table, const std::string& name,
                        const std::vector<std::uint64_t>& ends) {
  const std::string dataset = table + "/" + name + "_index";
  file_.write(dataset, ends);
  finish_column(dataset, "VectorIndex", "Ends of the rows of " + name);
  set_reference(dataset, "target", table + "/" + name);
}

void NwbFile::name_columns(const std::string& table, const std::vector<std::string>& names) {
  set_text_list(table, "colnames", names);
}

void NwbFile::set_reference(const std::string& object, const char* name,
                            const std::string& target) {
  const h5::Lock lock;
  hobj_ref_t reference;
  require(H5Rcreate(&reference, file_.id(), target.c_str(), H5R_OBJECT, -1) >= 0, file_, object);
  const Id owner{H5Oopen(file_.id(), object.c_str(), H5P_DEFAULT), H5Oclose};
  const Id space{H5Screate(H5S_SCALAR), H5Sclose};
  const Id attribute{
      H5Acreate2(owner.id, name, H5T_STD_REF_OBJ, space.id, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
  require(attribute.id >= 0 && H5Awrite(attribute.id, H5T_STD_REF_OBJ, &reference) >= 0, file_,
          object);
}

void NwbFile::set_text_list(const std::string& object, const char* name,
                            const std::vector<std::string>& values) {
  const h5::Lock lock;
  const Id owner{H5Oopen(file_.id(), object.c_str(), H5P_DEFAULT), H5Oclose};
  const Id type{text_type(), H5Tclose};
  const hsize_t extent = values.size();
  const Id space{H5Screate_simple(1, &extent, nullptr), H5Sclose};
  const Id attribute{H5Acreate2(owner.id, name, type.id, space.id, H5P_DEFAULT, H5P_DEFAULT),
                     H5Aclose};
  std::vector<const char*> texts;
  for (const std::string& value : values) texts.push_back(value.c_str());
  require(attribute.id >= 0 && H5Awrite(attribute.id, type.id, texts.data()) >= 0, file_, object);
}

}  // namespace v1::recording
