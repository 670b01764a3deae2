#include "engine/base/hdf5.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/error.hpp"

namespace v1::h5 {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Hdf5Test : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::filesystem::path path_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("h5_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Hdf5Test, WritesAndReadsNumbersTextsAndAttributes) {
  {
    File file = File::create(path_);
    file.write("/a/b/numbers", std::vector<std::uint16_t>{1, 2, 65535});
    file.write_strings("/names", {"e23", "", "i4Pvalb"});
    file.set_attribute("/a", "units", "ms");
    file.set_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
    file.set_attribute("/", "dt", 0.25);
    file.close_synced();
  }
  const File file = File::read(path_);
  EXPECT_THAT(file.values<std::int64_t>("/a/b/numbers"), ElementsAre(1, 2, 65535));
  EXPECT_THAT(file.strings("/names"), ElementsAre("e23", "", "i4Pvalb"));
  EXPECT_EQ(file.text_attribute("/a", "units"), "ms");
  EXPECT_EQ(file.number_attribute("/", "dt"), 0.25);
  EXPECT_FALSE(file.number_attribute("/", "version"));  // not a scalar
  EXPECT_FALSE(file.text_attribute("/a", "nothing"));
  EXPECT_TRUE(file.has("/a/b"));
  EXPECT_TRUE(file.is_group("/a/b"));
  EXPECT_FALSE(file.has("/a/c/d"));
  EXPECT_THAT(file.children("/a"), ElementsAre("b"));
}

TEST_F(Hdf5Test, SlabsOfACompressedArray) {
  File file = File::create(path_);
  file.create_dataset<float>("/x", {3, 4}, {{1, 4}, 1, true, false});
  const std::vector<float> row = {1.0f, 2.0f, 3.0f, 4.0f};
  file.write_slab("/x", {1, 0}, {1, 4}, row.data());
  std::vector<float> part(2);
  file.slab("/x", {1, 2}, {1, 2}, part.data());
  EXPECT_THAT(part, ElementsAre(3.0f, 4.0f));
  EXPECT_THAT(file.shape("/x"), ElementsAre(3u, 4u));
}

TEST_F(Hdf5Test, AppendsRows) {
  File file = File::create(path_);
  file.create_dataset<std::uint32_t>("/rows", {0}, {{64}, 0, false, true});
  file.append_rows<std::uint32_t>("/rows", std::vector<std::uint32_t>{1, 2});
  file.append_rows<std::uint32_t>("/rows", std::vector<std::uint32_t>{});
  file.append_rows<std::uint32_t>("/rows", std::vector<std::uint32_t>{3});
  EXPECT_THAT(file.values<int>("/rows"), ElementsAre(1, 2, 3));
}

TEST_F(Hdf5Test, HalfPrecisionReadsAsFloat) {
  File file = File::create(path_);
  file.write("/v", std::vector<Half>{{0xD460}, {0x3C00}, {0x0001}});  // -70, 1, 2^-24
  const auto values = file.values<float>("/v");
  EXPECT_FLOAT_EQ(values[0], -70.0f);
  EXPECT_FLOAT_EQ(values[1], 1.0f);
  EXPECT_FLOAT_EQ(values[2], 5.9604645e-08f);
}

TEST_F(Hdf5Test, ErrorsNameFileAndObject) {
  File file = File::create(path_);
  try {
    file.values<float>("/missing");
    FAIL() << "no exception";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::data);
    EXPECT_THAT(e.what(), HasSubstr(path_.string()));
    EXPECT_THAT(e.what(), HasSubstr("/missing"));
  }
  EXPECT_THROW(File::read("/nonexistent/file.h5"), Error);
  std::ofstream(path_.string() + ".txt") << "not hdf5";
  EXPECT_THROW(File::read(path_.string() + ".txt"), Error);
  std::filesystem::remove(path_.string() + ".txt");
}

TEST_F(Hdf5Test, NamesTheFilterThatIsNotInstalled) {
  File file = File::create(path_);
  const H5Z_filter_t nobody = 511;  // of the range for tests
  const hsize_t count = 4;
  const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(layout, 1, &count);
  ASSERT_GE(H5Pset_filter(layout, nobody, H5Z_FLAG_OPTIONAL, 0, nullptr), 0);
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t dataset =
      H5Dcreate2(file.id(), "x", H5T_NATIVE_INT, space, H5P_DEFAULT, layout, H5P_DEFAULT);
  const hsize_t begin = 0;
  const char bytes[8] = {};
  ASSERT_GE(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &begin, sizeof bytes, bytes), 0);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Pclose(layout);
  int value = 0;
  for (const bool part : {false, true}) {
    try {
      if (part) {
        file.slab("/x", {1}, {1}, &value);
      } else {
        file.values<int>("/x");
      }
      FAIL() << "no exception";
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      EXPECT_THAT(e.what(), AllOf(HasSubstr(path_.string()), HasSubstr("'/x'"),
                                  HasSubstr("filter 511"), HasSubstr("h5repack")));
    }
  }
}

}  // namespace
}  // namespace v1::h5
