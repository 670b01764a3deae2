#include "engine/figures/dots.hpp"

#include <algorithm>
#include <cmath>

namespace v1::figures {
namespace {

/// Coverage (0 to 1) of the pixels around a dot's centre pixel.
struct Stamp {
  long radius = 0;
  std::vector<float> cover;
};

Stamp make_stamp(double size_px) {
  Stamp stamp;
  stamp.radius = static_cast<long>(std::ceil(std::max(0.0, size_px / 2.0 - 0.5)));
  const long n = 2 * stamp.radius + 1;
  for (long y = -stamp.radius; y <= stamp.radius; ++y)
    for (long x = -stamp.radius; x <= stamp.radius; ++x) {
      const double distance = std::sqrt(static_cast<double>(x * x + y * y));
      stamp.cover.push_back(
          static_cast<float>(std::clamp(size_px / 2.0 + 0.5 - distance, 0.0, 1.0)));
    }
  if (n == 1) stamp.cover[0] = 1.0f;
  return stamp;
}

Image to_image(const std::vector<float>& premultiplied, std::size_t width, std::size_t height) {
  Image image{width, height, std::vector<std::uint8_t>(width * height * 4, 0)};
  for (std::size_t i = 0; i < width * height; ++i) {
    const float alpha = premultiplied[4 * i + 3];
    const auto level = static_cast<int>(std::lround(alpha * 15.0f));
    if (level == 0) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      const float value = std::clamp(premultiplied[4 * i + c] / alpha, 0.0f, 255.0f);
      image.rgba[4 * i + c] = static_cast<std::uint8_t>(std::lround(value / 5.0f) * 5);
    }
    image.rgba[4 * i + 3] = static_cast<std::uint8_t>(level * 17);
  }
  return image;
}

}  // namespace

Image paint_dots(const Rect& area, const std::vector<Dot>& dots, double size_mm, double alpha) {
  const auto width = static_cast<long>(std::max(1.0, std::round(area.width * image_pixels_per_mm)));
  const auto height =
      static_cast<long>(std::max(1.0, std::round(area.height * image_pixels_per_mm)));
  std::vector<float> pixels(static_cast<std::size_t>(width * height) * 4, 0.0f);
  const Stamp stamp = make_stamp(size_mm * image_pixels_per_mm);
  for (const Dot& dot : dots) {
    const auto cx = static_cast<long>(
        std::floor((dot.at.x - area.x) / area.width * static_cast<double>(width)));
    const auto cy = static_cast<long>(
        std::floor((dot.at.y - area.y) / area.height * static_cast<double>(height)));
    const float color[3] = {static_cast<float>(dot.color.r), static_cast<float>(dot.color.g),
                            static_cast<float>(dot.color.b)};
    std::size_t k = 0;
    for (long y = cy - stamp.radius; y <= cy + stamp.radius; ++y)
      for (long x = cx - stamp.radius; x <= cx + stamp.radius; ++x, ++k) {
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const float a = stamp.cover[k] * static_cast<float>(alpha);
        float* pixel = &pixels[static_cast<std::size_t>(y * width + x) * 4];
        for (int c = 0; c < 3; ++c) pixel[c] = color[c] * a + pixel[c] * (1.0f - a);
        pixel[3] = a + pixel[3] * (1.0f - a);
      }
  }
  return to_image(pixels, static_cast<std::size_t>(width), static_cast<std::size_t>(height));
}

void draw_dots(Frame& frame, const std::vector<Dot>& dots, Symbol symbol, double size_mm,
               double alpha) {
  std::vector<Dot> shown;
  for (const Dot& dot : dots)
    if (std::isfinite(dot.at.x + dot.at.y) && frame.inside(dot.at)) shown.push_back(dot);
  if (shown.empty()) return;
  if (shown.size() > max_vector_dots) {
    frame.page.items.push_back(Picture{frame.area, paint_dots(frame.area, shown, size_mm, alpha)});
    return;
  }
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= shown.size(); ++i) {  // runs of one colour
    if (i < shown.size() && shown[i].color == shown[begin].color) continue;
    Dots run{{}, symbol, size_mm, {shown[begin].color, alpha}};
    for (std::size_t k = begin; k < i; ++k) run.points.push_back(shown[k].at);
    frame.page.items.push_back(std::move(run));
    begin = i;
  }
}

}  // namespace v1::figures
