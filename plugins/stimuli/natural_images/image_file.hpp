#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace natural_images {

/// Brightness of a picture, 0 (black) to 255 (white), row 0 on top.
struct Picture {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<float> values;  // [row][col]
};

/// Reads a .png, .jpg or .jpeg file. Colours become their luma 0.299 R + 0.587 G + 0.114 B (ITU-R
/// BT.601), transparency is ignored, 16-bit channels are reduced to 8. Throws v1e::Error naming
/// the file when it is damaged or something else.
Picture read_image(const std::filesystem::path& path);

/// By the file's name: .png, .jpg or .jpeg.
bool is_image(const std::filesystem::path& path);

/// The pictures in a folder in order of their names. Throws v1e::Error when there is none.
std::vector<std::filesystem::path> images_in(const std::filesystem::path& folder);

// The two formats; `path` exists.
Picture read_png(const std::string& path);
Picture read_jpeg(const std::string& path);

}  // namespace natural_images
