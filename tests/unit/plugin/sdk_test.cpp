#include <gtest/gtest.h>

#include <v1e_sdk/stimulus.hpp>

/// What the C++ wrapper makes of classes that are written a little differently than its examples.
namespace v1 {
namespace {

struct Lamp {
  static constexpr auto name = "lamp";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "A lamp";
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = 0;
  void prepare(const v1e_stimulus_env&) {}
  void fill(const v1e_window&, v1e_drive&) {}
  // Not const: the author forgot it, or caches something.
  void describe(v1e::StimulusDescription& description) { description.marker(5.0, "on"); }
  void check() { throw v1e::Error(V1E_E_INVALID, "", "lamps are out of stock"); }
};

TEST(SdkStimulus, DescribeAndCheckNeedNotBeConst) {
  const v1e_plugin* plugin = v1e::stimulus_plugin<Lamp>();
  const auto* api = static_cast<const v1e_stimulus_api*>(plugin->api);
  const v1e_settings none{sizeof none, 0, nullptr};
  v1e_error err{};
  err.struct_size = sizeof err;
  EXPECT_EQ(api->validate(&none, &err), V1E_E_INVALID);
  EXPECT_STREQ(err.message, "lamps are out of stock");

  const v1e_stimulus_env env{};
  v1e_stimulus* self = nullptr;
  ASSERT_EQ(api->create(&none, &env, &self, &err), V1E_OK);
  int markers = 0;
  v1e_stimulus_sink sink{};
  sink.struct_size = sizeof sink;
  sink.ctx = &markers;
  sink.marker = [](void* ctx, double, const char*, v1e_error*) noexcept -> v1e_status {
    ++*static_cast<int*>(ctx);
    return V1E_OK;
  };
  EXPECT_EQ(api->describe(self, &sink, &err), V1E_OK);
  EXPECT_EQ(markers, 1);
  api->destroy(self);
}

struct Shapes {
  v1e::Choice shape{"shape", "rond", {"square", "round"}, "Shape"};
};

TEST(SdkChoice, DefaultThatIsNoChoiceIsLeftToTheEngineToRefuse) {
  v1e::Schema schema;
  const Shapes shapes = v1e::construct<Shapes>(schema);
  EXPECT_EQ(schema.params()[0]->default_value->as.i, 2);  // of two: out of range
  EXPECT_EQ(shapes.shape.text(), "");
}

}  // namespace
}  // namespace v1
