// A mistake that is not the last is taken back: the books are what they would be without it.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "books/posting.h"
#include "books/purchase.h"
#include "books/testing.h"
#include "books/upkeep.h"

namespace purser::books {
namespace {

using money::Money;
using money::parse_money;
using testing::HasSubstr;

class UndoEntryTest : public LifeFixture {
 protected:
  std::int64_t entry_of(std::string_view event) {
    std::int64_t number = 0;
    for (const Entry& entry : journal()) {
      if (entry.event == event && !entry.reverses && number == 0) number = entry.number;
    }
    EXPECT_NE(number, 0) << event;
    return number;
  }
  std::string refusal(const Result<std::optional<Applied>>& undone) {
    EXPECT_FALSE(undone);
    EXPECT_EQ(undone.error().code(), ErrorCode::kRefused);
    return undone.error().message();
  }
  void split(std::string_view on) {
    ASSERT_TRUE(books().split({"server", "gpu", *parse_date(on), 1, 4}));
  }
};

TEST_F(UndoEntryTest, OfAnImprovement_LeavesWhatCameAfterIt_WithWhatItComesToThen) {
  ASSERT_TRUE(happens("2026-10-01", Improvement{*parse_money("USD 4000.00")}));
  ASSERT_TRUE(happens("2026-10-20", Disposal{*parse_money("USD 11000.00")}));
  EXPECT_EQ(balance("Assets:Equipment"), 0);
  const auto undone = books().undo_entry(entry_of("improvement:1"));
  ASSERT_TRUE(undone) << undone.error().message();
  ASSERT_TRUE(*undone);
  EXPECT_EQ((*undone)->event.id, 1);
  EXPECT_EQ((*undone)->after.events.size(), 1U);
  EXPECT_EQ(balance("Assets:Equipment"), 0);
  EXPECT_EQ(balance("Assets:Accumulated-Depreciation"), 0);
  EXPECT_EQ(balance("Assets:Receivable"), 11'000'00);
  // 12,000.00 less eight months.
  EXPECT_EQ(balance("Income:Disposal-Gain") + balance("Expenses:Disposal-Loss"),
            12'000'00 - 8 * 218'75 - 11'000'00);
  EXPECT_EQ(*books().post(*parse_month("2026-10")), 0);
  EXPECT_EQ(refusal(books().undo_entry(entry_of("improvement:1"))),
            fmt::format("entry {} was reversed already", entry_of("improvement:1")));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, WhatALaterEventNeeds_StandsInItsWay_AndNothingIsWritten) {
  ASSERT_TRUE(happens("2026-10-01", Pause{}));
  ASSERT_TRUE(happens("2026-10-20", Resume{}));
  ASSERT_TRUE(happens("2026-11-01", Repair{*parse_money("USD 5.00")}));
  const std::size_t before = journal().size();
  const auto undone = books().undo_event("server", 1);
  ASSERT_FALSE(undone);
  EXPECT_EQ(undone.error().code(), ErrorCode::kRefused);
  EXPECT_THAT(undone.error().message(),
              HasSubstr("the resume of 'server' on 2026-10-20 stands in the way"));
  EXPECT_THAT(undone.error().message(), HasSubstr("purser asset undo server --event resume:2"));
  EXPECT_EQ(journal().size(), before);
  ASSERT_TRUE(books().undo_event("server", 2));
  ASSERT_TRUE(books().undo_event("server", 1));
  EXPECT_EQ(books().asset("server")->events.size(), 1U);
}

TEST_F(UndoEntryTest, WhatIsToldOfADayBeforeALaterEvent_NamesThatEvent) {
  ASSERT_TRUE(happens("2026-10-20", Improvement{*parse_money("USD 400.00")}));
  ASSERT_TRUE(happens("2026-11-01", Repair{*parse_money("USD 5.00")}));
  const auto disposed = happens("2026-10-05", Disposal{*parse_money("USD 1.00")});
  ASSERT_FALSE(disposed);
  EXPECT_EQ(disposed.error().code(), ErrorCode::kRefused);
  EXPECT_THAT(disposed.error().message(),
              HasSubstr("the improvement of 'server' on 2026-10-20 stands in the way"));
}

TEST_F(UndoEntryTest, WhatADivisionCounted_StandsUntilThatIsUndone) {
  ASSERT_TRUE(happens("2026-10-01", Improvement{*parse_money("USD 400.00")}));
  ASSERT_TRUE(happens("2026-10-02", Repair{*parse_money("USD 5.00")}));
  split("2026-10-10");
  EXPECT_THAT(refusal(books().undo_entry(entry_of("improvement:1"))),
              HasSubstr("the split of 'server' on 2026-10-10 counts what stood for it"));
  ASSERT_TRUE(books().undo_event("server", 2)) << "a repair was counted by nothing";
  EXPECT_EQ(balance("Expenses:Repairs"), 0);
  ASSERT_TRUE(books().undo_event("server", 3));
  ASSERT_TRUE(books().undo_event("server", 1));
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, OfASplit_LeavesWhatHappenedToTheWholeSince) {
  split("2026-10-10");
  ASSERT_TRUE(happens("2026-10-20", Improvement{*parse_money("USD 400.00")}));
  ASSERT_TRUE(books().undo_entry(entry_of("opening:1"))) << "its part says the same";
  EXPECT_FALSE(books().asset("gpu"));
  EXPECT_EQ(balance("Assets:Equipment"), 12'400'00);
  EXPECT_EQ(balance("Assets:Transfers"), 0);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, AShareThatWasDisposedOf_ComesBackAtOnce_WhicheverIsAsked) {
  const Division share{"server", "gpu", *parse_date("2026-10-10"), 1, 4};
  for (const std::string_view asked : {"server", "gpu"}) {
    ASSERT_TRUE(books().dispose_part(share, {*parse_money("USD 900.00")}));
    const auto undone = books().undo(asked);
    ASSERT_TRUE(undone) << undone.error().message();
    EXPECT_TRUE(std::holds_alternative<Split>(undone->event.what));
    ASSERT_TRUE(undone->with);
    EXPECT_TRUE(std::holds_alternative<Disposal>(undone->with->what));
    EXPECT_FALSE(books().asset("gpu"));
    EXPECT_EQ(balance("Assets:Equipment"), 12'000'00);
    EXPECT_EQ(balance("Assets:Receivable"), 0);
    EXPECT_EQ(books().asset("server")->events.size(), 0U);
  }
  ASSERT_TRUE(books().dispose_part(share, {*parse_money("USD 900.00")}));
  std::int64_t disposal = 0;
  for (const Entry& entry : journal()) {
    if (entry.event.starts_with("disposal") && !entry.reverses) disposal = entry.number;
  }
  ASSERT_TRUE(books().undo_entry(disposal));
  EXPECT_FALSE(books().asset("gpu"));
  // Two commands are two mistakes.
  split("2026-10-10");
  ASSERT_TRUE(books().apply({.asset = "gpu",
                             .on = *parse_date("2026-10-12"),
                             .what = Disposal{*parse_money("USD 900.00")}}));
  EXPECT_EQ(books().undo("server").error().code(), ErrorCode::kRefused);
  ASSERT_TRUE(books().undo("gpu"));
  EXPECT_FALSE(books().asset("gpu")->terms.disposed);
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, OfThePurchase_IsThatItWasAdded_UnlessSomethingHappenedSince) {
  ASSERT_TRUE(happens("2026-10-01", Repair{*parse_money("USD 5.00")}));
  EXPECT_THAT(refusal(books().undo_entry(1)), HasSubstr("has had its repair on 2026-10-01 since"));
  ASSERT_TRUE(books().undo_entry(entry_of("repair:1")));
  ASSERT_TRUE(*books().undo_entry(1));
  EXPECT_FALSE(books().asset("server"));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, OfACharge_IsNoEvent) {
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  const std::int64_t charge = journal().back().number;
  const auto undone = books().undo_entry(charge);
  ASSERT_TRUE(undone);
  EXPECT_FALSE(*undone);
  ASSERT_TRUE(books().reverse(charge));
  EXPECT_EQ(books().undo_entry(99).error().code(), ErrorCode::kNotFound);
}

TEST_F(UndoEntryTest, OfAChargeThatWasCorrected_ReversesBoth_AndOnlyOnce) {
  ASSERT_TRUE(books().post(*parse_month("2026-10")));
  const std::int64_t charge = journal().back().number;
  ASSERT_TRUE(happens("2026-10-01", Improvement{*parse_money("USD 4000.00")}));
  ASSERT_EQ(*books().reverse(charge), 2) << "and its correction";
  EXPECT_EQ(books().reverse(charge).error().code(), ErrorCode::kRefused);
  EXPECT_GT(*books().post(*parse_month("2026-10")), 0);
  ASSERT_TRUE(happens("2026-10-02", Disposal{*parse_money("USD 1.00")}));
  for (const Entry& entry : journal()) {
    const bool is_of_october = entry.period == *parse_month("2026-10");
    if (entry.event != "depreciation" || !is_of_october) continue;
    EXPECT_EQ(books().reverse(entry.number).error().code(), ErrorCode::kRefused)
        << entry.number << ": it went in October, which comes to nothing";
  }
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, OfASplit_IsRefused_WhereRecordsOfThePartWouldBeOfNothing) {
  split("2026-10-10");
  Upkeep upkeep(database(), clock_);
  const Service fans{.asset = "gpu", .on = *parse_date("2026-10-11")};
  ASSERT_TRUE(upkeep.record(fans));
  const auto refused = books().undo("server");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("'gpu' has had its service since"));
  ASSERT_TRUE(upkeep.undo("gpu"));
  ASSERT_TRUE(books().undo("server"));
}

TEST_F(UndoEntryTest, OfCostsOfAPurchase_TakesThatBillBack_ThoughAnotherCameSince) {
  Purchases purchases(database(), clock_);
  const auto acquire = [&](std::int64_t minor, CostKind kind) {
    return purchases.acquire(
        {"node", *parse_date("2026-10-03"), {{kind, Money(minor, money::usd())}}, {}});
  };
  ASSERT_TRUE(acquire(10'000'00, CostKind::kPrice));
  ASSERT_TRUE(acquire(3'000'00, CostKind::kFreight));
  const std::int64_t freight = journal().back().number;
  ASSERT_TRUE(acquire(200'00, CostKind::kInstallation));
  const auto undone = purchases.undo_entry(freight);
  ASSERT_TRUE(undone) << undone.error().message();
  ASSERT_TRUE(*undone);
  EXPECT_EQ(purchases.purchase("node").value()->cost().minor(), 10'200'00);
  EXPECT_FALSE(*purchases.undo_entry(freight)) << "it was reversed";
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, OfATakeover_IsHowItCameIntoTheBooks_AndGoesWithIt) {
  Asset old = plain_asset("old");
  old.terms.in_service = *parse_date("2025-02-15");
  old.takeover = Takeover{*parse_date("2026-10-01"), *parse_money("USD 4000.00")};
  ASSERT_TRUE(books().add_asset(old));
  const std::int64_t opening = books().asset("old")->events.front().id;
  const std::size_t before = journal().size();
  const auto undone = books().undo_event("old", opening);
  ASSERT_FALSE(undone);
  EXPECT_THAT(undone.error().message(), HasSubstr("came into the books"));
  EXPECT_EQ(journal().size(), before);
  ASSERT_TRUE(books().undo_entry(entry_of(fmt::format("opening:{}", opening))));
  EXPECT_FALSE(books().asset("old"));
  EXPECT_EQ(balance("Assets:Equipment"), 12'000'00) << "the server's";
}

TEST_F(UndoEntryTest, OfAPlacing_IsRefused_WhileRecordsOfItStand) {
  Purchases purchases(database(), clock_);
  const PurchaseCost price{CostKind::kPrice, *parse_money("USD 10000.00")};
  ASSERT_TRUE(purchases.acquire({"node", *parse_date("2026-10-03"), {price}, {}}));
  Asset node = plain_asset("node");
  node.terms.in_service = *parse_date("2026-10-05");
  node.terms.cost = price.amount;
  ASSERT_TRUE(purchases.place(node));
  const std::int64_t placing = entry_of("placing");
  Upkeep upkeep(database(), clock_);
  const Service fans{.asset = "node", .on = *parse_date("2026-10-11")};
  ASSERT_TRUE(upkeep.record(fans));
  EXPECT_FALSE(*purchases.undo_entry(placing));
  EXPECT_EQ(books().reverse(placing).error().code(), ErrorCode::kRefused);
  ASSERT_TRUE(*upkeep.undo("node"));
  EXPECT_TRUE(*purchases.undo_entry(placing));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(UndoEntryTest, OfAClosedMonth_IsRefused) {
  ASSERT_TRUE(happens("2026-02-20", Improvement{*parse_money("USD 400.00")}));
  ASSERT_TRUE(books().close(*parse_month("2026-02"), {}));
  EXPECT_THAT(refusal(books().undo_entry(entry_of("improvement:1"))),
              HasSubstr("counts in 2026-02, which is closed and never moves"));
  const auto undone = books().undo_event("server", 1);
  EXPECT_THAT(undone.error().message(),
              HasSubstr("counts in 2026-02, which is closed and never moves"));
}

// --- whatever happened ---------------------------------------------------------------------------

// Books of one server, in which a list of things happens.
class Told : public LifeFixture {
 public:
  void TestBody() override {}

  // What it is called by in the order of the list; 0 where it was refused.
  std::vector<std::int64_t> tell(const std::vector<Event>& list, std::size_t without) {
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool posts = i % 3 == 2;
      if (posts) books().post(*parse_month("2026-10")).value();
      const auto applied =
          i == without ? Result<Applied>(fail(ErrorCode::kRefused, "")) : books().apply(list[i]);
      ids.push_back(applied ? applied->event.id : 0);
    }
    return ids;
  }
  void post_all() {
    for (Month month = *parse_month("2026-02"); month <= *parse_month("2026-11");
         month += std::chrono::months{1}) {
      EXPECT_TRUE(books().post(month));
    }
  }
  std::map<std::string, std::int64_t> balances() {
    std::map<std::string, std::int64_t> sums;
    for (const Entry& entry : journal()) {
      for (const Line& line : entry.lines) {
        sums[fmt::format("{} {} {}", entry.book, format(entry.period), line.account)] +=
            line.amount.minor();
      }
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
    return sums;
  }
  std::size_t entries() { return journal().size(); }
  Books& its_books() { return books(); }
  std::string soundness() { return verification(); }
  void add_tax_book(bool by_macrs) {
    MemoTerms memo{Book::kTax, books().asset("server")->terms};
    memo.terms.life = *parse_life("36mo");
    if (by_macrs) memo.terms.method = *parse_method("macrs:5");
    if (by_macrs) memo.terms.convention = Convention::kHalfYear;
    ASSERT_TRUE(books().add_to_book("server", memo));
  }
};

class Drawn {
 public:
  explicit Drawn(unsigned seed) : random_(seed) {}
  std::int64_t up_to(std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(0, most)(random_);
  }
  std::vector<Event> events() {
    std::vector<Event> list;
    const std::int64_t count = 3 + up_to(6);
    for (std::int64_t i = 0; i < count; ++i) {
      const Date on = *parse_date("2026-02-20") + std::chrono::days{up_to(260)};
      const bool one_book = up_to(2) != 0;
      list.push_back({.asset = "server",
                      .book = one_book ? std::optional(Book::kFinancial) : std::nullopt,
                      .on = on,
                      .what = happening()});
      if (is_of_placement(list.back().what)) list.back().book.reset();
      if (std::holds_alternative<Disposal>(list.back().what)) list.back().book.reset();
    }
    if (up_to(1) == 0) std::ranges::stable_sort(list, {}, &Event::on);
    return list;
  }
  // One that was accepted; a pause more often than others, for what ends it hangs on it.
  std::size_t some_of(const std::vector<Event>& list, const std::vector<std::int64_t>& ids) {
    std::vector<std::size_t> accepted;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (ids[i] == 0) continue;
      if (std::holds_alternative<Pause>(list[i].what) && up_to(1) == 0) return i;
      accepted.push_back(i);
    }
    if (accepted.empty()) return list.size();
    return accepted[static_cast<std::size_t>(up_to(static_cast<int>(accepted.size()) - 1))];
  }

 private:
  Money usd(std::int64_t minor) { return {minor, money::usd()}; }
  Happening happening() {
    switch (up_to(10)) {
      case 0:
        return Improvement{usd(100'00 + up_to(4'000'00))};
      case 1:
        return Improvement{usd(-100'00 - up_to(500'00))};
      case 2:
        return Repair{usd(1 + up_to(900'00))};
      case 3:
        return Impairment{usd(4'000'00 + up_to(9'000'00))};
      case 4:
        return Revaluation{usd(6'000'00 + up_to(9'000'00))};
      case 5:
        return Estimate{parse_life(up_to(1) == 0 ? "60mo" : "30mo").value(), usd(up_to(900'00))};
      case 6:
        return Disposal{usd(up_to(9'000'00))};
      case 7:
      case 8:
        return Pause{};
      case 9:
        return Resume{};
      default:
        return Measurement{Watts{1000 * up_to(90)}, Watts{100'000 + 1000 * up_to(90)}};
    }
  }
  std::mt19937 random_;
};

bool was_disposal(const Event& event) { return std::holds_alternative<Disposal>(event.what); }

// What is undone was never there: every account of every book and month says so, whatever came
// after it and whatever was posted meanwhile. Where a later event cannot be without it, that could
// not have been recorded either.
TEST(Undoing, OfAnyEvent_IsTheLifeWithoutIt) {
  int undone = 0;
  int refused = 0;
  const unsigned lives = store::test_server().empty() ? 100 : 20;  // books are made slowly there
  for (unsigned seed = 1; seed <= lives; ++seed) {
    Drawn drawn(seed);
    const std::vector<Event> list = drawn.events();
    Told with;
    Told without;
    for (Told* one : {&with, &without}) {
      if (seed % 3 != 0) one->add_tax_book(seed % 3 == 1);
    }
    const std::vector<std::int64_t> ids = with.tell(list, list.size());
    const std::size_t chosen = drawn.some_of(list, ids);
    if (chosen == list.size()) continue;
    const std::size_t entries = with.entries();
    const auto result = with.its_books().undo_event("server", ids[chosen]);
    // What was refused beside it is not told again.
    std::vector<Event> accepted;
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i == chosen) left_out = accepted.size();
      if (ids[i] != 0) accepted.push_back(list[i]);
    }
    const std::vector<std::int64_t> others = without.tell(accepted, left_out);
    const bool possible = std::count(others.begin(), others.end(), 0) == 1;
    EXPECT_EQ(result.has_value(), possible)
        << "seed " << seed << ": " << (result ? "undone" : result.error().message());
    EXPECT_EQ(with.soundness(), "sound") << seed;
    if (!result) {
      EXPECT_EQ(with.entries(), entries) << seed;
      ++refused;
      continue;
    }
    // Of what was gone in October nothing told that October was posted.
    const bool was_gone =
        std::ranges::any_of(with.its_books().asset("server")->events, was_disposal) ||
        was_disposal(result->event);
    if (!was_gone) {
      EXPECT_EQ(with.its_books().post(*parse_month("2026-10")).value(), 0)
          << "seed " << seed << ": it was posted before";
    }
    with.post_all();
    without.post_all();
    EXPECT_EQ(with.balances(), without.balances()) << "seed " << seed;
    ++undone;
  }
  EXPECT_GE(undone, static_cast<int>(lives) / 5);
  EXPECT_GE(refused, static_cast<int>(lives) / 50);
}

}  // namespace
}  // namespace purser::books
