// Sums that are kept when a month is closed: they are those of its lines, whatever happened, and
// verify() finds out who touched them.
#include "books/month_sums.h"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "books/books_store.h"
#include "books/chart.h"
#include "books/purchase.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using money::Money;

Month month(std::string_view text) { return *parse_month(text); }
Money usd(std::int64_t minor) { return {minor, money::usd()}; }

class MonthSumsTest : public BooksFixture {
 protected:
  void add(const std::string& name, const std::string& asset_class,
           std::string_view in_service = "2026-02-15") {
    Asset asset = plain_asset(name);
    asset.asset_class = asset_class;
    asset.terms.in_service = *parse_date(in_service);
    ASSERT_TRUE(books().add_asset(asset));
  }
  void close_through(std::string_view last) {
    for (;;) {
      const auto open = *books().first_open();
      if (!open || *open > month(last)) return;
      ASSERT_TRUE(books().close(*open, {}));
    }
  }
  Sums by_lines(Book book, Month last) {
    return *BooksStore(database()).sums_of_lines(book, {std::nullopt, last});
  }
  Sums as_kept(Book book, Month last) { return *BooksStore(database()).sums(book, last); }
  // The roll-forward and the trial balance of every book.
  std::string answers(Month first, Month last) {
    std::string text;
    for (const Book book : kBooks) {
      const auto rolled = books().roll_forward(book, first, last);
      EXPECT_TRUE(rolled) << rolled.error().message();
      for (const ClassMovements& one : *rolled) {
        for (const Movements& side : {one.cost, one.accumulated}) {
          text += fmt::format("{} {} {} {} {} {}\n", one.asset_class, format(side.opening),
                              format(side.added), format(side.disposed), format(side.other),
                              format(side.closing));
        }
      }
      const auto trial = books().trial_balance(book, last);
      EXPECT_TRUE(trial) << trial.error().message();
      for (const AccountBalance& one : *trial) {
        text += fmt::format("{} {} {} {} {}\n", one.account, format(one.opening),
                            format(one.debits), format(one.credits), format(one.closing));
      }
    }
    return text;
  }
};

TEST_F(MonthSumsTest, OfAClosedMonthAreItsLines_AndOnlyOpenMonthsAreReadByThem) {
  add("ant", "gpus");
  add("bee", "racks");
  close_through("2026-04");
  ASSERT_TRUE(books().post(month("2026-05")));
  const Sums all = as_kept(Book::kFinancial, month("2026-05"));
  EXPECT_EQ(all, by_lines(Book::kFinancial, month("2026-05")));
  const Sums kept = *BooksStore(database()).kept_sums(Book::kFinancial, std::nullopt);
  EXPECT_EQ(kept.size(), 3U + 3 * 4);  // two bought, owed once; each month two charges by class
  const SumKey charge{
      month("2026-03"), "financial", "gpus", "Assets:Accumulated-Depreciation", "USD",
      "depreciation"};
  EXPECT_EQ(kept.at(charge).credits, -222'79);
  EXPECT_EQ(kept.rbegin()->first.month, month("2026-04"));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(MonthSumsTest, ADryRunAndARefusalKeepNone) {
  add("ant", "gpus");
  ASSERT_TRUE(books().close(month("2026-02"), {}, Effect::kDryRun));
  EXPECT_FALSE(books().close(month("2026-03"), {}));
  EXPECT_TRUE(BooksStore(database()).kept_sums(std::nullopt, std::nullopt)->empty());
  close_through("2026-02");
  const Sums once = *BooksStore(database()).kept_sums(std::nullopt, std::nullopt);
  EXPECT_EQ(*books().close(month("2026-02"), {}), 0);
  EXPECT_EQ(*BooksStore(database()).kept_sums(std::nullopt, std::nullopt), once);
}

// Before it has cost anything it may come to another class: what it moved in the one before came to
// nothing.
TEST_F(MonthSumsTest, AnAssetThatWasBoughtAgain_InAnotherClass_ChangesNoAnswer) {
  add("ant", "gpus", "2026-08-01");
  Purchases purchases(database(), clock_);
  const auto acquire = [&](std::string_view on, const std::string& asset_class) {
    return purchases
        .acquire({"crate", *parse_date(on), {{CostKind::kPrice, usd(500'00)}}, "", asset_class})
        .has_value();
  };
  ASSERT_TRUE(purchases.order({"crate", *parse_date("2026-08-05"), usd(500'00)}));
  ASSERT_TRUE(acquire("2026-08-05", "racks"));
  Asset placed = plain_asset("crate");
  placed.terms.cost = usd(500'00);
  placed.terms.salvage = usd(0);
  placed.terms.in_service = *parse_date("2026-08-10");
  ASSERT_TRUE(purchases.place(placed));
  ASSERT_TRUE(books().post(month("2026-08")));
  ASSERT_TRUE(*purchases.undo("crate"));
  ASSERT_TRUE(*purchases.undo("crate"));
  close_through("2026-08");
  const std::string before = answers(month("2026-08"), month("2026-08"));
  ASSERT_TRUE(acquire("2026-09-03", "desks"));
  EXPECT_EQ(answers(month("2026-08"), month("2026-08")), before);
  EXPECT_NE(as_kept(Book::kFinancial, month("2026-08")),
            by_lines(Book::kFinancial, month("2026-08")));
  EXPECT_EQ(verification(), "sound");
  lift_triggers();
  ASSERT_TRUE(database().run("DELETE FROM closing"));
  EXPECT_EQ(answers(month("2026-08"), month("2026-08")), before);
}

// No month closes before the first asset is in service; but something may have been there, and have
// been taken back.
TEST_F(MonthSumsTest, WhatWasPostedBeforeTheFirstMonthThatCloses_IsKeptWithIt) {
  add("stray", "gpus", "2026-01-10");
  ASSERT_TRUE(books().undo("stray"));
  add("ant", "gpus");
  close_through("2026-03");
  const Sums kept = *BooksStore(database()).kept_sums(std::nullopt, std::nullopt);
  EXPECT_EQ(kept.begin()->first.month, month("2026-01"));
  EXPECT_EQ(as_kept(Book::kFinancial, month("2026-03")),
            by_lines(Book::kFinancial, month("2026-03")));
  EXPECT_EQ(verification(), "sound");
  tamper("DELETE FROM month_sum WHERE period = 24312");
  EXPECT_NE(verification().find("the sums that were kept of 2026-01 are not"), std::string::npos);
}

// --- whatever happens ----------------------------------------------------------------------------

class History {
 public:
  History(Books& books, store::Database& database, ManualClock& clock, unsigned seed)
      : books_(books), database_(database), clock_(clock), random_(seed) {}

  // One thing, which may be refused.
  void go_on() {
    const Month now = month_of(date_of(clock_.now()));
    switch (up_to(14)) {
      case 0:
      case 1:
        return add();
      case 2:
        return buy();
      case 3:
        (void)books_.apply(event(Improvement{usd(100'00 + up_to(900'00))}));
        return;
      case 4:
        (void)books_.apply(event(Repair{usd(1 + up_to(900'00))}));
        return;
      case 5:
        (void)books_.apply(event(Impairment{usd(1'000'00 + up_to(5'000'00))}));
        return;
      case 6:
        (void)books_.apply(event(Revaluation{usd(2'000'00 + up_to(15'000'00))}));
        return;
      case 7:
        (void)books_.apply(event(Disposal{usd(up_to(9'000'00))}));
        return;
      case 8:
        (void)books_.split({some_asset(), fresh_name(), some_day(), 1, 2 + up_to(6)});
        return;
      case 9:
        (void)books_.merge(some_asset(), some_asset(), some_day());
        return;
      case 10:
        (void)books_.undo(some_asset());
        (void)Purchases(database_, clock_).undo(some_asset());
        return;
      case 11:
        (void)books_.reverse(1 + up_to(60));
        return;
      case 12:
        (void)books_.name_account(
            {std::string(up_to(2) == 0 ? account::kDepreciation : account::kEquipment),
             fmt::format("{}:N{}", "Assets:Equipment", up_to(5)), some_class(), ""});
        (void)books_.name_account({std::string(account::kDepreciation),
                                   fmt::format("Expenses:Wear:N{}", up_to(5)), "", ""});
        return;
      case 13:
        (void)books_.post(now);
        clock_.set(midnight(period_of(now).end) + std::chrono::hours{up_to(600)});
        return;
      default:
        if (const auto open = *books_.first_open()) (void)books_.close(*open, {});
        return;
    }
  }

 private:
  std::int64_t up_to(std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(0, most)(random_);
  }
  std::string some_class() { return std::string("class-") + static_cast<char>('a' + up_to(2)); }
  std::string fresh_name() { return fmt::format("m{}", ++names_); }
  std::string some_asset() { return fmt::format("m{}", 1 + up_to(names_)); }
  Date some_day() {
    return date_of(clock_.now()) - std::chrono::days{up_to(3) == 0 ? up_to(70) : up_to(20)};
  }
  Event event(Happening what) {
    return {.asset = some_asset(), .on = some_day(), .what = std::move(what)};
  }
  void add() {
    Asset asset = plain_asset(fresh_name());
    asset.asset_class = some_class();
    asset.terms.in_service = some_day();
    asset.terms.life = *parse_life(up_to(1) == 0 ? "6mo" : "48mo");
    (void)books_.add_asset(asset);
    if (up_to(2) == 0) (void)books_.add_to_book(asset.name, {Book::kTax, asset.terms});
  }
  void buy() {
    Purchases purchases(database_, clock_);
    const std::string name = up_to(1) == 0 ? fresh_name() : some_asset();
    const std::optional<std::string> asset_class =
        up_to(1) == 0 ? std::optional(some_class()) : std::nullopt;
    (void)purchases.order({name, some_day(), usd(1'000'00)});
    (void)purchases.acquire(
        {name, some_day(), {{CostKind::kPrice, usd(1'000'00)}}, "", asset_class});
    Asset asset = plain_asset(name);
    asset.terms.cost = usd(1'000'00);
    asset.terms.salvage = usd(0);
    asset.terms.in_service = some_day();
    if (up_to(1) == 0) (void)purchases.place(asset);
  }

  Books& books_;
  store::Database& database_;
  ManualClock& clock_;
  std::mt19937 random_;
  std::int64_t names_ = 0;
};

TEST_F(MonthSumsTest, GiveTheAnswersOfEveryLine_InAnyHistory) {
  std::size_t closed = 0;
  std::size_t classes = 0;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    database_.reset();
    books_.reset();
    file_ = (folder_ / fmt::format("books{}.db", seed)).string();
    clock_.set(*parse_instant("2026-01-20T12:00:00Z"));
    reopen();
    History history(books(), database(), clock_, seed);
    for (int step = 0; step < 250; ++step) history.go_on();
    ASSERT_EQ(verification(), "sound") << "seed " << seed;
    const Month now = month_of(date_of(clock_.now()));
    std::vector<std::string> fast;
    std::vector<std::pair<Month, Month>> spans;
    for (Month last = month("2026-01"); last <= now; last += std::chrono::months{1}) {
      spans.emplace_back(std::max(month("2026-01"), last - std::chrono::months{seed % 4}), last);
      fast.push_back(answers(spans.back().first, last));
    }
    closed += BooksStore(database()).closings()->size();
    classes += books().roll_forward(Book::kFinancial, now, now)->size();
    lift_triggers();
    ASSERT_TRUE(database().run("DELETE FROM closing"));  // so every month is read by its lines
    for (std::size_t i = 0; i < spans.size(); ++i) {
      EXPECT_EQ(fast[i], answers(spans[i].first, spans[i].second)) << "seed " << seed;
    }
  }
  EXPECT_GT(closed, 12U);
  EXPECT_GT(classes, 12U);
}

// --- who touched them ----------------------------------------------------------------------------

TEST_F(MonthSumsTest, VerifyNamesTheFirstMonthAndClass_WhoseSumsAreNotThoseOfItsEntries) {
  add("ant", "gpus");
  add("bee", "racks");
  close_through("2026-05");
  const auto found = [&](const std::string& change, const std::string& back) {
    tamper(change);
    std::string said = verification();
    tamper(back);
    EXPECT_EQ(verification(), "sound") << back;
    return said;
  };
  const std::string charges = " event = 'depreciation' AND class = 'racks' AND period > 24314";
  EXPECT_EQ(found("UPDATE month_sum SET credits = credits - 1 WHERE" + charges,
                  "UPDATE month_sum SET credits = credits + 1 WHERE" + charges),
            "the sums that were kept of 2026-04 are not those of its entries: "
            "Assets:Accumulated-Depreciation by depreciation of class 'racks' in the financial "
            "book; restore the books from a backup made before that");
  const std::string shift = " class = 'gpus' AND account = 'Assets:Equipment'";
  EXPECT_NE(found("UPDATE month_sum SET debits = debits + 5, credits = credits - 5 WHERE" + shift,
                  "UPDATE month_sum SET debits = debits - 5, credits = credits + 5 WHERE" + shift)
                .find("of 2026-02 are not those of its entries: Assets:Equipment in the financial"),
            std::string::npos);
  EXPECT_NE(found("UPDATE month_sum SET class = 'desks' WHERE" + shift,
                  "UPDATE month_sum SET class = 'gpus' WHERE class = 'desks'")
                .find("of 2026-02 are not"),
            std::string::npos);
  EXPECT_NE(found("INSERT INTO month_sum VALUES (24316, 'tax', 'x', 'y', 'USD', 'z', 1, 0)",
                  "DELETE FROM month_sum WHERE class = 'x'")
                .find("of 2026-05 are not those of its entries: y by z of class 'x' in the tax"),
            std::string::npos);
}

TEST_F(MonthSumsTest, VerifyFindsAClosingOrSumsThatWereTakenOut) {
  add("ant", "gpus");
  close_through("2026-05");
  ASSERT_EQ(verification(), "sound");
  tamper("DELETE FROM month_sum WHERE period = 24316 AND event = 'depreciation'");
  EXPECT_NE(verification().find("the sums that were kept of 2026-05 are not"), std::string::npos);
  tamper("DELETE FROM month_sum WHERE period = 24315");
  EXPECT_NE(verification().find("the sums that were kept of 2026-04 are not"), std::string::npos);
  tamper("DELETE FROM closing WHERE period = 24314");
  EXPECT_NE(verification().find("the closing of 2026-03 is missing, but 2026-04 is closed"),
            std::string::npos);
  tamper("DELETE FROM closing WHERE period = 24313 OR period > 24313");
  EXPECT_NE(verification().find("the closing of 2026-02 is missing, but sums of it were kept"),
            std::string::npos);
}

TEST_F(MonthSumsTest, NeverChange) {
  add("ant", "gpus");
  close_through("2026-02");
  EXPECT_FALSE(database().run("UPDATE month_sum SET debits = 0"));
  EXPECT_FALSE(database().run("DELETE FROM month_sum"));
}

}  // namespace
}  // namespace purser::books
