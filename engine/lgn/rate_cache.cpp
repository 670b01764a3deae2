#include "engine/lgn/rate_cache.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/log.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::lgn {

namespace {

// Raise when the filter bank's results change, so that older cache files are not used.
constexpr std::uint32_t model_version = 1;
constexpr std::uint32_t format_version = 1;
constexpr std::size_t bytes_per_read = std::size_t{16} << 20;
constexpr char file_magic[8] = {'V', '1', 'R', 'A', 'T', 'E', 'S', '\n'};

// Followed by frame_count * unit_count little-endian floats.
struct Header {
  char magic[8];
  std::uint32_t format;
  std::uint32_t reserved;
  std::uint64_t key;
  std::int64_t frame_count;
  std::int64_t unit_count;
  std::uint64_t checksum;  // XXH3 of the numbers
};
static_assert(sizeof(Header) == 48);

// Of rates that come piece by piece.
class Checksum {
 public:
  explicit Checksum(std::uint64_t items) { hasher_.value(items); }
  void add(const float* hz, std::size_t count) { hasher_.bytes(hz, count * sizeof(float)); }
  std::uint64_t digest() const { return hasher_.digest(); }

 private:
  Hasher hasher_;
};

// False when the file is absent or damaged; `why` tells the latter.
bool read_rates(const std::filesystem::path& path, const RatesName& name, const RateRows& rows,
                std::string& why) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (failure) return false;
  std::ifstream in(path, std::ios::binary);
  Header header{};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  const bool known = in && std::memcmp(header.magic, file_magic, sizeof file_magic) == 0 &&
                     header.format == format_version && header.key == name.key &&
                     header.frame_count == name.frame_count && header.unit_count == name.unit_count;
  const auto width = static_cast<std::uint64_t>(name.unit_count);
  const std::uint64_t items = static_cast<std::uint64_t>(name.frame_count) * width;
  if (!known || size != sizeof header + items * sizeof(float)) {
    why = "its header or its length is wrong";
    return false;
  }
  const std::int64_t most =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(bytes_per_read / sizeof(float) /
                                                          std::max<std::uint64_t>(1, width)));
  RawVector<float> hz(static_cast<std::size_t>(std::min(most, name.frame_count)) * width);
  Checksum checksum(items);
  for (std::int64_t first = 0; in && first < name.frame_count; first += most) {
    const std::int64_t count = std::min(most, name.frame_count - first);
    const std::size_t here = static_cast<std::size_t>(count) * width;
    in.read(reinterpret_cast<char*>(hz.data()), static_cast<std::streamsize>(here * sizeof(float)));
    if (!in) break;
    checksum.add(hz.data(), here);
    rows(first, count, hz.data());
  }
  if (!in || checksum.digest() != header.checksum) {
    why = "its checksum does not match";
    return false;
  }
  return true;
}

// Writes a file of rates under another name, which finish() changes; several processes may store
// the same rates at once. What is not finished is removed. Throws when it cannot be written.
class Writer {
 public:
  Writer(const std::filesystem::path& path, const RatesName& name)
      : path_(path),
        part_(fmt::format("{}.{}.part", path.string(), ::getpid())),
        width_(static_cast<std::size_t>(name.unit_count)),
        checksum_(static_cast<std::uint64_t>(name.frame_count) * width_) {
    std::memcpy(header_.magic, file_magic, sizeof file_magic);
    header_.format = format_version;
    header_.key = name.key;
    header_.frame_count = name.frame_count;
    header_.unit_count = name.unit_count;
  }
  ~Writer() {
    if (finished_) return;
    if (writing_.valid()) writing_.wait();
    out_.close();
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void begin() {
    std::filesystem::create_directories(path_.parent_path());
    errno = 0;
    out_.open(part_, std::ios::binary | std::ios::trunc);
    check();
    write(&header_, sizeof header_);
  }
  // Returns at once: the file is written while the filters go on.
  void add(const float* hz, std::int64_t frame_count) {
    wait();
    piece_.assign(hz, hz + static_cast<std::size_t>(frame_count) * width_);
    writing_ = std::async(std::launch::async, [this] {
      checksum_.add(piece_.data(), piece_.size());
      write(piece_.data(), piece_.size() * sizeof(float));
    });
  }
  void finish() {
    wait();
    header_.checksum = checksum_.digest();
    out_.seekp(0);
    write(&header_, sizeof header_);
    out_.close();
    check();
    std::filesystem::rename(part_, path_);
    finished_ = true;
  }

 private:
  void wait() {
    if (writing_.valid()) writing_.get();
  }
  void write(const void* data, std::size_t bytes) {
    errno = 0;
    out_.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
    check();
  }
  void check() {
    if (!out_) throw cannot_write(part_, errno);
  }

  std::filesystem::path path_, part_;
  std::size_t width_;
  Checksum checksum_;
  Header header_{};
  std::ofstream out_;
  bool finished_ = false;
  RawVector<float> piece_;
  std::future<void> writing_;
};

void add_kernels(Hasher& hasher, const std::vector<network::TemporalKernelParameters>& kernels) {
  static_assert(sizeof(network::TemporalKernelParameters) == 6 * sizeof(double));
  hasher.values(std::span<const network::TemporalKernelParameters>(kernels));
}

}  // namespace

std::uint64_t rates_key(const network::LgnMosaic& mosaic, const config::LgnConfig& config,
                        std::int64_t frame_count, std::int64_t preroll_ms,
                        std::uint64_t stimulus_key) {
  Hasher hasher;
  hasher.text("lgn-rates").value(model_version).value(stimulus_key);
  hasher.text(config.sigma).text(config.drift).value(frame_count).value(preroll_ms);
  hasher.value(mosaic.field_width_deg).value(mosaic.field_height_deg);
  hasher.value<std::uint64_t>(mosaic.class_names.size());
  for (const std::string& name : mosaic.class_names) hasher.text(name);
  hasher.values(std::span<const std::uint8_t>(mosaic.unit_class));
  for (const auto* column :
       {&mosaic.x_deg, &mosaic.y_deg, &mosaic.spatial_size_deg, &mosaic.tuning_angle_deg,
        &mosaic.sf_sep_deg, &mosaic.spontaneous_hz}) {
    hasher.values(std::span<const double>(*column));
  }
  add_kernels(hasher, mosaic.dominant);
  add_kernels(hasher, mosaic.non_dominant);
  if (!mosaic.on_off_sigma.empty()) {
    hasher.values(std::span<const network::OnOffSigma>(mosaic.on_off_sigma));
  }
  return hasher.digest();
}

void shrink_cache(const std::filesystem::path& directory, std::uint64_t limit_bytes) {
  namespace fs = std::filesystem;
  struct Stored {
    fs::file_time_type used;
    fs::path path;
    std::uintmax_t bytes;
  };
  std::vector<Stored> files;
  std::uintmax_t total = 0;
  std::error_code failure;  // of files that others remove meanwhile
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, failure)) {
    const std::string name = entry.path().filename().string();
    const bool whole = name.ends_with(".rates"), left_over = name.ends_with(".part");
    if (!name.starts_with("lgn-") || !(whole || left_over)) continue;
    Stored file{entry.last_write_time(failure), entry.path(), entry.file_size(failure)};
    if (failure) continue;
    total += file.bytes;
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const Stored& a, const Stored& b) {
    return a.used != b.used ? a.used < b.used : a.path < b.path;
  });
  for (const Stored& file : files) {
    if (total <= limit_bytes) break;
    if (fs::remove(file.path, failure)) total -= file.bytes;
  }
}

void cached_rates(const std::optional<std::filesystem::path>& directory, const RatesName& name,
                  const std::function<void(const RateRows&)>& compute, const RateRows& rows) {
  if (!directory) return compute(rows);
  const std::filesystem::path path = *directory / fmt::format("lgn-{}.rates", to_hex(name.key));
  std::string why;
  if (read_rates(path, name, rows, why)) {
    log::debug("LGN rates read from {}", path.string());
    std::error_code ignored;  // the time of last use is only a hint for shrink_cache
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now(), ignored);
    return;
  }
  if (!why.empty()) log::warn("{}: not used, {}; the rates are computed anew", path.string(), why);
  std::optional<Writer> writer;
  std::string failure;
  const auto keep = [&](const auto& step) {
    if (!failure.empty()) return;
    try {
      step();
    } catch (const std::exception& e) {
      failure = e.what();
      writer.reset();
    }
  };
  keep([&] {
    writer.emplace(path, name);
    writer->begin();
  });
  compute([&](std::int64_t first_ms, std::int64_t count, const float* hz) {
    keep([&] { writer->add(hz, count); });
    rows(first_ms, count, hz);
  });
  keep([&] {
    writer->finish();
    shrink_cache(*directory, cache_limit_bytes);
  });
  if (!failure.empty()) log::warn("LGN rates could not be kept for the next run: {}", failure);
}

}  // namespace v1::lgn
