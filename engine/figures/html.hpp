#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

/// Pieces of the report page.
namespace v1::figures {

/// A small part of markdown: paragraphs, lists, headings, `code`, **bold**, *italics*. Everything
/// else is shown as it is; markup in the text is escaped.
std::string markdown_to_html(const std::string& markdown);

/// A number as people read it: thousands grouped, about five digits.
std::string readable_number(double value);
/// Any JSON value as HTML; tables for objects, lists for arrays. `key` chooses units ("..._bytes",
/// "..._ms").
std::string json_to_html(const nlohmann::ordered_json& value, const std::string& key = "");
/// "peak_memory_bytes" -> "Peak memory"
std::string readable_key(const std::string& key);

/// The style sheet: light and dark, narrow screens, print.
std::string_view report_style();

}  // namespace v1::figures
