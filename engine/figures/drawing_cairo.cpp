#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

#include <cmath>
#include <cstring>
#include <memory>

#include "engine/base/error.hpp"
#include "engine/figures/drawing.hpp"
#include "engine/figures/drawing_shapes.hpp"
#include "engine/figures/markup.hpp"
#include "engine/figures/png.hpp"
#include "engine/figures/scale.hpp"

namespace v1::figures {
namespace {

template <auto function>
struct Release {
  template <class T>
  void operator()(T* held) const {
    function(held);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Release<g_object_unref>>;
using Font = std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>>;
using FontOptions = std::unique_ptr<cairo_font_options_t, Release<cairo_font_options_destroy>>;

void require(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS)
    throw error(ExitCode::data, "Cairo refuses: {}", cairo_status_to_string(status));
}

/// Cairo's pixels are 0xAARRGGBB with colours multiplied by alpha, rows from the top.
void copy_pixels(const Image& image, cairo_surface_t* surface) {
  cairo_surface_flush(surface);
  unsigned char* pixels = cairo_image_surface_get_data(surface);
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
  for (std::size_t y = 0; y < image.height; ++y) {
    const std::uint8_t* from = image.rgba.data() + (image.height - 1 - y) * image.width * 4;
    for (std::size_t x = 0; x < image.width; ++x, from += 4) {
      const std::uint32_t alpha = from[3];
      const auto scaled = [&](std::size_t i) { return (from[i] * alpha + 127) / 255; };
      const std::uint32_t pixel = alpha << 24 | scaled(0) << 16 | scaled(1) << 8 | scaled(2);
      std::memcpy(pixels + y * stride + x * 4, &pixel, 4);
    }
  }
  cairo_surface_mark_dirty(surface);
}

/// Draws the items of a page on a surface of `scale` units per mm.
class Painter {
 public:
  Painter(cairo_surface_t* surface, double height_mm, double scale)
      : cairo_(cairo_create(surface)),
        scale_(scale),
        height_mm_(height_mm),
        onto_pixels_(cairo_surface_get_type(surface) == CAIRO_SURFACE_TYPE_IMAGE) {
    cairo_t* cairo = cairo_.get();
    cairo_set_source_rgb(cairo, 1.0, 1.0, 1.0);
    cairo_paint(cairo);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    layout_.reset(pango_cairo_create_layout(cairo));
    // Letters stand where their widths put them, so that text is as long on every surface.
    const FontOptions options(cairo_font_options_create());
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    PangoContext* context = pango_layout_get_context(layout_.get());
    pango_cairo_context_set_font_options(context, options.get());
    pango_context_set_round_glyph_positions(context, 0);
    pango_layout_set_single_paragraph_mode(layout_.get(), 1);
  }

  void draw(const Page& page) {
    for (const Item& item : page.items) std::visit(*this, item);
    require(cairo_status(cairo_.get()));
  }

  void operator()(const Lines& lines) {
    cairo_t* cairo = cairo_.get();
    const double width = lines.stroke.width_pt * mm_per_pt * scale_;
    set_color(lines.stroke.color, lines.stroke.alpha);
    cairo_set_line_width(cairo, width);
    const DashLengths dash = dash_lengths(lines.stroke.dash);
    const double lengths[] = {dash.line * width, dash.gap * width};
    cairo_set_dash(cairo, lengths, dash.gap > 0.0 ? 2 : 0, 0.0);
    for (const auto& path : lines.paths) {
      cairo_new_path(cairo);
      add_path(path);
      cairo_stroke(cairo);
    }
  }

  void operator()(const Shapes& shapes) {
    set_color(shapes.fill.color, shapes.fill.alpha);
    cairo_new_path(cairo_.get());
    for (const auto& polygon : shapes.polygons) add_path(counterclockwise(polygon));
    cairo_fill(cairo_.get());  // at once: no seams between neighbours
  }

  void operator()(const Dots& dots) {
    cairo_t* cairo = cairo_.get();
    set_color(dots.fill.color, dots.fill.alpha);
    cairo_set_dash(cairo, nullptr, 0, 0.0);
    const bool filled_circle = dots.symbol == Symbol::circle;
    const double diameter = circle_diameter(dots.symbol, dots.size_mm) * scale_;
    cairo_set_line_width(cairo, filled_circle ? diameter : symbol_edge_pt * mm_per_pt * scale_);
    const std::vector<Point> outline = symbol_outline(dots.symbol, dots.size_mm);
    for (const Point& at : dots.points) {
      cairo_new_path(cairo);
      if (filled_circle) {  // the shortest description of a disc: a line without length, round ends
        cairo_move_to(cairo, x(at), y(at));
        cairo_close_path(cairo);
      } else if (outline.empty()) {
        cairo_arc(cairo, x(at), y(at), diameter / 2.0, 0.0, 2.0 * M_PI);
      } else {
        for (const Point& corner : outline)
          cairo_line_to(cairo, x({at.x + corner.x, 0.0}), y({0.0, at.y + corner.y}));
      }
      if (outline.empty()) {
        cairo_stroke(cairo);
      } else {
        cairo_fill(cairo);
      }
    }
  }

  void operator()(const Picture& picture) {
    if (picture.image.width == 0 || picture.image.height == 0) return;
    cairo_t* cairo = cairo_.get();
    const auto width = static_cast<int>(picture.image.width);
    const auto height = static_cast<int>(picture.image.height);
    const Surface image(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
    require(cairo_surface_status(image.get()));
    copy_pixels(picture.image, image.get());
    cairo_save(cairo);
    cairo_translate(cairo, picture.area.x * scale_, (height_mm_ - picture.area.top()) * scale_);
    cairo_scale(cairo, picture.area.width * scale_ / width, picture.area.height * scale_ / height);
    cairo_set_source_surface(cairo, image.get(), 0.0, 0.0);
    // Pixels stay sharp where they are shown larger; where they are shown smaller none is skipped.
    const bool smaller = onto_pixels_ && (picture.area.width * scale_ < width ||
                                          picture.area.height * scale_ < height);
    cairo_pattern_set_filter(cairo_get_source(cairo),
                             smaller ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
    cairo_rectangle(cairo, 0.0, 0.0, width, height);
    cairo_fill(cairo);
    cairo_restore(cairo);
  }

  void operator()(const Text& text) {
    cairo_t* cairo = cairo_.get();
    const double size = text.size_pt * mm_per_pt * scale_;
    const Font font(pango_font_description_new());
    pango_font_description_set_family_static(font.get(), font_families);
    pango_font_description_set_weight(font.get(),
                                      text.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
    pango_layout_set_font_description(layout_.get(), font.get());
    const std::string shown = printable(text.text);
    pango_layout_set_text(layout_.get(), shown.data(), static_cast<int>(shown.size()));
    PangoRectangle extents;
    pango_layout_get_extents(layout_.get(), nullptr, &extents);
    const double left = -0.5 * (1 + text.align) * extents.width / PANGO_SCALE;
    const double baseline = pango_layout_get_baseline(layout_.get()) / double{PANGO_SCALE};
    set_color(text.color, 1.0);
    cairo_save(cairo);
    cairo_translate(cairo, x(text.at), y(text.at));
    cairo_rotate(cairo, -text.angle * M_PI / 180.0);
    cairo_move_to(cairo, left, middle_of_text * size - baseline);
    pango_cairo_show_layout(cairo, layout_.get());
    cairo_restore(cairo);
  }

 private:
  double x(Point at) const { return at.x * scale_; }
  double y(Point at) const { return (height_mm_ - at.y) * scale_; }

  void set_color(Rgb color, double alpha) {
    cairo_set_source_rgba(cairo_.get(), color.r / 255.0, color.g / 255.0, color.b / 255.0, alpha);
  }

  void add_path(const std::vector<Point>& path) {
    cairo_new_sub_path(cairo_.get());
    for (const Point& at : path) cairo_line_to(cairo_.get(), x(at), y(at));
  }

  Cairo cairo_;
  Layout layout_;
  double scale_;
  double height_mm_;
  bool onto_pixels_;
};

cairo_status_t append(void* out, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string draw_pdf(const Page& page) {
  std::string out;
  const double scale = 1.0 / mm_per_pt;
  const Surface surface(cairo_pdf_surface_create_for_stream(append, &out, page.width_mm * scale,
                                                            page.height_mm * scale));
  require(cairo_surface_status(surface.get()));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                 printable(page.title).c_str());
  Painter(surface.get(), page.height_mm, scale).draw(page);
  cairo_surface_finish(surface.get());
  require(cairo_surface_status(surface.get()));
  return out;
}

std::string draw_png(const Page& page, double dpi) {
  const double scale = dpi / 25.4;
  const auto width = static_cast<int>(std::lround(page.width_mm * scale));
  const auto height = static_cast<int>(std::lround(page.height_mm * scale));
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  require(cairo_surface_status(surface.get()));
  Painter(surface.get(), page.height_mm, scale).draw(page);
  cairo_surface_flush(surface.get());
  const unsigned char* pixels = cairo_image_surface_get_data(surface.get());
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                                3);
  std::uint8_t* to = rgb.data();
  for (std::size_t row = 0; row < static_cast<std::size_t>(height); ++row)
    for (std::size_t column = 0; column < static_cast<std::size_t>(width); ++column) {
      std::uint32_t pixel = 0;
      std::memcpy(&pixel, pixels + row * stride + column * 4, 4);
      for (const unsigned shift : {16u, 8u, 0u}) *to++ = static_cast<std::uint8_t>(pixel >> shift);
    }
  return encode_png(rgb, static_cast<std::size_t>(width), static_cast<std::size_t>(height), dpi,
                    printable(page.title));
}

const std::string& why_svg_only() {
  // Pango ends the program when there is no font at all.
  static const std::string problem = [] {
    const FcFontSet* fonts = FcInit() == FcFalse ? nullptr : FcConfigGetFonts(nullptr, FcSetSystem);
    return std::string(fonts != nullptr && fonts->nfont > 0
                           ? ""
                           : "no font is installed; install one (Debian: apt-get install "
                             "fonts-liberation)");
  }();
  return problem;
}

}  // namespace v1::figures
