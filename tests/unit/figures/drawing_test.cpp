#include <gmock/gmock.h>
#include <png.h>

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/figures/drawing.hpp"
#include "engine/figures/drawing_shapes.hpp"
#include "engine/figures/markup.hpp"
#include "engine/figures/png.hpp"
#include "engine/figures/scale.hpp"

namespace v1::figures {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Any PNG file as red, green, blue, alpha, rows from the top.
struct Pixels {
  explicit Pixels(const std::string& file) {
    png_image header{};
    header.version = PNG_IMAGE_VERSION;
    EXPECT_TRUE(png_image_begin_read_from_memory(&header, file.data(), file.size()));
    header.format = PNG_FORMAT_RGBA;
    width = header.width;
    height = header.height;
    bytes.resize(PNG_IMAGE_SIZE(header));
    EXPECT_TRUE(png_image_finish_read(&header, nullptr, bytes.data(), 0, nullptr));
  }
  std::vector<int> at(std::size_t x, std::size_t y) const {
    const auto* pixel = &bytes[(y * width + x) * 4];
    return {pixel[0], pixel[1], pixel[2], pixel[3]};
  }
  /// Left, right, top, bottom of what is not white.
  std::array<std::size_t, 4> ink() const {
    std::array<std::size_t, 4> box{width, 0, height, 0};
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x) {
        if (at(x, y)[1] > 127) continue;
        box = {std::min(box[0], x), std::max(box[1], x), std::min(box[2], y), std::max(box[3], y)};
      }
    return box;
  }
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<std::uint8_t> bytes;
};

constexpr double dpi = 254.0;  // ten pixels a millimetre

[[maybe_unused]] Page page_of(Item item) { return {20.0, 10.0, "", {std::move(item)}}; }

TEST(Svg, EveryShapeIsAnElementInMillimetresFromTheTop) {
  Page page{80.0, 60.0, "A & B", {}};
  page.line({{0, 0}, {10, 10.0004}}, {{255, 0, 0}, 0.8, Dash::dashed, 0.5});
  page.rect({1, 2, 3, 4}, {{0, 0, 255}, 1.0});
  page.items.push_back(Dots{{{5, 5}}, Symbol::circle, 1.5, {{0, 128, 0}, 1.0}});
  page.items.push_back(Picture{{10, 10, 20, 30}, {2, 3, std::vector<std::uint8_t>(24, 0)}});
  Text text;
  text.at = {4, 5};
  text.text = "say \"<100 %>\" \xff\x01";
  text.angle = 90.0;
  text.bold = true;
  text.align = 1;
  page.text(text);
  const std::string svg = draw_svg(page);
  EXPECT_THAT(svg, AllOf(HasSubstr("width=\"80mm\" height=\"60mm\" viewBox=\"0 0 80 60\""),
                         HasSubstr("<title>A &amp; B</title>"), HasSubstr("sans-serif")));
  EXPECT_THAT(svg, HasSubstr("<g stroke=\"#ff0000\" stroke-opacity=\"0.5\" stroke-width=\"0.282\" "
                             "stroke-dasharray=\"0.423,0.776\">\n<path d=\"M0,60L10,50\"/>\n</g>"));
  EXPECT_THAT(svg, HasSubstr("<path fill=\"#0000ff\" d=\"M1,58L4,58 4,54 1,54Z\"/>"));
  EXPECT_THAT(svg, HasSubstr("<g fill=\"#008000\">\n<circle cx=\"5\" cy=\"55\" r=\"0.838\"/>"));
  EXPECT_THAT(svg, HasSubstr("<image x=\"10\" y=\"20\" width=\"20\" height=\"30\" "));
  EXPECT_THAT(svg, HasSubstr("<text transform=\"translate(4,55) rotate(-90)\""));
  EXPECT_THAT(svg, HasSubstr("text-anchor=\"end\" font-weight=\"bold\""));
  EXPECT_THAT(svg, HasSubstr(">say &quot;&lt;100 %&gt;&quot; \xef\xbf\xbd </text>"));
}

#ifdef V1_SVG_ONLY
TEST(Png, IsRefusedWithTheCureWhereItWasBuiltWithoutPango) {
  for (const auto draw : {+[] {
                            draw_pdf({20.0, 10.0, "", {}});
                          },
                          +[] {
                            draw_png({20.0, 10.0, "", {}}, dpi);
                          }}) {
    try {
      draw();
      ADD_FAILURE() << "was drawn";
    } catch (const Error& refused) {
      EXPECT_THAT(refused.what(), HasSubstr("built without Pango; install it"));
    }
  }
}
#else
TEST(Png, HasTheSizeAndResolutionOfThePage) {
  const std::string file = draw_png({20.0, 10.0, "Title", {}}, dpi);
  const Pixels pixels(file);
  EXPECT_EQ(pixels.width, 200u);
  EXPECT_EQ(pixels.height, 100u);
  EXPECT_THAT(file, HasSubstr(std::string("pHYs\0\0\x27\x10\0\0\x27\x10\x01", 13)));  // 10,000 / m
  EXPECT_THAT(file, HasSubstr("Title"));
}

TEST(Png, ShapesLieWhereThePageSays) {
  const Pixels box(
      draw_png(page_of(Shapes{{{{2, 1}, {5, 1}, {5, 3}, {2, 3}}}, {{0, 0, 0}, 1.0}}), dpi));
  EXPECT_EQ(box.ink(), (std::array<std::size_t, 4>{20, 49, 70, 89}));
  Lines line{{{{2, 5}, {18, 5}}}, {{0, 0, 0}, 72.0 / 25.4, Dash::solid, 1.0}};  // 1 mm, round ends
  EXPECT_EQ(Pixels(draw_png(page_of(line), dpi)).ink(),
            (std::array<std::size_t, 4>{15, 184, 45, 54}));
  line.stroke.alpha = 0.5;
  EXPECT_NEAR(Pixels(draw_png(page_of(line), dpi)).at(100, 50)[0], 127, 1);
}

TEST(Png, EverySymbolIsAsLargeAsItShould) {
  const double edge = symbol_edge_pt * mm_per_pt;
  for (const Symbol symbol : {Symbol::circle, Symbol::open, Symbol::square}) {
    const Pixels drawn(draw_png(page_of(Dots{{{10, 5}}, symbol, 4.0, {{0, 0, 0}, 1.0}}), dpi));
    const auto ink = drawn.ink();
    EXPECT_NEAR(static_cast<double>(ink[1] - ink[0] + 1), (4.0 + edge) * 10.0, 1.5);
    EXPECT_NEAR(static_cast<double>(ink[3] - ink[2] + 1), (4.0 + edge) * 10.0, 1.5);
    EXPECT_EQ(drawn.at(100, 50)[0] == 255, symbol == Symbol::open);
  }
  const Pixels triangle(
      draw_png(page_of(Dots{{{10, 5}}, Symbol::triangle, 4.0, {{0, 0, 0}, 1.0}}), dpi));
  EXPECT_EQ(triangle.at(85, 28)[0], 255);  // its tip is above
  EXPECT_EQ(triangle.at(85, 60)[0], 0);
}

TEST(Png, NeighboursHaveNoSeamAndOverlapsNoHole) {
  Shapes shapes{{{{2, 1}, {5.05, 1}, {5.05, 9}, {2, 9}}, {{5.05, 1}, {8, 1}, {8, 9}, {5.05, 9}}},
                {{0, 0, 0}, 1.0}};
  const Pixels neighbours(draw_png(page_of(shapes), dpi));
  EXPECT_EQ(neighbours.at(50, 50)[0], 0);
  shapes.polygons = {{{2, 1}, {8, 1}, {8, 9}, {2, 9}}, {{4, 2}, {4, 8}, {6, 8}, {6, 2}}};
  EXPECT_EQ(Pixels(draw_png(page_of(shapes), dpi)).at(50, 50)[0], 0);
}

TEST(Png, PicturesKeepColoursOrderAndTransparency) {
  const Image image{2, 2, {255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0}};
  const Pixels large(draw_png(page_of(Picture{{5, 0, 10, 10}, image}), dpi));
  EXPECT_EQ(large.at(60, 90), (std::vector<int>{255, 0, 0, 255}));  // the first is the lowest row
  EXPECT_EQ(large.at(140, 90), (std::vector<int>{0, 255, 0, 255}));
  EXPECT_EQ(large.at(60, 10), (std::vector<int>{0, 0, 255, 255}));
  EXPECT_EQ(large.at(140, 10), (std::vector<int>{255, 255, 255, 255}));
  EXPECT_EQ(large.at(99, 90), (std::vector<int>{255, 0, 0, 255})) << "pixels stay sharp";
  EXPECT_EQ(large.at(101, 90), (std::vector<int>{0, 255, 0, 255}));
  const Pixels packed(encode_png(image));
  EXPECT_EQ(packed.at(0, 1), (std::vector<int>{255, 0, 0, 255}));
  EXPECT_EQ(packed.at(1, 0)[3], 0);
}

// One black row of a hundred: shown in ten pixels, it must not fall between them.
TEST(Png, NoRowOfAPictureIsSkippedWhereItIsSmaller) {
  Image image{1, 100, std::vector<std::uint8_t>(400, 255)};
  for (std::size_t row = 0; row < 100; ++row) {
    Image one = image;
    std::fill_n(one.rgba.begin() + static_cast<std::ptrdiff_t>(row * 4), 3, std::uint8_t{0});
    const Pixels small(draw_png(page_of(Picture{{0, 0, 20, 1}, one}), dpi));
    int darkest = 255;
    for (std::size_t y = 90; y < 100; ++y) darkest = std::min(darkest, small.at(100, y)[0]);
    EXPECT_LT(darkest, 245) << row;
  }
}

TEST(Png, TextIsCentredOnCapitalsAndAligned) {
  const auto ink = [](int align, double angle) {
    Text text;
    text.at = {10, 5};
    text.text = "HHHH";
    text.size_pt = 8.0;
    text.align = align;
    text.angle = angle;
    text.color = {0, 0, 0};
    return Pixels(draw_png(page_of(text), dpi)).ink();
  };
  const auto middle = [](std::size_t a, std::size_t b) {
    return static_cast<double>(a + b + 1) / 2;
  };
  const auto centred = ink(0, 0.0);
  EXPECT_NEAR(middle(centred[0], centred[1]), 100.0, 1.5);
  EXPECT_NEAR(middle(centred[2], centred[3]), 50.0, 1.5);
  const double width = static_cast<double>(centred[1] - centred[0]);
  EXPECT_NEAR(width, text_width_mm("HHHH", 8.0) * 10.0, 0.2 * width);
  EXPECT_NEAR(static_cast<double>(ink(-1, 0.0)[0]), 102.0, 3.0);
  EXPECT_NEAR(static_cast<double>(ink(1, 0.0)[1]), 98.0, 3.0);
  const auto turned = ink(0, 90.0);
  EXPECT_NEAR(middle(turned[0], turned[1]), 100.0, 1.5);
  EXPECT_NEAR(static_cast<double>(turned[3] - turned[2]), width, 2.0);
  const auto upwards = ink(-1, 90.0);
  EXPECT_NEAR(static_cast<double>(upwards[3]), 48.0, 3.0);
}

TEST(Pdf, IsAPageOfTheSizeWithItsTitle) {
  const std::string pdf = draw_pdf({25.4, 50.8, "Tuning", {}});
  EXPECT_THAT(pdf, AllOf(StartsWith("%PDF-"), HasSubstr("/MediaBox [ 0 0 72 144 ]"),
                         HasSubstr("(Tuning)"), HasSubstr("%%EOF")));
}

#endif

TEST(Markup, AnyBytesBecomePrintableText) {
  EXPECT_EQ(printable("a\tb\nc\x7f"), "a b c ");
  EXPECT_EQ(printable("\xc2\xb5m \xe2\x82\xac \xf0\x9f\xa7\xa0"),
            "\xc2\xb5m \xe2\x82\xac \xf0\x9f\xa7\xa0");
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(printable("\xc2"), bad);                                // cut off
  EXPECT_EQ(printable("\xc0\xaf"), bad + bad);                      // too long
  EXPECT_EQ(printable("\xed\xa0\x80"), bad + bad + bad);            // a surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), bad + bad + bad + bad);  // beyond Unicode
}

}  // namespace
}  // namespace v1::figures
