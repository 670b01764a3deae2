#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "engine/figures/drawing.hpp"
#include "engine/figures/drawing_shapes.hpp"
#include "engine/figures/markup.hpp"
#include "engine/figures/png.hpp"
#include "engine/figures/scale.hpp"

namespace v1::figures {
namespace {

/// A length with the digits that matter: 0.001 mm.
double mm(double value) {
  const double rounded = std::round(value * 1000.0) / 1000.0;
  return rounded == 0.0 ? 0.0 : rounded;  // no "-0"
}

std::string paint(const char* what, Rgb color, double alpha) {
  std::string out = fmt::format(" {}=\"#{:02x}{:02x}{:02x}\"", what, color.r, color.g, color.b);
  if (alpha < 1.0) out += fmt::format(" {}-opacity=\"{:.3g}\"", what, alpha);
  return out;
}

class SvgWriter {
 public:
  explicit SvgWriter(const Page& page) : height_(page.height_mm) {
    put("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
        "width=\"{0}mm\" height=\"{1}mm\" viewBox=\"0 0 {0} {1}\" xml:space=\"preserve\" "
        "font-family=\"{2}, sans-serif\" fill=\"none\" stroke-linecap=\"round\" "
        "stroke-linejoin=\"round\">\n<title>{3}</title>\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
        mm(page.width_mm), mm(page.height_mm), font_families, escape_markup(printable(page.title)));
  }

  void operator()(const Lines& lines) {
    const double width = lines.stroke.width_pt * mm_per_pt;
    put("<g{} stroke-width=\"{}\"", paint("stroke", lines.stroke.color, lines.stroke.alpha),
        mm(width));
    if (const DashLengths dash = dash_lengths(lines.stroke.dash); dash.gap > 0.0)
      put(" stroke-dasharray=\"{},{}\"", mm(dash.line * width), mm(dash.gap * width));
    out_ += ">\n";
    for (const auto& path : lines.paths) {
      out_ += "<path d=\"";
      put_points(path);
      out_ += "\"/>\n";
    }
    out_ += "</g>\n";
  }

  void operator()(const Shapes& shapes) {
    put("<path{} d=\"", paint("fill", shapes.fill.color, shapes.fill.alpha));
    for (const auto& polygon : shapes.polygons) {
      put_points(counterclockwise(polygon));
      out_ += "Z";
    }
    out_ += "\"/>\n";
  }

  void operator()(const Dots& dots) {
    if (dots.symbol == Symbol::open) {
      put("<g{} stroke-width=\"{}\">\n", paint("stroke", dots.fill.color, dots.fill.alpha),
          mm(symbol_edge_pt * mm_per_pt));
    } else {
      put("<g{}>\n", paint("fill", dots.fill.color, dots.fill.alpha));
    }
    const std::vector<Point> outline = symbol_outline(dots.symbol, dots.size_mm);
    for (const Point& at : dots.points) {
      if (outline.empty()) {
        put("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", mm(at.x), mm(height_ - at.y),
            mm(circle_diameter(dots.symbol, dots.size_mm) / 2.0));
      } else {
        std::vector<Point> placed = outline;
        for (Point& corner : placed) corner = {at.x + corner.x, at.y + corner.y};
        out_ += "<path d=\"";
        put_points(placed);
        out_ += "Z\"/>\n";
      }
    }
    out_ += "</g>\n";
  }

  void operator()(const Picture& picture) {
    put("<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" "
        "xlink:href=\"data:image/png;base64,{}\"/>\n",
        mm(picture.area.x), mm(height_ - picture.area.top()), mm(picture.area.width),
        mm(picture.area.height), base64(encode_png(picture.image)));
  }

  void operator()(const Text& text) {
    const double size = text.size_pt * mm_per_pt;
    const char* anchor = text.align < 0 ? "start" : text.align > 0 ? "end" : "middle";
    put("<text transform=\"translate({},{})", mm(text.at.x), mm(height_ - text.at.y));
    if (text.angle != 0.0) put(" rotate({:g})", -text.angle);
    put("\" y=\"{}\" font-size=\"{}\" text-anchor=\"{}\"{}{}>{}</text>\n",
        mm(middle_of_text * size), mm(size), anchor, text.bold ? " font-weight=\"bold\"" : "",
        paint("fill", text.color, 1.0), escape_markup(printable(text.text)));
  }

  std::string finish() { return std::move(out_) + "</svg>\n"; }

 private:
  template <class... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
  }

  void put_points(const std::vector<Point>& path) {
    for (std::size_t i = 0; i < path.size(); ++i)
      put("{}{},{}", i == 0 ? "M" : i == 1 ? "L" : " ", mm(path[i].x), mm(height_ - path[i].y));
  }

  double height_;
  std::string out_;
};

}  // namespace

std::string draw_svg(const Page& page) {
  SvgWriter writer(page);
  for (const Item& item : page.items) std::visit(writer, item);
  return writer.finish();
}

}  // namespace v1::figures
