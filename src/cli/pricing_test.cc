// A run from its budget to its bill, in a real workspace.
#include "cli/pricing.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/database.h"
#include "cost/load.h"

namespace purser::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::HasSubstr;

constexpr Joules kKilowattHour{3'600'000'000'000};

class PricingTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "pricing.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    ASSERT_TRUE(Workspace::init(folder_, {.currency = money::usd()}, make_database));
    auto clock = std::make_unique<ManualClock>(*parse_instant("2026-11-21T10:00:00Z"));
    clock_ = clock.get();
    context_ = std::make_unique<Context>(std::move(clock), "tester", folder_.string(), "", false);
    auto accounts = Accounts::open(*context_, Spool::kLeave);
    ASSERT_TRUE(accounts) << accounts.error().message();
    ASSERT_TRUE(accounts->books().add_site(
        {"home", money::Rate::per_energy(*money::parse_cost("USD 0.12"), kKilowattHour), 1250,
         "UTC"}));
    add_asset(*accounts, "server");
    ASSERT_TRUE(accounts->budgets().set({"fashion", *money::parse_money("USD 0.10")}));
  }
  void TearDown() override { fs::remove_all(folder_); }

  static void add_asset(Accounts& accounts, const std::string& name,
                        std::optional<money::Money> space_per_month = std::nullopt) {
    ASSERT_TRUE(accounts.books().add_asset(
        {name,
         "home",
         {*money::parse_money("USD 12000.00"), *money::parse_money("USD 1500.00"),
          *books::parse_life("48mo"), *parse_date("2026-02-15"), books::StraightLine{},
          books::Convention::kDaily},
         Watts{60'000},
         Watts{180'000},
         std::nullopt,
         space_per_month}));
  }
  // `count` steps of half a second of work each, at twice real speed of the clock.
  void work(PricedRun& run, int count) {
    for (int i = 0; i < count; ++i) {
      clock_->advance(milliseconds(500));
      ASSERT_TRUE(run.add(
          {.device_time = milliseconds(400), .work = 128, .work_unit = meter::WorkUnit::kSamples}));
    }
  }
  Accounts accounts() { return *Accounts::open(*context_, Spool::kCollect); }

  fs::path folder_;
  std::unique_ptr<Context> context_;
  ManualClock* clock_ = nullptr;
};

TEST_F(PricingTest, ARunIsBilledWhatItWasToldItSpent) {
  auto pricing = Pricing::open(*context_, "", "fashion");
  ASSERT_TRUE(pricing) << pricing.error().message();
  auto run = pricing->start({.verb = "train", .model = "cnn"}, minutes(5));
  ASSERT_TRUE(run) << run.error().message();
  EXPECT_TRUE(fs::is_directory(run->folder()));
  work(*run, 21);
  const money::Cost spent = run->spent();
  EXPECT_EQ(spent, pricing->price_at_load(milliseconds(400 * 21)));
  ASSERT_TRUE(run->finish(meter::Outcome::kDone));

  Accounts accounts = this->accounts();
  const auto summary = accounts.records().run(run->name());
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->work, 128 * 21);
  EXPECT_EQ(summary->run.resource, "server");
  EXPECT_LE(summary->beats, 12);  // once a second, not once a step
  const auto standing = budget::load_standing(accounts.books(), accounts.records(),
                                              accounts.budgets(), "fashion", clock_->now());
  ASSERT_TRUE(standing);
  EXPECT_TRUE(standing->reserved.is_zero());
  // The bill rounds each kind of expense for itself: a few billionths.
  const money::Cost off = standing->spent - spent;
  EXPECT_LE(std::abs(static_cast<std::int64_t>(off.billionths())), 4);
}

TEST_F(PricingTest, WhatTheBudgetCannotPay_IsRefusedBeforeItStarts) {
  auto pricing = Pricing::open(*context_, "server", "fashion");
  const Nanoseconds fits = pricing->allowance().device_time.value_or(Nanoseconds{});
  EXPECT_LE(pricing->price_at_load(fits), *money::parse_cost("USD 0.10"));
  const auto refused = pricing->start({.verb = "train"}, fits + minutes(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kRefused);
  EXPECT_THAT(refused.error().message(), HasSubstr("would fit"));
  EXPECT_TRUE(accounts().records().runs()->empty());
  EXPECT_TRUE(pricing->start({.verb = "train"}, fits));
}

TEST_F(PricingTest, OfTwoThatStartAtOnce_TheSecondMayNotSpendTheSameMoney) {
  auto first = Pricing::open(*context_, "", "fashion");
  auto second = Pricing::open(*context_, "", "fashion");
  const Nanoseconds most = first->allowance().device_time.value_or(Nanoseconds{});
  auto running = first->start({.verb = "train"}, most);
  ASSERT_TRUE(running);
  EXPECT_TRUE(second->admit(most));  // it has not heard of the first
  const auto refused = second->start({.verb = "train"}, most);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kRefused);
  ASSERT_TRUE(running->finish(meter::Outcome::kStopped));
  EXPECT_TRUE(Pricing::open(*context_, "", "fashion")->admit(most));
}

TEST_F(PricingTest, ARunThatNeedsMoreThanItReserved_TakesIt_BeforeOthersMayHaveIt) {
  auto first = Pricing::open(*context_, "", "fashion");
  const Nanoseconds most = first->allowance().device_time.value_or(Nanoseconds{});
  auto running = first->start({.verb = "serve"}, std::chrono::seconds(1));
  ASSERT_TRUE(running);
  auto second = Pricing::open(*context_, "", "fashion");
  EXPECT_TRUE(second->admit(most - minutes(3)));
  for (Nanoseconds used{}; used < minutes(5); used += std::chrono::seconds(1)) {
    clock_->advance(std::chrono::seconds(1));
    ASSERT_TRUE(running->add({.device_time = std::chrono::seconds(1)}));
  }
  EXPECT_FALSE(running->used_up());
  // It has used five minutes, and nothing of that was collected yet.
  const auto refused = second->start({.verb = "train"}, most - minutes(3));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kRefused);
  EXPECT_TRUE(second->start({.verb = "train"}, most - minutes(7)));
}

TEST_F(PricingTest, TwoRunsTogether_SpendNoMoreThanTheBudget) {
  {
    Accounts accounts = this->accounts();
    add_asset(accounts, "laptop");  // on one machine they would share its time
  }
  auto first = Pricing::open(*context_, "server", "fashion");
  auto second = Pricing::open(*context_, "laptop", "fashion");
  auto one = first->start({.verb = "serve"}, std::chrono::seconds(1));
  auto two = second->start({.verb = "serve"}, std::chrono::seconds(1));
  ASSERT_TRUE(one && two);
  for (int i = 0; i < 24 * 60 && !(one->used_up() && two->used_up()); ++i) {
    clock_->advance(std::chrono::seconds(1));
    for (auto* run : {&*one, &*two}) {
      if (run->used_up()) continue;
      ASSERT_TRUE(run->add({.device_time = std::chrono::seconds(1)}));
    }
    if (i % 100 == 0) accounts();  // what was collected meanwhile is not counted twice
  }
  EXPECT_TRUE(one->used_up() && two->used_up());
  const money::Cost spent = one->spent() + two->spent();
  EXPECT_LE(spent, *money::parse_cost("USD 0.10") + first->price_at_load(std::chrono::seconds(2)));
  EXPECT_GE(spent, *money::parse_cost("USD 0.099"));
}

TEST_F(PricingTest, AServerSpendsAMonthlyBudgetAnewEachMonth) {
  {
    Accounts accounts = this->accounts();
    ASSERT_TRUE(accounts.budgets().set(
        {"serving", *money::parse_money("USD 10.00"), budget::Span::kMonth}));
  }
  auto pricing = Pricing::open(*context_, "", "serving");
  ASSERT_TRUE(pricing) << pricing.error().message();
  auto run = pricing->start({.verb = "serve"}, std::chrono::seconds(1));
  ASSERT_TRUE(run);
  const auto work_for = [&](Nanoseconds a_day, int days) {
    for (int i = 0; i < days * 24 && !run->used_up(); ++i) {
      clock_->advance(std::chrono::hours(1));
      ASSERT_TRUE(run->add({.device_time = a_day / 24}));
    }
  };
  // About USD 6 a month: within the budget each month, above it when they are added up.
  work_for(minutes(120), 9);  // 21 to 30 November
  work_for(minutes(40), 31);  // December
  work_for(minutes(40), 10);  // into January
  EXPECT_FALSE(run->used_up());
  EXPECT_GT(run->spent(), *money::parse_cost("USD 12.00"));
  // Others see January's claim, and no more.
  const auto other = Pricing::open(*context_, "", "serving");
  ASSERT_TRUE(other) << other.error().message();
  const auto& standing = other->standing();
  if (!standing) FAIL() << "no standing";
  EXPECT_GT(standing->remaining(),
            *money::parse_cost("USD 10.00") - pricing->price_at_load(std::chrono::hours(9)));
  // The month's ten dollars end it; December's are not asked for again.
  const Nanoseconds before = run->device_time();
  work_for(std::chrono::hours(24), 20);
  EXPECT_TRUE(run->used_up());
  const Nanoseconds fits =
      pricing->allowance().device_time.value_or(Nanoseconds{});  // ten dollars', in November
  const Nanoseconds in_january = run->device_time() - before + minutes(400);
  EXPECT_LT(in_january, fits + std::chrono::hours(3));
  EXPECT_GT(in_january, fits - std::chrono::hours(3));
}

TEST_F(PricingTest, ARunWhoseFileVanishesBeforeAnybodyLooked_KeepsNoMoney) {
  auto pricing = Pricing::open(*context_, "", "fashion");
  auto run = pricing->start({.verb = "train"}, minutes(5));
  ASSERT_TRUE(run) << run.error().message();
  fs::remove(pricing->workspace().spool() / (run->run().id + ".usage"));
  Accounts accounts = this->accounts();
  const auto standing = budget::load_standing(accounts.books(), accounts.records(),
                                              accounts.budgets(), "fashion", clock_->now());
  ASSERT_TRUE(standing) << standing.error().message();
  EXPECT_TRUE(standing->reserved.is_zero()) << money::format(standing->reserved);
  const auto summary = accounts.records().run(run->name());
  ASSERT_TRUE(summary) << summary.error().message();
  EXPECT_EQ(summary->outcome, meter::Outcome::kFailed);
}

// Before anybody looked, a copy of the books must know that the run is not its own.
TEST_F(PricingTest, ARunIsKnownWithItsBooks_FromItsStart) {
  auto pricing = Pricing::open(*context_, "", "");
  ASSERT_TRUE(pricing) << pricing.error().message();
  const auto run = pricing->start({.verb = "train"}, minutes(5));
  ASSERT_TRUE(run) << run.error().message();
  auto database = *store::Database::open((folder_ / ".purser" / "books.db").string(),
                                         meter::Records::migrations());
  const auto origin = meter::Records(database).origin(run->run().id);
  ASSERT_TRUE(origin) << origin.error().message();
  EXPECT_EQ(origin->books, ".purser/books.db");
  EXPECT_EQ(origin->spool_folder, meter::name_of(pricing->workspace().spool()));
}

TEST_F(PricingTest, WhatRunsSpend_IsSaidToBeBeforeSharing_IfTheySharedTheAsset) {
  {
    Accounts accounts = this->accounts();
    add_asset(accounts, "laptop");
  }
  auto server = Pricing::open(*context_, "server", "");
  auto laptop = Pricing::open(*context_, "laptop", "");
  auto earlier = server->start({.verb = "train"}, minutes(5));
  auto elsewhere = laptop->start({.verb = "serve"}, minutes(5));
  work(*earlier, 4);
  EXPECT_EQ(earlier->sharing(), "");
  ASSERT_TRUE(earlier->finish(meter::Outcome::kDone));

  auto one = server->start({.verb = "train"}, minutes(5));
  EXPECT_EQ(one->sharing(), "");
  auto two = server->start({.verb = "serve"}, minutes(5));
  const std::string shared = "before sharing 'server' with other runs";
  EXPECT_EQ(one->sharing(), shared);
  for (int i = 0; i < 60; ++i) {
    clock_->advance(std::chrono::seconds(1));
    for (auto* run : {&*one, &*two}) {
      ASSERT_TRUE(run->add({.device_time = std::chrono::seconds(1)}));
    }
  }
  ASSERT_TRUE(one->finish(meter::Outcome::kDone));
  ASSERT_TRUE(two->finish(meter::Outcome::kDone));
  EXPECT_EQ(one->sharing(), shared);
  EXPECT_EQ(two->sharing(), shared);
  EXPECT_EQ(elsewhere->sharing(), "");
  EXPECT_EQ(spent_text(one->spent(), ""), money::format(one->spent()) + " spent");
  EXPECT_EQ(spent_text(one->spent(), shared),
            money::format(one->spent()) + " spent (" + shared + ")");
  // The bill has both of them in half the time that each was told: the remark is needed.
  Accounts accounts = this->accounts();
  const auto bill = cost::load_resource_bill(accounts.books(), accounts.records(), "server",
                                             *parse_month("2026-11"), clock_->now());
  ASSERT_TRUE(bill) << bill.error().message();
  Nanoseconds billed{};
  for (const cost::Line& line : bill->lines) {
    if (line.run_id == one->run().id) billed += line.device_time;
  }
  EXPECT_EQ(billed, one->device_time() / 2);
}

TEST_F(PricingTest, ARunThatSeesTheMonthTurn_SpendsEachPartAtThePriceOfItsMonth) {
  {
    Accounts accounts = this->accounts();
    add_asset(accounts, "hall", *money::parse_money("USD 30000.00"));  // rent: by days of the month
    ASSERT_TRUE(accounts.budgets().set({"long", *money::parse_money("USD 9000.00")}));
  }
  clock_->advance(std::chrono::hours(9 * 24 + 13) + minutes(59) + std::chrono::seconds(45));
  auto pricing = Pricing::open(*context_, "hall", "long");
  ASSERT_TRUE(pricing) << pricing.error().message();
  auto run = pricing->start({.verb = "serve"}, minutes(1));
  ASSERT_TRUE(run) << run.error().message();
  ASSERT_EQ(month_of(date_of(run->run().started)), *parse_month("2026-11"));
  for (int i = 0; i < 3 * 60; ++i) {
    clock_->advance(std::chrono::seconds(20));  // the first beat crosses midnight
    ASSERT_TRUE(run->add({.device_time = std::chrono::seconds(15)}));
  }
  clock_->advance(std::chrono::hours(24 * 70));  // and the last one two turns of the year's months
  ASSERT_TRUE(run->add({.device_time = std::chrono::hours(24 * 50)}));
  const money::Cost spent = run->spent();
  ASSERT_TRUE(run->finish(meter::Outcome::kDone));
  EXPECT_EQ(run->spent(), spent);

  Accounts accounts = this->accounts();
  const auto standing = budget::load_standing(accounts.books(), accounts.records(),
                                              accounts.budgets(), "long", clock_->now());
  ASSERT_TRUE(standing) << standing.error().message();
  EXPECT_GT(standing->spent, *money::parse_cost("USD 1000.00"));
  const money::Cost off = standing->spent - spent;
  EXPECT_LE(std::abs(static_cast<std::int64_t>(off.billionths())), 24) << money::format(off);
}

TEST_F(PricingTest, ARunThatSeesPowerBecomeDearer_SpendsEachPartAtThePriceOfItsDay) {
  const Instant start = clock_->now();
  const auto change = [&](int days, std::string_view cost) {
    auto accounts = this->accounts();
    ASSERT_TRUE(accounts.books().change_site(
        "home", {.from = date_of(start) + std::chrono::days{days},
                 .tariff = money::Rate::per_energy(*money::parse_cost(cost), kKilowattHour)}));
  };
  change(1, "USD 2.00");
  change(2, "USD 20.00");
  auto pricing = Pricing::open(*context_, "server", "");
  ASSERT_TRUE(pricing) << pricing.error().message();
  auto run = pricing->start({.verb = "serve"}, minutes(1));
  ASSERT_TRUE(run) << run.error().message();
  for (const int hours : {30, 40}) {  // one turn within each beat; 70 hours in three bands
    clock_->advance(std::chrono::hours(hours));
    ASSERT_TRUE(run->add({.device_time = std::chrono::hours(hours)}));
  }
  const money::Cost spent = run->spent();
  ASSERT_TRUE(run->finish(meter::Outcome::kDone));
  auto accounts = this->accounts();
  const auto bill = cost::load_resource_bill(accounts.books(), accounts.records(), "server",
                                             *parse_month("2026-11"), clock_->now());
  ASSERT_TRUE(bill) << bill.error().message();
  ASSERT_EQ(bill->drawn.size(), 3U);
  const money::Cost off = bill->lines[0].cost.total() - spent;
  EXPECT_LE(std::abs(static_cast<std::int64_t>(off.billionths())), 10);
}

TEST_F(PricingTest, ALongRun_BeatsLessOften_AndLosesNothing) {
  auto pricing = Pricing::open(*context_, "", "");
  auto run = pricing->start({.verb = "serve"}, Nanoseconds{0});
  ASSERT_TRUE(run);
  clock_->advance(std::chrono::hours(10));  // from here on a beat every 36 seconds
  for (int i = 0; i < 101; ++i) {
    ASSERT_TRUE(run->add({.device_time = milliseconds(100)}));
    clock_->advance(std::chrono::seconds(10));
  }
  ASSERT_TRUE(run->finish(meter::Outcome::kDone));
  Accounts accounts = this->accounts();
  const auto summary = *accounts.records().run(run->name());
  EXPECT_EQ(summary.device_time, milliseconds(100) * 101);
  EXPECT_LT(summary.beats, 30);
}

TEST_F(PricingTest, WithoutABudget_ThereIsNoLimit) {
  auto pricing = Pricing::open(*context_, "", "");
  EXPECT_FALSE(pricing->allowance().device_time.has_value());
  EXPECT_TRUE(pricing->admit(std::chrono::hours(10'000)));
  EXPECT_TRUE(pricing->start({.verb = "serve"}, Nanoseconds{0}));
}

TEST_F(PricingTest, OfSeveralAssets_OneMustBeNamed) {
  {
    Accounts accounts = this->accounts();
    add_asset(accounts, "laptop");
  }
  const auto unnamed = Pricing::open(*context_, "", "");
  ASSERT_FALSE(unnamed);
  EXPECT_THAT(unnamed.error().message(), HasSubstr("laptop, server"));
  {  // one that rests is not proposed
    Accounts accounts = this->accounts();
    const auto paused = accounts.books().apply(
        {.asset = "server", .on = date_of(clock_->now()), .what = books::Pause{}});
    ASSERT_TRUE(paused) << paused.error().message();
  }
  const auto in_use = Pricing::open(*context_, "", "");
  ASSERT_TRUE(in_use) << in_use.error().message();
  EXPECT_EQ(in_use->resource(), "laptop");
  testing::internal::CaptureStderr();
  EXPECT_TRUE(Pricing::open(*context_, "server", ""));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("'server' is paused; what runs"));
  EXPECT_TRUE(Pricing::open(*context_, "laptop", ""));
  EXPECT_THAT(Pricing::open(*context_, "servre", "").error().message(),
              HasSubstr("did you mean 'server'?"));
  EXPECT_THAT(Pricing::open(*context_, "server", "fashoin").error().message(),
              HasSubstr("did you mean 'fashion'?"));
}

}  // namespace
}  // namespace purser::cli
