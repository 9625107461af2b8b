#include "meter/collect.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "meter/recorder.h"
#include "meter/spool_lock.h"
#include "store/testing.h"

namespace purser::meter {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CollectTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "collect.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    spool_ = folder_ / "spool";
  }
  void TearDown() override { fs::remove_all(folder_); }

  Recorder record(const std::string& verb = "train") {
    const auto nobody = [](std::string_view) { return false; };
    return *Recorder::open(spool_,
                           *new_run({.verb = verb, .resource = "server", .budget = "fashion"},
                                    nobody, random_, clock_),
                           {.load_watts = {100'000}}, clock_);
  }
  void second(Recorder& recorder) {
    clock_.advance(seconds(1));
    ASSERT_TRUE(recorder.beat(
        {.device_time = milliseconds(500), .work = 10, .work_unit = WorkUnit::kSamples}));
  }
  // Every beat that the records hold, one line each.
  std::string everything() {
    std::string text;
    const auto beats = *records_.usage("server", {Instant{}, clock_.now() + seconds(9)});
    for (const Usage& usage : beats) {
      text += usage.run_id + ' ' + beat_line(usage);
    }
    return text;
  }

  fs::path folder_;
  fs::path spool_;
  ManualClock clock_{*parse_instant("2026-11-21T10:00:00Z")};
  Random random_{7};
  store::Database database_ = *store::Database::open(store::test_address(), Records::migrations(),
                                                     store::IfMissing::kCreate);
  Records records_{database_};
};

TEST_F(CollectTest, WithoutASpool_CollectsNothing) {
  const auto collected = collect(spool_, records_);
  ASSERT_TRUE(collected);
  EXPECT_EQ(collected->runs, 0);
  EXPECT_THAT(*records_.runs(), IsEmpty());
}

TEST_F(CollectTest, ARunningRun_IsCollectedAsFarAsItIs_AndAgainChangesNothing) {
  Recorder recorder = record();
  second(recorder);
  second(recorder);
  const auto first = collect(spool_, records_);
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(first->beats, 2);
  EXPECT_EQ(first->still_running, 1);
  const std::string before = everything();
  EXPECT_EQ(collect(spool_, records_)->beats, 0);
  EXPECT_EQ(everything(), before);

  second(recorder);
  ASSERT_TRUE(recorder.finish(Outcome::kDone, {}));
  const auto last = collect(spool_, records_);
  EXPECT_EQ(last->beats, 2);
  EXPECT_EQ(last->still_running, 0);
  EXPECT_TRUE(fs::is_empty(spool_));
  const auto run = records_.run(recorder.run().name);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->outcome, Outcome::kDone);
  EXPECT_EQ(run->device_time, milliseconds(1500));
  EXPECT_EQ(run->energy.micro, 150'000'000);
  EXPECT_EQ(run->energy_source, EnergySource::kModelled);
  EXPECT_EQ(run->work, 30);
  EXPECT_EQ(run->ended, clock_.now());
}

TEST_F(CollectTest, CollectingTheSameFileAgainAfterACrash_ChangesNothing) {
  Recorder recorder = record();
  second(recorder);
  ASSERT_TRUE(recorder.finish(Outcome::kStopped, {}));
  const fs::path file = spool_ / (recorder.run().id + ".usage");
  const std::string bytes = *read_file(file);
  ASSERT_TRUE(collect(spool_, records_));
  const std::string before = everything();
  // As if the power had failed between the commit and the removal of the file.
  ASSERT_TRUE(write_file_atomically(file, bytes));
  EXPECT_EQ(collect(spool_, records_)->beats, 0);
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(records_.runs()->size(), 1U);
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(CollectTest, AfterKillMinusNine_EverythingAcknowledgedIsThere_AndTheRunIsFailed) {
  int acknowledged[2];
  ASSERT_EQ(::pipe(acknowledged), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Recorder recorder = record();
    for (;;) {
      clock_.advance(seconds(1));
      if (!recorder.beat({.device_time = milliseconds(500), .work = 1})) ::_exit(1);
      if (::write(acknowledged[1], "x", 1) != 1) ::_exit(1);
    }
  }
  char byte = 0;
  for (int i = 0; i < 20; ++i) ASSERT_EQ(::read(acknowledged[0], &byte, 1), 1);
  ASSERT_EQ(collect(spool_, records_)->still_running, 1);
  ::kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::close(acknowledged[1]);
  std::int64_t promised = 20;
  while (::read(acknowledged[0], &byte, 1) == 1) ++promised;
  ::close(acknowledged[0]);

  ASSERT_TRUE(collect(spool_, records_));
  const auto runs = *records_.runs();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].outcome, Outcome::kFailed);
  EXPECT_GE(runs[0].beats, promised);
  EXPECT_LE(runs[0].beats, promised + 1);  // written, but killed before it could say so
}

TEST_F(CollectTest, ADamagedLine_IsReportedWithFileAndLine_AndTheFileIsKept) {
  Recorder recorder = record();
  second(recorder);
  second(recorder);
  ASSERT_TRUE(recorder.finish(Outcome::kDone, {}));
  const fs::path file = spool_ / (recorder.run().id + ".usage");
  std::string bytes = *read_file(file);
  bytes[bytes.find("\"work\":10") + 7] = '9';
  ASSERT_TRUE(write_file_atomically(file, bytes));
  const auto collected = collect(spool_, records_);
  ASSERT_TRUE(collected);
  EXPECT_THAT(
      collected->problems,
      ElementsAre(HasSubstr(file.string() + ":2: this beat is lost: its checksum is wrong")));
  EXPECT_EQ(collected->beats, 2);
  EXPECT_TRUE(fs::exists(spool_ / "damaged" / file.filename()));
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kDone);

  // Mended and put back, it brings what was missing and nothing else.
  bytes[bytes.find("\"work\":90") + 7] = '1';
  ASSERT_TRUE(write_file_atomically(file, bytes));
  EXPECT_EQ(look(spool_, records_)->beats, 1);
  EXPECT_EQ(collect(spool_, records_)->beats, 1);
  EXPECT_EQ(records_.runs()->at(0).device_time, seconds(1));
}

TEST_F(CollectTest, ALook_WritesNothing) {
  Recorder recorder = record();
  second(recorder);
  ASSERT_TRUE(recorder.finish(Outcome::kDone, {}));
  const auto seen = look(spool_, records_);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->beats, 2);
  EXPECT_EQ(seen->runs, 1);
  EXPECT_THAT(*records_.runs(), IsEmpty());
  EXPECT_TRUE(fs::exists(spool_ / (recorder.run().id + ".usage")));
  EXPECT_EQ(collect(spool_, records_)->beats, 2);
}

TEST_F(CollectTest, AnAmountBeyondAnyMachine_IsRefused_BeforeNoSumHoldsIt) {
  Usage usage{.interval = {clock_.now(), clock_.now()}, .energy = Joules{INT64_MAX}};
  EXPECT_FALSE(check(usage));
  usage.energy = {};
  EXPECT_TRUE(check(usage));
  usage.sequence = INT64_MAX;
  EXPECT_FALSE(check(usage));
}

TEST_F(CollectTest, BeatsThatTogetherClaimMoreThanANumberHolds_AreSummedUpToIt) {
  SpoolContents spool;
  spool.header.run.id = spool.header.run.name = "broken";
  spool.header.run.started = clock_.now();
  for (int i = 0; i < 100; ++i) {
    Usage usage{.run_id = "broken", .sequence = i, .interval = {clock_.now(), clock_.now()}};
    usage.energy = Joules{100'000'000'000'000'000 - i};
    usage.work = i < 3 ? 1'000'001 : 0;
    ASSERT_TRUE(check(usage));
    spool.beats.push_back(usage);
  }
  ASSERT_TRUE(records_.add(spool, Outcome::kDone));
  const auto summary = records_.run("broken");
  ASSERT_TRUE(summary) << summary.error().message();
  EXPECT_EQ(summary->energy.micro, INT64_MAX);
  EXPECT_EQ(summary->work, 3'000'003);
}

TEST_F(CollectTest, AFileWhoseHeaderIsDamaged_IsReported_AndStopsNoOther) {
  Recorder good = record();
  second(good);
  ASSERT_TRUE(AppendFile::open(spool_ / "0-bad.usage")->append_and_sync("garbage\n"));
  ASSERT_TRUE(AppendFile::open(spool_ / "0-torn.usage")->append_and_sync("cut short"));
  fs::create_directory(spool_ / "0-folder.usage");
  const auto collected = collect(spool_, records_);
  ASSERT_TRUE(collected);
  EXPECT_EQ(collected->beats, 1);
  EXPECT_THAT(collected->problems,
              ElementsAre(HasSubstr("0-bad.usage:1: it has no checksum"),
                          HasSubstr("0-folder.usage' is a folder, not a file"),
                          HasSubstr("0-torn.usage:1: it ends before its first line is whole")));
}

TEST_F(CollectTest, ARunWhoseRecorderIsNoMore_HasFailed_WhateverBecameOfItsProcess) {
  { Recorder recorder = record(); }
  EXPECT_EQ(collect(spool_, records_)->still_running, 0);
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kFailed);
}

TEST_F(CollectTest, ARunWhoseFileVanished_HasFailed_AndThatIsTold) {
  Recorder recorder = record();
  second(recorder);
  ASSERT_EQ(collect(spool_, records_)->still_running, 1);
  fs::remove(spool_ / (recorder.run().id + ".usage"));
  fs::create_directory(folder_ / "other");
  EXPECT_THAT(collect(folder_ / "other", records_)->problems, IsEmpty()) << "not a run of that one";
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kRunning);
  EXPECT_THAT(collect(spool_, records_)->problems,
              ElementsAre(HasSubstr("was deleted while run '" + recorder.run().name + "'")));
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kFailed);
  EXPECT_THAT(collect(spool_, records_)->problems, IsEmpty());
}

TEST_F(CollectTest, ARunWhoseWholeSpoolIsGone_IsOutOfSight_UntilItIsEndedByWord) {
  Recorder recorder = record();
  second(recorder);
  ASSERT_EQ(collect(spool_, records_)->still_running, 1);
  EXPECT_THAT(*out_of_sight(spool_, records_), IsEmpty());
  fs::create_directory(folder_ / "other");
  EXPECT_THAT(*out_of_sight(folder_ / "other", records_), IsEmpty()) << "it can be seen from there";
  fs::remove_all(spool_);
  const auto gone = out_of_sight(spool_, records_);
  ASSERT_TRUE(gone);
  ASSERT_EQ(gone->size(), 1u);
  EXPECT_EQ(gone->begin()->first, spool_);
  EXPECT_EQ(gone->begin()->second.at(0).name, recorder.run().name);
  fs::create_directory(spool_);
  ASSERT_TRUE(end_run(spool_, records_, recorder.run(), nullptr, Elsewhere::kLost));
  EXPECT_THAT(*out_of_sight(spool_, records_), IsEmpty());
}

TEST_F(CollectTest, ARunThatCannotBeAsked_IsEndedByWord_AndOneAtWorkIsNot) {
  Recorder recorder = record();
  second(recorder);
  ASSERT_TRUE(collect(spool_, records_));
  EXPECT_EQ(end_run(spool_, records_, recorder.run()).error().code(), ErrorCode::kRefused);
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kRunning);

  const meter::Run far{.id = "far", .name = "far-otter", .resource = "server"};
  const fs::path file = spool_ / "far.usage";
  ASSERT_TRUE(write_file_atomically(
      file, header_line({.run = far, .process = {.host = "elsewhere", .boot = "other"}})));
  ASSERT_TRUE(collect(spool_, records_));
  EXPECT_EQ(records_.run("far")->outcome, Outcome::kRunning);
  const std::string bytes = *read_file(file);
  ASSERT_TRUE(end_run(spool_, records_, far));
  EXPECT_EQ(records_.run("far")->outcome, Outcome::kFailed);
  EXPECT_FALSE(fs::exists(file));
  // As if whoever ended it had been killed before he put the file away.
  ASSERT_TRUE(write_file_atomically(file, bytes));
  const auto collected = collect(spool_, records_);
  ASSERT_TRUE(collected);
  EXPECT_EQ(collected->still_running, 1) << "that of the recorder alone";
  EXPECT_EQ(records_.run("far")->outcome, Outcome::kFailed);
  EXPECT_FALSE(fs::exists(file));
}

// Its last word came after the collection that found it at work.
TEST_F(CollectTest, ARunThatIsDone_IsNotCalledFailed_ByWhoeverEndsIt) {
  Recorder recorder = record();
  second(recorder);
  ASSERT_TRUE(collect(spool_, records_));
  ASSERT_TRUE(recorder.finish(Outcome::kDone, {}));
  ASSERT_TRUE(end_run(spool_, records_, recorder.run()));
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kDone);
  EXPECT_EQ(records_.runs()->at(0).beats, 2);
  EXPECT_TRUE(fs::is_empty(spool_));
}

TEST_F(CollectTest, ARunOfAnotherSpool_IsNotEnded_UnlessThatIsLost) {
  Recorder recorder = record();
  ASSERT_TRUE(collect(spool_, records_));
  const fs::path other = folder_ / "other";
  fs::create_directory(other);
  for (const Elsewhere elsewhere : {Elsewhere::kRefuse, Elsewhere::kLost}) {
    const Status ended = end_run(other, records_, recorder.run(), nullptr, elsewhere);
    ASSERT_FALSE(ended) << "it can be seen";
    EXPECT_EQ(ended.error().code(), ErrorCode::kRefused);
    EXPECT_THAT(ended.error().message(), HasSubstr("'" + fs::canonical(spool_).string() + "'"));
  }
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kRunning);
  fs::remove_all(spool_);
  EXPECT_FALSE(end_run(other, records_, recorder.run()));
  EXPECT_TRUE(end_run(other, records_, recorder.run(), nullptr, Elsewhere::kLost));
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kFailed);
}

TEST_F(CollectTest, ARunWhoseFileCannotBeRead_IsNotEnded) {
  Recorder recorder = record();
  ASSERT_TRUE(collect(spool_, records_));
  const fs::path file = spool_ / (recorder.run().id + ".usage");
  ASSERT_TRUE(AppendFile::open(file)->append_and_sync(""));
  fs::resize_file(file, 10);  // damaged, and its recorder lives
  EXPECT_EQ(end_run(spool_, records_, recorder.run()).error().code(), ErrorCode::kRefused);
  fs::remove(file);
  fs::create_directory(file);
  const Status ended = end_run(spool_, records_, recorder.run());
  ASSERT_FALSE(ended);
  EXPECT_THAT(ended.error().message(), HasSubstr("is a folder, not a file; without it nobody can"));
  EXPECT_EQ(records_.runs()->at(0).outcome, Outcome::kRunning);
}

TEST_F(CollectTest, ARunThatAnotherCollectorEndedMeanwhile_IsNotCalledDeleted) {
  Recorder recorder = record();
  ASSERT_TRUE(collect(spool_, records_));
  fs::remove(spool_ / (recorder.run().id + ".usage"));
  // As if the other had come between the look at the spool and the word of its end.
  if (store::test_server().empty()) {
    ASSERT_TRUE(
        database_.run("CREATE TEMP TRIGGER faster BEFORE UPDATE OF outcome ON run "
                      "BEGIN SELECT RAISE(IGNORE); END"));
  } else {
    ASSERT_TRUE(
        database_.run("CREATE FUNCTION faster() RETURNS trigger LANGUAGE plpgsql "
                      "AS 'BEGIN RETURN NULL; END'"));
    ASSERT_TRUE(
        database_.run("CREATE TRIGGER faster BEFORE UPDATE OF outcome ON run "
                      "FOR EACH ROW EXECUTE FUNCTION faster()"));
  }
  EXPECT_THAT(collect(spool_, records_)->problems, IsEmpty());
}

TEST_F(CollectTest, WhatARecorderBeganAndWasKilledOver_IsRemoved) {
  Recorder recorder = record();
  const fs::path killed = unpublished(spool_ / "killed.usage");
  ASSERT_TRUE(write_file_atomically(killed, "half a li"));
  const auto begun = SpoolLock::create(spool_ / "begun.usage");
  ASSERT_TRUE(begun);
  ASSERT_TRUE(look(spool_, records_));
  EXPECT_TRUE(fs::exists(killed));
  ASSERT_TRUE(collect(spool_, records_));
  EXPECT_FALSE(fs::exists(killed));
  EXPECT_FALSE(begun->is_removed()) << "its recorder is still at it";
}

TEST_F(CollectTest, TwoRunsThatDrewTheSameName_GetDistinctOnes) {
  Random same(3);
  random_ = Random(3);
  Recorder first = record();
  clock_.advance(seconds(1));
  random_ = same;
  Recorder second_run = record();
  ASSERT_EQ(first.run().name, second_run.run().name);
  ASSERT_TRUE(collect(spool_, records_));
  EXPECT_TRUE(records_.run(first.run().name));
  EXPECT_TRUE(records_.run(first.run().name + "-2"));
}

TEST_F(CollectTest, UsageIsFoundByResourceAndTime) {
  Recorder recorder = record();
  const Instant start = clock_.now();
  for (int i = 0; i < 5; ++i) second(recorder);
  ASSERT_TRUE(collect(spool_, records_));
  const auto sequences = [&](Nanoseconds from, Nanoseconds to) {
    std::vector<std::int64_t> found;
    const auto beats = *records_.usage("server", {start + from, start + to});
    found.reserve(beats.size());
    for (const Usage& usage : beats) found.push_back(usage.sequence);
    return found;
  };
  EXPECT_THAT(sequences(seconds(1), seconds(3)), ElementsAre(1, 2));
  EXPECT_THAT(sequences(milliseconds(1500), milliseconds(2500)), ElementsAre(1, 2));
  EXPECT_THAT(*records_.usage("laptop", {start, start + seconds(9)}), IsEmpty());
  EXPECT_EQ(*records_.span("fashion"), std::optional(Interval{start, start + seconds(5)}));
  EXPECT_FALSE(records_.span("other")->has_value());
  EXPECT_THAT(*records_.resources(), ElementsAre("server"));
}

TEST_F(CollectTest, AnUnknownRun_NamesTheNearestOne) {
  Recorder recorder = record();
  ASSERT_TRUE(collect(spool_, records_));
  const std::string name = recorder.run().name;
  const auto found = records_.run(name.substr(1));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(found.error().message(), HasSubstr("did you mean '" + name + "'?"));
}

}  // namespace
}  // namespace purser::meter
