#include "engine/figures/gnuplot.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "engine/figures/scale.hpp"

namespace v1::figures {
namespace {

constexpr const char* font = "Arial";

/// gnuplot's #AARRGGBB, where AA is transparency.
std::string paint(Rgb color, double alpha) {
  const auto transparency = static_cast<unsigned>(std::lround((1.0 - alpha) * 255.0));
  return fmt::format("\"#{:02x}{:02x}{:02x}{:02x}\"", transparency, color.r, color.g, color.b);
}

/// In units of gnuplot that follow the width of the line; round ends add 4 to what is drawn.
const char* dash_pattern(Dash dash) {
  switch (dash) {
    case Dash::dashed:
      return " dashtype (6,11)";
    case Dash::dotted:
      return " dashtype (0.5,8)";
    case Dash::solid:
      break;
  }
  return " dashtype solid";
}

int point_type(Symbol symbol) {
  switch (symbol) {
    case Symbol::open:
      return 6;
    case Symbol::square:
      return 5;
    case Symbol::triangle:
      return 9;
    case Symbol::diamond:
      return 13;
    case Symbol::circle:
      break;
  }
  return 7;
}

void put_points(std::string& out, const std::vector<Point>& points) {
  for (const Point& point : points)
    fmt::format_to(std::back_inserter(out), "{:.4f} {:.4f}\n", point.x, point.y);
}

struct Writer {
  std::string data;     // datablocks and labels
  std::string clauses;  // of the one plot command
  std::size_t blocks = 0;
  std::size_t pictures = 0;

  std::string open_block() {
    const std::string name = fmt::format("$D{}", blocks++);
    data += name + " << EOD\n";
    return name;
  }
  void clause(const std::string& text) {
    clauses += (clauses.empty() ? "plot " : ", \\\n  ") + text;
  }

  void operator()(const Lines& lines) {
    const std::string name = open_block();
    for (const auto& path : lines.paths) {
      put_points(data, path);
      data += "\n";
    }
    data += "EOD\n";
    clause(fmt::format("{} using 1:2 with lines linewidth V1_LW*{:.3f} linecolor rgb {}{}", name,
                       lines.stroke.width_pt, paint(lines.stroke.color, lines.stroke.alpha),
                       dash_pattern(lines.stroke.dash)));
  }
  void operator()(const Shapes& shapes) {
    const std::string name = open_block();
    for (const auto& polygon : shapes.polygons) {
      put_points(data, polygon);
      if (!polygon.empty()) put_points(data, {polygon.front()});
      data += "\n";
    }
    data += "EOD\n";
    clause(fmt::format(
        "{} using 1:2 with filledcurves closed fillstyle solid noborder fillcolor rgb {}", name,
        paint(shapes.fill.color, shapes.fill.alpha)));
  }
  void operator()(const Dots& dots) {
    const std::string name = open_block();
    put_points(data, dots.points);
    data += "EOD\n";
    clause(fmt::format(
        "{} using 1:2 with points pointtype {} pointsize V1_PS*{:.3f} linewidth V1_LW*0.5 "
        "linecolor rgb {}",
        name, point_type(dots.symbol), dots.size_mm, paint(dots.fill.color, dots.fill.alpha)));
  }
  void operator()(const Picture& picture) {
    const double dx = picture.area.width / static_cast<double>(picture.image.width);
    const double dy = picture.area.height / static_cast<double>(picture.image.height);
    clause(fmt::format(
        "'{}' binary array=({},{}) format='%uchar%uchar%uchar%uchar' dx={:.9g} dy={:.9g} "
        "origin=({:.9g},{:.9g}) using 1:2:3:4 with rgbalpha",
        picture_name(pictures++), picture.image.width, picture.image.height, dx, dy,
        picture.area.x + dx / 2, picture.area.y + dy / 2));
  }
  void operator()(const Text& text) {
    const char* align = text.align < 0 ? "left" : text.align > 0 ? "right" : "center";
    fmt::format_to(std::back_inserter(data),
                   "set label {} at {:.4f},{:.4f} {} noenhanced front rotate by {:g} font "
                   "sprintf(\"{}{},%.3f\", V1_FS*{:.3f}) textcolor rgb {}\n",
                   quoted(text.text), text.at.x, text.at.y, align, text.angle, font,
                   text.bold ? ":Bold" : "", text.size_pt, paint(text.color, 1.0));
  }
};

}  // namespace

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return out + "\"";
}

std::string escape_markup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string picture_name(std::size_t index) { return fmt::format("picture{}.rgba", index); }

std::string page_script(const Page& page) {
  Writer writer;
  for (const Item& item : page.items) std::visit(writer, item);
  std::string script = fmt::format(
      "reset\nset encoding utf8\nset margins at screen 0,1,0,1\nunset border\nunset tics\nunset "
      "key\n"
      "set xrange [0:{:g}]\nset yrange [0:{:g}]\n",
      page.width_mm, page.height_mm);
  script += writer.data;
  // An empty page still needs something to plot, or labels would not be drawn.
  script += writer.clauses.empty() ? "plot NaN" : writer.clauses;
  return script + "\nunset output\nunset label\n";
}

std::string terminal_commands(const Page& page, Format format, const std::string& output,
                              double dpi) {
  const double w = page.width_mm;
  const double h = page.height_mm;
  const std::string out = "set output '" + output + "'\n";
  // Rounded: with flat ends, gnuplot's rounding of the first point slants the beginning of lines.
  switch (format) {
    case Format::svg:  // one unit is 0.1 mm
      return fmt::format(
                 "set terminal svg size {:.0f},{:.0f} font '{},10' linewidth 1 rounded noenhanced "
                 "background rgb 'white'\n"
                 "V1_LW = {:.6f}\nV1_PS = {:.6f}\nV1_FS = {:.6f}\n",
                 w * 10, h * 10, font, 10 * mm_per_pt, 10.0 / 7.0, 10 * mm_per_pt) +
             out;
    case Format::pdf:  // line width 1 is half a point; font sizes are 4/3 of a point
      return fmt::format(
                 "set terminal pdfcairo size {:.4f}cm,{:.4f}cm font '{},10' fontscale 1 linewidth "
                 "1 rounded noenhanced background rgb 'white'\n"
                 "V1_LW = 2.0\nV1_PS = 0.4724\nV1_FS = 0.75\n",
                 w / 10, h / 10, font) +
             out;
    case Format::png:  // lengths in pixels, fonts at 96 dpi, symbols of 6 pixels
      break;
  }
  return fmt::format(
             "set terminal pngcairo size {:.0f},{:.0f} font '{},10' fontscale 1 linewidth 1 "
             "rounded noenhanced background rgb 'white'\n"
             "V1_LW = {:.6f}\nV1_PS = {:.6f}\nV1_FS = {:.6f}\n",
             w / 25.4 * dpi, h / 25.4 * dpi, font, dpi / 72, dpi / 25.4 / 6, dpi / 96) +
         out;
}

std::string finish_svg(std::string svg, const Page& page) {
  const auto replace_all = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = svg.find(from); at != std::string::npos;
         at = svg.find(from, at + to.size()))
      svg.replace(at, from.size(), to);
  };
  const std::string size =
      fmt::format("width=\"{:.0f}\" height=\"{:.0f}\"", page.width_mm * 10, page.height_mm * 10);
  const std::size_t at = svg.find(size);
  if (at != std::string::npos)
    svg.replace(at, size.size(),
                fmt::format("width=\"{:g}mm\" height=\"{:g}mm\" font-family=\"Arial, Helvetica, "
                            "'Liberation Sans', 'DejaVu Sans', sans-serif\"",
                            page.width_mm, page.height_mm));
  replace_all("font-family=\"Arial:Bold\"", "font-weight=\"bold\"");
  replace_all("font-family=\"Arial\"", "");
  replace_all("<title>Gnuplot</title>", "<title>" + escape_markup(page.title) + "</title>");
  return svg;
}

}  // namespace v1::figures
