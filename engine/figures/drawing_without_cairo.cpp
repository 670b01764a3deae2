#include "engine/base/error.hpp"
#include "engine/figures/drawing.hpp"

namespace v1::figures {

const std::string& why_svg_only() {
  static const std::string problem =
      "this v1engine was built without Pango; install it (Debian: apt-get install libpango1.0-dev "
      "fonts-liberation) and build again";
  return problem;
}

std::string draw_pdf(const Page&) { throw Error(ExitCode::data, why_svg_only()); }
std::string draw_png(const Page&, double) { throw Error(ExitCode::data, why_svg_only()); }

}  // namespace v1::figures
