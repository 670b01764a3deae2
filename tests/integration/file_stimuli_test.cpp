#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/analysis/table.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/network/sonata/lzf_filter.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

constexpr std::uint64_t lgn_units = 17400;

std::string config(const std::string& stimulus) {
  return "seed = 7\n[network]\nneurons = 30\n[simulation]\nduration = 20.0\ntrials = 2\n" +
         stimulus;
}

// LGN spikes of a run, as (node, time) in the order of the file.
std::vector<std::pair<std::uint64_t, double>> lgn_spikes(const std::filesystem::path& run) {
  const h5::File file = h5::File::read(run / "spikes.h5");
  const auto times = file.values<double>("/spikes/lgn/timestamps");
  const auto ids = file.values<std::uint64_t>("/spikes/lgn/node_ids");
  std::vector<std::pair<std::uint64_t, double>> out;
  for (std::size_t i = 0; i < times.size(); ++i) out.emplace_back(ids[i], times[i]);
  return out;
}

TEST(FileStimuli, ReplayedSpikesAreTheSpikesOfTheLgn) {
  const Scratch scratch;
  {
    h5::File file = h5::File::create(scratch / "s.h5");
    file.write("/spikes/lgn/timestamps", std::vector<double>{12.0, 3.2, 3.9, 30.0});
    file.write("/spikes/lgn/node_ids", std::vector<std::uint64_t>{5, 17399, 0, 8});
  }
  scratch.write("a.toml", config("[stimulus]\nplugin = 'spikes'\nparams = { file = 's.h5' }\n"));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  using Spikes = std::vector<std::pair<std::uint64_t, double>>;
  EXPECT_EQ(lgn_spikes(scratch / "out"),
            (Spikes{{0, 4.0}, {17399, 4.0}, {5, 12.0}, {0, 24.0}, {17399, 24.0}, {5, 32.0}}));
  // The picture shows what is replayed: 1 spike of 290 units in 1 ms is 1000 / 290 Hz.
  const auto cells = analysis::read_table(scratch / "out/stimulus", "replay");
  ASSERT_EQ(cells.columns.back().name, "rate");
  const auto& rates = std::get<std::vector<double>>(cells.columns.back().values);
  EXPECT_EQ(std::count_if(rates.begin(), rates.end(), [](double r) { return r > 0.0; }), 3);
  EXPECT_NEAR(*std::max_element(rates.begin(), rates.end()), 1000.0 / 290.0, 1e-6);
  EXPECT_THAT(testing::read_text(scratch / "out/report.html"),
              HasSubstr("<h2 id=\"stimulus\">Stimulus</h2>"));
  // A recording of both trials, cut up again, gives the same run.
  scratch.write("b.toml", config("[stimulus]\nplugin = 'spikes'\n"
                                 "params = { file = 'out/spikes.h5', period = 20.0 }\n"));
  ASSERT_EQ(scratch.v1engine({"run", "b.toml", "-o", "again"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "out", "again"}).code, 0);
}

TEST(FileStimuli, ReplayedRatesDriveTheirUnits) {
  const Scratch scratch;
  std::vector<float> rates(20 * lgn_units, 0.0f);
  rates[4 * lgn_units + 100] = 1000.0f;  // certain at 1 ms
  h5::File::create(scratch / "r.h5").write("/rates", rates, {20, lgn_units});
  scratch.write("a.toml",
                config("[stimulus]\nplugin = 'rates'\nparams = { file = 'r.h5:/rates' }\n"));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  using Spikes = std::vector<std::pair<std::uint64_t, double>>;
  EXPECT_EQ(lgn_spikes(scratch / "out"), (Spikes{{100, 5.0}, {100, 25.0}}));
}

TEST(FileStimuli, AGrayMovieIsNoMovie) {
  const Scratch scratch;
  h5::File::create(scratch / "m.h5")
      .write("/movie", std::vector<float>(3 * 12 * 24, 0.5f), {3, 12, 24});
  scratch.write("a.toml",
                config("[stimulus]\nplugin = 'movie'\nparams = { file = 'm.h5:/movie' }\n"));
  scratch.write("b.toml", config(""));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "movie", "--no-cache"});
  ASSERT_EQ(result.code, 0) << result.err;
  ASSERT_EQ(scratch.v1engine({"run", "b.toml", "-o", "gray", "--no-cache"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "movie", "gray"}).code, 0);
  scratch.write("c.toml", config("[stimulus]\nplugin = 'movie'\n"
                                 "params = { file = 'm.h5:/movie', range = [0.5, 1.0] }\n"));
  ASSERT_EQ(scratch.v1engine({"run", "c.toml", "-o", "black", "--no-cache"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "movie", "black"}).code, 1);
}

// h5py's "lzf": one chunk that is a literal run of four bytes.
void write_lzf_movie(const std::filesystem::path& path, const std::vector<std::uint8_t>& pixels) {
  network::sonata::register_lzf_filter();
  const h5::File file = h5::File::create(path);
  const hsize_t shape[3] = {1, 2, 2}, offset[3] = {0, 0, 0};
  const hid_t space = H5Screate_simple(3, shape, nullptr);
  const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(layout, 3, shape);
  const unsigned parameters[] = {4, 0x0105, 4};
  ASSERT_GE(H5Pset_filter(layout, 32000, H5Z_FLAG_OPTIONAL, 3, parameters), 0);
  const hid_t data =
      H5Dcreate2(file.id(), "/movie", H5T_STD_U8LE, space, H5P_DEFAULT, layout, H5P_DEFAULT);
  std::vector<std::uint8_t> packed = {3};
  packed.insert(packed.end(), pixels.begin(), pixels.end());
  ASSERT_GE(H5Dwrite_chunk(data, H5P_DEFAULT, 0, offset, packed.size(), packed.data()), 0);
  H5Dclose(data);
  H5Pclose(layout);
  H5Sclose(space);
}

TEST(FileStimuli, MoviesMayBePackedWithLzf) {
  const Scratch scratch;
  const std::vector<std::uint8_t> pixels = {0, 80, 160, 240};
  write_lzf_movie(scratch / "packed.h5", pixels);
  h5::File::create(scratch / "plain.h5").write("/movie", pixels, {1, 2, 2});
  for (const std::string name : {"packed", "plain"}) {
    scratch.write(name + ".toml", config("[stimulus]\nplugin = 'movie'\nparams = { file = '" +
                                         name + ".h5:/movie', after = 'last' }\n"));
    const auto result = scratch.v1engine({"run", name + ".toml", "-o", name, "--no-cache"});
    ASSERT_EQ(result.code, 0) << result.err;
  }
  EXPECT_EQ(scratch.v1engine({"compare", "packed", "plain"}).code, 0);
}

TEST(FileStimuli, BadFilesEndWithTheCodeForData) {
  const Scratch scratch;
  h5::File::create(scratch / "r.h5").write("/rates", std::vector<float>(60, 1.0f), {20, 3});
  scratch.write("a.toml",
                config("[stimulus]\nplugin = 'rates'\nparams = { file = 'r.h5:/rates' }\n"));
  const auto narrow = scratch.v1engine({"run", "a.toml", "-o", "out"});
  EXPECT_EQ(narrow.code, 3);
  EXPECT_THAT(narrow.err, HasSubstr("has 3 columns, but there are 17400 LGN units"));
  EXPECT_THAT(narrow.err, HasSubstr("error: a.toml:9:19: plugin 'rates'"));  // where it is named
  const auto missing = scratch.v1engine(
      {"run", "a.toml", "-o", "out", "--set", "stimulus.params.file='r.h5:/other'"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("no dataset '/other'"));
  std::vector<float> rates(20 * lgn_units, 1.0f);
  rates[17 * lgn_units + 5] = -1.0f;
  h5::File::create(scratch / "n.h5").write("/rates", rates, {20, lgn_units});
  for (const std::string sweep : {"", "[[sweep]]\nseed = [1, 2]\n"}) {
    scratch.write("n.toml", config("[stimulus]\nplugin = 'rates'\n"
                                   "params = { file = 'n.h5:/rates' }\n" +
                                   sweep));
    const auto negative = scratch.v1engine({"validate", "n.toml"});
    EXPECT_EQ(negative.code, 3);
    EXPECT_THAT(negative.err, HasSubstr("row 17, column 5 is -1"));
  }
  const auto absent =
      scratch.v1engine({"run", "a.toml", "-o", "out", "--set", "stimulus.params.file='none.npy'"});
  EXPECT_EQ(absent.code, 3);
  EXPECT_THAT(absent.err, HasSubstr("none.npy"));
}

TEST(FileStimuli, WhatIsNeverSeenIsSaid) {
  const Scratch scratch;
  scratch.write("a.toml", config("[stimulus]\nplugin = 'bar'\n"));  // from 500 ms on; trials of 20
  const auto late = scratch.v1engine({"run", "a.toml", "-o", "out", "--no-analyses"});
  ASSERT_EQ(late.code, 0) << late.err;
  EXPECT_THAT(late.err,
              HasSubstr("a.toml:8:10: stimulus 'bar' shows a gray screen during the whole"));
  scratch.write("s.csv", "timestamps population node_ids\n50.0 lgn 3\n");
  scratch.write("b.toml", config("[stimulus]\nplugin = 'spikes'\nparams = { file = 's.csv' }\n"));
  const auto silent = scratch.v1engine({"validate", "b.toml"});
  ASSERT_EQ(silent.code, 0) << silent.err;
  EXPECT_THAT(silent.err, HasSubstr("stimulus 'spikes' has no spike in any trial"));
}

TEST(FileStimuli, WhatTrialsAreTooShortForIsSaid) {
  const Scratch scratch;
  {
    h5::File file = h5::File::create(scratch / "f.h5");
    file.write("/rates", std::vector<float>(30 * lgn_units, 1.0f), {30, lgn_units});
    file.write("/pictures", std::vector<float>(4 * 12 * 24, 0.5f), {4, 12, 24});
    file.write("/spikes/lgn/timestamps", std::vector<double>{12.0, 30.0});
    file.write("/spikes/lgn/node_ids", std::vector<std::uint64_t>{5, 8});
  }
  const auto said = [&](const std::string& plugin, const std::string& params) {
    scratch.write("a.toml",
                  config("[stimulus]\nplugin = '" + plugin + "'\nparams = { " + params + " }\n"));
    const auto result = scratch.v1engine({"validate", "a.toml"});
    EXPECT_EQ(result.code, 0) << result.err;
    return result.err;
  };
  EXPECT_THAT(said("rates", "file = 'f.h5:/rates'"),
              HasSubstr("f.h5:/rates: lasts to 30 ms, of which trials play 0 to 20 ms"));
  EXPECT_THAT(said("movie", "file = 'f.h5:/pictures', frame_rate = 100.0"),
              HasSubstr("f.h5:/pictures: 2 of 4 pictures come after the end of a trial"));
  EXPECT_THAT(said("movie", "file = 'f.h5:/pictures', frame_rate = 200.0"),
              ::testing::Not(HasSubstr("pictures come")));
  EXPECT_THAT(
      said("natural_images", "images = 'f.h5:/pictures', onset = 0, duration = 5, gray = 5"),
      HasSubstr("f.h5:/pictures: a trial has room for 2 of 4 pictures"));
  EXPECT_THAT(said("spikes", "file = 'f.h5'"),
              HasSubstr("f.h5: 1 of 2 spikes lie outside the trials and are not played"));
}

TEST(FileStimuli, SpikesAndFramesCannotBeMixed) {
  const Scratch scratch;
  {
    h5::File file = h5::File::create(scratch / "s.h5");
    file.write("/spikes/lgn/timestamps", std::vector<double>{12.0});
    file.write("/spikes/lgn/node_ids", std::vector<std::uint64_t>{5});
  }
  scratch.write("a.toml", config("[[stimulus.block]]\nplugin = 'spikes'\n"
                                 "params = { file = 's.h5' }\n"
                                 "[[stimulus.block]]\nplugin = 'spontaneous'\n"));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("cannot be mixed"));
}

TEST(FileStimuli, AClampTakesAnotherShareOfSomeNeurons) {
  const Scratch scratch;
  const std::string clamp =
      "[background]\nkind = 'none'\n[[input]]\nplugin = 'current_clamp'\ntarget = 'e23'\n"
      "[input.params]\namplitude = 3000.0\nstart = 0.0\nduration = 20.0\n";
  scratch.write("a.toml", config(clamp));
  scratch.write("b.toml", config(clamp + "scale = [{ neurons = 'e23', factor = 0.0 }]\n"));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "full"}).code, 0);
  const auto result = scratch.v1engine({"run", "b.toml", "-o", "none"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto count = [&](const char* run) {
    return h5::File::read(scratch / run / "spikes.h5").shape("/spikes/v1/node_ids").at(0);
  };
  EXPECT_GT(count("full"), 0u);
  EXPECT_EQ(count("none"), 0u);
  // Figures mark the current, as they mark a stimulus.
  const h5::File told = h5::File::read(scratch / "full/stimulus.h5");
  EXPECT_EQ(told.values<double>("/markers/time_ms"), (std::vector<double>{0.0, 20.0}));
  EXPECT_EQ(told.text_attribute("/strips/000", "name"), "Injected current");
}

}  // namespace
}  // namespace v1
