#include <cstring>
#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/array_convert.hpp"
#include "engine/plugin/array_sources.hpp"

namespace v1::plugin {
namespace {

/// NumPy's format 1.0 to 3.0: magic, header length, a Python dictionary, then the elements.
class NpyArray : public ArrayFile {
 public:
  explicit NpyArray(const std::string& path) : ArrayFile(path) {
    std::ifstream in = open_stream();
    const std::string header = read_header(in);
    begin_ = in.tellg();
    set_type(value_after(header, "'descr':"));
    if (value_after(header, "'fortran_order':").rfind("True", 0) == 0) {
      throw error(ExitCode::data,
                  "{}: is stored column by column; save it with numpy.ascontiguousarray", address_);
    }
    set_shape(value_after(header, "'shape':"));
    check_size(in);
  }

 protected:
  v1e_dtype read_native(const std::vector<std::int64_t>& offset,
                        const std::vector<std::int64_t>& count,
                        std::vector<std::byte>& out) const override {
    std::ifstream in = open_stream();
    std::vector<char> run;
    for_each_run(shape_, offset, count, [&](std::int64_t first, std::int64_t n) {
      run.resize(static_cast<std::size_t>(n) * size_);
      in.seekg(begin_ + static_cast<std::streamoff>(first * static_cast<std::int64_t>(size_)));
      in.read(run.data(), static_cast<std::streamsize>(run.size()));
      if (!in) throw error(ExitCode::data, "{}: cannot be read", address_);
      append(run, out);
    });
    return code_ == "f2" ? v1e_dtype{V1E_F32} : dtype_;
  }

 private:
  std::ifstream open_stream() const {
    std::ifstream in(address_, std::ios::binary);
    if (!in) throw error(ExitCode::data, "{}: cannot be opened", address_);
    return in;
  }

  std::string read_header(std::ifstream& in) const {
    unsigned char lead[8] = {};
    in.read(reinterpret_cast<char*>(lead), sizeof lead);
    if (!in || std::memcmp(lead, "\x93NUMPY", 6) != 0) {
      throw error(ExitCode::data, "{}: is no .npy file", address_);
    }
    unsigned char length[4] = {};
    in.read(reinterpret_cast<char*>(length), lead[6] == 1 ? 2 : 4);
    const std::uint32_t size =
        length[0] | length[1] << 8 | length[2] << 16 | static_cast<std::uint32_t>(length[3]) << 24;
    if (!in || size > (1u << 20)) throw error(ExitCode::data, "{}: broken header", address_);
    std::string header(size, '\0');
    in.read(header.data(), size);
    if (!in) throw error(ExitCode::data, "{}: ends inside its header", address_);
    return header;
  }

  std::string value_after(const std::string& header, const char* key) const {
    const std::size_t at = header.find(key);
    if (at == std::string::npos) {
      throw error(ExitCode::data, "{}: its header lacks {}", address_, key);
    }
    return std::string(trim(std::string_view(header).substr(at + std::strlen(key))));
  }

  void set_type(const std::string& value) {
    const std::string descr = value.substr(0, value.find('\'', 1));  // "'<f4"
    static constexpr struct {
      std::string_view code;
      v1e_dtype dtype;
      std::size_t size;
    } types[] = {{"f8", V1E_F64, 8}, {"f4", V1E_F32, 4}, {"f2", V1E_F16, 2}, {"i8", V1E_I64, 8},
                 {"i4", V1E_I32, 4}, {"i2", V1E_I32, 2}, {"i1", V1E_I32, 1}, {"u8", V1E_U64, 8},
                 {"u4", V1E_U32, 4}, {"u2", V1E_U16, 2}, {"u1", V1E_U8, 1},  {"b1", V1E_I32, 1}};
    const bool little = descr.size() == 4 && (descr[1] == '<' || descr[1] == '|');
    for (const auto& type : types) {
      if (!little || descr.substr(2) != type.code) continue;
      code_ = type.code;
      dtype_ = type.dtype;
      size_ = type.size;
      return;
    }
    if (descr.size() == 4 && descr[1] == '>') {
      throw error(ExitCode::data, "{}: is big-endian ({}'); save it with array.astype(\"<{}\")",
                  address_, descr, descr.substr(2));
    }
    throw error(ExitCode::data,
                "{}: holds elements of type {}'; integers or floating-point numbers are needed",
                address_, descr);
  }

  void set_shape(const std::string& value) {
    const std::size_t end = value.find(')');
    if (value.empty() || value.front() != '(' || end == std::string::npos) {
      throw error(ExitCode::data, "{}: its header has no shape", address_);
    }
    for (const std::string& part : split(value.substr(1, end - 1), ',')) {
      const std::string number(trim(part));
      if (number.empty()) continue;  // after the comma of "(5,)"
      shape_.push_back(std::strtoll(number.c_str(), nullptr, 10));
    }
  }

  void check_size(std::ifstream& in) const {
    std::int64_t elements = 1;
    for (const std::int64_t extent : shape_) {
      if (extent < 0 || (extent > 0 && elements > (std::int64_t{1} << 56) / extent)) {
        throw error(ExitCode::data, "{}: its header has an impossible shape", address_);
      }
      elements *= extent;
    }
    in.seekg(0, std::ios::end);
    const std::int64_t present = in.tellg() - begin_;
    if (present < elements * static_cast<std::int64_t>(size_)) {
      throw error(ExitCode::data, "{}: is cut off: {} bytes of {} are there", address_, present,
                  elements * static_cast<std::int64_t>(size_));
    }
  }

  // Small signed integers, truth values (which are 0 and 1, not 0 to 255) and halves have no type
  // of their own at the border: widen them here.
  void append(const std::vector<char>& run, std::vector<std::byte>& out) const {
    const auto put = [&](const auto& item) {
      const auto* bytes = reinterpret_cast<const std::byte*>(&item);
      out.insert(out.end(), bytes, bytes + sizeof item);
    };
    const std::size_t n = run.size() / size_;
    for (std::size_t i = 0; i < n && (code_ == "i1" || code_ == "b1"); ++i) {
      put(static_cast<std::int32_t>(static_cast<signed char>(run[i])));
    }
    for (std::size_t i = 0; i < n && (code_ == "i2" || code_ == "f2"); ++i) {
      std::uint16_t bits;
      std::memcpy(&bits, run.data() + 2 * i, 2);
      if (code_ == "i2") put(static_cast<std::int32_t>(static_cast<std::int16_t>(bits)));
      if (code_ == "f2") put(half_to_float(bits));
    }
    if (code_ == "i1" || code_ == "b1" || code_ == "i2" || code_ == "f2") return;
    const auto* bytes = reinterpret_cast<const std::byte*>(run.data());
    out.insert(out.end(), bytes, bytes + run.size());
  }

  std::string code_;  // "f4"
  std::size_t size_ = 0;
  std::streamoff begin_ = 0;
};

}  // namespace

std::unique_ptr<ArrayFile> open_npy(const std::string& path) {
  return std::make_unique<NpyArray>(path);
}

}  // namespace v1::plugin
