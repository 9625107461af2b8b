#include "meter/recorder.h"

#include <cstdlib>
#include <optional>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "meter/process.h"
#include "meter/records.h"
#include "meter/spool.h"
#include "meter/spool_lock.h"
#include "store/store.h"

namespace purser::meter {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RecorderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "recorder.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  meter::Run run() {
    return *new_run({.verb = "train", .resource = "server"}, nobody_, random_, clock_);
  }
  Result<Recorder> open(meter::Run run) {
    return Recorder::open(folder_ / "spool", std::move(run), {.load_watts = {120'000}}, clock_);
  }
  SpoolContents contents_of(const meter::Run& run) {
    return *parse_spool(*read_file(folder_ / "spool" / (run.id + ".usage")));
  }

  fs::path folder_;
  ManualClock clock_{*parse_instant("2026-11-21T10:00:00Z")};
  Random random_{1};
  IsTaken nobody_ = [](std::string_view) { return false; };
};

TEST_F(RecorderTest, EveryBeatIsOnDiskWhenItReturns) {
  const meter::Run run = this->run();
  auto recorder = open(run);
  ASSERT_TRUE(recorder);
  EXPECT_TRUE(contents_of(run).beats.empty());
  clock_.advance(seconds(1));
  ASSERT_TRUE(recorder->beat(
      {.device_time = milliseconds(600), .work = 512, .work_unit = WorkUnit::kSamples}));
  const auto contents = contents_of(run);
  ASSERT_EQ(contents.beats.size(), 1U);
  EXPECT_EQ(contents.beats[0].device_time, milliseconds(600));
  EXPECT_EQ(contents.beats[0].interval.length(), seconds(1));
  EXPECT_EQ(contents.beats[0].energy_source, EnergySource::kModelled);
  EXPECT_EQ(contents.beats[0].energy.micro, 72'000'000);  // 120 W x 0.6 s
  Process self = *this_process();
  self.holds_lock = true;
  EXPECT_EQ(contents.header.process, self);
}

TEST_F(RecorderTest, IntervalsFollowEachOtherWithoutGaps) {
  const meter::Run run = this->run();
  auto recorder = open(run);
  for (int i = 0; i < 3; ++i) {
    clock_.advance(seconds(i));
    ASSERT_TRUE(recorder->beat({.device_time = seconds(5)}));
  }
  clock_.advance(seconds(1));
  ASSERT_TRUE(recorder->finish(Outcome::kDone, {.measured_energy = Joules{5}}));
  const auto beats = contents_of(run).beats;
  ASSERT_EQ(beats.size(), 4U);
  EXPECT_EQ(beats.front().interval.start, run.started);
  for (std::size_t i = 1; i < beats.size(); ++i) {
    EXPECT_EQ(beats[i].interval.start, beats[i - 1].interval.end);
    EXPECT_LE(beats[i].device_time, beats[i].interval.length());
  }
  EXPECT_EQ(beats[3].outcome, Outcome::kDone);
  EXPECT_EQ(beats[3].energy_source, EnergySource::kMeasured);
  EXPECT_EQ(recorder->device_time(), seconds(0 + 1 + 2 + 1)) << "all the time that there was";
  EXPECT_FALSE(recorder->beat({}));
}

// A batch that takes longer than a beat is told when it ends.
TEST_F(RecorderTest, WhatIsToldLateIsNotLost) {
  const meter::Run run = this->run();
  auto recorder = open(run);
  ASSERT_TRUE(recorder);
  for (const int told : {0, 2500, 0, 0}) {
    clock_.advance(seconds(1));
    ASSERT_TRUE(recorder->beat({.device_time = milliseconds(told)}));
  }
  std::vector<Nanoseconds> times;
  for (const Usage& beat : contents_of(run).beats) {
    times.push_back(beat.device_time);
    EXPECT_LE(beat.device_time, beat.interval.length());
  }
  EXPECT_THAT(times,
              testing::ElementsAre(milliseconds(0), seconds(1), seconds(1), milliseconds(500)));
  EXPECT_EQ(recorder->device_time(), milliseconds(2500));
}

TEST_F(RecorderTest, AClockSetBack_MakesNoNegativeTime) {
  const meter::Run run = this->run();
  auto recorder = open(run);
  clock_.advance(seconds(10));
  ASSERT_TRUE(recorder->beat({.device_time = seconds(1)}));
  clock_.advance(seconds(-8));
  ASSERT_TRUE(recorder->beat({.device_time = seconds(1)}));
  clock_.advance(seconds(9));
  ASSERT_TRUE(recorder->beat({.device_time = seconds(1)}));
  const auto beats = contents_of(run).beats;
  EXPECT_EQ(beats[1].interval.length(), seconds(0));
  EXPECT_EQ(beats[1].device_time, seconds(0));
  EXPECT_EQ(beats[2].interval.length(), seconds(1));
}

TEST_F(RecorderTest, RefusesTheSameRunTwice_AndNegativeUse) {
  const meter::Run run = this->run();
  auto recorder = open(run);
  ASSERT_TRUE(recorder);
  EXPECT_EQ(open(run).error().code(), ErrorCode::kAlreadyExists);
  EXPECT_FALSE(recorder->beat({.device_time = seconds(-1)}));
  EXPECT_FALSE(recorder->finish(Outcome::kRunning, {}));
  EXPECT_FALSE(Recorder::open(folder_, meter::Run{.id = "../x"}, {}, clock_));
}

TEST_F(RecorderTest, AFullDisk_IsAnErrorThatSaysSo) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  auto file = AppendFile::open("/dev/full");
  ASSERT_TRUE(file);
  EXPECT_THAT(file->append_and_sync("x").error().message(), testing::HasSubstr("No space left"));
}

TEST_F(RecorderTest, RunsHaveDistinctIds_AndNamesThatNobodyHas) {
  std::set<std::string> ids;
  std::set<std::string, std::less<>> names;
  const auto is_taken = [&](std::string_view name) { return names.contains(name); };
  for (int i = 0; i < 5000; ++i) {  // more than there are pairs of words
    const meter::Run run = *new_run({}, is_taken, random_, clock_);
    EXPECT_TRUE(is_plain_name(run.name)) << run.name;
    EXPECT_TRUE(is_plain_name(run.id)) << run.id;
    EXPECT_TRUE(ids.insert(run.id).second);
    EXPECT_TRUE(names.insert(run.name).second) << run.name;
  }
  Random same_seed(1);
  EXPECT_EQ(new_run({}, nobody_, same_seed, clock_)->id.substr(0, 16), "20261121t100000-");
  EXPECT_TRUE(ids.contains(new_run({}, nobody_, same_seed = Random(1), clock_)->id));
}

TEST_F(RecorderTest, WhereNobodyCanTellWhichNamesAreTaken_NoneIsGiven) {
  auto database = *store::Database::open("sqlite::memory:", {}, store::IfMissing::kCreate);
  const Records no_tables(database);
  const auto run = new_run(
      {}, [&](std::string_view name) { return no_tables.is_name_taken(name); }, random_, clock_);
  ASSERT_FALSE(run);
  EXPECT_THAT(run.error().message(), testing::HasSubstr("no such table"));
}

TEST_F(RecorderTest, HoldsTheLockOfItsFileForItsLife) {
  const meter::Run run = this->run();
  const fs::path file = folder_ / "spool" / (run.id + ".usage");
  {
    const auto recorder = open(run);
    ASSERT_TRUE(recorder);
    EXPECT_EQ(lock_state(file), LockState::kHeld);
  }
  EXPECT_EQ(lock_state(file), LockState::kFree);
}

TEST_F(RecorderTest, AFileThatIsDeletedUnderIt_IsToldAtTheNextBeat) {
  const meter::Run run = this->run();
  auto recorder = open(run);
  ASSERT_TRUE(recorder);
  fs::remove(folder_ / "spool" / (run.id + ".usage"));
  clock_.advance(seconds(1));
  const Status beaten = recorder->beat({.device_time = seconds(1)});
  ASSERT_FALSE(beaten);
  EXPECT_THAT(beaten.error().message(), testing::HasSubstr("deleted or moved the spool file"));
}

// A collector that cannot ask puts a damaged file aside: nobody collects it from there.
TEST_F(RecorderTest, AFileThatIsMovedAwayUnderIt_IsToldAtTheNextBeat_AndAMovedSpoolIsNone) {
  const meter::Run run = this->run();
  auto recorder = open(run);
  ASSERT_TRUE(recorder);
  fs::rename(folder_ / "spool", folder_ / "moved");
  EXPECT_TRUE(recorder->beat({}));
  fs::create_directory(folder_ / "moved" / "damaged");
  const std::string file = run.id + ".usage";
  fs::rename(folder_ / "moved" / file, folder_ / "moved" / "damaged" / file);
  EXPECT_FALSE(recorder->beat({}));
  fs::copy(folder_ / "moved" / "damaged" / file, folder_ / "moved" / file);
  EXPECT_FALSE(recorder->beat({})) << "another file of that name";
}

// The collector takes what was just created, and not locked yet, for abandoned.
TEST_F(RecorderTest, AFileThatIsRemovedBeforeItIsLocked_IsMadeAgain) {
  const fs::path path = folder_ / "run.usage";
  auto collector = std::make_optional(*SpoolLock::create(path));
  std::thread unlucky([&] {
    const auto lock = SpoolLock::create(path);
    ASSERT_TRUE(lock);
    EXPECT_TRUE(lock->is_held());
    EXPECT_FALSE(lock->is_removed());
  });
  std::this_thread::sleep_for(milliseconds(50));  // for it to wait for the lock
  fs::remove(unpublished(path));
  collector.reset();
  unlucky.join();
}

TEST(Process, KnowsTheLivingFromTheGone) {
  const Process self = *this_process();
  EXPECT_EQ(life_of(self, LockState::kUnknown), Life::kRunning);
  Process earlier = self;  // another process that had the same number
  earlier.start_ticks -= 1;
  EXPECT_EQ(life_of(earlier, LockState::kUnknown), Life::kGone);
  Process rebooted = self;
  rebooted.boot = "another";
  EXPECT_EQ(life_of(rebooted, LockState::kUnknown), Life::kGone);
  Process elsewhere = self;
  elsewhere.host = "another-host";
  EXPECT_EQ(life_of(elsewhere, LockState::kUnknown), Life::kUnknown);
  // A container of the same host name and boot: its numbers of processes mean nothing here.
  ASSERT_NE(self.pid_namespace, 0);
  Process contained = earlier;
  contained.pid_namespace += 1;
  EXPECT_EQ(life_of(contained, LockState::kUnknown), Life::kUnknown);
  Process of_older_version = earlier;
  of_older_version.pid_namespace = 0;
  EXPECT_EQ(life_of(of_older_version, LockState::kUnknown), Life::kGone);
}

// Where process ids say nothing (another container) or something false (they are hidden).
TEST(Process, TheLockKnowsBetter) {
  Process contained = *this_process();
  contained.pid_namespace += 1;
  contained.host = "another-container";
  contained.holds_lock = true;
  EXPECT_EQ(life_of(contained, LockState::kFree), Life::kGone);
  EXPECT_EQ(life_of(contained, LockState::kHeld), Life::kRunning);
  Process hidden = *this_process();
  hidden.start_ticks += 1;
  EXPECT_EQ(life_of(hidden, LockState::kHeld), Life::kRunning);
  Process of_another_machine = contained;
  of_another_machine.boot = "another";
  EXPECT_EQ(life_of(of_another_machine, LockState::kFree), Life::kUnknown);
}

}  // namespace
}  // namespace purser::meter
