// Services, covers and condition records: what is due by them, and what they propose.
#include "books/upkeep.h"

#include <gtest/gtest.h>

#include "books/testing.h"

namespace purser::books {
namespace {

using money::parse_money;

// In service from 2026-02 on, for 48 months; it is 2026-11-15.
class UpkeepTest : public LifeFixture {
 protected:
  Upkeep upkeep() { return {database(), clock_, "ann"}; }
  Service service(std::string_view on) { return {.asset = "server", .on = *parse_date(on)}; }
  std::string due_by(std::string_view until) {
    std::string text;
    const std::vector<Due> all = *upkeep().due(*parse_date(until));
    for (const Due& due : all) {
      text += due.what + " " + format(due.on) + (due.overdue ? "!" : "") + ";";
    }
    return text;
  }
};

TEST_F(UpkeepTest, AServiceThatCost_IsARepairToo_InTheSameTransaction) {
  Service fans = service("2026-11-03");
  fans.cost = *parse_money("USD 80");
  fans.downtime = std::chrono::hours{3};
  fans.note = "fans replaced";
  EXPECT_GT(upkeep().record(fans, Effect::kDryRun)->entries, 0);
  EXPECT_EQ(balance("Expenses:Repairs"), 0);
  ASSERT_TRUE(upkeep().record(fans));
  EXPECT_EQ(balance("Expenses:Repairs"), 80'00);
  const auto known = *upkeep().services("server");
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].note, "fans replaced");
  EXPECT_EQ(known[0].downtime, std::chrono::hours{3});
  ASSERT_TRUE(books().undo("server"));  // with its repair it goes
  EXPECT_TRUE(upkeep().services("server")->empty());
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UpkeepTest, WhatIsDue_IsTheNextServiceOfTheLastOne_AndWhatEnds) {
  Service first = service("2026-05-01");
  first.next_due = *parse_date("2026-11-01");
  ASSERT_TRUE(upkeep().record(first));
  EXPECT_EQ(due_by("2026-12-31"), "service 2026-11-01!;");
  Service second = service("2026-11-02");
  second.next_due = *parse_date("2027-05-01");
  ASSERT_TRUE(upkeep().record(second));
  EXPECT_EQ(due_by("2026-12-31"), "");
  ASSERT_TRUE(upkeep().record(Cover{"server", CoverKind::kWarranty, *parse_date("2028-02-14")}));
  ASSERT_TRUE(upkeep().record(Cover{"server", CoverKind::kWarranty, *parse_date("2027-02-14")}));
  EXPECT_EQ(due_by("2027-06-01"), "end of warranty 2027-02-14;service 2027-05-01;");
  EXPECT_EQ(due_by("2030-06-01"),
            "end of warranty 2027-02-14;service 2027-05-01;end of life 2030-02-01;");
  ASSERT_TRUE(happens("2026-11-10", Disposal{*parse_money("USD 1")}));
  EXPECT_EQ(due_by("2030-06-01"), "");  // nothing of what is gone
}

TEST_F(UpkeepTest, WhatMakesNoSense_IsRefused_AndChangesNothing) {
  EXPECT_FALSE(upkeep().record(service("2026-01-01")));  // before it was in service
  EXPECT_FALSE(upkeep().record(service("2026-11-16")));  // tomorrow
  Service back = service("2026-11-01");
  back.next_due = *parse_date("2026-11-01");
  EXPECT_FALSE(upkeep().record(back));
  back = service("2026-11-01");
  back.note = "two\nlines";
  EXPECT_FALSE(upkeep().record(back));
  EXPECT_FALSE(upkeep().record(Condition{"server", *parse_date("2026-11-01")}));
  ASSERT_TRUE(upkeep().record(
      Condition{.asset = "server", .on = *parse_date("2026-11-01"), .ecc_errors = 5}));
  EXPECT_FALSE(upkeep().record(
      Condition{.asset = "server", .on = *parse_date("2026-11-02"), .ecc_errors = 4}));
  EXPECT_FALSE(upkeep().record(
      Condition{.asset = "server", .on = *parse_date("2026-10-02"), .ecc_errors = 6}));
  EXPECT_TRUE(upkeep().services("server")->empty());
  EXPECT_EQ(upkeep().conditions("server")->size(), 1U);
  EXPECT_FALSE(upkeep().record(Cover{"server", CoverKind::kContract, *parse_date("2026-01-01")}));
}

// --- review --------------------------------------------------------------------------------------

Asset server() { return plain_asset("server"); }  // 2026-02-15 to 2030-02-15
const Date kToday = *parse_date("2027-02-15");

Condition works(std::string_view on, std::int64_t permille) {
  return {.asset = "server", .on = *parse_date(on), .work_permille = permille};
}

std::vector<Proposal> review(const std::vector<Condition>& conditions, Date today = kToday) {
  return *review_of(server(), conditions, today);
}

TEST(Review, WithoutRecords_OrWhereAllIsAsItWas_ProposesNothing) {
  EXPECT_TRUE(review({}).empty());
  EXPECT_TRUE(review({works("2026-03-01", 1000), works("2027-02-01", 1000)}).empty());
}

TEST(Review, WhereItDoesLessThanFourFifths_ATestForImpairment_AtThatPartOfWhatItIsCarriedAt) {
  const auto proposals = review({works("2027-02-01", 600)});
  ASSERT_EQ(proposals.size(), 1U);
  const std::int64_t carried = proposals[0].carried.minor();
  EXPECT_EQ(std::get<Impairment>(proposals[0].what).recoverable.minor(), carried * 6 / 10);
  EXPECT_NE(proposals[0].reason.find("60.0%"), std::string::npos);
}

TEST(Review, ATestInAMemoBook_SaysNothingOfTheFinancialOne) {
  Asset asset = server();
  asset.memo.push_back({Book::kManagement, asset.terms});
  asset.events = {Event{.id = 1,
                        .asset = "server",
                        .book = Book::kManagement,
                        .on = kToday,
                        .effective = kToday,
                        .what = Impairment{*money::parse_money("USD 5.00")},
                        .recorded = {}}};
  const std::vector<Condition> records{works("2027-02-01", 600)};
  EXPECT_EQ(review_of(asset, records, kToday)->size(), 1U);
  asset.events[0].book = Book::kFinancial;
  EXPECT_TRUE(review_of(asset, records, kToday)->empty());
}

TEST(Review, WhereItsWorkFalls_ItsLifeEndsWhenItReachesFourFifths) {
  // 100 permille in 300 days: the 100 that are left last 300 more, until 2027-11-16.
  const auto proposals = review({works("2026-03-26", 1000), works("2027-01-20", 900)});
  ASSERT_EQ(proposals.size(), 1U);
  EXPECT_EQ(format(*std::get<Estimate>(proposals[0].what).life), "21mo");
  EXPECT_NE(proposals[0].reason.find("2027-11-16"), std::string::npos);
}

TEST(Review, NewMemoryErrors_LeaveItAYear) {
  Condition before = works("2026-06-01", 1000);
  before.ecc_errors = 2;
  Condition after = works("2027-02-01", 1000);
  after.ecc_errors = 3;
  const auto proposals = review({before, after});
  ASSERT_EQ(proposals.size(), 1U);
  EXPECT_EQ(format(*std::get<Estimate>(proposals[0].what).life), "24mo");
  after.ecc_errors = 2;  // none is new
  EXPECT_TRUE(review({before, after}).empty());
}

TEST(Review, InItsLastYear_AndAsGoodAsNew_ItLastsAYearMore) {
  const auto proposals = review({works("2029-06-01", 990)}, *parse_date("2029-06-02"));
  ASSERT_EQ(proposals.size(), 1U);
  EXPECT_EQ(format(*std::get<Estimate>(proposals[0].what).life), "60mo");
  EXPECT_TRUE(review({works("2029-06-01", 940)}, *parse_date("2029-06-02")).empty());
}

TEST_F(UpkeepTest, WhatWasRecordedLast_IsUndoneFirst_WhetherRecordOrEvent) {
  Service checked = service("2026-11-01");
  checked.next_due = *parse_date("2026-11-10");
  ASSERT_TRUE(upkeep().record(checked));
  ASSERT_TRUE(
      upkeep().record(Cover{"server", CoverKind::kWarranty, *parse_date("2026-12-01"), ""}));
  ASSERT_TRUE(
      upkeep().record(Cover{"server", CoverKind::kWarranty, *parse_date("2026-11-20"), ""}));
  ASSERT_TRUE(happens("2026-11-05", Repair{*parse_money("USD 80")}));
  ASSERT_TRUE(upkeep().record(works("2026-11-06", 700)));
  // The clock stands: what came last is not told by it.
  const auto undone = [&] {
    const auto record = *upkeep().undo("server");
    return record ? record->what + " " + format(record->on) + " by " + record->who
                  : std::string("no record");
  };
  EXPECT_EQ((*upkeep().undo("server", Effect::kDryRun))->what, "condition");
  EXPECT_EQ(upkeep().conditions("server")->size(), 1U);
  EXPECT_EQ(undone(), "condition 2026-11-06 by ann");
  EXPECT_TRUE(upkeep().conditions("server")->empty());
  EXPECT_TRUE(upkeep().review("server")->empty());
  EXPECT_EQ(undone(), "no record") << "the repair came after the others";
  ASSERT_TRUE(books().undo("server"));
  EXPECT_EQ(due_by("2026-11-30"), "service 2026-11-10!;end of warranty 2026-11-20;");
  EXPECT_EQ(undone(), "warranty 2026-11-20 by ann");
  EXPECT_EQ(due_by("2026-12-30"), "service 2026-11-10!;end of warranty 2026-12-01;");
  EXPECT_EQ(undone(), "warranty 2026-12-01 by ann");
  EXPECT_EQ(undone(), "service 2026-11-01 by ann");
  EXPECT_EQ(due_by("2026-12-30"), "");
  EXPECT_TRUE(upkeep().services("server")->empty());
  EXPECT_EQ(undone(), "no record");
  EXPECT_FALSE(upkeep().undo("nothing").value());
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UpkeepTest, AcceptingAProposal_IsOneTransactionWithTheLookAtTheRecords) {
  EXPECT_EQ(upkeep().accept("server", Change::kValue).error().code(), ErrorCode::kRefused);
  ASSERT_TRUE(upkeep().record(works("2026-11-01", 500)));
  const std::size_t entries = journal().size();
  ASSERT_TRUE(upkeep().accept("server", Change::kValue, Effect::kDryRun));
  EXPECT_EQ(journal().size(), entries);
  EXPECT_EQ(upkeep().accept("server", Change::kLife).error().code(), ErrorCode::kRefused);
  const auto applied = upkeep().accept("server", Change::kValue);
  ASSERT_TRUE(applied) << applied.error().message();
  EXPECT_EQ(applied->after.events.size(), 1U);
  EXPECT_EQ(applied->event.who, "ann");
  EXPECT_NE(balance("Expenses:Impairment-Loss"), 0);
  EXPECT_EQ(upkeep().accept("server", Change::kValue).error().code(), ErrorCode::kRefused)
      << "it was tested";
}

TEST_F(UpkeepTest, AReview_LooksAtAllThatHaveRecords_AndAProposalCanBeAccepted) {
  ASSERT_TRUE(upkeep().record(works("2026-11-01", 500)));
  const auto proposals = *upkeep().review(std::nullopt);
  ASSERT_EQ(proposals.size(), 1U);
  const auto accepted = books().apply({.asset = proposals[0].asset,
                                       .book = Book::kFinancial,
                                       .on = proposals[0].on,
                                       .what = proposals[0].what});
  ASSERT_TRUE(accepted);
  EXPECT_NE(balance("Expenses:Impairment-Loss"), 0);
  clock_.set(*parse_instant("2026-11-20T12:00:00Z"));
  const std::vector<Proposal> later = *upkeep().review(std::nullopt);
  for (const Proposal& again : later) {
    EXPECT_FALSE(std::holds_alternative<Impairment>(again.what)) << again.reason;
  }
  EXPECT_EQ(verification(), "sound");
}

}  // namespace
}  // namespace purser::books
