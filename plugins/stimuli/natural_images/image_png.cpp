#include <png.h>

#include <cstdio>
#include <v1e_sdk/error.hpp>

#include "image_file.hpp"

namespace natural_images {
namespace {

// libpng reports errors by longjmp: everything with a destructor lives outside read_rows.
struct PngReader {
  std::FILE* file = nullptr;
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string message;
  png_uint_32 rows = 0, cols = 0;
  std::vector<png_byte> pixels;  // [row][col][rgb]
  std::vector<png_bytep> row_pointers;

  ~PngReader() {
    png_destroy_read_struct(&png, &info, nullptr);
    if (file) std::fclose(file);
  }
};

void keep_message(png_structp png, png_const_charp text) {
  static_cast<PngReader*>(png_get_error_ptr(png))->message = text;
  longjmp(png_jmpbuf(png), 1);
}

void ignore_warning(png_structp, png_const_charp) {}

// All to 8-bit RGB; gray levels are left as they are stored (no gamma).
bool read_header(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_init_io(reader.png, reader.file);
  png_read_info(reader.png, reader.info);
  png_set_expand(reader.png);
  png_set_scale_16(reader.png);
  png_set_strip_alpha(reader.png);
  png_set_gray_to_rgb(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  reader.rows = png_get_image_height(reader.png, reader.info);
  reader.cols = png_get_image_width(reader.png, reader.info);
  return true;
}

bool read_rows(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_read_image(reader.png, reader.row_pointers.data());
  png_read_end(reader.png, nullptr);
  return true;
}

}  // namespace

Picture read_png(const std::string& path) {
  const auto fail = [&](const std::string& why) {
    return v1e::Error(V1E_E_IO, "images", path + ": is no readable PNG file (" + why + ")");
  };
  PngReader reader;
  reader.file = std::fopen(path.c_str(), "rb");
  if (!reader.file) throw v1e::Error(V1E_E_IO, "images", path + ": cannot be opened");
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, keep_message, ignore_warning);
  if (reader.png) reader.info = png_create_info_struct(reader.png);
  if (!reader.info) throw std::bad_alloc();
  if (!read_header(reader)) throw fail(reader.message);
  const std::size_t width = std::size_t{3} * reader.cols;
  reader.pixels.resize(width * reader.rows);
  for (png_uint_32 row = 0; row < reader.rows; ++row) {
    reader.row_pointers.push_back(reader.pixels.data() + width * row);
  }
  if (!read_rows(reader)) throw fail(reader.message);
  Picture picture{reader.rows, reader.cols, {}};
  picture.values.reserve(reader.pixels.size() / 3);
  for (std::size_t i = 0; i < reader.pixels.size(); i += 3) {
    const png_byte* rgb = reader.pixels.data() + i;
    picture.values.push_back(
        static_cast<float>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000.0));
  }
  return picture;
}

}  // namespace natural_images
