#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/figures/spec.hpp"

/// A drawn page: simple shapes in millimetres from the lower left corner. It is what is
/// drawn (drawing.hpp), and what tests look at.
namespace v1::figures {

struct Point {
  double x = 0.0;
  double y = 0.0;
};

struct Rect {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
  double right() const { return x + width; }
  double top() const { return y + height; }
};

struct Stroke {
  Rgb color;
  double width_pt = 0.8;
  Dash dash = Dash::solid;
  double alpha = 1.0;
};

struct Fill {
  Rgb color;
  double alpha = 1.0;
};

struct Lines {
  std::vector<std::vector<Point>> paths;
  Stroke stroke;
};

struct Shapes {
  std::vector<std::vector<Point>> polygons;
  Fill fill;
};

struct Dots {
  std::vector<Point> points;
  Symbol symbol = Symbol::circle;
  double size_mm = 1.0;
  Fill fill;
};

/// Straight (not premultiplied) RGBA, rows from bottom to top.
struct Image {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<std::uint8_t> rgba;
};

struct Picture {
  Rect area;
  Image image;
};

struct Text {
  Point at;  // the text's middle height; horizontally by align
  std::string text;
  double size_pt = 8.0;
  int align = 0;  // -1 starts at the point, 0 centred, 1 ends there
  double angle = 0.0;
  bool bold = false;
  Rgb color = {38, 38, 38};
};

using Item = std::variant<Lines, Shapes, Dots, Picture, Text>;

struct Page {
  double width_mm = 0.0;
  double height_mm = 0.0;
  std::string title;  // metadata of the files
  std::vector<Item> items;

  void line(std::vector<Point> path, const Stroke& stroke) {
    items.push_back(Lines{{std::move(path)}, stroke});
  }
  void rect(const Rect& area, const Fill& fill);
  void text(Text text) { items.push_back(std::move(text)); }
};

/// Parts of a path inside an area; NaN breaks the path.
std::vector<std::vector<Point>> clip_path(const std::vector<Point>& path, const Rect& area);
/// A closed polygon cut to an area; empty if nothing is left.
std::vector<Point> clip_polygon(std::vector<Point> polygon, const Rect& area);
/// Keeps first, lowest, highest and last point of each of `columns` stripes in x when a path has
/// more points than 4 per stripe; paths that turn back in x are left alone.
std::vector<Point> thin_path(const std::vector<Point>& path, std::size_t columns);
/// Stripes of which the eye sees nothing: narrower than the thinnest lines, 1/6 mm.
inline std::size_t thin_columns(const Rect& area) {
  return static_cast<std::size_t>(area.width * 6.0);
}

}  // namespace v1::figures
