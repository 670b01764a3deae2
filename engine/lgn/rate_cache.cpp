#include "engine/lgn/rate_cache.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
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

std::uint64_t checksum_of(const Rates& rates) {
  return Hasher().values(std::span<const float>(rates.hz)).digest();
}

// Empty when the file is absent or damaged; `why` tells the latter.
std::optional<Rates> read_rates(const std::filesystem::path& path, std::uint64_t key,
                                std::string& why) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (failure) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  Header header{};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  const bool known = in && std::memcmp(header.magic, file_magic, sizeof file_magic) == 0 &&
                     header.format == format_version && header.key == key &&
                     header.frame_count >= 0 && header.unit_count >= 0;
  const auto items = static_cast<std::uintmax_t>(header.frame_count) *
                     static_cast<std::uintmax_t>(header.unit_count);
  if (!known || items > size || size != sizeof header + items * sizeof(float)) {
    why = "its header or its length is wrong";
    return std::nullopt;
  }
  Rates rates{header.frame_count, header.unit_count, RawVector<float>(items)};
  in.read(reinterpret_cast<char*>(rates.hz.data()),
          static_cast<std::streamsize>(items * sizeof(float)));
  if (!in || checksum_of(rates) != header.checksum) {
    why = "its checksum does not match";
    return std::nullopt;
  }
  return rates;
}

void write_rates(const std::filesystem::path& path, std::uint64_t key, const Rates& rates) {
  std::filesystem::create_directories(path.parent_path());
  // Several processes may store the same rates at once.
  const std::filesystem::path part = fmt::format("{}.{}.part", path.string(), ::getpid());
  Header header{};
  std::memcpy(header.magic, file_magic, sizeof file_magic);
  header.format = format_version;
  header.key = key;
  header.frame_count = rates.frame_count;
  header.unit_count = rates.unit_count;
  header.checksum = checksum_of(rates);
  errno = 0;
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(&header), sizeof header);
  out.write(reinterpret_cast<const char*>(rates.hz.data()),
            static_cast<std::streamsize>(rates.hz.size() * sizeof(float)));
  out.close();
  if (!out) {
    const int cause = errno;
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    throw cannot_write(part, cause);
  }
  std::filesystem::rename(part, path);
}

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
    if (!name.starts_with("lgn-") || !name.ends_with(".rates")) continue;
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

Rates cached_rates(const std::optional<std::filesystem::path>& directory, std::uint64_t key,
                   const std::function<Rates()>& compute) {
  if (!directory) return compute();
  const std::filesystem::path path = *directory / fmt::format("lgn-{}.rates", to_hex(key));
  std::string why;
  if (std::optional<Rates> stored = read_rates(path, key, why)) {
    log::debug("LGN rates read from {}", path.string());
    std::error_code ignored;  // the time of last use is only a hint for shrink_cache
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now(), ignored);
    return std::move(*stored);
  }
  if (!why.empty()) log::warn("{}: not used, {}; the rates are computed anew", path.string(), why);
  Rates rates = compute();
  try {
    write_rates(path, key, rates);
    shrink_cache(*directory, cache_limit_bytes);
  } catch (const std::exception& e) {
    log::warn("LGN rates could not be kept for the next run: {}", e.what());
  }
  return rates;
}

}  // namespace v1::lgn
