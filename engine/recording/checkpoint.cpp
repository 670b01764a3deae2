#include "engine/recording/checkpoint.hpp"

#include <charconv>

#include "engine/base/error.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/recording/trial_index.hpp"

namespace v1::recording {
namespace {

// Calls use(T{}) with the stored type of a dtype.
template <class Use>
void with_type(v1e_dtype dtype, const std::string& array, const Use& use) {
  switch (dtype) {
    case V1E_U8:
      return use(std::uint8_t{});
    case V1E_U16:
      return use(std::uint16_t{});
    case V1E_U32:
      return use(std::uint32_t{});
    case V1E_U64:
      return use(std::uint64_t{});
    case V1E_I32:
      return use(std::int32_t{});
    case V1E_I64:
      return use(std::int64_t{});
    case V1E_F32:
      return use(float{});
    case V1E_F64:
      return use(double{});
    case V1E_F16:
      return use(h5::Half{});
    default:
      throw error(ExitCode::internal, "state array '{}' has no storable type", array);
  }
}

std::string dataset_of(std::size_t index) { return fmt::format("/state/{:03}", index); }

std::uint64_t parse_hex(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

void write_array(h5::File& file, const std::string& dataset, const simulate::StateArray& array) {
  std::uint64_t count = 1;
  h5::Shape shape;
  for (const std::int64_t extent : array.shape) {
    shape.push_back(static_cast<std::uint64_t>(extent));
    count *= shape.back();
  }
  with_type(array.dtype, array.name, [&](auto kind) {
    using T = decltype(kind);
    if (array.bytes.size() != count * sizeof(T)) {
      throw error(ExitCode::internal, "state array '{}' has {} bytes, its shape needs {}",
                  array.name, array.bytes.size(), count * sizeof(T));
    }
    const std::span<const T> items(reinterpret_cast<const T*>(array.bytes.data()), count);
    file.write(dataset, items, shape.empty() ? h5::Shape{1} : shape);
  });
  file.set_attribute(dataset, "name", array.name);
  file.set_attribute(dataset, "dtype", static_cast<std::int64_t>(array.dtype));
  file.set_attribute(dataset, "rank", static_cast<std::int64_t>(array.shape.size()));
}

simulate::StateArray read_array(const h5::File& file, const std::string& dataset) {
  simulate::StateArray array;
  array.name = file.text_attribute(dataset, "name").value_or("");
  array.dtype = static_cast<v1e_dtype>(file.number_attribute(dataset, "dtype").value_or(0.0));
  if (file.number_attribute(dataset, "rank") != 0.0) {
    for (const std::uint64_t extent : file.shape(dataset)) {
      array.shape.push_back(static_cast<std::int64_t>(extent));
    }
  }
  with_type(array.dtype, array.name, [&](auto kind) {
    const auto items = file.values<decltype(kind)>(dataset);
    const auto bytes = std::as_bytes(std::span(items));
    array.bytes.assign(bytes.begin(), bytes.end());
  });
  return array;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  h5::File file = h5::File::create(path);
  mark_file(file, "checkpoint");
  file.set_attribute("/", "network_hash", to_hex(checkpoint.network_hash));
  file.set_attribute("/", "trial", static_cast<std::int64_t>(checkpoint.trial));
  file.make_group("/state");
  for (std::size_t i = 0; i < checkpoint.state.size(); ++i) {
    write_array(file, dataset_of(i), checkpoint.state[i]);
  }
  file.set_attribute("/state", "count", static_cast<std::int64_t>(checkpoint.state.size()));
  file.close_synced();
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const h5::File file = h5::File::read(path);
  check_file_mark(file, "checkpoint");
  const auto trial = file.number_attribute("/", "trial");
  const auto count = file.number_attribute("/state", "count");
  if (!trial || !count) {
    throw error(ExitCode::data, "{}: lacks the number of its trial or arrays", path.string());
  }
  Checkpoint checkpoint;
  checkpoint.trial = static_cast<std::uint32_t>(*trial);
  checkpoint.network_hash = parse_hex(file.text_attribute("/", "network_hash").value_or("0"));
  for (std::size_t i = 0; i < static_cast<std::size_t>(*count); ++i) {
    checkpoint.state.push_back(read_array(file, dataset_of(i)));
  }
  return checkpoint;
}

std::optional<std::uint32_t> checkpoint_trial(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  try {
    const h5::File file = h5::File::read(path);
    check_file_mark(file, "checkpoint");
    const auto trial = file.number_attribute("/", "trial");
    // The count is written last: without it the file was being written when the run died.
    if (!trial || !file.number_attribute("/state", "count")) return std::nullopt;
    return static_cast<std::uint32_t>(*trial);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace v1::recording
