#include "engine/recording/matrix_slab.hpp"

#include <gmock/gmock.h>

#include <random>

#include "engine/base/error.hpp"
#include "engine/recording/chunks.hpp"
#include "kernels/half.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

constexpr std::uint64_t rows = 23, columns = 37;

class MatrixSlabTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::mt19937 random(7);
    for (std::uint64_t i = 0; i < rows * columns; ++i) {
      halves_.push_back({static_cast<std::uint16_t>(random() & 0xBFFF)});  // finite, small ones too
      floats_.push_back(static_cast<float>(random()) * 1e-3f);
    }
  }

  template <class T>
  void write(const std::vector<T>& values, const h5::Layout& layout) {
    h5::File file = h5::File::create(path_);
    file.write("/m", values, {rows, columns}, layout);
  }

  // Every rectangle out of a choice of borders, against the values.
  template <class T, class ToFloat>
  void expect_slabs(v1e_dtype dtype, const std::vector<T>& values, ToFloat to_float) {
    const h5::File file = h5::File::read(path_);
    for (const std::uint64_t row : {0u, 9u, 10u, 22u}) {
      for (const std::uint64_t column : {0u, 1u, 15u, 16u, 36u}) {
        for (const std::uint64_t height : {1u, 3u, 23u}) {
          for (const std::uint64_t width : {1u, 8u, 17u, 37u}) {
            if (row + height > rows || column + width > columns) continue;
            std::vector<float> slab(height * width, -1.0f), expected;
            read_matrix(file, "/m", dtype, {row, column}, {height, width}, slab.data());
            for (std::uint64_t r = row; r < row + height; ++r) {
              for (std::uint64_t c = column; c < column + width; ++c) {
                expected.push_back(to_float(values[r * columns + c]));
              }
            }
            ASSERT_EQ(slab, expected) << row << "+" << height << ", " << column << "+" << width;
          }
        }
      }
    }
  }
  void expect_halves() {
    expect_slabs(V1E_F16, halves_, [](h5::Half half) { return kernels::from_half(half.bits); });
  }
  void expect_floats() {
    expect_slabs(V1E_F32, floats_, [](float value) { return value; });
  }

  TempDir dir_;
  std::filesystem::path path_ = dir_ / "matrix.h5";
  std::vector<h5::Half> halves_;
  std::vector<float> floats_;
};

// Written by the library's own filters, so both sides of the format are at work.
TEST_F(MatrixSlabTest, ChunksThatTheLibraryCompressed) {
  write(halves_, {{10, 16}, 1, true});
  expect_halves();
  write(floats_, {{10, 16}, 6, true});
  expect_floats();
}

TEST_F(MatrixSlabTest, OtherStorage) {
  for (const h5::Layout& layout :
       {h5::Layout{}, h5::Layout{{10, 16}}, h5::Layout{{10, 16}, 1, false}}) {
    write(halves_, layout);
    expect_halves();
    write(floats_, layout);
    expect_floats();
  }
}

TEST_F(MatrixSlabTest, TheLibraryReadsWhatPackChunkMade) {
  {
    h5::File file = h5::File::create(path_);
    file.create_dataset<h5::Half>("/m", {rows, columns},
                                  chunk_layout({rows, columns}, true, false));
    ChunkedDataset dataset(file, "/m");
    dataset.write({0, 0}, pack_chunk(std::as_bytes(std::span(halves_)), sizeof(h5::Half), true));
  }
  const auto stored = h5::File::read(path_).values<h5::Half>("/m");
  for (std::size_t i = 0; i < stored.size(); ++i) ASSERT_EQ(stored[i].bits, halves_[i].bits);
  expect_halves();
}

TEST_F(MatrixSlabTest, AChunkThatWasNeverWrittenIsZero) {
  {
    h5::File file = h5::File::create(path_);
    file.create_dataset<float>("/m", {rows, columns}, chunk_layout({10, 16}, true, false));
  }
  std::fill(floats_.begin(), floats_.end(), 0.0f);
  expect_floats();
}

TEST_F(MatrixSlabTest, ADamagedChunkIsAnErrorThatNamesFileAndDataset) {
  {
    h5::File file = h5::File::create(path_);
    file.create_dataset<h5::Half>("/m", {rows, columns},
                                  chunk_layout({rows, columns}, true, false));
    std::vector<std::byte> packed =
        pack_chunk(std::as_bytes(std::span(halves_)), sizeof(h5::Half), true);
    packed.resize(packed.size() / 2);
    ChunkedDataset(file, "/m").write({0, 0}, packed);
  }
  const h5::File file = h5::File::read(path_);
  std::vector<float> slab(rows * columns);
  const Caught failure = caught([&] {
    read_matrix(file, "/m", V1E_F16, {0, 0}, {rows, columns}, slab.data());
  });
  EXPECT_EQ(failure.code, ExitCode::data);
  EXPECT_THAT(failure.what, ::testing::HasSubstr("matrix.h5: /m: a compressed chunk is damaged"));
}

}  // namespace
}  // namespace v1::recording::test
