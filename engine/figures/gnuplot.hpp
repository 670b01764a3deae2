#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/figures/page.hpp"

namespace v1::figures {

/// Drawing commands for a page, free of any terminal: the coordinates are millimetres, and the
/// scale factors V1_LW (line width per point), V1_PS (symbol size per mm) and V1_FS (font size per
/// point) are set by terminal_commands. Pictures are the files picture_name(0), picture_name(1),
/// ... of the page's folder.
std::string page_script(const Page& page);
std::string picture_name(std::size_t index);

enum class Format { svg, pdf, png };
/// Sets terminal, factors and output file. dpi matters for png only.
std::string terminal_commands(const Page& page, Format format, const std::string& output,
                              double dpi);

/// A text in gnuplot's double quotes.
std::string quoted(const std::string& text);

/// Path of the gnuplot program; empty if it is not installed.
std::filesystem::path find_gnuplot();

/// Runs a script file; returns what gnuplot wrote to stderr. Throws Error(data) with the first
/// line of it when gnuplot fails.
std::string run_gnuplot(const std::filesystem::path& program, const std::filesystem::path& folder,
                        const std::string& script_name);

/// &, <, > and quotes as XML and HTML entities.
std::string escape_markup(std::string_view text);

/// Makes gnuplot's SVG stand alone: real size in mm, font families with fallbacks.
std::string finish_svg(std::string svg, const Page& page);

}  // namespace v1::figures
