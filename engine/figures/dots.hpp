#pragma once
#include "engine/figures/frame.hpp"

namespace v1::figures {

/// Dots of several colours in one area: vector symbols while they are few, an image beyond
/// max_vector_dots.
constexpr std::size_t max_vector_dots = 4000;
constexpr double image_pixels_per_mm = 12.0;

struct Dot {
  Point at;
  Rgb color;
};

/// Draws dots (page millimetres; those outside the area are dropped) in their order.
void draw_dots(Frame& frame, const std::vector<Dot>& dots, Symbol symbol, double size_mm,
               double alpha);

/// Paints dots into an image of the area, later ones over earlier ones. The alpha of a pixel is
/// rounded to 1/15 so that the image compresses.
Image paint_dots(const Rect& area, const std::vector<Dot>& dots, double size_mm, double alpha);

}  // namespace v1::figures
