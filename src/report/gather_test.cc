// Books, meter, budgets and a run's record together, on a real database; the JSON is read back by
// nlohmann and added up without help from this room.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "report/report.h"

namespace purser::report {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all;
  for (const auto& of_room :
       {books::Books::migrations(), meter::Records::migrations(), budget::Budgets::migrations()}) {
    all.insert(all.end(), of_room.begin(), of_room.end());
  }
  return all;
}

class GatherTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "gather.XXXXXX";
    runs_ = ::mkdtemp(pattern.data());
    constexpr Joules kKilowattHour{3'600'000'000'000};
    ASSERT_TRUE(books_.add_site(
        {"oslo", money::Rate::per_energy(*money::parse_cost("USD 0.12"), kKilowattHour), 1250,
         "UTC"}));
    ASSERT_TRUE(
        books_.add_asset({"server",
                          "oslo",
                          {*money::parse_money("USD 12000.00"), *money::parse_money("USD 1500.00"),
                           *books::parse_life("48mo"), *parse_date("2026-09-15"),
                           books::StraightLine{}, books::Convention::kDaily},
                          Watts{60'000},
                          Watts{180'000},
                          *money::parse_money("USD 600.00"),
                          std::nullopt}));
    ASSERT_TRUE(budgets_.set({"fashion", *money::parse_money("USD 0.10"), budget::Span::kTotal}));
    use("brave-otter", "train", "2026-10-05T08:00:00Z", std::chrono::seconds(97));
    use("quick-lynx", "serve", "2026-10-06T08:00:00Z", std::chrono::seconds(13));
  }
  void TearDown() override { fs::remove_all(runs_); }

  void use(const std::string& name, const std::string& verb, std::string_view start,
           Nanoseconds length) {
    meter::SpoolContents spool;
    meter::Run& run = spool.header.run;
    run = {.id = "id-" + name,
           .name = name,
           .verb = verb,
           .resource = "server",
           .model = "cnn",
           .model_version = "9f2c",
           .budget = "fashion",
           .started = *parse_instant(start)};
    meter::Usage usage;
    usage.run_id = run.id;
    usage.interval = {run.started, run.started + length};
    usage.device_time = length;
    usage.energy = Watts{180'000} * length;
    usage.work = 5000;
    usage.work_unit = verb == "serve" ? meter::WorkUnit::kPredictions : meter::WorkUnit::kSamples;
    usage.outcome = meter::Outcome::kDone;
    spool.beats.push_back(usage);
    ASSERT_TRUE(records_.add(spool, meter::Outcome::kDone));
  }
  Report gathered(std::string_view month = "2026-10") {
    auto report = gather(books_, records_, budgets_,
                         {.title = "Shop",
                          .workspace = "shop",
                          .first = *parse_month(month),
                          .last = *parse_month(month),
                          .now = clock_.now(),
                          .currency = money::usd(),
                          .runs = runs_});
    EXPECT_TRUE(report) << report.error().message();
    return *std::move(report);
  }

  fs::path runs_;  // this test's own: others run beside it
  ManualClock clock_{*parse_instant("2026-10-20T00:00:00Z")};
  store::Database database_ =
      *store::Database::open("sqlite::memory:", all_migrations(), store::IfMissing::kCreate);
  books::Books books_{database_, clock_};
  meter::Records records_{database_};
  budget::Budgets budgets_{database_};
};

// Billionths of {"currency":…,"amount":…}, read with no code of this program.
__int128 billionths(const nlohmann::json& money) {
  const std::string text = money["amount"];
  const auto point = text.find('.');
  std::string digits =
      text.substr(0, point) + (point == std::string::npos ? "" : text.substr(point + 1));
  const std::size_t decimals = point == std::string::npos ? 0 : text.size() - point - 1;
  digits.append(9 - decimals, '0');
  return static_cast<__int128>(std::stoll(digits));
}

TEST_F(GatherTest, TheLinesOfAnOpenMonthAddUpToItsTotal) {
  const Report report = gathered();
  EXPECT_FALSE(report.bill.closed);
  EXPECT_TRUE(report.bill.agrees);
  const auto json = nlohmann::json::parse(to_json(report).text());
  __int128 sum = 0;
  for (const char* part : {"lines", "idle"}) {
    for (const auto& line : json["bill"][part]) {
      sum += billionths(line["amount"]);
      __int128 kinds = 0;
      for (const auto& amount : line["by_kind"]) kinds += billionths(amount);
      EXPECT_TRUE(kinds == billionths(line["amount"]));
    }
  }
  EXPECT_TRUE(sum == billionths(json["bill"]["total"]));
  EXPECT_TRUE(sum > 0);
  EXPECT_THAT(json["bill"]["lines"], SizeIs(2));
  EXPECT_EQ(json["bill"]["lines"][0]["run"], "brave-otter");
  EXPECT_EQ(json["bill"]["posted"], nullptr);
  EXPECT_EQ(json["period"]["end"], "2026-11-01");
}

TEST_F(GatherTest, AClosedMonthEqualsWhatTheJournalHolds) {
  clock_.set(*parse_instant("2026-11-10T00:00:00Z"));
  for (const char* month : {"2026-09", "2026-10"}) {
    const auto metered = cost::metered_energy(books_, records_, *parse_month(month));
    ASSERT_TRUE(metered) << metered.error().message();
    const auto closed = books_.close(*parse_month(month), *metered);
    ASSERT_TRUE(closed) << closed.error().message();
  }
  const Report report = gathered();
  EXPECT_TRUE(report.bill.closed);
  EXPECT_TRUE(report.bill.agrees);
  ASSERT_TRUE(report.bill.posted);
  EXPECT_EQ(*report.bill.posted, report.bill.total);
  EXPECT_THAT(to_text(report, {}), HasSubstr("add up to the cents posted in the journal"));
}

TEST_F(GatherTest, ThePartsOfAnHourSumToItsPriceUnderLoad) {
  const Report report = gathered();
  ASSERT_THAT(report.resources, SizeIs(1));
  const Resource& server = report.resources[0];
  money::Cost sum = money::Cost::zero(money::usd());
  for (const PricePart& part : server.parts) sum += part.per_hour;
  EXPECT_EQ(sum, server.price_per_hour_at_load);
  // 180 W x 1.25 x USD 0.12/kWh, and the 120 W between idle and load.
  EXPECT_EQ(server.parts.back().per_hour, *money::parse_cost("USD 0.027"));
  EXPECT_EQ(server.price_per_hour_at_load - server.price_per_hour_idle,
            *money::parse_cost("USD 0.018"));
}

TEST_F(GatherTest, TheBudgetLeftAndThePriceOfAMillionStandInTheHeadline) {
  const Report report = gathered();
  const Headline& headline = report.headline;
  const BillLine& serving = report.bill.lines[1];
  ASSERT_TRUE(headline.cost_per_million);
  EXPECT_EQ(headline.cost_per_million, cost::per_million(serving.amount, 5000));
  ASSERT_TRUE(headline.budget_left);
  EXPECT_EQ(headline.budget_left, *money::parse_cost("USD 0.10") - report.bill.used_total);
}

TEST_F(GatherTest, ARunsRecordIsJoinedWithWhatTheBillSaysItCost) {
  fs::create_directories(runs_ / "brave-otter");
  ASSERT_TRUE(write_file_atomically(runs_ / "brave-otter" / "train.json", R"({
    "format": 1, "run": "brave-otter", "verb": "train", "started": "2026-10-05T08:00:00Z",
    "plan": {"batch": 128, "micro_batch": 64, "accumulate": 2, "threads": 2,
             "peak_tensor_memory_bytes": 49283072}, "curve": []})"));
  const Report report = gathered();
  const auto json = nlohmann::json::parse(to_json(report).text());
  ASSERT_THAT(json["train"], SizeIs(1));
  EXPECT_EQ(json["train"][0]["cost"], json["bill"]["lines"][0]["amount"]);
  EXPECT_EQ(json["train_runs"], 1);
  const auto counted = nlohmann::json::parse(to_json(report, 0).text());
  EXPECT_THAT(counted["train"], SizeIs(0)) << "more runs are written out than were asked for";
  EXPECT_EQ(counted["train_runs"], 1);
  EXPECT_THAT(gathered("2026-09").runs, SizeIs(0));
}

TEST_F(GatherTest, ADamagedRecordIsNamed_AndTheRestOfTheReportStands) {
  const Report whole = gathered();
  fs::create_directories(runs_ / "x");
  ASSERT_TRUE(write_file_atomically(runs_ / "x" / "load.json", "{"));
  const Report report = gathered();
  ASSERT_THAT(report.left_out_runs, SizeIs(1));
  EXPECT_THAT(report.left_out_runs[0], HasSubstr("x/load.json: is no JSON, or was cut short; "));
  EXPECT_EQ(report.bill.total, whole.bill.total);
  EXPECT_EQ(report.bill.lines.size(), whole.bill.lines.size());
  const auto json = nlohmann::json::parse(to_json(report).text());
  EXPECT_EQ(json["left_out_runs"], 1);
  EXPECT_EQ(json["notes"].size(), whole.notes.size() + 1);
  EXPECT_EQ(nlohmann::json::parse(to_json(whole).text())["left_out_runs"], 0);
}

TEST_F(GatherTest, TheTerminalShowsTheSameTotal) {
  const Report report = gathered();
  const std::string text = to_text(report, {});
  EXPECT_THAT(text, HasSubstr("Shop, 2026-10\n"));
  EXPECT_THAT(text, HasSubstr(money::format(report.bill.total)));
  EXPECT_THAT(text, HasSubstr("brave-otter"));
  EXPECT_THAT(text, HasSubstr("to the billionth"));
}

}  // namespace
}  // namespace purser::report
