// Records a run as a heavy program would, on a clock of its own: for tests that need usage but not
// the hours that it takes.
//
//   record_run SPOOL NAME VERB MODEL VERSION BUDGET STARTED DEVICE_SECONDS WORK
#include <cstdio>
#include <cstdlib>
#include <string>

#include "meter/recorder.h"

namespace purser {
namespace {

meter::WorkUnit unit_of(std::string_view verb) {
  if (verb == "train") return meter::WorkUnit::kSamples;
  return verb == "serve" ? meter::WorkUnit::kPredictions : meter::WorkUnit::kNone;
}

Status record(char** words) {
  PURSER_ASSIGN(const Instant started, parse_instant(words[7]));
  PURSER_ASSIGN(const std::int64_t device_ns, parse_decimal(words[8], 9));
  PURSER_ASSIGN(const std::int64_t work, parse_decimal(words[9], 0));
  ManualClock clock(started);
  Random random(static_cast<std::uint64_t>(started.time_since_epoch().count()));
  PURSER_ASSIGN(meter::Run run, meter::new_run(
                                    {.verb = words[3],
                                     .resource = "server",
                                     .model = words[4],
                                     .model_version = words[5],
                                     .budget = words[6]},
                                    [](std::string_view) { return false; }, random, clock));
  run.name = words[2];
  PURSER_ASSIGN(auto recorder,
                meter::Recorder::open(words[1], run, {.load_watts = {250'000}}, clock));
  clock.advance(Nanoseconds{device_ns});
  return recorder.finish(
      meter::Outcome::kDone,
      {.device_time = Nanoseconds{device_ns}, .work = work, .work_unit = unit_of(words[3])});
}

}  // namespace
}  // namespace purser

int main(int argc, char** argv) {
  if (argc != 10) return EXIT_FAILURE;
  const purser::Status recorded = purser::record(argv);
  if (!recorded) std::fprintf(stderr, "record_run: %s\n", recorded.error().message().c_str());
  return recorded ? EXIT_SUCCESS : EXIT_FAILURE;
}
