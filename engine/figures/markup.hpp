#pragma once
#include <string>
#include <string_view>

/// Text inside SVG and HTML.
namespace v1::figures {

/// &, <, > and quotes as XML and HTML entities.
std::string escape_markup(std::string_view text);

/// For data: addresses.
std::string base64(std::string_view bytes);

/// Text as every writer of figures takes it: bytes that are not UTF-8 become U+FFFD, line breaks
/// and other control characters spaces.
std::string printable(std::string_view text);

}  // namespace v1::figures
