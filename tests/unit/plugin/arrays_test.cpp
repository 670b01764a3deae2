#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/plugin/array_convert.hpp"
#include "engine/plugin/array_file.hpp"
#include "engine/plugin/host.hpp"
#include "engine/plugin/status.hpp"

namespace v1::plugin {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Arrays : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("v1_arrays_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  template <class T>
  std::string npy(const std::string& descr, const std::string& shape, const std::vector<T>& items,
                  const std::string& fortran = "False") const {
    std::string header =
        "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
    header.resize((header.size() + 10) / 64 * 64 + 64 - 10, ' ');
    header.back() = '\n';
    std::ofstream out(file("a.npy"), std::ios::binary);
    out.write("\x93NUMPY\x01\x00", 8);
    const auto length = static_cast<std::uint16_t>(header.size());
    out.write(reinterpret_cast<const char*>(&length), 2);
    out << header;
    out.write(reinterpret_cast<const char*>(items.data()),
              static_cast<std::streamsize>(items.size() * sizeof(T)));
    return file("a.npy");
  }

  static std::string message(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return e.what();
    }
    return "no error";
  }

  fs::path folder_;
};

TEST_F(Arrays, NpySlabsAreRead) {
  const auto array = ArrayFile::open(npy<float>("<f4", "(2, 3)", {0, 1, 2, 10, 11, 12}));
  EXPECT_EQ(array->dtype(), static_cast<v1e_dtype>(V1E_F32));
  EXPECT_THAT(array->shape(), ElementsAre(2, 3));
  double out[4] = {};
  array->read({0, 1}, {2, 2}, V1E_F64, out);
  EXPECT_THAT(out, ElementsAre(1, 2, 11, 12));
}

TEST_F(Arrays, NpyOfThreeDimensionsAndOtherTypes) {
  const auto array =
      ArrayFile::open(npy<std::int16_t>("<i2", "(2, 2, 2)", {-1, 2, 3, 4, 5, 6, 7, 8}));
  std::int64_t out[4] = {};
  array->read({0, 0, 0}, {2, 2, 1}, V1E_I64, out);
  EXPECT_THAT(out, ElementsAre(-1, 3, 5, 7));
  const auto halves = ArrayFile::open(npy<std::uint16_t>("<f2", "(3,)", {0x3C00, 0xC000, 0x0001}));
  EXPECT_EQ(halves->dtype(), static_cast<v1e_dtype>(V1E_F16));
  float values[3] = {};
  halves->read({0}, {3}, V1E_F32, values);
  EXPECT_THAT(values, ElementsAre(1.0f, -2.0f, 0x1p-24f));
}

TEST_F(Arrays, NpyMistakesAreNamed) {
  EXPECT_THAT(message([&] {
                ArrayFile::open(npy<float>("<f4", "(2, 3)", {1, 2}, "True"));
              }),
              HasSubstr("column by column"));
  EXPECT_THAT(message([&] {
                ArrayFile::open(npy<float>("<f4", "(5,)", {1, 2}));
              }),
              HasSubstr("is cut off: 8 bytes of 20"));
  EXPECT_THAT(message([&] {
                ArrayFile::open(npy<float>(">f4", "(2,)", {1, 2}));
              }),
              HasSubstr("is big-endian ('>f4'); save it with array.astype(\"<f4\")"));
  EXPECT_THAT(message([&] {
                ArrayFile::open(npy<float>("<c8", "(1,)", {1, 2}));
              }),
              HasSubstr("type '<c8'; integers or floating-point numbers are needed"));
  EXPECT_THAT(message([&] { ArrayFile::open(folder_.string()); }), HasSubstr("is a folder"));
  std::ofstream(file("a.npz")) << "PK";
  EXPECT_THAT(message([&] { ArrayFile::open(file("a.npz")); }), HasSubstr("numpy.save"));
  std::ofstream(file("b.npy")) << "text";
  EXPECT_THAT(message([&] { ArrayFile::open(file("b.npy")); }), HasSubstr("is no .npy file"));
  EXPECT_THAT(message([&] { ArrayFile::open(file("none.npy")); }), HasSubstr("no such file"));
  std::ofstream(file("c.txt")) << "1";
  EXPECT_THAT(message([&] { ArrayFile::open(file("c.txt")); }), HasSubstr("file.h5:/group"));
}

TEST_F(Arrays, CsvWithAndWithoutHeader) {
  std::ofstream(file("a.csv")) << "# made by hand\ntime,rate\n0.5,1\n1.5,2\n";
  std::ofstream(file("b.csv")) << "1 1 2\n3 4 5\n";
  const auto named = ArrayFile::open(file("a.csv"));
  EXPECT_THAT(named->shape(), ElementsAre(2, 2));
  double out[2] = {};
  named->read({1, 0}, {1, 2}, V1E_F64, out);
  EXPECT_THAT(out, ElementsAre(1.5, 2));
  const auto bare = ArrayFile::open(file("b.csv"));
  EXPECT_THAT(bare->shape(), ElementsAre(2, 3));
  std::ofstream(file("c.csv")) << "1,2\n3,x\n";
  EXPECT_THAT(message([&] { ArrayFile::open(file("c.csv")); }), HasSubstr("c.csv:2: 'x'"));
  std::ofstream(file("twice.csv")) << "time, rate,rate\n0.5,1,2\n";
  EXPECT_THAT(message([&] { ArrayFile::open(file("twice.csv")); }),
              HasSubstr("twice.csv:1: two columns are named 'rate', fields 2 and 3"));
  std::ofstream(file("d.csv")) << "1,2\n3\n";
  EXPECT_THAT(message([&] { ArrayFile::open(file("d.csv")); }), HasSubstr("has 1 fields"));
}

TEST_F(Arrays, CsvWithSemicolons) {
  std::ofstream(file("a.csv")) << "time; rate, all\n0.5;1\n1.5;2\n";
  const auto array = ArrayFile::open(file("a.csv"));
  ASSERT_THAT(array->shape(), ElementsAre(2, 2));
  double out[2] = {};
  array->read({1, 0}, {1, 2}, V1E_F64, out);
  EXPECT_THAT(out, ElementsAre(1.5, 2));
  std::ofstream(file("b.csv")) << "0,5;1\n";
  EXPECT_THAT(message([&] { ArrayFile::open(file("b.csv")); }),
              HasSubstr("b.csv:1: '0,5' is no number; decimals need a point"));
}

TEST_F(Arrays, PipesAreRefused) {
  ASSERT_EQ(mkfifo(file("pipe.csv").c_str(), 0600), 0);
  for (const char* inside : {"", ":/spikes", ":/data"}) {
    EXPECT_THAT(message([&] { ArrayFile::open(file("pipe.csv") + inside); }),
                HasSubstr("pipe.csv: is a pipe (FIFO), but a file is needed"));
  }
}

TEST_F(Arrays, NoFirstRowOfNumbersIsTakenForAHeader) {
  std::ofstream(file("a.csv")) << "\xEF\xBB\xBF"
                                  "1,2\n3,4\n";  // as spreadsheets write it
  const auto marked = ArrayFile::open(file("a.csv"));
  ASSERT_THAT(marked->shape(), ElementsAre(2, 2));
  double out[2] = {};
  marked->read({0, 0}, {1, 2}, V1E_F64, out);
  EXPECT_THAT(out, ElementsAre(1, 2));
  std::ofstream(file("b.csv")) << "1,nan\n3,4\n";
  EXPECT_THAT(message([&] { ArrayFile::open(file("b.csv")); }), HasSubstr("b.csv:1: 'nan' is no"));
  std::ofstream(file("c.csv")) << "-inf,rate\n3,4\n";
  EXPECT_THAT(message([&] { ArrayFile::open(file("c.csv")); }), HasSubstr("c.csv:1: '-inf' is no"));
}

TEST_F(Arrays, Hdf5DatasetsByAddress) {
  {
    h5::File out = h5::File::create(file("s.h5"));
    out.make_group("spikes");
    out.write<double>("spikes/times", std::vector<double>{0.5, 1.5, 2.5});
    out.write<std::uint64_t>("spikes/ids", std::vector<std::uint64_t>{7, 8, 1ull << 40});
    out.write<std::uint8_t>("movie", std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}, {3, 2});
  }
  const auto times = ArrayFile::open(file("s.h5") + ":/spikes/times");
  EXPECT_EQ(times->dtype(), static_cast<v1e_dtype>(V1E_F64));
  float out[2] = {};
  times->read({1}, {2}, V1E_F32, out);
  EXPECT_THAT(out, ElementsAre(1.5f, 2.5f));
  const auto movie = ArrayFile::open(file("s.h5") + ":/movie");
  EXPECT_EQ(movie->dtype(), static_cast<v1e_dtype>(V1E_U8));
  std::uint32_t pixels[2] = {};
  movie->read({1, 1}, {2, 1}, V1E_U32, pixels);
  EXPECT_THAT(pixels, ElementsAre(4u, 6u));
  const auto ids = ArrayFile::open(file("s.h5") + ":/spikes/ids");
  std::uint32_t small[3] = {};
  EXPECT_THAT(message([&] { ids->read({0}, {3}, V1E_U32, small); }),
              HasSubstr("1099511627776 is no unsigned 32-bit integer"));
  EXPECT_THAT(message([&] { ArrayFile::open(file("s.h5") + ":/spikes"); }),
              HasSubstr("no dataset '/spikes'"));
}

TEST_F(Arrays, AMissingDatasetIsSoughtAmongThoseThatAreThere) {
  {
    h5::File out = h5::File::create(file("s.h5"));
    out.make_group("stim");
    out.write<double>("stim/movie", std::vector<double>{0.5});
  }
  EXPECT_THAT(message([&] { ArrayFile::open(file("s.h5") + ":/stim/mov"); }),
              HasSubstr("no dataset '/stim/mov'; '/stim' has movie"));
  EXPECT_THAT(message([&] { ArrayFile::open(file("s.h5") + ":/a/b/c"); }),
              HasSubstr("no dataset '/a/b/c'; '/' has stim"));
}

// Else a movie of truth values would be taken as black (0) and almost black (1 of 255).
TEST_F(Arrays, TruthValuesAreNoEightBitNumbers) {
  const auto array = ArrayFile::open(npy<std::uint8_t>("|b1", "(3,)", {0, 1, 1}));
  EXPECT_EQ(array->dtype(), static_cast<v1e_dtype>(V1E_I32));
  float out[3] = {};
  array->read({0}, {3}, V1E_F32, out);
  EXPECT_THAT(out, ElementsAre(0.0f, 1.0f, 1.0f));
  {
    const h5::File truths = h5::File::create(file("b.h5"));  // as h5py writes them
    const hid_t type = H5Tenum_create(H5T_STD_I8LE);
    const signed char no = 0, yes = 1, items[2] = {1, 0};
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    const hsize_t shape[1] = {2};
    const hid_t space = H5Screate_simple(1, shape, nullptr);
    const hid_t data =
        H5Dcreate2(truths.id(), "/m", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ASSERT_GE(H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, items), 0);
    H5Dclose(data);
    H5Sclose(space);
    H5Tclose(type);
  }
  const auto stored = ArrayFile::open(file("b.h5") + ":/m");
  EXPECT_EQ(stored->dtype(), static_cast<v1e_dtype>(V1E_I32));
  float truths[2] = {};
  stored->read({0}, {2}, V1E_F32, truths);
  EXPECT_THAT(truths, ElementsAre(1.0f, 0.0f));
}

TEST_F(Arrays, CsvIsReadRowByRow) {
  std::ofstream(file("a.csv")) << "x\ty\n# comment\n1\t2\n\n3\t4\r\n5\t6";
  const auto array = ArrayFile::open(file("a.csv"));
  EXPECT_THAT(array->shape(), ElementsAre(3, 2));
  double out[4] = {};
  array->read({1, 0}, {2, 2}, V1E_F64, out);
  EXPECT_THAT(out, ElementsAre(3, 4, 5, 6));
  array->read({0, 1}, {2, 1}, V1E_F64, out);
  EXPECT_THAT(std::vector<double>(out, out + 2), ElementsAre(2, 4));
  std::ofstream(file("a.csv")) << "1\n";
  EXPECT_THAT(message([&] { array->read({2, 0}, {1, 2}, V1E_F64, out); }), HasSubstr("changed"));
}

TEST_F(Arrays, SpikesAreRowsOfTimeAndNode) {
  {
    h5::File out = h5::File::create(file("s.h5"));
    out.write<double>("/spikes/lgn/timestamps", std::vector<double>{0.5, 1.5, 2.5});
    out.write<std::uint64_t>("/spikes/lgn/node_ids", std::vector<std::uint64_t>{7, 8, 9});
    out.make_group("/spikes/quiet");
  }
  const auto spikes = ArrayFile::open(file("s.h5") + ":/spikes/lgn");
  EXPECT_THAT(spikes->shape(), ElementsAre(3, 2));
  double out[4] = {};
  spikes->read({1, 0}, {2, 2}, V1E_F64, out);
  EXPECT_THAT(out, ElementsAre(1.5, 8, 2.5, 9));
  std::uint32_t ids[3] = {};
  spikes->read({0, 1}, {3, 1}, V1E_U32, ids);
  EXPECT_THAT(ids, ElementsAre(7u, 8u, 9u));
  EXPECT_THAT(message([&] { ArrayFile::open(file("s.h5") + ":/spikes/v1"); }),
              HasSubstr("no spikes of population 'v1'; the file has lgn, quiet"));
  std::ofstream(file("s.csv")) << "timestamps,node_ids\n0.5,3\n";
  const auto bare = ArrayFile::open(file("s.csv") + ":/spikes/any");
  EXPECT_THAT(bare->shape(), ElementsAre(1, 2));
  std::ofstream(file("headless.csv")) << "200.0 0\n";
  EXPECT_THAT(message([&] { ArrayFile::open(file("headless.csv") + ":/spikes/any"); }),
              HasSubstr("timestamps"));
}

TEST_F(Arrays, NodesOfSpikesAreIntegers) {
  {
    h5::File out = h5::File::create(file("s.h5"));
    out.write<double>("/spikes/lgn/timestamps", std::vector<double>{0.5, 1.5});
    out.write<double>("/spikes/lgn/node_ids", std::vector<double>{7.0, 8.5});
  }
  const auto spikes = ArrayFile::open(file("s.h5") + ":/spikes/lgn");
  double out[2] = {};
  EXPECT_THAT(message([&] {
                spikes->read({1, 0}, {1, 2}, V1E_F64, out);
              }),
              AllOf(HasSubstr("s.h5"), HasSubstr("row 1 of '/spikes/lgn/node_ids' is 8.5"),
                    HasSubstr("integer")));
  spikes->read({0, 0}, {1, 2}, V1E_F64, out);
  EXPECT_THAT(out, ElementsAre(0.5, 7));
}

TEST_F(Arrays, SlabsOutsideAreRefused) {
  const auto array = ArrayFile::open(npy<double>("<f8", "(4,)", {1, 2, 3, 4}));
  double out[8] = {};
  EXPECT_THAT(message([&] { array->read({2}, {3}, V1E_F64, out); }), HasSubstr("it has 4"));
  EXPECT_THAT(message([&] { array->read({-1}, {1}, V1E_F64, out); }), HasSubstr("dimension 0"));
  EXPECT_THAT(message([&] {
                array->read({0, 0}, {1, 1}, V1E_F64, out);
              }),
              HasSubstr("has 1 dimensions"));
  array->read({4}, {0}, V1E_F64, out);
}

TEST_F(Arrays, FractionsAreNoIntegers) {
  const auto array = ArrayFile::open(npy<double>("<f8", "(2,)", {1.0, 2.5}));
  std::int64_t out[2] = {};
  EXPECT_THAT(message([&] { array->read({0}, {2}, V1E_I64, out); }), HasSubstr("2.5"));
  array->read({0}, {1}, V1E_I64, out);
  EXPECT_EQ(out[0], 1);
}

TEST_F(Arrays, ServiceReadsThroughTheBorder) {
  const std::string path = npy<double>("<f8", "(3,)", {1, 2, 3});
  const Host host;
  void* ctx = host.view()->ctx;
  const auto* arrays =
      static_cast<const v1e_arrays*>(host.view()->get_service(ctx, V1E_SERVICE_ARRAYS));
  ErrorSlot err;
  v1e_array_file* open = nullptr;
  ASSERT_EQ(arrays->open(ctx, path.c_str(), &open, &err), V1E_OK) << err.message;
  v1e_dtype dtype = 0;
  std::uint32_t ndim = 0;
  std::int64_t shape[4] = {};
  EXPECT_EQ(arrays->shape(ctx, open, &dtype, &ndim, shape, &err), V1E_OK);
  EXPECT_EQ(ndim, 1u);
  EXPECT_EQ(shape[0], 3);
  float out[2] = {};
  v1e_array view{};
  view.data = out;
  view.dtype = V1E_F32;
  view.ndim = 1;
  view.shape[0] = 2;
  const std::int64_t offset[1] = {1};
  EXPECT_EQ(arrays->read(ctx, open, offset, &view, &err), V1E_OK);
  EXPECT_THAT(out, ElementsAre(2.0f, 3.0f));
  view.shape[0] = 3;
  EXPECT_EQ(arrays->read(ctx, open, offset, &view, &err), V1E_E_IO);
  EXPECT_THAT(err.message, HasSubstr("it has 3"));
  arrays->close(ctx, open);
  EXPECT_EQ(arrays->open(ctx, file("gone.npy").c_str(), &open, &err), V1E_E_IO);
}

TEST(HalfToFloat, IsExact) {
  EXPECT_EQ(half_to_float(0x7BFF), 65504.0f);
  EXPECT_EQ(half_to_float(0x8000), -0.0f);
  EXPECT_EQ(half_to_float(0x03FF), 1023.0f * 0x1p-24f);
  EXPECT_TRUE(std::isinf(half_to_float(0x7C00)));
}

}  // namespace
}  // namespace v1::plugin
