#include "report/run_record.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"

namespace purser::report {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// The fields of docs/report.md, as a program would write them.
nlohmann::json train() {
  return nlohmann::json::parse(R"({
    "format": 1, "run": "brave-otter", "verb": "train", "model": "cnn", "budget": null,
    "started": "2026-11-21T02:10:00Z", "device_seconds": 71.2, "stop_reason": "target",
    "predicted": {"device_seconds": 80, "cost": {"currency": "USD", "amount": "0.0101"}},
    "plan": {"batch": 128, "micro_batch": 64, "accumulate": 2, "threads": 2,
             "tensor_memory_limit_bytes": 67108864, "peak_tensor_memory_bytes": 49283072},
    "curve": [{"step": 200, "epoch": 0.5, "training_loss": 0.7, "held_out_loss": 0.6,
               "held_out_accuracy": 0.81}],
    "test": {"correct": 8912, "total": 10000, "accuracy": 0.8912, "accuracy_lower": 0.8849,
             "accuracy_upper": 0.8972}, "a_field_of_tomorrow": [1, 2]})");
}
nlohmann::json optimize() {
  return nlohmann::json::parse(R"({
    "format": 1, "run": "calm-heron", "verb": "optimize", "started": "2026-11-21T02:20:00Z",
    "max_drop": 0.005, "vnni": false, "winner": "pruned",
    "candidates": [
      {"name": "original", "verdict": "original",
       "accuracy": {"correct": 891, "total": 1000, "accuracy_lower": 0.87, "accuracy_upper": 0.91},
       "latency": [{"batch": 1, "median_us": 128, "low_us": 125, "high_us": 136}]},
      {"name": "pruned", "verdict": "keep", "drop": 0.001, "p_value": 0.2,
       "saving_per_million": {"currency": "USD", "amount": "0.0079"}, "payback_predictions": 1894321,
       "accuracy": {"correct": 890, "total": 1000, "accuracy_lower": 0.87, "accuracy_upper": 0.91},
       "latency": [{"batch": 1, "median_us": 60, "low_us": 58, "high_us": 64}]}]})");
}
nlohmann::json load() {
  return nlohmann::json::parse(R"({
    "format": 1, "run": "shy-crane", "verb": "load", "started": "2026-11-21T02:30:00Z",
    "offered_per_second": 500, "achieved_per_second": 499.7, "requests": 5000, "errors": 0,
    "latency_ms": {"p50": 1.08, "p99": 2.61, "p99_9": 14.2},
    "histogram": [{"below_ms": 1, "count": 2000}, {"below_ms": 2, "count": 3000}]})");
}

// The sentence with which the record is refused, after `change`.
template <class Change>
std::string refusal(nlohmann::json record, Change change) {
  change(record);
  const auto parsed = parse_run_record(record.dump(), "r.json");
  return parsed ? "" : parsed.error().message();
}

TEST(RunRecordTest, ReadsWhatARunWroteAndSkipsWhatItDoesNotKnow) {
  const auto parsed = parse_run_record(train().dump(), "train.json");
  ASSERT_TRUE(parsed) << parsed.error().message();
  const auto& record = std::get<TrainRecord>(*parsed);
  EXPECT_EQ(record.header.run, "brave-otter");
  EXPECT_EQ(record.predicted_cost, *money::parse_cost("USD 0.0101"));
  EXPECT_EQ(record.tensor_memory_limit_bytes, 67108864);
  EXPECT_EQ(record.target_accuracy, std::nullopt);
  ASSERT_THAT(record.curve, SizeIs(1));
  ASSERT_TRUE(record.test.has_value());
  EXPECT_DOUBLE_EQ(record.test.value_or(Accuracy{}).value, 0.8912);

  const auto optimized = parse_run_record(optimize().dump(), "optimize.json");
  ASSERT_TRUE(optimized) << optimized.error().message();
  EXPECT_EQ(std::get<OptimizeRecord>(*optimized).candidates[1].payback_predictions, 1894321);
  const auto loaded = parse_run_record(load().dump(), "load.json");
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(std::get<LoadRecord>(*loaded).histogram[1].count, 3000);
}

TEST(RunRecordTest, WhatIsMissingIsNamedWithItsPath) {
  EXPECT_EQ(refusal(train(), [](auto& r) { r.erase("run"); }), "r.json: run: is missing");
  EXPECT_EQ(refusal(train(), [](auto& r) { r["plan"].erase("batch"); }),
            "r.json: plan.batch: is missing");
  EXPECT_EQ(refusal(optimize(), [](auto& r) { r["candidates"][1]["latency"][0].erase("low_us"); }),
            "r.json: candidates[1].latency[0].low_us: is missing");
  EXPECT_EQ(refusal(load(), [](auto& r) { r.erase("histogram"); }),
            "r.json: histogram: is missing");
}

TEST(RunRecordTest, WhatCannotBeTrueIsRefused) {
  EXPECT_THAT(refusal(train(), [](auto& r) { r["curve"][0]["held_out_accuracy"] = 1.2; }),
              StartsWith("r.json: curve[0].held_out_accuracy: is 1.2, which cannot be"));
  EXPECT_THAT(refusal(train(), [](auto& r) { r["test"]["correct"] = 10001; }),
              HasSubstr("test: has 10001 correct of 10000"));
  EXPECT_THAT(refusal(train(), [](auto& r) { r["test"]["accuracy_upper"] = 0.5; }),
              HasSubstr("does not hold the accuracy"));
  EXPECT_THAT(refusal(optimize(), [](auto& r) { r["winner"] = "distilled"; }),
              HasSubstr("winner: 'distilled' is none of the candidates"));
  EXPECT_THAT(
      refusal(optimize(), [](auto& r) { r["candidates"][0]["latency"][0]["low_us"] = 129; }),
      HasSubstr("lies outside its spread"));
  EXPECT_THAT(refusal(load(), [](auto& r) { r["latency_ms"]["p99"] = 20; }),
              HasSubstr("p99: is not between"));
  EXPECT_THAT(refusal(load(), [](auto& r) { r["histogram"][1]["below_ms"] = 1; }),
              HasSubstr("not above the bound before it"));
  EXPECT_THAT(refusal(load(), [](auto& r) { r["requests"] = -1; }),
              HasSubstr("requests: is no whole number from 0"));
  EXPECT_THAT(refusal(train(), [](auto& r) { r["predicted"]["cost"]["amount"] = 0.0101; }),
              HasSubstr("predicted.cost.amount: is no text"));
  EXPECT_THAT(refusal(train(), [](auto& r) { r["format"] = 2; }), HasSubstr("newer purser"));
}

TEST(RunRecordTest, ARunThatDivergedAndOneThatWasAlwaysRightAreRecordsToo) {
  EXPECT_EQ(refusal(train(), [](auto& r) { r["curve"][0]["training_loss"] = nullptr; }), "");
  EXPECT_EQ(refusal(train(),
                    [](auto& r) {
                      r["test"] = {{"correct", 10},
                                   {"total", 10},
                                   {"accuracy_lower", 0.72},
                                   {"accuracy_upper", 0.9999999999999999}};
                    }),
            "");
}

TEST(RunRecordTest, WhatOnlySomeRunsSayIsReadAndMayBeAbsent) {
  const auto plain = parse_run_record(load().dump(), "r.json");
  nlohmann::json record = load();
  record["stopped"] = true;
  const auto stopped = parse_run_record(record.dump(), "r.json");
  ASSERT_TRUE(plain && stopped);
  EXPECT_FALSE(std::get<LoadRecord>(*plain).stopped);
  EXPECT_TRUE(std::get<LoadRecord>(*stopped).stopped);
  EXPECT_THAT(refusal(load(), [](auto& r) { r["stopped"] = "yes"; }),
              HasSubstr("stopped: is neither true nor false"));

  record = load();
  record["errors"] = 7;
  record["latency_ms"].update({{"timeouts", 6}, {"timeout", 14.2}, {"at_least", {"p99_9"}}});
  const auto hung = parse_run_record(record.dump(), "r.json");
  ASSERT_TRUE(hung) << hung.error().message();
  EXPECT_EQ(std::get<LoadRecord>(*plain).timeouts, 0);
  EXPECT_EQ(std::get<LoadRecord>(*hung).timeouts, 6);
  EXPECT_EQ(std::get<LoadRecord>(*hung).timeout_ms, 14.2);
  EXPECT_THAT(std::get<LoadRecord>(*hung).at_least, ElementsAre("p99_9"));
  EXPECT_THAT(refusal(record, [](auto& r) { r["latency_ms"]["timeouts"] = 5001; }),
              HasSubstr("latency_ms.timeouts: are 5001 of 5000 requests"));
  EXPECT_THAT(refusal(record, [](auto& r) { r["latency_ms"]["timeouts"] = 0; }),
              HasSubstr("latency_ms.at_least: names percentiles that fall on a timeout"));
  EXPECT_THAT(refusal(record, [](auto& r) { r["latency_ms"]["at_least"] = "p99_9"; }),
              HasSubstr("latency_ms.at_least: is no list of texts"));

  record = optimize();
  record["candidates"][1]["further_epochs"] = 2;
  const auto trained = parse_run_record(record.dump(), "r.json");
  ASSERT_TRUE(trained);
  EXPECT_EQ(std::get<OptimizeRecord>(*trained).candidates[0].further_epochs, 0);
  EXPECT_EQ(std::get<OptimizeRecord>(*trained).candidates[1].further_epochs, 2);
}

TEST(RunRecordTest, AFolderThatCannotBeReadIsNotTakenForAnEmptyOne) {
  const fs::path file = testing::TempDir() + "no_folder_of_runs";
  ASSERT_TRUE(write_file_atomically(file, "x"));
  const auto records = load_run_records(file, {});
  ASSERT_FALSE(records);
  EXPECT_THAT(records.error().message(), HasSubstr("no_folder_of_runs': Not a directory"));
  fs::remove(file);
}

TEST(RunRecordTest, AFileCutShortIsRefusedByName) {
  const std::string whole = train().dump();
  const auto parsed =
      parse_run_record(std::string_view(whole).substr(0, whole.size() / 2), "r.json");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message(), StartsWith("r.json: is no JSON, or was cut short"));
}

TEST(RunRecordTest, AFolderGivesTheRecordsOfThePeriodByStart_AndNamesTheDamagedOnes) {
  std::string pattern = testing::TempDir() + "run_record.XXXXXX";
  const fs::path folder = ::mkdtemp(pattern.data());
  fs::remove_all(folder);
  EXPECT_THAT(load_run_records(folder, {})->records, SizeIs(0));
  const auto write = [&](const nlohmann::json& record) {
    const fs::path run = folder / record["run"].get<std::string>();
    fs::create_directories(run);
    ASSERT_TRUE(
        write_file_atomically(run / (record["verb"].get<std::string>() + ".json"), record.dump()));
  };
  write(optimize());
  write(train());
  nlohmann::json old = load();
  old["started"] = "2026-10-31T23:59:59Z";
  write(old);
  nlohmann::json bent = optimize();
  bent["run"] = "bent-fox";
  bent["max_drop"] = 7;
  write(bent);
  fs::create_directories(folder / "a-folder" / "train.json");
  const auto loaded = load_run_records(folder, interval_of(period_of(*parse_month("2026-11"))));
  ASSERT_TRUE(loaded) << loaded.error().message();
  ASSERT_THAT(loaded->records, SizeIs(2));
  EXPECT_EQ(header(loaded->records[0]).run, "brave-otter");
  EXPECT_EQ(header(loaded->records[1]).run, "calm-heron");
  EXPECT_THAT(loaded->left_out,
              ElementsAre(AllOf(HasSubstr("a-folder/train.json"), EndsWith("mended or removed")),
                          AllOf(HasSubstr("bent-fox/optimize.json: max_drop: is 7"),
                                EndsWith("mended or removed"))));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace purser::report
