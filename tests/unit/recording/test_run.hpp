#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/recording/recorder.hpp"
#include "engine/recording/run_reader.hpp"

/// A small network and made-up activity of it.
namespace v1::recording::test {

/// A folder that goes away with the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Two populations with shuffled gaps in their ids, three types, an LGN, two backgrounds (few and
/// many sources) and a mosaic.
network::Network small_network(std::uint32_t neurons = 50);

struct Activity {
  std::vector<std::vector<std::uint32_t>> neurons;  // [step] -> positions, ascending
  std::vector<std::vector<std::uint32_t>> lgn;
  std::vector<std::map<std::uint32_t, std::uint16_t>> pool, crowd;  // [step]: source -> count
  std::vector<float> v;                                             // [step][recorded neuron]
  std::vector<std::uint16_t> current;                               // halves

  bool operator==(const Activity&) const = default;
};

RecordingPlan plan_for(const network::Network& network, std::int64_t steps, std::uint32_t trials);

/// Activity of one trial, a function of (seed, trial); rate = spikes per neuron and step.
Activity random_activity(const RecordingPlan& plan, std::uint64_t seed, std::uint32_t trial,
                         double rate = 0.05);

/// Hands steps [begin, end) of a trial to the sink.
void play_window(simulate::RecordingSink& sink, const RecordingPlan& plan, const Activity& activity,
                 std::uint32_t trial, std::int64_t begin, std::int64_t end);

/// The whole trial in windows of `window` steps, ended with `state`.
void play_trial(simulate::RecordingSink& sink, const RecordingPlan& plan, const Activity& activity,
                std::uint32_t trial, std::int64_t window = 7,
                const simulate::BackendState& state = {});

/// What the reader finds of a trial, for all that plan_for records.
Activity read_activity(const RunReader& reader, std::uint32_t trial);

simulate::BackendState small_state(std::uint32_t trial);

/// The exit code and text of the Error that `act` throws; fails the test when it throws none.
struct Caught {
  ExitCode code = ExitCode::ok;
  std::string what;
};
Caught caught(const std::function<void()>& act);

}  // namespace v1::recording::test
