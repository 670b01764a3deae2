#pragma once
#include <string>

#include "engine/figures/page.hpp"

/// Pages as files. SVG is written here; PDF and PNG are drawn with Cairo, their text with Pango.
namespace v1::figures {

/// Fonts in the order of preference; all have Arial's widths but the last.
constexpr const char* font_families = "Arial, Liberation Sans, Helvetica, DejaVu Sans";
/// From the baseline to the middle of capital letters and digits, in font sizes.
constexpr double middle_of_text = 0.36;

/// The bytes of a file that shows the page. Any thread may draw.
std::string draw_svg(const Page& page);
/// Throws Error(data) where Cairo refuses, e.g. a page of metres.
std::string draw_pdf(const Page& page);
std::string draw_png(const Page& page, double dpi);

/// Why PDF and PNG cannot be drawn and what to do, e.g. that no font is installed; "" if they can.
const std::string& why_svg_only();

}  // namespace v1::figures
