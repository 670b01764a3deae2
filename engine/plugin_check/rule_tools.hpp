#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "engine/plugin_check/rules.hpp"

/// What several kinds of rules need to look at a plugin from inside this process.
namespace v1::plugin_check {

constexpr unsigned longest_s = 600;  // for a rule; a busy machine may need it
constexpr unsigned soon_s = 60;      // to give up after being told to

/// Stands in for the user who asks to stop: answers v1e.progress.
class StopRequest {
 public:
  explicit StopRequest(plugin::Host& host);
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  /// Runs `body`, whose question number `first` (from 0) and all later ones are answered with
  /// "stop". Returns how many were. Throws (broken) unless whoever was told to stop gives up with
  /// V1E_E_CANCELLED, and soon; passes on other errors of one who was not told.
  int during(int first, const std::function<void()>& body);

 private:
  plugin::Host& host_;
  std::atomic<int> asked_{0}, told_{0};
  std::atomic<int> first_{0};
};

/// Throws (broken) when repeating `once` makes the heap grow, however often it was done before.
void must_not_leak(const std::function<void()>& once, const std::string& what, int per_batch);

// ---- small runs, made by commands in processes of their own ----

/// An error of create or plan that clearly refuses the test run.
bool refuses_the_run(const std::string& error);
/// The folder of a finished run of gratings, made by the first rule that needs it.
std::filesystem::path recorded_run(Subject& subject, int trials, bool silent);
/// What an analysis left but for drawn figures: text by file.
std::map<std::string, std::string> results(const std::filesystem::path& folder);
/// Rates of LGN units on the backend's device (v1e.lgn-rates/1) against the engine's own.
void lgn_rates(Subject& subject);
/// Throws Skip when the backend has no device here.
void must_have_a_device(Subject& subject);

}  // namespace v1::plugin_check
