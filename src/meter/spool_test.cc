#include "meter/spool.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/files.h"

namespace purser::meter {
namespace {

SpoolHeader header() {
  return {.run = {.id = "20261121t100000-00112233aabb",
                  .name = "brave-otter",
                  .verb = "train",
                  .resource = "server",
                  .model = "fashion-cnn",
                  .model_version = "1",
                  .budget = "fashion",
                  .started = *parse_instant("2026-11-21T10:00:00.5Z")},
          .process = {.host = "a \"quoted\" host", .boot = "b", .pid = 7, .start_ticks = 99}};
}

Usage beat(std::int64_t sequence) {
  const Instant start = *parse_instant("2026-11-21T10:00:00Z") + std::chrono::seconds(sequence);
  return {.run_id = header().run.id,
          .sequence = sequence,
          .interval = {start, start + std::chrono::seconds(1)},
          .device_time = std::chrono::milliseconds(700),
          .energy = Joules{84'000'000},
          .energy_source = EnergySource::kMeasured,
          .peak_tensor_memory = Bytes{1 << 20},
          .work = 512,
          .work_unit = WorkUnit::kSamples,
          .outcome = Outcome::kRunning};
}

bool same(const Usage& a, const Usage& b) { return beat_line(a) == beat_line(b); }

TEST(Spool, ReadsBackWhatWasWritten) {
  Usage last = beat(1);
  last.outcome = Outcome::kDone;
  const auto contents = parse_spool(header_line(header()) + beat_line(beat(0)) + beat_line(last));
  ASSERT_TRUE(contents);
  EXPECT_TRUE(contents->problems.empty());
  EXPECT_EQ(header_line(contents->header), header_line(header()));
  EXPECT_EQ(contents->header.process, header().process);
  EXPECT_EQ(contents->header.run.started, header().run.started);
  ASSERT_EQ(contents->beats.size(), 2U);
  EXPECT_EQ(contents->beats[0].energy.micro, 84'000'000);
  EXPECT_EQ(contents->beats[0].interval, beat(0).interval);
  EXPECT_EQ(contents->beats[1].outcome, Outcome::kDone);
  EXPECT_TRUE(same(contents->beats[1], last));
}

TEST(Spool, CutAnywhere_LosesOnlyTheLineThatIsTorn) {
  const std::string head = header_line(header());
  const std::string whole = head + beat_line(beat(0)) + beat_line(beat(1));
  for (std::size_t size = head.size(); size < whole.size(); ++size) {
    const auto contents = parse_spool(std::string_view(whole).substr(0, size));
    ASSERT_TRUE(contents) << size;
    EXPECT_TRUE(contents->problems.empty()) << contents->problems[0];
    EXPECT_EQ(contents->beats.size(), size < head.size() + beat_line(beat(0)).size() ? 0U : 1U);
  }
}

TEST(Spool, ADamagedLineInTheMiddle_IsNamedAndSkipped) {
  std::string damaged = beat_line(beat(1));
  damaged[40] ^= 1;
  const auto contents =
      parse_spool(header_line(header()) + beat_line(beat(0)) + damaged + beat_line(beat(2)));
  ASSERT_TRUE(contents);
  ASSERT_EQ(contents->beats.size(), 2U);
  EXPECT_EQ(contents->beats[1].sequence, 2);
  ASSERT_EQ(contents->problems.size(), 1U);
  EXPECT_EQ(contents->problems[0], "3: this beat is lost: its checksum is wrong");
}

TEST(Spool, ABeatThatCannotBeTrue_IsRefusedThoughItsChecksumHolds) {
  Usage longer = beat(0);
  longer.device_time = std::chrono::seconds(2);
  const auto contents = parse_spool(header_line(header()) + beat_line(longer));
  ASSERT_TRUE(contents);
  EXPECT_TRUE(contents->beats.empty());
  ASSERT_EQ(contents->problems.size(), 1U);
  EXPECT_NE(contents->problems[0].find("longer than the clock ran"), std::string::npos);
}

TEST(Spool, ABeatTriedAgainAfterAFailedAppend_CountsOnce_AsWrittenLast) {
  Usage again = beat(1);
  again.work = 700;
  const std::string torn = beat_line(beat(1)).substr(0, 30);
  for (const std::string& first : {beat_line(beat(1)), torn}) {
    const auto contents =
        parse_spool(header_line(header()) + beat_line(beat(0)) + first + '\n' + beat_line(again));
    ASSERT_TRUE(contents);
    ASSERT_EQ(contents->beats.size(), 2U);
    EXPECT_EQ(contents->beats[1].work, 700);
    EXPECT_EQ(contents->problems.size(), first == torn ? 1U : 0U);
  }
}

TEST(Spool, WithoutAWholeHeader_IsCorrupt) {
  for (const std::string& text : {std::string(), header_line(header()).substr(0, 50),
                                  beat_line(beat(0)), std::string("0123456789abcdef {}\n")}) {
    const auto contents = parse_spool(text);
    ASSERT_FALSE(contents);
    EXPECT_EQ(contents.error().code(), ErrorCode::kCorrupt);
  }
}

TEST(Spool, ReadInTwoLooks_IsTheSameAsInOne) {
  const std::string early = header_line(header()) + beat_line(beat(0)) + beat_line(beat(1));
  std::string damaged = beat_line(beat(2));
  damaged[50] ^= 1;
  const std::string late = early + damaged + beat_line(beat(3)) + "torn";
  const auto first = parse_spool(early + "to");
  EXPECT_EQ(first->bytes_read, static_cast<std::int64_t>(early.size()));
  const auto second = parse_spool(late, first->bytes_read);
  ASSERT_TRUE(second);
  ASSERT_EQ(second->beats.size(), 1U);
  EXPECT_TRUE(same(second->beats[0], beat(3)));
  EXPECT_EQ(second->problems, parse_spool(late)->problems);  // with the same line numbers
  EXPECT_EQ(second->header.run.id, header().run.id);
  // A place inside a line, or past the end, means nothing: all is read.
  EXPECT_EQ(parse_spool(late, first->bytes_read - 3)->beats.size(), 3U);
  EXPECT_EQ(parse_spool(late, 1'000'000)->beats.size(), 3U);
}

TEST(Spool, OfAVersionThatKnewNoContainers_IsStillRead) {
  SpoolHeader contained = header();
  contained.process.pid_namespace = 4026531836;
  EXPECT_EQ(parse_spool(header_line(contained))->header.process, contained.process);

  constexpr std::string_view kField = "\"pid_namespace\":0,";
  std::string json = header_line(header()).substr(17);
  json.pop_back();
  ASSERT_NE(json.find(kField), std::string::npos) << json;
  json.erase(json.find(kField), kField.size());
  const auto old = parse_spool(sha256_hex(json).substr(0, 16) + ' ' + json + '\n');
  ASSERT_TRUE(old) << old.error().message();
  EXPECT_EQ(old->header.process, header().process);
}

RC_GTEST_PROP(Spool, AnyFlippedByteOfABeat_IsNoticed, ()) {
  const std::string head = header_line(header());
  std::string text = head + beat_line(beat(0)) + beat_line(beat(1));
  const auto at = *rc::gen::inRange<std::size_t>(head.size(), text.size());
  const auto bit = *rc::gen::inRange(0, 8);
  text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << bit));
  const auto contents = parse_spool(text);
  RC_ASSERT(contents.has_value());
  for (const Usage& usage : contents->beats) RC_ASSERT(same(usage, beat(usage.sequence)));
  RC_ASSERT(contents->beats.size() < 2U);
}

}  // namespace
}  // namespace purser::meter
