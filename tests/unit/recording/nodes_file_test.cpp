#include "engine/recording/nodes_file.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "engine/base/hdf5.hpp"
#include "engine/network/lgn_mosaic.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

using ::testing::HasSubstr;

class NodesFileTest : public ::testing::Test {
 protected:
  TempDir dir_;
  network::Network network_ = small_network();
  const std::filesystem::path path_ = dir_ / "nodes.h5";

  NodesFile round_trip() {
    RecordingPlan plan = plan_for(network_, 40, 2);
    plan.spike_positions = {1, 30};
    write_nodes(path_, plan);
    return read_nodes(path_);
  }
};

TEST_F(NodesFileTest, KeepsTheNeurons) {
  const network::Neurons read = round_trip().network.neurons;
  const network::Neurons& written = network_.neurons;
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.type, written.type);
  EXPECT_EQ(read.x_um, written.x_um);
  EXPECT_EQ(read.y_um, written.y_um);
  EXPECT_EQ(read.z_um, written.z_um);
  EXPECT_TRUE(read.has_positions);
  ASSERT_EQ(read.tuning_angle_deg.size(), written.tuning_angle_deg.size());
  EXPECT_TRUE(std::isnan(read.tuning_angle_deg[4]));
  EXPECT_EQ(read.tuning_angle_deg[5], written.tuning_angle_deg[5]);
  ASSERT_EQ(read.populations.size(), 2u);
  EXPECT_EQ(read.populations[0].name, "v1");
  EXPECT_EQ(read.populations[1].name, "l4");
  EXPECT_EQ(read.populations[1].begin, written.populations[1].begin);
  EXPECT_EQ(read.populations[1].end, written.populations[1].end);
}

TEST_F(NodesFileTest, KeepsEveryParameterOfTheTypes) {
  const std::vector<network::NodeType> read = round_trip().network.types;
  ASSERT_EQ(read.size(), network_.types.size());
  for (std::size_t t = 0; t < read.size(); ++t) {
    const network::NodeType &a = read[t], &b = network_.types[t];
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.population, b.population);
    EXPECT_EQ(a.ei, b.ei);
    EXPECT_EQ(a.location, b.location);
    EXPECT_EQ(a.model, b.model);
    EXPECT_EQ(a.c_m_pf, b.c_m_pf);
    EXPECT_EQ(a.g_ns, b.g_ns);
    EXPECT_EQ(a.e_l_mv, b.e_l_mv);
    EXPECT_EQ(a.v_th_mv, b.v_th_mv);
    EXPECT_EQ(a.v_reset_mv, b.v_reset_mv);
    EXPECT_EQ(a.v_init_mv, b.v_init_mv);
    EXPECT_EQ(a.t_ref_ms, b.t_ref_ms);
    EXPECT_EQ(a.constant_current_pa, b.constant_current_pa);
    EXPECT_EQ(a.asc_decay_per_ms, b.asc_decay_per_ms);
    EXPECT_EQ(a.asc_amplitude_pa, b.asc_amplitude_pa);
    EXPECT_EQ(a.asc_carry, b.asc_carry);
    EXPECT_EQ(a.tau_syn_ms, b.tau_syn_ms);
    EXPECT_EQ(a.tau_syn_slow_ms, b.tau_syn_slow_ms);
    EXPECT_EQ(a.amp_slow, b.amp_slow);
  }
}

TEST_F(NodesFileTest, KeepsBlocksMosaicAndIdentity) {
  const network::Network read = round_trip().network;
  EXPECT_EQ(read.name, network_.name);
  EXPECT_EQ(read.model, network_.model);
  EXPECT_EQ(read.seed, network_.seed);
  EXPECT_EQ(read.full_size, network_.full_size);
  EXPECT_EQ(read.content_hash, network_.content_hash);
  EXPECT_EQ(read.background.kind, "pool");
  EXPECT_EQ(read.background.rate_hz, 250.0);
  ASSERT_EQ(read.blocks.size(), network_.blocks.size());
  for (std::size_t b = 0; b < read.blocks.size(); ++b) {
    EXPECT_EQ(read.blocks[b].name, network_.blocks[b].name);
    EXPECT_EQ(read.blocks[b].source_kind, network_.blocks[b].source_kind);
    EXPECT_EQ(read.blocks[b].current_class, network_.blocks[b].current_class);
    EXPECT_EQ(read.blocks[b].source_id, network_.blocks[b].source_id);
    EXPECT_EQ(read.blocks[b].row_ptr, network_.blocks[b].row_ptr);
  }
  ASSERT_TRUE(read.lgn_mosaic);
  const network::LgnMosaic &a = *read.lgn_mosaic, &b = *network_.lgn_mosaic;
  EXPECT_EQ(a.class_names, b.class_names);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.unit_class, b.unit_class);
  EXPECT_EQ(a.x_deg, b.x_deg);
  EXPECT_EQ(a.y_deg, b.y_deg);
  EXPECT_EQ(a.spatial_size_deg, b.spatial_size_deg);
  EXPECT_EQ(a.tuning_angle_deg, b.tuning_angle_deg);
  EXPECT_EQ(a.sf_sep_deg, b.sf_sep_deg);
  EXPECT_EQ(a.spontaneous_hz, b.spontaneous_hz);
  EXPECT_EQ(a.field_width_deg, b.field_width_deg);
  EXPECT_EQ(a.dominant[1].weight[0], 9.0);
  EXPECT_EQ(a.non_dominant[1].delay_ms[1], 18.0);
  ASSERT_EQ(a.on_off_sigma.size(), 2u);
  EXPECT_EQ(a.on_off_sigma[0].on_deg[1], 2.0);
  EXPECT_EQ(a.on_off_sigma[1].off_deg[0], 7.0);
}

TEST_F(NodesFileTest, KeepsWhatIsRecorded) {
  const NodesFile read = round_trip();
  const RecordingPlan plan = plan_for(network_, 40, 2);
  EXPECT_EQ(read.layout.seed, plan.seed);
  EXPECT_EQ(read.layout.dt_ms, plan.dt_ms);
  EXPECT_EQ(read.layout.steps_per_trial, 40);
  EXPECT_THAT(read.layout.spike_positions.value(), ::testing::ElementsAre(1, 30));
  EXPECT_EQ(read.layout.spike_blocks, plan.spike_blocks);
  ASSERT_EQ(read.layout.probes.size(), 2u);
  EXPECT_EQ(read.layout.probes[1].variable, "input_current");
  EXPECT_EQ(read.layout.probes[1].unit, "pA");
  EXPECT_EQ(read.layout.probes[1].every_steps, 2u);
  EXPECT_EQ(read.layout.probes[1].positions, plan.probes[1].positions);
}

TEST_F(NodesFileTest, NetworksWithoutPositionsMosaicOrBlocksWork) {
  network_.neurons.x_um.clear();
  network_.neurons.y_um.clear();
  network_.neurons.z_um.clear();
  network_.neurons.tuning_angle_deg.clear();
  network_.neurons.has_positions = false;
  network_.lgn_mosaic.reset();
  network_.blocks.clear();
  RecordingPlan plan = plan_for(network_, 40, 2);
  plan.spike_blocks.clear();
  write_nodes(path_, plan);
  const NodesFile read = read_nodes(path_);
  EXPECT_FALSE(read.network.neurons.has_positions);
  EXPECT_TRUE(read.network.neurons.x_um.empty());
  EXPECT_FALSE(read.network.lgn_mosaic);
  EXPECT_TRUE(read.network.blocks.empty());
}

TEST_F(NodesFileTest, IsLaidOutAsSonataNodes) {
  round_trip();
  const h5::File file = h5::File::read(path_);
  EXPECT_EQ(file.number_attribute("/", "magic"), 0x0A7A);
  for (const char* column : {"node_id", "node_type_id", "node_group_id", "node_group_index"}) {
    EXPECT_EQ(file.shape(std::string("/nodes/l4/") + column), (h5::Shape{17})) << column;
  }
  EXPECT_EQ(file.values<float>("/nodes/l4/0/x").front(), network_.neurons.x_um[33]);
  EXPECT_EQ(file.values<std::int64_t>("/nodes/v1/node_type_id")[1], network_.types[1].id);
}

TEST_F(NodesFileTest, BrokenFilesAreNamed) {
  const Caught missing = caught([&] { read_nodes(dir_ / "none.h5"); });
  EXPECT_EQ(missing.code, ExitCode::data);
  EXPECT_THAT(missing.what, HasSubstr("none.h5"));
  round_trip();
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  const Caught cut = caught([&] { read_nodes(path_); });
  EXPECT_EQ(cut.code, ExitCode::data);
  EXPECT_THAT(cut.what, HasSubstr("nodes.h5"));
  h5::File::create(dir_ / "other.h5").close_synced();
  EXPECT_THAT(caught([&] { read_nodes(dir_ / "other.h5"); }).what, HasSubstr("nodes"));
}

TEST_F(NodesFileTest, FilesOfALaterVersionAreRefused) {
  round_trip();
  {
    h5::File file = h5::File::append(path_);
    file.set_attribute("/", "v1engine_format", std::int64_t{format_version + 1});
  }
  const Caught failure = caught([&] { read_nodes(path_); });
  EXPECT_EQ(failure.code, ExitCode::data);
  EXPECT_THAT(failure.what, HasSubstr("format version 2"));
}

TEST_F(NodesFileTest, ColumnsOfWrongLengthAreRefused) {
  round_trip();
  {
    h5::File file = h5::File::append(path_);
    H5Ldelete(file.id(), "/types/c_m", H5P_DEFAULT);
    file.write("/types/c_m", std::vector<double>{1.0});
  }
  EXPECT_EQ(caught([&] { read_nodes(path_); }).code, ExitCode::data);
}

}  // namespace
}  // namespace v1::recording::test
