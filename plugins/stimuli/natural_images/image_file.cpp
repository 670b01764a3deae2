#include "image_file.hpp"

#include <algorithm>
#include <cctype>
#include <v1e_sdk/error.hpp>

namespace natural_images {
namespace {

std::string extension_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

bool is_jpeg(const std::filesystem::path& path) {
  return extension_of(path) == ".jpg" || extension_of(path) == ".jpeg";
}

}  // namespace

bool is_image(const std::filesystem::path& path) {
  return is_jpeg(path) || extension_of(path) == ".png";
}

Picture read_image(const std::filesystem::path& path) {
  return is_jpeg(path) ? read_jpeg(path.string()) : read_png(path.string());
}

std::vector<std::filesystem::path> images_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::filesystem::path& path = entry.path();
    if (entry.is_regular_file() && is_image(path)) {
      out.push_back(path);
    }
  }
  if (out.empty()) {
    throw v1e::Error(V1E_E_IO, "images",
                     folder.string() + ": no .png, .jpg or .jpeg files in this folder");
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace natural_images
