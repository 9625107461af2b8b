// A training run that a test scripts: when it stops or dies, and what its clock says.
#pragma once

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "train/fixtures.h"
#include "train/train.h"

namespace purser::train {

inline Plan plan_of(std::int64_t micro_batch, std::int64_t accumulate, int threads = 1) {
  Plan plan;
  plan.step = {micro_batch, accumulate, threads};
  return plan;
}

// Acts after a number of steps, and lets a clock that stands still go on a second a step.
struct Script : Observer {
  std::int64_t stop_after = -1;
  std::int64_t kill_after = -1;
  ManualClock* clock = nullptr;
  std::vector<StepReport> steps;

  Next on_step(const StepReport& step) override {
    steps.push_back(step);
    if (clock != nullptr) clock->advance(std::chrono::seconds(1));
    if (step.step == kill_after) ::raise(SIGKILL);
    return step.step == stop_after ? Next::kStop : Next::kGoOn;
  }
};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "train-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

inline Outcome done(Result<Outcome> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message();
    return {};
  }
  return std::move(*result);
}

inline const SystemClock kClock;

}  // namespace purser::train
