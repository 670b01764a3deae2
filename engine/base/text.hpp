#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace v1 {

/// The candidate closest to `word` by edit distance (insert, delete, replace, swap of
/// neighbours), or nothing when even the closest is not a plausible misspelling.
std::optional<std::string> nearest_spelling(std::string_view word,
                                            const std::vector<std::string>& candidates);

/// "; did you mean 'x'?" or "" - to append to a message about an unknown name.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// The same, and "; known: a, b" where the guess is none or unsure ('direction' for 'deflection').
std::string known_names_hint(std::string_view word, const std::vector<std::string>& known);

/// "a.toml:9:10" -> "a.toml:9:10: ", the beginning of a message; nothing where no place is known.
std::string place_prefix(const std::string& place);

/// "2 GiB", "500 MB", "1048576" -> bytes; nothing when it cannot be read.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// 1536 -> "1.5 KiB"
std::string format_bytes(std::uint64_t bytes);

/// The text with its line breaks and other control characters written as TOML does: \n, \u001B.
std::string one_line(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);

}  // namespace v1
