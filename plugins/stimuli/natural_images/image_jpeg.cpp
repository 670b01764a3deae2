#include <csetjmp>
#include <cstdio>
// jpeglib.h needs the types of <cstdio>.
#include <jpeglib.h>

#include <v1e_sdk/error.hpp>

#include "image_file.hpp"

namespace natural_images {
namespace {

// libjpeg reports errors by a call that must not return: everything with a destructor lives
// outside the functions that longjmp can leave.
struct JpegReader {
  jpeg_error_mgr errors{};  // first: libjpeg hands back a pointer to it
  std::jmp_buf escape{};
  char message[JMSG_LENGTH_MAX] = {};
  jpeg_decompress_struct jpeg{};
  std::FILE* file = nullptr;
  std::vector<JSAMPLE> pixels;

  ~JpegReader() {
    jpeg_destroy_decompress(&jpeg);
    if (file) std::fclose(file);
  }
};

void leave(j_common_ptr info) {
  auto* reader = reinterpret_cast<JpegReader*>(info->err);
  info->err->format_message(info, reader->message);
  std::longjmp(reader->escape, 1);
}

// A file that ends early would be filled up with gray: that is an error here.
void refuse_damage(j_common_ptr info, int level) {
  if (level < 0) leave(info);
}

bool read_header(JpegReader& reader) {
  if (setjmp(reader.escape)) return false;
  jpeg_create_decompress(&reader.jpeg);
  jpeg_stdio_src(&reader.jpeg, reader.file);
  jpeg_read_header(&reader.jpeg, TRUE);
  if (reader.jpeg.num_components == 4) {
    std::snprintf(reader.message, sizeof reader.message, "CMYK colours; convert it to RGB or gray");
    return false;
  }
  reader.jpeg.out_color_space = JCS_GRAYSCALE;  // the stored luma
  reader.jpeg.dct_method = JDCT_ISLOW;          // the same numbers on every machine
  jpeg_start_decompress(&reader.jpeg);
  return true;
}

bool read_rows(JpegReader& reader) {
  if (setjmp(reader.escape)) return false;
  while (reader.jpeg.output_scanline < reader.jpeg.output_height) {
    JSAMPROW row =
        reader.pixels.data() + std::size_t{reader.jpeg.output_scanline} * reader.jpeg.output_width;
    jpeg_read_scanlines(&reader.jpeg, &row, 1);
  }
  jpeg_finish_decompress(&reader.jpeg);
  return true;
}

}  // namespace

Picture read_jpeg(const std::string& path) {
  const auto fail = [&](const std::string& why) {
    return v1e::Error(V1E_E_IO, "images", path + ": is no readable JPEG file (" + why + ")");
  };
  JpegReader reader;
  reader.file = std::fopen(path.c_str(), "rb");
  if (!reader.file) throw v1e::Error(V1E_E_IO, "images", path + ": cannot be opened");
  reader.jpeg.err = jpeg_std_error(&reader.errors);
  reader.errors.error_exit = leave;
  reader.errors.emit_message = refuse_damage;
  if (!read_header(reader)) throw fail(reader.message);
  Picture picture{reader.jpeg.output_height, reader.jpeg.output_width, {}};
  reader.pixels.resize(static_cast<std::size_t>(picture.rows * picture.cols));
  if (!read_rows(reader)) throw fail(reader.message);
  picture.values.assign(reader.pixels.begin(), reader.pixels.end());
  return picture;
}

}  // namespace natural_images
