#include <gmock/gmock.h>

#include "plugins/backends/cpu/api.hpp"
#include "plugins/backends/cuda/api.hpp"
#include "tests/unit/cuda/mixed_network.hpp"

/// Both backends refuse the same environments, networks and calls, in the same words.
namespace v1::test {
namespace {

using ::testing::HasSubstr;

/// Status and message of `call` on a runner, or of making it.
template <class Call>
std::pair<v1e_status, std::string> outcome(const v1e_backend_api& api, const v1e_network& network,
                                           const RunnerOptions& options, Call&& call) {
  return failure_of([&] {
    BackendRunner runner(network, options, api);
    call(runner);
  });
}

template <class Call>
void expect_refused(const v1e_network& network, const RunnerOptions& options, v1e_status code,
                    const std::string& words, Call&& call) {
  for (const v1e_backend_api* api : {&cpu::api(), &cuda::api()}) {
    const auto [found, message] = outcome(*api, network, options, call);
    EXPECT_EQ(found, code) << message;
    EXPECT_THAT(message, HasSubstr(words));
  }
}

void expect_refused(const v1e_network& network, const std::string& words,
                    v1e_status code = V1E_E_INVALID) {
  expect_refused(network, {}, code, words, [](CpuRunner&) {});
}

class BackendRefusals : public testing::Test {
 protected:
  BackendRefusals() : network_(1.0, 4) {
    for (int n = 0; n < 3; ++n) network_.add_neuron(0);
  }
  NeuronType& type() { return network_.add_type(cell_exc(), true); }
  v1e_edge_block& block(std::uint32_t kind, std::uint32_t sources,
                        const std::vector<FakeNetwork::Edge>& edges = {}) {
    return network_.add_block("some", kind, V1E_CURRENT_BOTTOM_UP, sources, edges);
  }
  FakeNetwork network_;
};

TEST_F(BackendRefusals, NeuronsOfNoType) {
  type();
  network_.add_neuron(1);
  expect_refused(network_.view(), "a neuron is of a type that does not exist");
}

TEST_F(BackendRefusals, MovingThresholdsInBillehTf) {
  move_threshold(type().edit());
  RunnerOptions o;
  o.scheme = V1E_SCHEME_BILLEH_TF;
  expect_refused(network_.view(), o, V1E_E_UNSUPPORTED, "moves thresholds in scheme exact only",
                 [](CpuRunner&) {});
}

TEST_F(BackendRefusals, SynapsesOutsideOfTheNetwork) {
  type();
  block(V1E_SOURCE_EVENTS, 1, {{0, 3, 0, 1.0, 1}});
  expect_refused(network_.view(), "'some': a synapse onto neuron 3 of 3");
}

TEST_F(BackendRefusals, SynapsesBetweenNeuronsWithoutDelay) {
  type();
  block(V1E_SOURCE_NEURONS, 3, {{0, 1, 0, 1.0, 0}});
  expect_refused(network_.view(), "'some': a synapse between neurons has a delay of 0 steps");
}

TEST_F(BackendRefusals, DelaysThatTheNetworkDoesNotAnnounce) {
  type();
  block(V1E_SOURCE_NEURONS, 3, {{0, 1, 0, 1.0, 5}});
  v1e_network announced = network_.view();
  announced.max_delay_steps = 4;
  expect_refused(announced, "'some': a synapse with a delay of 5 steps in a network with delays");
}

TEST_F(BackendRefusals, KindsThatFeedNoReceptor) {
  type();
  block(V1E_SOURCE_EVENTS, 1, {{0, 1, 4, 1.0, 1}});
  expect_refused(network_.view(), "synapse kind 0 feeds receptor 4 of a network with 4");
}

TEST_F(BackendRefusals, BlocksThatDoNotFit) {
  type();
  v1e_edge_block& some = block(V1E_SOURCE_EVENTS, 1);
  network_.view();
  some.current_class = 3;
  expect_refused(network_.view(), "'some': of no current class");
  some.current_class = 0;
  some.source_kind = V1E_SOURCE_NEURONS;
  expect_refused(network_.view(), "a row for every neuron");
  some.source_kind = V1E_SOURCE_COUNTS;
  some.draw_every_steps = 0;
  expect_refused(network_.view(), "draw_every_steps is 0");
  some.source_kind = V1E_SOURCE_RATES;
  some.source_id = nullptr;
  expect_refused(network_.view(), "need the ids of their sources");
  some.source_kind = 9;
  expect_refused(network_.view(), "of an unknown kind");
}

TEST_F(BackendRefusals, ATrialWithoutRatesEvenForABlockWithoutSources) {
  type();
  block(V1E_SOURCE_RATES, 0);
  expect_refused(network_.view(), {}, V1E_E_STATE, "'some' has no rates for condition 0",
                 [](CpuRunner& runner) { runner.begin(); });
  for (const v1e_backend_api* api : {&cpu::api(), &cuda::api()}) {
    BackendRunner runner(network_.view(), {}, *api);
    runner.bind_rates(0, 0, {}, 10, 10);
    runner.begin();
    runner.run(10);
  }
}

TEST_F(BackendRefusals, EventsThatAreNotThoseOfTheWindow) {
  type();
  block(V1E_SOURCE_EVENTS, 2, {{0, 1, 0, 1.0, 0}}).max_multiplicity = 1;
  const auto refused = [&](v1e_status code, const std::string& words, auto&& call) {
    expect_refused(network_.view(), {}, code, words, call);
  };
  refused(V1E_E_STATE, "once per window, after begin_trial", [](CpuRunner& runner) {
    runner.inject(0, 0, 1, {{0, 0, 1}});
  });
  refused(V1E_E_INVALID, "2 events of one source at once; at most 1", [](CpuRunner& runner) {
    runner.begin();
    runner.inject(0, 0, 1, {{0, 0, 2}});
  });
  refused(V1E_E_INVALID, "a spike of source 2 of 2", [](CpuRunner& runner) {
    runner.begin();
    runner.inject(0, 0, 1, {{0, 2, 1}});
  });
  refused(V1E_E_INVALID, "for steps 3 .. 5, outside of the window that begins at step 0",
          [](CpuRunner& runner) {
            runner.begin();
            runner.inject(0, 3, 3, {{4, 0, 1}});
            runner.run(5);
          });
}

TEST_F(BackendRefusals, VariablesAndCountersWithoutAName) {
  type();
  expect_refused(network_.view(), {}, V1E_E_UNSUPPORTED,
                 "there are v, input_current, recurrent_current",
                 [](CpuRunner& runner) { runner.read("g_syn"); });
  expect_refused(network_.view(), {}, V1E_E_UNSUPPORTED, "there are synaptic_events, spikes",
                 [](CpuRunner& runner) { runner.counter("memory"); });
}

}  // namespace
}  // namespace v1::test
