// What a training run leaves behind: the record that `report` reads (docs/report.md), and the
// answer on stdout.
#pragma once

#include <optional>
#include <string>

#include "cli/train_arguments.h"
#include "meter/meter.h"
#include "money/money.h"
#include "report/json.h"
#include "train/train.h"

namespace purser::cli {

struct TrainingRun {
  explicit TrainingRun(const money::Cost& nothing) : predicted(nothing), spent(nothing) {}

  meter::Run run;
  train::Options options;
  train::Plan plan;
  train::Outcome outcome;
  std::optional<train::Evaluation> test;  // nothing if the run was stopped
  money::Cost predicted;
  money::Cost spent;
  std::string sharing;        // PricedRun::sharing()
  Nanoseconds device_time{};  // that was paid for
};

// Was there a target, and was it missed, as train::Evaluation::passes counts it?
bool missed_target(const TrainingRun& run);

report::Json train_record(const TrainArguments& words, const TrainingRun& run);
std::string train_summary(const TrainArguments& words, const TrainingRun& run);

}  // namespace purser::cli
