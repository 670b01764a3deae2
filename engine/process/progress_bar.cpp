#include "engine/process/progress_bar.hpp"
#include "engine/process/standard_streams.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace v1 {
namespace {

constexpr int bar_width = 30;

std::string duration_text(double seconds) {
  const auto total = static_cast<long>(std::lround(seconds));
  if (total >= 3600)
    return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

}  // namespace

ProgressBar::ProgressBar(std::string title, bool quiet)
    : title_(std::move(title)),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::update(double fraction, const std::string& detail) {
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const double left_s = fraction > 0.0 ? elapsed_s * (1.0 - fraction) / fraction : 0.0;
  if (terminal_) {
    if (open_ && fraction < 1.0 && now - last_draw_ < std::chrono::milliseconds(100)) return;
    last_draw_ = now;
    draw(fraction, detail, left_s);
  } else if (fraction * 10.0 >= next_tenth_) {
    next_tenth_ = static_cast<int>(fraction * 10.0) + 1;
    say(fmt::format("{}: {:3.0f} % ({}), {} left\n", title_, fraction * 100.0, detail,
                    duration_text(left_s)));
  }
}

void ProgressBar::draw(double fraction, const std::string& detail, double left_s) {
  const int filled = static_cast<int>(fraction * bar_width);
  say(fmt::format("\r{} [{}{}] {:3.0f} %  {}  {} left\033[K", title_, std::string(filled, '#'),
                  std::string(bar_width - filled, '.'), fraction * 100.0, detail,
                  duration_text(left_s)));
  std::fflush(stderr);
  open_ = true;
}

void ProgressBar::finish() {
  if (!open_) return;
  say("\r\033[K");
  std::fflush(stderr);
  open_ = false;
}

}  // namespace v1
