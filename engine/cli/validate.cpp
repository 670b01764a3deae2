#include <fmt/format.h>

#include <cstdio>

#include "engine/cli/commands.hpp"
#include "engine/cli/experiment.hpp"
#include "engine/cli/plan_text.hpp"

namespace v1::cli {

int validate_command(const ConfigOptions& options, const CommonOptions& common) {
  Session session(options, common);
  StageTimes times;
  const Experiment experiment(session, times);
  const RunPlan plan = make_plan(experiment, session);
  fmt::print("{}", plan_text(plan, experiment, session));
  check_resources(plan, "runs");
  fmt::print("the config is valid\n");
  return 0;
}

}  // namespace v1::cli
