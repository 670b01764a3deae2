#include "engine/figures/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/text.hpp"
#include "engine/figures/markup.hpp"

namespace v1::figures {

namespace {

/// Replaces pairs of a mark by tags; a mark without a partner stays.
std::string paired(const std::string& text, const std::string& mark, const std::string& tag) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = text.find(mark, at);
    const std::size_t close =
        open == std::string::npos ? open : text.find(mark, open + mark.size());
    if (close == std::string::npos || close == open + mark.size()) return out + text.substr(at);
    out += text.substr(at, open - at) + "<" + tag + ">" +
           text.substr(open + mark.size(), close - open - mark.size()) + "</" + tag + ">";
    at = close + mark.size();
  }
}

std::string inline_markup(const std::string& text) {
  std::string out;
  const std::vector<std::string> parts = split(escape_markup(text), '`');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool code = i % 2 == 1 && i + 1 < parts.size();
    if (code) {
      out += "<code>" + parts[i] + "</code>";
    } else {
      out += (i % 2 == 1 ? "`" : "") + paired(paired(parts[i], "**", "strong"), "*", "em");
    }
  }
  return out;
}

}  // namespace

std::string markdown_to_html(const std::string& markdown) {
  std::string out;
  std::string paragraph;
  bool in_list = false;
  const auto flush = [&] {
    if (!paragraph.empty()) out += "<p>" + inline_markup(paragraph) + "</p>\n";
    paragraph.clear();
    if (in_list) out += "</ul>\n";
    in_list = false;
  };
  for (const std::string& raw : split(markdown, '\n')) {
    const std::string line(trim(raw));
    const std::size_t hashes = std::min(line.find_first_not_of('#'), line.size());
    if (line.empty()) {
      flush();
    } else if (hashes > 0 && hashes < 7 && hashes < line.size() && line[hashes] == ' ') {
      flush();
      out += "<h4>" + inline_markup(line.substr(hashes + 1)) + "</h4>\n";
    } else if (line.starts_with("- ") || line.starts_with("* ")) {
      if (!in_list) {
        flush();
        out += "<ul>\n";
        in_list = true;
      }
      out += "<li>" + inline_markup(line.substr(2)) + "</li>\n";
    } else {
      if (in_list) flush();
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
  }
  flush();
  return out;
}

std::string readable_number(double value) {
  if (!std::isfinite(value))
    return std::isnan(value) ? "not a number" : value > 0 ? "infinite" : "-infinite";
  const double size = std::abs(value);
  if (value == std::round(value) && size < 1e15) {
    std::string digits = fmt::format("{:.0f}", size);
    for (std::size_t at = digits.size(); size >= 10000.0 && at > 3; at -= 3)
      digits.insert(at - 3, "\xE2\x80\xAF");
    return (value < 0.0 ? "\xE2\x88\x92" : "") + digits;
  }
  return (value < 0.0 ? "\xE2\x88\x92" : "") + fmt::format("{:.5g}", size);
}

namespace {

struct KeyUnit {
  std::string_view ending, shown;
};
constexpr KeyUnit key_units[] = {{"_ms", " ms"}, {"_s", " s"}, {"_hz", " Hz"}, {"_pa", " pA"}};

// "lgn synapses" -> "LGN synapses".
void write_lgn_in_capitals(std::string& text) {
  for (std::size_t at = text.find("lgn"); at != std::string::npos; at = text.find("lgn", at + 3)) {
    const bool begins = at == 0 || text[at - 1] == ' ';
    const bool ends = at + 3 == text.size() || text[at + 3] == ' ';
    if (begins && ends) text.replace(at, 3, "LGN");
  }
}

}  // namespace

std::string readable_key(const std::string& key) {
  std::string text = key;
  const auto strip = [&](std::string_view ending) {
    if (text.size() > ending.size() && text.ends_with(ending)) {
      text.erase(text.size() - ending.size());
    }
  };
  strip("_bytes");
  for (const KeyUnit& unit : key_units) strip(unit.ending);
  std::replace(text.begin(), text.end(), '_', ' ');
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"rtf", "Real-time factor"},
      {"rtf total", "Real-time factor with recording"},
      {"drawn", "Drawn at first"},
      {"dropped", "Dropped as too weak"},
      {"drop below", "Too weak below"},
      {"abi", "ABI"},
      {"os", "OS"},
      {"cpu", "CPU"},
      {"dt", "dt"},
      {"bkg", "Background"},
      {"bytes written", "Written"}};
  for (const auto& [name, shown] : names) {
    if (text == name) return std::string(shown);
  }
  write_lgn_in_capitals(text);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string json_to_html(const nlohmann::ordered_json& value, const std::string& key) {
  if (value.is_null()) return "<span class=\"faint\">none</span>";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return escape_markup(value.get<std::string>());
  if (value.is_number()) {
    const double number = value.get<double>();
    if ((key.ends_with("bytes") || key.starts_with("bytes_")) && number >= 0.0)
      return format_bytes(static_cast<std::uint64_t>(number));
    std::string unit;
    for (const KeyUnit& one : key_units) {
      if (key.ends_with(one.ending)) unit = one.shown;
    }
    // Seeds and counters of this size are names, not amounts.
    const bool exact = value.is_number_integer() &&
                       (key.find("seed") != std::string::npos || std::abs(number) >= 1e15);
    return (exact ? escape_markup(value.dump()) : readable_number(number)) + unit;
  }
  std::string out;
  if (value.is_array()) {
    const bool flat = std::none_of(value.begin(), value.end(),
                                   [](const auto& item) { return item.is_structured(); });
    const std::string between = key == "command" ? " " : ", ";
    for (const auto& item : value)
      out += flat ? (out.empty() ? "" : between) + json_to_html(item, key)
                  : "<li>" + json_to_html(item, key) + "</li>";
    return flat ? out : "<ul>" + out + "</ul>";
  }
  for (const auto& [name, item] : value.items())
    out += "<tr><th>" + escape_markup(readable_key(name)) + "</th><td>" + json_to_html(item, name) +
           "</td></tr>\n";
  return "<table class=\"facts\">" + out + "</table>";
}

std::string_view report_style() {
  return R"(
:root { --ink:#1f2428; --faint:#6a737d; --line:#e1e4e8; --paper:#ffffff; --tint:#f6f8fa; --accent:#0b6e99; --warn:#9a6700; --warn-bg:#fff8e5; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink:#e6e8eb; --faint:#9aa4af; --line:#30363d; --paper:#14181d; --tint:#1c2229; --accent:#6cc1e8; --warn:#e3b341; --warn-bg:#2b2410; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--paper); color:var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 24px 20px 80px; }
h1 { font-size: 1.9rem; line-height:1.2; margin: .6em 0 .1em; }
h2 { font-size: 1.3rem; margin: 2.2em 0 .6em; padding-bottom:.25em; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.6em 0 .4em; }
h4 { margin: 1em 0 .3em; }
a { color: var(--accent); }
code { font: .88em ui-monospace, "SF Mono", Consolas, monospace; background: var(--tint); padding: .1em .3em; border-radius: 4px; overflow-wrap:anywhere; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; font: .82rem/1.45 ui-monospace, Consolas, monospace; }
.faint { color: var(--faint); }
.sub { color: var(--faint); margin: 0 0 1.2em; overflow-wrap:anywhere; }
.badge { display:inline-block; padding:.1em .6em; border-radius: 99px; font-size:.85rem; font-weight:600; background:var(--tint); border:1px solid var(--line); vertical-align: middle; }
.badge.good { color:#116329; background:#dafbe1; border-color:#aceebb; }
.badge.bad { color:#82071e; background:#ffebe9; border-color:#ffc1bc; }
.cards { display:grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); gap: 10px; margin: 1em 0; }
.card { background: var(--tint); border:1px solid var(--line); border-radius: 10px; padding: 10px 12px; }
.card b { display:block; font-size: 1.15rem; font-variant-numeric: tabular-nums; overflow-wrap:anywhere; }
.card span { color: var(--faint); font-size:.85rem; }
.two { display:grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 0 32px; }
.scroll { overflow-x:auto; -webkit-overflow-scrolling: touch; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
table.data { min-width: 40%; }
table.data th { text-align:left; border-bottom: 2px solid var(--line); padding:.3em .9em .3em 0; white-space: nowrap; }
table.data td { border-bottom: 1px solid var(--line); padding:.25em .9em .25em 0; white-space: nowrap; }
table.quantities td:first-child { white-space: normal; }
table.facts { width:100%; }
table.facts th { text-align:left; font-weight:500; color:var(--faint); vertical-align:top; padding:.22em 1em .22em 0; width: 34%; }
table.facts td { padding:.22em 0; overflow-wrap:anywhere; }
table.facts table { width:auto; }
table.facts table th { width:auto; white-space:nowrap; }
td.bar { min-width: 130px; }
td.bar i { display:block; height: .7em; border-radius: 3px; background: var(--accent); opacity:.75; }
iframe.page { width: 100%; height: 32em; border: 1px solid #ddd; }
figure { margin: 1.4em 0; }
figure img { display:block; width: auto; max-width: 100%; height: auto; background: #fff; border:1px solid var(--line); border-radius: 8px; padding: 6px; }
figcaption { color: var(--faint); font-size: .9rem; margin-top: .5em; max-width: 75ch; }
.warn { background: var(--warn-bg); border-left: 4px solid var(--warn); padding: .5em .9em; margin:.5em 0; border-radius: 4px; overflow-wrap:anywhere; }
.warn p { margin: .2em 0; }
details { margin: .6em 0; }
summary { cursor: pointer; color: var(--accent); }
nav { font-size:.92rem; margin: .8em 0; }
nav a { margin-right: 1em; white-space: nowrap; }
@media (max-width: 600px) { body { font-size: 15px; } main { padding: 12px 14px 60px; } h1 { font-size:1.5rem; } table.facts th { width: 42%; } }
@media print { :root { --ink:#000; --faint:#444; --line:#ccc; --paper:#fff; --tint:#fff; --accent:#000; --warn-bg:#fff; } body { font-size: 10pt; } main { max-width:none; padding:0; } figure, .card, tr { break-inside: avoid; } nav { display:none; } h2, h3 { break-after: avoid; } }
)";
}

}  // namespace v1::figures
