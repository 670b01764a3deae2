#include <png.h>

#include <csetjmp>
#include <cstdio>
// jpeglib.h needs the types of <cstdio>.
#include <jpeglib.h>

#include <algorithm>
#include <cmath>

#include "plugins/stimuli/natural_images/image_file.hpp"
#include "plugins/stimuli/natural_images/image_sequence.hpp"
#include "tests/unit/stimulus/file_stimulus.hpp"

namespace v1::stimulus {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

using Bytes = std::vector<unsigned char>;

void write_png(const std::string& path, unsigned rows, unsigned cols, const Bytes& rgb) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = cols;
  image.height = rows;
  image.format = PNG_FORMAT_RGB;
  ASSERT_NE(png_image_write_to_file(&image, path.c_str(), 0, rgb.data(), 0, nullptr), 0);
}

// Two columns of 8 x 8 blocks, left `left`, right `right`: no ringing at the border.
void write_jpeg(const std::string& path, unsigned char left, unsigned char right) {
  jpeg_error_mgr errors{};
  jpeg_compress_struct jpeg{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  std::FILE* out = std::fopen(path.c_str(), "wb");
  ASSERT_NE(out, nullptr);
  jpeg_stdio_dest(&jpeg, out);
  jpeg.image_width = 16;
  jpeg.image_height = 8;
  jpeg.input_components = 1;
  jpeg.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  Bytes line(16, left);
  std::fill(line.begin() + 8, line.end(), right);
  JSAMPROW row = line.data();
  while (jpeg.next_scanline < 8) jpeg_write_scanlines(&jpeg, &row, 1);
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::fclose(out);
}

void cut_file(const std::string& path) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
}

class NaturalImages : public test::FileStimulus {
 protected:
  Environment env_ = test::movie_environment(1, 2);

  // One stack of pictures with luminance 0.1, 0.2, ... all over.
  void use_stack(int pictures) {
    std::vector<float> items;
    for (int i = 1; i <= pictures; ++i) items.insert(items.end(), 2, 0.1f * static_cast<float>(i));
    set("images", npy("s.npy", "(" + std::to_string(pictures) + ", 1, 2)", items));
    set("range", std::vector<double>{-1, 1});
  }
  std::vector<float> left_pixels(const std::vector<std::int64_t>& times) {
    const StimulusPlayer player = play(env_);
    std::vector<float> out;
    for (const std::int64_t t : times) out.push_back(test::frame_at(player, env_, t)[0]);
    return out;
  }
  std::string refused(ExitCode code) {
    return message(code, [&] { play(env_); });
  }
};

TEST_F(NaturalImages, AreShownInTurnWithGrayBetween) {
  use_stack(2);
  const auto near = [](float value) { return FloatNear(value, 1e-6f); };
  EXPECT_THAT(left_pixels({-1, 499, 500, 749, 750, 999, 1000, 1249, 1250, 1500}),
              ElementsAre(0, 0, near(0.1f), near(0.1f), 0, 0, near(0.2f), near(0.2f), 0, 0));
  set("repeat", 1);
  EXPECT_THAT(left_pixels({1499, 1500, 2000}), ElementsAre(0, near(0.1f), near(0.2f)));
  set("gray", 0);
  EXPECT_THAT(left_pixels({749, 750}), ElementsAre(near(0.1f), near(0.2f)));
}

TEST_F(NaturalImages, TellWhatIsShownWhen) {
  use_stack(5);
  set("first", 3);
  const StimulusPlayer player = play(env_);
  const StimulusDescription& told = player.description();
  ASSERT_EQ(told.strips.size(), 1u);
  EXPECT_THAT(told.strips[0].time_ms, ElementsAre(0, 500, 750, 1000, 1250));
  EXPECT_THAT(told.strips[0].value, ElementsAre(-1, 3, -1, 4, -1));
  set("count", 3);
  EXPECT_THAT(refused(ExitCode::config), HasSubstr("pictures 3 to 5 are asked for"));
}

TEST_F(NaturalImages, ComeFromAFolderInOrderOfNames) {
  env_ = test::movie_environment(8, 16);
  write_png(file("b.png"), 1, 2, {255, 255, 255, 0, 0, 0});
  write_jpeg(file("a.JPG"), 200, 40);
  std::ofstream(file("notes.txt")) << "not a picture";
  set("images", folder_.string());
  set("fit", "stretch");
  const StimulusPlayer player = play(env_);
  const auto jpeg = test::frame_at(player, env_, 500), png = test::frame_at(player, env_, 1000);
  EXPECT_NEAR(jpeg[0], -1 + 2 * 200 / 255.0, 0.01);
  EXPECT_NEAR(jpeg[15], -1 + 2 * 40 / 255.0, 0.01);
  EXPECT_EQ(png[0], 1.0f);
  EXPECT_EQ(png[15], -1.0f);
}

TEST_F(NaturalImages, ColoursBecomeTheirLuma) {
  write_png(file("c.png"), 1, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255});
  const natural_images::Picture picture = natural_images::read_image(file("c.png"));
  EXPECT_EQ(picture.rows, 1);
  EXPECT_EQ(picture.cols, 3);
  EXPECT_THAT(picture.values,
              ElementsAre(FloatNear(0.299f * 255, 1e-3f), FloatNear(0.587f * 255, 1e-3f),
                          FloatNear(0.114f * 255, 1e-3f)));
}

TEST_F(NaturalImages, NameDamagedFiles) {
  set("images", folder_.string());
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("no .png, .jpg or .jpeg files"));
  std::ofstream(file("a.png")) << "text";
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("a.png: is no readable PNG file"));
  Bytes noise(64 * 64 * 3);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<unsigned char>(i * i * 7);
  write_png(file("a.png"), 64, 64, noise);
  cut_file(file("a.png"));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("a.png: is no readable PNG file"));
  std::filesystem::remove(file("a.png"));
  write_jpeg(file("b.jpg"), 3, 200);
  cut_file(file("b.jpg"));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("b.jpg: is no readable JPEG file"));
}

TEST_F(NaturalImages, NameArraysOfTheWrongShape) {
  set("images", npy("s.npy", "(2, 2)", {0, 0, 0, 0}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("[picture][row][col], found 2 x 2"));
  set("images", npy("s.npy", "(1, 1, 2)", {0, INFINITY}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("picture 0, row 0, column 1 is inf"));
  set("images", npy("s.npy", "(0, 2, 2)", {}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("is empty: 0 x 2 x 2"));
  std::ofstream(file("one.png")) << "text";
  set("images", file("one.png"));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("is a single picture; name the folder"));
}

TEST(PictureOrder, ShufflesWithoutLosingAny) {
  const auto order = natural_images::picture_order(10, 50, true, 3000, 0);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, natural_images::picture_order(10, 50, false, 3000, 0));
  EXPECT_NE(order, sorted);
  EXPECT_EQ(order, natural_images::picture_order(10, 50, true, 3000, 0));
  EXPECT_NE(order, natural_images::picture_order(10, 50, true, 3000, 1));
}

}  // namespace
}  // namespace v1::stimulus
