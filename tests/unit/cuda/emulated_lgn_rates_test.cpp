#include <gmock/gmock.h>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "plugins/backends/cuda/api.hpp"
#include "tests/emulated_cuda/emulated.hpp"
#include "tests/unit/cuda/emulated_backend.hpp"
#include "tests/unit/cuda/lgn_suite.hpp"

/// The code for a device on an emulated one, and what its host side promises.
namespace v1::test {

std::vector<const v1e_lgn_rates*> lgn_extensions() { return emulated_lgn_extensions(); }

std::string lgn_skip_reason() { return ""; }

namespace {

class EmulatedLgnFilters : public testing::Test {
 protected:
  EmulatedLgnFilters()
      : bank_(lgn::make_filter_bank(many_units(), lgn_rows, lgn_cols, {}, pool_)) {}

  std::unique_ptr<lgn::DeviceFilters> make() {
    backend_ = lgn_backend(&cuda::lgn_extension());
    return lgn::DeviceFilters::make(bank_, 64, {&backend_, nullptr, nullptr, 0});
  }
  template <class Call>
  static std::string failure_of(Call&& call) {
    try {
      call();
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  }

  ThreadPool pool_{1};
  lgn::FilterBank bank_;
  plugin::LoadedPlugin backend_;
};

TEST_F(EmulatedLgnFilters, AreLeftToTheEngineWhereThereIsNoRoom) {
  emulated::Settings small;
  small.memory_bytes = 100000;
  emulated::configure(small);
  EXPECT_FALSE(make());
  emulated::configure({});
  EXPECT_TRUE(make());
  EXPECT_EQ(emulated::holdings().device_bytes + emulated::holdings().pinned_bytes, 0u);
}

TEST_F(EmulatedLgnFilters, AreLeftToTheEngineWhenKernelsAreTooLong) {
  bank_.subunits[3].first_lag = 5000;
  EXPECT_FALSE(make());
}

TEST_F(EmulatedLgnFilters, AreLeftToTheEngineWithoutTheExtension) {
  plugin::LoadedPlugin backend;
  EXPECT_FALSE(lgn::computes_rates(backend));
  EXPECT_FALSE(lgn::DeviceFilters::make(bank_, 64, {&backend, nullptr, nullptr, 0}));
}

TEST_F(EmulatedLgnFilters, TakeTwoStretchesAtATime) {
  const auto filters = make();
  ASSERT_TRUE(filters);
  lgn::Stretch stretch{2, {0, 1}, {1}};
  EXPECT_THAT(failure_of([&] { filters->collect(); }), testing::HasSubstr("no stretch"));
  EXPECT_THAT(failure_of([&] { filters->submit(stretch); }), testing::HasSubstr("no buffer"));
  for (int i = 0; i < 2; ++i) {
    std::fill_n(filters->lend(), 2 * lgn_rows * lgn_cols, 0.5f);
    filters->submit(stretch);
  }
  EXPECT_THAT(failure_of([&] { filters->lend(); }), testing::HasSubstr("two stretches"));
  filters->collect();
  filters->lend();
  stretch.shown[1] = 2;
  EXPECT_THAT(failure_of([&] { filters->submit(stretch); }), testing::HasSubstr("contradicts"));
  bank_.subunits[0].rows.begin = 20;
  EXPECT_THAT(failure_of([&] { make(); }), testing::HasSubstr("beyond the frame"));
}

}  // namespace
}  // namespace v1::test
