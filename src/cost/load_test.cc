// Books, meter and cost together, on a real database: a server's year from purchase to closed
// months.
#include "cost/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing.h"

namespace purser::cost {
namespace {

using books::Kind;
using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::SizeIs;

constexpr Joules kKilowattHour{3'600'000'000'000};

std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all;
  for (const auto& of_room : {books::Books::migrations(), meter::Records::migrations()}) {
    all.insert(all.end(), of_room.begin(), of_room.end());
  }
  return all;
}

class LoadTest : public testing::Test {
 protected:
  void SetUp() override {
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
                          *money::parse_money("USD 30.00")}));
  }

  // A run of one beat.
  void use(const std::string& id, std::string_view start, Nanoseconds length,
           const std::string& resource = "server") {
    meter::SpoolContents spool;
    spool.header.run.id = spool.header.run.name = id;
    spool.header.run.verb = "train";
    spool.header.run.resource = resource;
    spool.header.run.started = *parse_instant(start);
    meter::Usage usage;
    usage.run_id = id;
    usage.interval = {spool.header.run.started, spool.header.run.started + length};
    usage.device_time = length;
    usage.energy = Watts{180'000} * length;
    usage.outcome = meter::Outcome::kDone;
    spool.beats.push_back(usage);
    ASSERT_TRUE(records_.add(spool, meter::Outcome::kDone));
  }
  books::Metered metered(std::string_view month) {
    auto metered = metered_energy(books_, records_, *parse_month(month));
    EXPECT_TRUE(metered) << metered.error().message();
    return *std::move(metered);
  }
  void close(std::string_view month) {
    const auto closed = books_.close(*parse_month(month), metered(month));
    ASSERT_TRUE(closed) << closed.error().message();
  }
  LoadedBill load(std::string_view first, std::string_view last) {
    auto loaded = load_bill(books_, records_, money::usd(),
                            {.first = *parse_month(first),
                             .last = *parse_month(last),
                             .resource = std::nullopt,
                             .as_of = clock_.now()});
    EXPECT_TRUE(loaded) << loaded.error().message();
    return *std::move(loaded);
  }
  // What the journal debits to expense accounts of a month, without help from this room.
  money::Cost posted(std::string_view month) {
    std::int64_t minor = 0;
    EXPECT_TRUE(books_.each_entry(parse_month(month).value(), [&](const books::Entry& entry) {
      for (const books::Line& line : entry.lines) {
        if (line.account.starts_with("Expenses")) minor += line.amount.minor();
      }
      return Status{};
    }));
    return money::Cost(money::Money(minor, money::usd()));
  }

  ManualClock clock_{*parse_instant("2026-11-10T00:00:00Z")};
  store::Database database_ =
      *store::Database::open(store::test_address(), all_migrations(), store::IfMissing::kCreate);
  books::Books books_{database_, clock_};
  meter::Records records_{database_};
};

TEST_F(LoadTest, AClosedMonth_EqualsItsJournal_ToTheCent) {
  use("a", "2026-09-20T00:00:00Z", hours(30));
  use("b", "2026-09-20T12:00:00Z", minutes(7));     // at the same time as a
  use("c", "2026-09-30T23:00:00.5Z", hours(3));     // across the end of the month
  use("late", "2026-10-31T23:59:59Z", minutes(1));  // and once more
  for (const char* month : {"2026-09", "2026-10"}) {
    close(month);
    EXPECT_GT(books_.posted("server", *parse_month(month))->energy.amount.minor(), 0);
    const LoadedBill loaded = load(month, month);
    ASSERT_THAT(loaded.bill.resources, SizeIs(1));
    EXPECT_TRUE(loaded.bill.resources[0].closed);
    EXPECT_FALSE(posted(month).is_zero());
    EXPECT_EQ(loaded.bill.total().total(), posted(month)) << month;
  }
  const LoadedBill both = load("2026-09", "2026-10");
  EXPECT_EQ(both.bill.total().total(), posted("2026-09") + posted("2026-10"));
  EXPECT_THAT(both.runs, SizeIs(4));
}

TEST_F(LoadTest, UsageCollectedAfterTheClose_MovesCostToTheRun_AndKeepsTheSum) {
  close("2026-09");
  const LoadedBill before = load("2026-09", "2026-09");
  EXPECT_TRUE(before.bill.used().total().is_zero());
  use("a", "2026-09-20T00:00:00Z", hours(30));
  const LoadedBill after = load("2026-09", "2026-09");
  EXPECT_FALSE(after.bill.used().total().is_zero());
  EXPECT_EQ(after.bill.total().total(), before.bill.total().total());
}

TEST_F(LoadTest, AnOpenMonth_CountsUntilNow) {
  use("a", "2026-11-02T00:00:00Z", hours(10));
  const LoadedBill loaded = load("2026-11", "2026-11");
  ASSERT_THAT(loaded.bill.resources, SizeIs(1));
  const ResourceBill& november = loaded.bill.resources[0];
  EXPECT_FALSE(november.closed);
  EXPECT_EQ(november.elapsed.length(), hours(9 * 24));
  EXPECT_EQ(november.idle.time, hours(9 * 24 - 10));
  // 10,500.00 over 1461 days, 30 of them in November, 9 of those gone: rounded to cents by month.
  const auto card = load_rate_card(books_, "server", *parse_date("2026-11-05"));
  ASSERT_TRUE(card);
  EXPECT_EQ(november.total()[Kind::kDepreciation],
            card->parts[0].rate * Nanoseconds(hours(9 * 24)));
  EXPECT_EQ(card->in_service.length(), hours(720));
}

TEST_F(LoadTest, ABillOverCenturies_LooksAtNoMonthBeforeTheMachineOrAfterToday) {
  const BillRequest centuries{.first = *parse_month("1900-01"),
                              .last = *parse_month("2100-12"),
                              .resource = std::nullopt,
                              .as_of = clock_.now()};
  const auto months = [&] {
    return *billed_months(books_, records_, *books_.asset("server"), centuries);
  };
  EXPECT_EQ(format(months().first), "2026-09");
  EXPECT_EQ(format(months().last), "2026-11");
  EXPECT_THAT(load("1900-01", "2100-12").bill.resources, SizeIs(3));
  use("early", "2026-07-31T00:00:00Z", hours(1));
  EXPECT_EQ(format(months().first), "2026-07");
  const LoadedBill with_early = load("1900-01", "2100-12");
  ASSERT_THAT(with_early.bill.resources, SizeIs(4));
  EXPECT_THAT(with_early.bill.resources[0].unpriced, SizeIs(1));
  EXPECT_THAT(load("1900-01", "1999-12").bill.resources, SizeIs(0));
}

TEST_F(LoadTest, UsageOfAnAssetThatTheBooksDoNotKnow_IsShownWithoutAPrice) {
  use("a", "2026-11-02T00:00:00Z", hours(1), "laptop");
  const LoadedBill loaded = load("2026-11", "2026-11");
  ASSERT_THAT(loaded.bill.unpriced, SizeIs(1));
  EXPECT_EQ(loaded.bill.unpriced[0].device_time, hours(1));
  EXPECT_THAT(loaded.bill.unpriced[0].reason, HasSubstr("no asset 'laptop'"));
  EXPECT_THAT(loaded.runs, SizeIs(1));
}

TEST_F(LoadTest, AnUnknownAssetIsAnError_AndOneOfAnotherCurrencyIsElsewhere) {
  const auto unknown = load_rate_card(books_, "servre", *parse_date("2026-11-05"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), ErrorCode::kNotFound);
  BillRequest request{.first = *parse_month("2026-11"),
                      .last = *parse_month("2026-11"),
                      .resource = std::nullopt,
                      .as_of = clock_.now()};
  const auto euro = *load_bill(books_, records_, *money::Currency::parse("EUR"), request);
  EXPECT_TRUE(euro.bill.resources.empty());
  ASSERT_THAT(euro.elsewhere, SizeIs(1));
  EXPECT_EQ(euro.elsewhere[0].resource, "server");
  request.resource = "server";
  const auto own = *load_bill(books_, records_, *money::Currency::parse("EUR"), request);
  EXPECT_EQ(own.bill.currency, money::usd());
  EXPECT_THAT(own.bill.resources, SizeIs(1));
  EXPECT_FALSE(load_rate_card(books_, "server", *parse_date("2026-08-05")));
}

}  // namespace
}  // namespace purser::cost
