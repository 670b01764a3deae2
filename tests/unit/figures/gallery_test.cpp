#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/base/text.hpp"
#include "engine/figures/figures.hpp"
#include "tests/unit/figures/sample.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;

/// Big-endian number of a PNG header.
[[maybe_unused]] std::size_t png_number(const std::string& bytes, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value * 256 + static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// Opening and closing tags match up and nothing follows the root element.
bool is_balanced_xml(const std::string& text) {
  std::vector<std::string> open;
  bool seen_root = false;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = text.substr(at + 1, end - at - 1);
    if (tag.empty()) return false;
    if (tag[0] == '?' || tag[0] == '!' || tag.back() == '/') continue;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != std::string(trim(tag.substr(1)))) return false;
      open.pop_back();
      continue;
    }
    if (open.empty() && seen_root) return false;
    seen_root = true;
    open.push_back(tag.substr(0, tag.find_first_of(" \t\r\n")));
  }
  return seen_root && open.empty();
}

/// The folder with all sample figures, drawn once for all tests of this process. The environment
/// variable V1_GALLERY_DIR keeps them for a look.
class Gallery : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const char* keep = std::getenv("V1_GALLERY_DIR");
    folder_ = keep != nullptr ? fs::path(keep) : sample::fresh_folder("gallery");
    fs::create_directories(folder_);
    for (const Table& table : sample::all_tables()) sample::write_csv(folder_, table);
    for (const auto& list : {sample::mark_gallery(), sample::page_gallery()})
      for (const auto& [name, toml] : list) {
        sample::write_text(folder_ / (name + ".figure.toml"), toml);
        names_.push_back(name);
      }
    ThreadPool pool(2);
    result_ = draw_figures(folder_, pool);
  }
  static void TearDownTestSuite() {
    if (std::getenv("V1_GALLERY_DIR") == nullptr) fs::remove_all(folder_);
  }
  inline static fs::path folder_;
  inline static std::vector<std::string> names_;
  inline static DrawResult result_;
};

TEST_F(Gallery, EveryFigureIsDrawnWithoutAWarning) {
#ifdef V1_SVG_ONLY
  EXPECT_EQ(join(result_.warnings, "\n").find("figures were drawn as SVG only: "), 0u);
#else
  EXPECT_EQ(join(result_.warnings, "\n"), "");
#endif
  EXPECT_EQ(result_.drawn, names_.size());
  EXPECT_EQ(result_.failed, 0u);
}

#ifndef V1_SVG_ONLY
TEST_F(Gallery, PngFilesHaveTheSizeOfThePageAt200Dpi) {
  for (const std::string& name : names_) {
    const std::string bytes = sample::read_bytes(folder_ / (name + ".png"));
    ASSERT_GT(bytes.size(), 3000u) << name;
    EXPECT_EQ(bytes.substr(0, 8), "\x89PNG\r\n\x1a\n") << name;
    if (name == "line") {
      EXPECT_EQ(png_number(bytes, 16), 669u);  // 85 mm
      EXPECT_EQ(png_number(bytes, 20), 488u);  // 62 mm
    }
  }
}

TEST_F(Gallery, PdfFilesAreComplete) {
  for (const std::string& name : names_) {
    const std::string bytes = sample::read_bytes(folder_ / (name + ".pdf"));
    ASSERT_GT(bytes.size(), 2000u) << name;
    EXPECT_EQ(bytes.substr(0, 5), "%PDF-") << name;
    EXPECT_NE(bytes.rfind("%%EOF"), std::string::npos) << name;
  }
}
#endif

TEST_F(Gallery, SvgFilesAreWellFormedSelfContainedAndSmall) {
  for (const std::string& name : names_) {
    const std::string text = sample::read_bytes(folder_ / (name + ".svg"));
    EXPECT_TRUE(is_balanced_xml(text)) << name;
    EXPECT_NE(text.find("mm\""), std::string::npos) << name;
    EXPECT_EQ(text.find("href=\"file"), std::string::npos) << name;
    EXPECT_EQ(text.find(".png\""), std::string::npos) << name;
    EXPECT_LT(text.size(), 2u << 20) << name;
  }
}

TEST_F(Gallery, NothingButResultsIsLeftInTheFolder) {
  for (const auto& entry : fs::directory_iterator(folder_))
    EXPECT_TRUE(entry.is_regular_file()) << entry.path();
}

}  // namespace
}  // namespace v1::figures
