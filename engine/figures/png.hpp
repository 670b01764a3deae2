#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/figures/page.hpp"

namespace v1::figures {

/// A PNG file of an image with transparency.
std::string encode_png(const Image& image);

/// A PNG file of rows from top to bottom, three bytes a pixel, with its resolution and title.
std::string encode_png(std::span<const std::uint8_t> rgb, std::size_t width, std::size_t height,
                       double dpi, const std::string& title);

}  // namespace v1::figures
