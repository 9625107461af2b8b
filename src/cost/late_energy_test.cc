// Usage that is collected after its month was closed: its energy is paid with the next close, once,
// to the cent, and by no hour.
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "cost/load.h"
#include "store/testing.h"

namespace purser::cost {
namespace {

using books::Kind;
using std::chrono::hours;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Joules kKilowattHour{3'600'000'000'000};

std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all;
  for (const auto& of_room : {books::Books::migrations(), meter::Records::migrations()}) {
    all.insert(all.end(), of_room.begin(), of_room.end());
  }
  return all;
}

// A server that draws 60 W idle and 180 W under load, at USD 0.12/kWh and a PUE of 1.25: an hour of
// use more is 120 Wh, or USD 0.018, more.
class LateEnergyTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(books_.add_site(
        {"oslo", money::Rate::per_energy(*money::parse_cost("USD 0.12"), kKilowattHour), 1250,
         "UTC"}));
    for (const char* name : {"server", "spare"}) {
      ASSERT_TRUE(books_.add_asset(
          {name,
           name == std::string_view("server") ? "oslo" : "",
           {*money::parse_money("USD 12000.00"), *money::parse_money("USD 1500.00"),
            *books::parse_life("48mo"), *parse_date("2026-07-01"), books::StraightLine{},
            books::Convention::kDaily},
           Watts{60'000},
           Watts{180'000},
           std::nullopt,
           std::nullopt}));
    }
  }

  // A run of one beat.
  void use(const std::string& id, std::string_view start, Nanoseconds length,
           const std::string& resource = "server", Watts power = Watts{180'000}) {
    meter::SpoolContents spool;
    spool.header.run.id = spool.header.run.name = id;
    spool.header.run.verb = "train";
    spool.header.run.resource = resource;
    spool.header.run.started = *parse_instant(start);
    meter::Usage usage;
    usage.run_id = id;
    usage.interval = {spool.header.run.started, spool.header.run.started + length};
    usage.device_time = length;
    usage.energy = power * length;
    usage.energy_source = meter::EnergySource::kMeasured;
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
  ResourceBill bill_of(std::string_view month) {
    const auto bill =
        load_resource_bill(books_, records_, "server", *parse_month(month), clock_.now());
    EXPECT_TRUE(bill) << bill.error().message();
    return *bill;
  }
  // "USD 0.54 of 2026-07", of the server's month.
  std::vector<std::string> late(std::string_view month) {
    std::vector<std::string> found;
    const auto posted = *books_.posted("server", *parse_month(month));
    found.reserve(posted.late_energy.size());
    for (const auto& one : posted.late_energy) {
      found.push_back(format(one.amount) + " of " + format(one.of));
    }
    return found;
  }

  ManualClock clock_{*parse_instant("2026-12-10T00:00:00Z")};
  store::Database database_ =
      *store::Database::open(store::test_address(), all_migrations(), store::IfMissing::kCreate);
  books::Books books_{database_, clock_};
  meter::Records records_{database_};
};

TEST_F(LateEnergyTest, IsPaidWithTheMonthThatClosesNext_AndOnce) {
  close("2026-07");
  const ResourceBill july = bill_of("2026-07");
  use("a", "2026-07-20T00:00:00Z", hours(30));
  EXPECT_EQ(bill_of("2026-07").total(), july.total());
  close("2026-08");
  EXPECT_THAT(late("2026-08"), testing::ElementsAre("USD 0.54 of 2026-07"));
  EXPECT_EQ(bill_of("2026-07").total(), july.total());
  close("2026-09");
  EXPECT_THAT(late("2026-09"), IsEmpty());
  use("b", "2026-07-22T00:00:00Z", hours(10));
  use("c", "2026-08-22T00:00:00Z", hours(100));
  close("2026-10");
  EXPECT_THAT(late("2026-10"), testing::ElementsAre("USD 0.18 of 2026-07", "USD 1.80 of 2026-08"));
  EXPECT_TRUE(books_.verify());
}

TEST_F(LateEnergyTest, StandsOnTheBill_OnALineOfItsOwn_AndChangesNoPrice) {
  close("2026-07");
  const Amounts without = [&] {
    ResourceMonth august = *load_month(books_, "server", *parse_month("2026-08"));
    august.parts.energy.amount = metered("2026-08").energy.at(0).amount;
    august.closed = true;
    return bill(august, {}, clock_.now()).total();
  }();
  const auto hour = [&] {
    const auto card = load_rate_card(books_, "server", *parse_date("2026-08-10"));
    return card->hour_at_load();
  };
  const money::Cost price = hour();
  use("a", "2026-07-20T00:00:00Z", hours(30));
  close("2026-08");
  const ResourceBill august = bill_of("2026-08");
  EXPECT_THAT(august.lines, IsEmpty());
  ASSERT_THAT(august.unallocated, SizeIs(1));
  const Unallocated& line = august.unallocated[0];
  EXPECT_EQ(line.kind, Kind::kEnergy);
  EXPECT_EQ(format(line.amount), "USD 0.54");
  EXPECT_EQ(line.reason, "energy of 2026-07, metered after its close");
  EXPECT_EQ(title_of(line), "late energy of 2026-07");
  EXPECT_EQ(august.idle.cost, without) << "no idle hour of August carries it";
  EXPECT_EQ(august.total().total(),
            money::Cost(books_.posted("server", *parse_month("2026-08"))->total()));
  EXPECT_EQ(hour(), price);
}

TEST_F(LateEnergyTest, IsOwedUntilItIsPaid) {
  const auto owed = [&] {
    std::vector<std::string> found;
    const auto all = *owed_energy(books_, records_);
    for (const OwedEnergy& one : all)
      found.push_back(format(one.amount) + " of " + format(one.month));
    return found;
  };
  use("in time", "2026-07-10T00:00:00Z", hours(10));
  EXPECT_THAT(owed(), IsEmpty());
  close("2026-07");
  EXPECT_THAT(owed(), IsEmpty());
  use("a", "2026-07-20T00:00:00Z", hours(30));
  use("open", "2026-08-20T00:00:00Z", hours(30));
  EXPECT_THAT(owed(), testing::ElementsAre("USD 0.54 of 2026-07"));
  close("2026-08");
  EXPECT_THAT(owed(), IsEmpty());
  use("b", "2026-07-22T00:00:00Z", hours(10));
  EXPECT_THAT(owed(), testing::ElementsAre("USD 0.18 of 2026-07")) << "0.54 of it is paid";
}

TEST_F(LateEnergyTest, OfAMachineThatDrewLessThanItsIdlePower_IsGivenBack) {
  close("2026-07");
  use("asleep", "2026-07-10T00:00:00Z", hours(100), "server", Watts{10'000});
  close("2026-08");  // 50 W less for 100 h
  EXPECT_THAT(late("2026-08"), testing::ElementsAre("USD -0.75 of 2026-07"));
  const ResourceBill august = bill_of("2026-08");
  EXPECT_EQ(august.total().total(),
            money::Cost(books_.posted("server", *parse_month("2026-08"))->total()));
}

TEST_F(LateEnergyTest, OfUsageThatComesInWhileTheCloseIsComputed_IsSeenByTheNext) {
  const books::Metered july = metered("2026-07");
  use("between", "2026-07-20T00:00:00Z", hours(30));
  ASSERT_TRUE(books_.close(*parse_month("2026-07"), july));
  close("2026-08");
  EXPECT_THAT(late("2026-08"), testing::ElementsAre("USD 0.54 of 2026-07"));
}

TEST_F(LateEnergyTest, OfWhatTheCloseHadCounted_IsNothing_AndIsNotLookedAt) {
  use("a", "2026-07-20T00:00:00Z", hours(30));
  use("over", "2026-07-31T12:00:00Z", hours(24));
  close("2026-07");
  EXPECT_THAT(metered("2026-08").late, IsEmpty());
  use("now", "2026-08-20T00:00:00Z", hours(30));
  EXPECT_THAT(metered("2026-08").late, IsEmpty());
  close("2026-08");
  EXPECT_THAT(late("2026-08"), IsEmpty());
}

TEST_F(LateEnergyTest, OfWhatHasNoPrice_IsNone) {
  close("2026-07");
  use("nowhere", "2026-07-20T00:00:00Z", hours(30), "spare");
  use("unknown", "2026-07-20T00:00:00Z", hours(30), "laptop");
  use("early", "2026-06-20T00:00:00Z", hours(30));
  EXPECT_THAT(metered("2026-08").late, IsEmpty());
  close("2026-08");
}

TEST_F(LateEnergyTest, OfADisposedMachine_IsPaidToo) {
  close("2026-07");
  close("2026-08");
  ASSERT_TRUE(books_.apply({.id = 0,
                            .asset = "server",
                            .book = std::nullopt,
                            .on = *parse_date("2026-09-05"),
                            .effective = {},
                            .what = books::Disposal{*money::parse_money("USD 9000.00")}}));
  close("2026-09");
  use("a", "2026-08-20T00:00:00Z", hours(30));
  close("2026-10");
  EXPECT_THAT(late("2026-10"), testing::ElementsAre("USD 0.54 of 2026-08"));
  const auto october = load_bill(books_, records_, money::usd(),
                                 {.first = *parse_month("2026-10"),
                                  .last = *parse_month("2026-10"),
                                  .resource = "server",
                                  .as_of = clock_.now()});
  ASSERT_THAT(october->bill.resources, SizeIs(1)) << "no hour of it is left, but this is";
  EXPECT_EQ(format(october->bill.total().total()), "USD 0.54");
}

// The server of tests/golden: September and October 2026 were closed by a version that kept no
// mark, and 100 h of October were collected after that. 90 W more than idle, at USD 0.15/kWh.
TEST(LateEnergyOfOldBooks, IsPaidWithTheirNextClose) {
  std::string pattern = testing::TempDir() + "late.XXXXXX";
  const fs::path folder = ::mkdtemp(pattern.data());
  const std::string file = (folder / "books.db").string();
  const fs::path golden = PURSER_SCHEMA_FIXTURES;
  const std::string books_sql = *read_file(golden / "books_schema/books_v4.sql");
  const std::string meter_sql = *read_file(golden / "meter_schema/meter_v3.sql");
  const std::array old{
      store::Migration{"books", 1, ""},       store::Migration{"books", 2, ""},
      store::Migration{"books", 3, ""},       store::Migration{"books", 4, books_sql},
      store::Migration{"meter", 1, ""},       store::Migration{"meter", 2, ""},
      store::Migration{"meter", 3, meter_sql}};
  const auto made = store::Database::open(file, old, store::IfMissing::kCreate);
  ASSERT_TRUE(made) << made.error().message();
  {
    const ManualClock clock(*parse_instant("2026-12-10T00:00:00Z"));
    auto database = store::Database::open(file, all_migrations());
    ASSERT_TRUE(database) << database.error().message();
    books::Books books(*database, clock);
    const meter::Records records(*database);
    const Month november = *parse_month("2026-11");
    ASSERT_TRUE(books.close(november, *metered_energy(books, records, november)));
    const auto posted = *books.posted("server", november);
    ASSERT_THAT(posted.late_energy, SizeIs(1));
    EXPECT_EQ(format(posted.late_energy[0].of), "2026-10");
    EXPECT_EQ(format(posted.late_energy[0].amount), "USD 1.35");
    EXPECT_EQ(*books.usage_seen(), *records.mark());
    EXPECT_TRUE(books.verify());
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace purser::cost
