#include "engine/figures/png.hpp"

#include <png.h>

#include <cmath>
#include <csetjmp>
#include <vector>

#include "engine/base/error.hpp"

namespace v1::figures {
namespace {

void append(png_structp file, png_bytep bytes, std::size_t count) {
  auto* out = static_cast<std::string*>(png_get_io_ptr(file));
  out->append(reinterpret_cast<const char*>(bytes), count);
}

void ignore_flush(png_structp) {}

struct Picked {
  const std::uint8_t* rgb;
  std::size_t width;
  std::size_t height;
  png_uint_32 pixels_per_metre;
  const char* title;  // Latin-1 or UTF-8
};

/// Holds nothing that a jump out of libpng would leave behind. False when libpng refuses.
bool write_rows(png_structp file, png_infop info, const Picked& image) {
  if (setjmp(png_jmpbuf(file)) != 0) return false;  // NOLINT: how libpng reports errors
  png_set_IHDR(file, info, static_cast<png_uint_32>(image.width),
               static_cast<png_uint_32>(image.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_pHYs(file, info, image.pixels_per_metre, image.pixels_per_metre, PNG_RESOLUTION_METER);
  if (*image.title != '\0') {
    png_text text{};
    char key[] = "Title";
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = key;
    text.text = const_cast<char*>(image.title);  // only read
    png_set_text(file, info, &text, 1);
  }
  // Figures are mostly plain areas and thin lines: rows as they are pack as well as filtered ones.
  png_set_filter(file, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_compression_level(file, 3);
  png_write_info(file, info);
  for (std::size_t y = 0; y < image.height; ++y)
    png_write_row(file, image.rgb + y * image.width * 3);
  png_write_end(file, info);
  return true;
}

}  // namespace

std::string encode_png(const Image& image) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGBA;
  header.flags = PNG_IMAGE_FLAG_FAST;
  std::string out(PNG_IMAGE_PNG_SIZE_MAX(header), '\0');
  png_alloc_size_t size = out.size();
  const auto row_bytes = -static_cast<png_int_32>(image.width * 4);  // the lowest row comes first
  if (png_image_write_to_memory(&header, out.data(), &size, 0, image.rgba.data(), row_bytes,
                                nullptr) == 0)
    throw error(ExitCode::data, "an image of {} x {} pixels could not be packed: {}", image.width,
                image.height, static_cast<const char*>(header.message));
  out.resize(size);
  return out;
}

std::string encode_png(std::span<const std::uint8_t> rgb, std::size_t width, std::size_t height,
                       double dpi, const std::string& title) {
  std::string out;
  png_structp file = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = file == nullptr ? nullptr : png_create_info_struct(file);
  bool written = false;
  if (info != nullptr) {
    png_set_write_fn(file, &out, append, ignore_flush);
    const auto pixels_per_metre = static_cast<png_uint_32>(std::lround(dpi / 0.0254));
    written = write_rows(file, info, {rgb.data(), width, height, pixels_per_metre, title.c_str()});
  }
  png_destroy_write_struct(&file, &info);
  if (!written)
    throw error(ExitCode::data, "an image of {} x {} pixels could not be packed", width, height);
  return out;
}

}  // namespace v1::figures
