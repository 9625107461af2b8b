// Ordered, acquired, placed in service: what the books say of it, and that in the end it is an
// asset like any other.
#include "books/purchase.h"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/additions.h"
#include "books/terms_gen.h"
#include "books/testing.h"

namespace purser::books {
namespace {

using money::ExchangeRate;
using money::Foreign;
using money::Money;
using money::parse_money;

class PurchaseTest : public BooksFixture {
 protected:
  Purchases purchases() { return {database(), clock_, "ann"}; }

  Result<PurchaseStep> order(std::string_view on, std::string_view cost,
                             std::optional<Date> expected = std::nullopt) {
    return purchases().order(
        {"gpu", *parse_date(on), *parse_money(cost), expected, "ACME", "gpu-servers"});
  }
  Result<PurchaseAnswer> acquire(std::string_view on, std::string_view cost,
                                 CostKind kind = CostKind::kPrice) {
    return purchases().acquire({"gpu", *parse_date(on), {{kind, *parse_money(cost)}}});
  }
  Result<Placed> place(std::string_view on, std::string_view cost, Effect effect = Effect::kWrite) {
    Asset asset = plain_asset("gpu");
    asset.terms.cost = *parse_money(cost);
    asset.terms.in_service = *parse_date(on);
    return purchases().place(asset, effect);
  }
  // Debits are positive.
  std::map<std::string, std::int64_t> balances(std::string_view book = "financial") {
    std::map<std::string, std::int64_t> sums;
    for (const Entry& entry : journal()) {
      if (entry.book != book) continue;
      for (const Line& line : entry.lines) sums[line.account] += line.amount.minor();
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
    return sums;
  }
};

TEST_F(PurchaseTest, AnOrderPostsNothing_AndIsNoAssetYet) {
  ASSERT_TRUE(order("2026-10-01", "USD 9000.00", *parse_date("2026-11-20")));
  EXPECT_TRUE(journal().empty());
  EXPECT_TRUE(books().assets()->empty());
  EXPECT_EQ(*books().first_open(), std::nullopt);
  EXPECT_EQ(*books().post(*parse_month("2026-11")), 0);
  const auto pending = *purchases().pending();
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].steps[0].expected, parse_date("2026-11-20").value());
  EXPECT_EQ(pending[0].steps[0].who, "ann");
  EXPECT_EQ(pending[0].cost().minor(), 0);
  EXPECT_EQ(books().add_asset(plain_asset("gpu")).error().message(),
            "'gpu' is being bought already (purser asset show gpu); place it in service with "
            "purser asset place, or choose another name");
  EXPECT_EQ(books().asset("gpu").error().message(),
            "'gpu' is not in service yet; place it first: purser asset place gpu --in-service "
            "DATE …");
}

TEST_F(PurchaseTest, ASerialNumber_IsThatOfTheLastStepThatStands) {
  const Date on = *parse_date("2026-11-02");
  const Money cost = *parse_money("USD 9000.00");
  const auto serial = [&] { return std::string((*purchases().purchase("gpu"))->serial()); };
  ASSERT_TRUE(purchases().order({"gpu", on, cost, {}, {}, "racks", "S-1", "PO-1"}));
  EXPECT_EQ(serial(), "S-1");
  ASSERT_TRUE(acquire("2026-11-03", "USD 9000.00"));
  EXPECT_EQ(serial(), "S-1");
  ASSERT_TRUE(
      purchases().acquire({"gpu", on, {{CostKind::kFreight, cost}}, {}, {}, "S-2", "INV-2"}));
  EXPECT_EQ(journal().back().rule, "freight USD 9,000.00, document INV-2");
  EXPECT_EQ(place("2026-11-10", "USD 18000.00")->asset.serial, "S-2");
  ASSERT_TRUE(purchases().undo("gpu"));
  Asset asset = plain_asset("gpu");
  asset.terms.cost = *parse_money("USD 18000.00");
  asset.terms.in_service = *parse_date("2026-11-11");
  asset.serial = "S-3";
  ASSERT_TRUE(purchases().place(asset, Effect::kWrite, {}, "SETUP"));
  EXPECT_EQ(journal().back().rule, "placed in service, document SETUP");
  EXPECT_EQ(books().asset("gpu")->serial, "S-3");
  ASSERT_TRUE(purchases().undo("gpu"));
  ASSERT_TRUE(purchases().undo("gpu"));
  EXPECT_EQ(serial(), "S-1");
  EXPECT_EQ(place("2026-11-10", "USD 9000.00")->asset.serial, "S-1");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(PurchaseTest, WhatOthersNumberItWith_IsOneLineOf64Characters) {
  Order order{"gpu", *parse_date("2026-11-02"), *parse_money("USD 1.00")};
  const auto refused = [&](std::string_view serial) {
    order.serial = serial;
    return !purchases().order(order, Effect::kDryRun);
  };
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ü";
  EXPECT_FALSE(refused(umlauts));
  EXPECT_TRUE(refused(umlauts + "ü"));
  EXPECT_FALSE(refused("SN 47/11, \"b\""));
  for (const std::string_view wrong : {" a", "a ", "a\nb", "\xFF", "a\x1B[2J"}) {
    EXPECT_TRUE(refused(wrong)) << wrong;
  }
}

TEST_F(PurchaseTest, WhatItCostsIsInProgress_UntilItIsPlaced) {
  ASSERT_TRUE(order("2026-10-01", "EUR 9000.00"));
  ASSERT_TRUE(acquire("2026-10-20", "USD 9000.00"));
  const auto later = acquire("2026-11-02", "USD 250.00", CostKind::kInstallation);
  ASSERT_TRUE(later);
  EXPECT_EQ(format(later->purchase.cost()), "USD 9,250.00");
  EXPECT_EQ(balances(), (std::map<std::string, std::int64_t>{{"Assets:In-Progress", 9'250'00},
                                                             {"Liabilities:Payable", -9'250'00}}));
  EXPECT_EQ(format(*books().first_open().value()), "2026-10");
  ASSERT_TRUE(books().close(*parse_month("2026-10"), {}));

  const auto placed = place("2026-11-10", "USD 9250.00");
  ASSERT_TRUE(placed) << placed.error().message();
  EXPECT_EQ(placed->asset.asset_class, "gpu-servers");
  EXPECT_EQ(balances(), (std::map<std::string, std::int64_t>{{"Assets:Equipment", 9'250'00},
                                                             {"Liabilities:Payable", -9'250'00}}));
  EXPECT_EQ(journal().back().event, "placing");
  EXPECT_EQ(journal()[1].rule, "installation USD 250.00");
  EXPECT_TRUE(purchases().pending()->empty());
  EXPECT_EQ(acquire("2026-11-12", "USD 1.00").error().message(),
            "'gpu' is in service from 2026-11-10 on; what makes it last longer or do more is added "
            "to its cost by purser asset improve gpu");
  EXPECT_FALSE(place("2026-11-10", "USD 9250.00"));
  EXPECT_FALSE(books().reverse(journal().back().number));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(PurchaseTest, ACostThatIsClosedSince_KeepsNoneOfTheOpenMonthsFromBeingUndone) {
  ASSERT_TRUE(acquire("2026-11-02", "USD 9000.00"));
  ASSERT_TRUE(acquire("2026-11-05", "USD 70.00", CostKind::kFreight));
  ASSERT_TRUE(acquire("2026-10-20", "USD 250.00", CostKind::kInstallation));  // told late
  ASSERT_TRUE(books().close(*parse_month("2026-10"), {}));
  EXPECT_EQ(format((*purchases().undo("gpu"))->step.on), "2026-11-05");
  const auto price = *purchases().undo("gpu");
  EXPECT_EQ(format(price->step.on), "2026-11-02");
  EXPECT_EQ(format(price->purchase.cost()), "USD 250.00");
  EXPECT_FALSE(price->forgotten);
  EXPECT_EQ(purchases().undo("gpu").error().message(),
            "what was acquired on 2026-10-20 was recorded last, and 2026-10 is closed and never "
            "moves; place it in service, and dispose of it from an open day on: purser asset "
            "dispose");
  EXPECT_EQ(balances(), (std::map<std::string, std::int64_t>{{"Assets:In-Progress", 250'00},
                                                             {"Liabilities:Payable", -250'00}}));
  EXPECT_EQ(verification(), "sound");
}

TEST_F(PurchaseTest, WithoutItsCosts_AnOrderIsInItsOwnCurrencyAndClassAgain) {
  ASSERT_TRUE(order("2026-10-01", "EUR 9000.00"));
  ASSERT_TRUE(acquire("2026-11-02", "USD 9700.00"));
  EXPECT_EQ((*purchases().undo("gpu"))->purchase.currency.code(), "EUR");
  ASSERT_TRUE(purchases().acquire({"gpu",
                                   *parse_date("2026-11-02"),
                                   {{CostKind::kPrice, *parse_money("USD 9700.00")}},
                                   "",
                                   "racks"}));
  EXPECT_EQ(purchases().pending()->front().asset_class, "racks");
  EXPECT_EQ((*purchases().undo("gpu"))->purchase.asset_class, "gpu-servers");
  EXPECT_EQ(purchases().pending()->front().asset_class, "gpu-servers");
  EXPECT_EQ(purchases().pending()->front().currency.code(), "EUR");
  ASSERT_TRUE(acquire("2026-11-02", "USD 9800.00"));
  const auto placed = place("2026-11-02", "USD 9800.00");
  ASSERT_TRUE(placed) << placed.error().message();
  EXPECT_EQ(placed->purchase.steps.size(), 3U);
  EXPECT_EQ(format(placed->purchase.cost()), "USD 9,800.00");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(PurchaseTest, WhatIsPaidInAForeignCurrency_ComesInAtTheRateOfItsDay_AndIsKept) {
  const Foreign paid{*parse_money("EUR 12345.67"), *ExchangeRate::parse("USD 1.0842")};
  const Money dollars = *paid.rate.convert(paid.amount);
  ASSERT_TRUE(purchases().acquire(
      {"gpu",
       *parse_date("2026-11-02"),
       {{CostKind::kPrice, dollars, paid}, {CostKind::kFreight, *parse_money("USD 300.00")}},
       "ACME"}));
  EXPECT_EQ(journal()[0].rule,
            "price USD 13,385.18 (EUR 12,345.67 at USD 1.0842), freight USD 300.00, from ACME");
  EXPECT_EQ(*purchases().purchase("gpu")->value().steps[0].costs[0].paid, paid);
  EXPECT_EQ(acquire("2026-11-03", "EUR 10.00").error().message(),
            "a cost of EUR 10.00 is not in USD, the currency of what 'gpu' cost until now; convert "
            "it at the rate of that day: --rate 'USD AMOUNT'");
  ASSERT_TRUE(place("2026-11-10", "USD 13685.18"));
  EXPECT_EQ(*purchases().purchase("gpu")->value().steps[0].costs[0].paid, paid);
}

TEST_F(PurchaseTest, AddedAtOnce_KeepsWhatWasPaidToo) {
  const Foreign paid{*parse_money("JPY 1500000"), *ExchangeRate::parse("USD 0.008")};
  auto additions = *books().begin_additions();
  ASSERT_TRUE(additions.add_asset(plain_asset("tokyo"), paid));
  ASSERT_TRUE(additions.commit());
  EXPECT_EQ(journal()[0].rule, "purchase, JPY 1,500,000 at USD 0.008");
  EXPECT_EQ(*purchases().purchase("tokyo")->value().steps[0].costs[0].paid, paid);
  EXPECT_EQ(*purchases().undo("tokyo"), std::nullopt);  // that is of the books
  ASSERT_TRUE(books().undo("tokyo"));
  EXPECT_EQ(*purchases().purchase("tokyo"), std::nullopt);
}

TEST_F(PurchaseTest, InAClosedMonth_CountsFromTheFirstOpenDay_AndSaysBoth) {
  ASSERT_TRUE(books().add_asset(plain_asset("other")));
  for (Month month = *parse_month("2026-02"); month <= *parse_month("2026-10");
       month += std::chrono::months{1}) {
    ASSERT_TRUE(books().close(month, {}));
  }
  ASSERT_TRUE(order("2026-09-01", "USD 9000.00"));
  const auto acquired = acquire("2026-10-20", "USD 9000.00");
  EXPECT_EQ(format(acquired->step.effective), "2026-11-01");
  EXPECT_EQ(format(journal().back().date), "2026-11-01");
  EXPECT_EQ(journal().back().rule,
            "price USD 9,000.00 on 2026-10-20, when the month was closed already");
  const auto early = place("2026-10-15", "USD 9000.00");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().message(),
            "'gpu' had a cost on 2026-10-20, behind its day of service 2026-10-15: what comes "
            "after that day is an improvement or an expense; place it from 2026-10-20 on, or take "
            "that cost back (purser asset undo gpu) and say when it was delivered");
  ASSERT_TRUE(place("2026-10-25", "USD 9000.00"));
  EXPECT_EQ(books().asset("gpu")->begins(), *parse_date("2026-11-01"));
}

TEST_F(PurchaseTest, Undone_StepByStep_LeavesNothingBehind) {
  ASSERT_TRUE(order("2026-10-01", "USD 9000.00"));
  ASSERT_TRUE(acquire("2026-10-20", "USD 9000.00"));
  ASSERT_TRUE(acquire("2026-11-02", "USD 250.00", CostKind::kFreight));
  ASSERT_TRUE(place("2026-11-05", "USD 9250.00"));
  ASSERT_TRUE(books().add_to_book("gpu", {Book::kTax, books().asset("gpu")->terms, std::nullopt}));
  ASSERT_TRUE(books().post(*parse_month("2026-11")));
  ASSERT_TRUE(books().apply(
      {.asset = "gpu", .on = *parse_date("2026-11-08"), .what = Repair{*parse_money("USD 5.00")}}));
  EXPECT_EQ(*purchases().undo("gpu"), std::nullopt);  // a repair was recorded last
  ASSERT_TRUE(books().undo("gpu"));
  EXPECT_EQ(*purchases().undo("gpu"), std::nullopt);  // before that, the tax book
  EXPECT_EQ(books().undo("gpu")->event.book, Book::kTax);
  EXPECT_EQ(books().undo("gpu").error().code(), ErrorCode::kBusy);

  EXPECT_EQ(purchases().undo("gpu")->value().step.kind, StepKind::kPlacing);
  EXPECT_EQ(balances(), (std::map<std::string, std::int64_t>{{"Assets:In-Progress", 9'250'00},
                                                             {"Liabilities:Payable", -9'250'00}}));
  EXPECT_TRUE(balances("tax").empty());
  ASSERT_TRUE(place("2026-11-10", "USD 9250.00"));  // again, on another day
  EXPECT_TRUE(books().asset("gpu")->memo.empty());
  ASSERT_TRUE(books().add_to_book("gpu", {Book::kTax, books().asset("gpu")->terms, std::nullopt}));
  ASSERT_TRUE(books().undo("gpu"));
  ASSERT_TRUE(purchases().undo("gpu"));
  EXPECT_EQ(purchases().undo("gpu")->value().step.costs[0].kind, CostKind::kFreight);
  EXPECT_EQ(format(purchases().purchase("gpu")->value().cost()), "USD 9,000.00");
  ASSERT_TRUE(purchases().undo("gpu"));
  EXPECT_TRUE(balances().empty());
  EXPECT_TRUE(purchases().undo("gpu")->value().forgotten);
  EXPECT_EQ(*purchases().undo("gpu"), std::nullopt);
  EXPECT_TRUE(purchases().pending()->empty());
  ASSERT_TRUE(books().add_asset(plain_asset("gpu")));  // its name is free
  EXPECT_EQ(verification(), "sound");
}

TEST_F(PurchaseTest, PlacedAnew_IsChargedTheWholeMonthAgain) {
  ASSERT_TRUE(acquire("2026-02-15", "USD 12000.00"));
  ASSERT_TRUE(place("2026-02-15", "USD 12000.00"));
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  const auto posted = balances();
  ASSERT_TRUE(*purchases().undo("gpu"));
  EXPECT_EQ(balances(), (std::map<std::string, std::int64_t>{{"Assets:In-Progress", 12'000'00},
                                                             {"Liabilities:Payable", -12'000'00}}));
  ASSERT_TRUE(place("2026-02-15", "USD 12000.00"));
  EXPECT_FALSE(books().parts_of("gpu", *parse_month("2026-02"))->depreciation.amount.is_zero());
  ASSERT_TRUE(books().post(*parse_month("2026-02")));
  EXPECT_EQ(balances(), posted);
}

TEST_F(PurchaseTest, PlacedInTheLastQuarter_DecidesTheTaxYear_AndUndone_NoMore) {
  Asset first = plain_asset("first");
  first.terms.method = Macrs{5};
  first.terms.convention = Convention::kHalfYear;
  ASSERT_TRUE(books().add_asset(first));
  ASSERT_TRUE(acquire("2026-11-02", "USD 20000.00"));
  const auto charged = [&] {
    return format(
        *books().asset("first")->course(Book::kFinancial)->accumulated(*parse_date("2027-01-01")));
  };
  EXPECT_EQ(charged(), "USD 2,400.00");  // 20% of the half-year table
  Asset asset = first;
  asset.name = "gpu";
  asset.terms.cost = *parse_money("USD 20000.00");
  asset.terms.in_service = *parse_date("2026-11-02");
  const auto placed = purchases().place(asset);
  ASSERT_TRUE(placed) << placed.error().message();
  ASSERT_EQ(placed->ruled.size(), 1U);
  EXPECT_EQ(charged(), "USD 4,200.00");  // 35%, of the first quarter
  EXPECT_EQ(purchases().undo("gpu")->value().ruled.size(), 1U);
  EXPECT_EQ(charged(), "USD 2,400.00");
  EXPECT_EQ(verification(), "sound");
}

TEST_F(PurchaseTest, WhatIsClosed_IsNotUndone) {
  ASSERT_TRUE(acquire("2026-10-20", "USD 9000.00"));
  ASSERT_TRUE(books().close(*parse_month("2026-10"), {}));
  EXPECT_EQ(purchases().undo("gpu").error().message(),
            "what was acquired on 2026-10-20 was recorded last, and 2026-10 is closed and never "
            "moves; place it in service, and dispose of it from an open day on: purser asset "
            "dispose");
  ASSERT_TRUE(place("2026-11-10", "USD 9000.00"));
  clock_.set(*parse_instant("2026-12-02T00:00:00Z"));
  ASSERT_TRUE(books().close(*parse_month("2026-11"), {}));
  EXPECT_EQ(purchases().undo("gpu").error().code(), ErrorCode::kRefused);
}

TEST_F(PurchaseTest, TheRollForward_HasALineOfWhatIsInProgress) {
  ASSERT_TRUE(acquire("2026-10-20", "USD 9000.00"));
  ASSERT_TRUE(place("2026-11-10", "USD 9000.00"));
  const auto october =
      *books().roll_forward(Book::kFinancial, *parse_month("2026-10"), *parse_month("2026-10"));
  ASSERT_EQ(october.size(), 1U);
  EXPECT_EQ(october[0].asset_class, "in progress");
  EXPECT_EQ(october[0].cost.added.minor(), 9'000'00);
  const auto november =
      *books().roll_forward(Book::kFinancial, *parse_month("2026-11"), *parse_month("2026-11"));
  ASSERT_EQ(november.size(), 2U);
  EXPECT_EQ(november[0].asset_class, "equipment");
  EXPECT_EQ(november[0].cost.placed.minor(), 9'000'00);
  EXPECT_EQ(november[0].cost.added.minor(), 0);
  EXPECT_EQ(november[1].cost.placed.minor(), -9'000'00);
  EXPECT_EQ(november[1].cost.closing.minor(), 0);
  const auto then = *purchases().in_progress(*parse_month("2026-10"));
  ASSERT_EQ(then.size(), 1U);
  EXPECT_EQ(then[0].cost.minor(), 9'000'00);
  EXPECT_TRUE(purchases().in_progress(*parse_month("2026-11"))->empty());
}

TEST_F(PurchaseTest, WhatCannotBe_IsRefused) {
  const auto wrong = [](const auto& result) {
    return result ? std::string("done") : result.error().message();
  };
  EXPECT_EQ(wrong(acquire("2026-11-16", "USD 1.00")),
            "2026-11-16 is still to come; what will be bought is an order with the day on which it "
            "is expected: purser asset order NAME --expected 2026-11-16");
  EXPECT_EQ(wrong(order("2026-11-16", "USD 1.00")),
            "2026-11-16 is still to come; record the order on its day");
  EXPECT_EQ(wrong(order("2026-11-02", "USD 1.00", *parse_date("2026-11-01"))),
            "it is ordered on 2026-11-02 and cannot be delivered before, on 2026-11-01");
  EXPECT_EQ(wrong(acquire("2026-11-02", "USD 0.00")),
            "a price of USD 0.00 is not possible; write an amount above zero, up to USD "
            "10,000,000,000,000.00");
  EXPECT_EQ(wrong(purchases().acquire({"gpu", *parse_date("2026-11-02"), {}})),
            "nothing was paid; give its price, freight or installation");
  EXPECT_EQ(wrong(place("2026-11-02", "USD 1.00")),
            "nothing was ordered or acquired as 'gpu'; say what it cost with purser asset acquire "
            "gpu, or add it at once with purser asset add gpu");
  ASSERT_TRUE(order("2026-11-02", "USD 1.00"));
  EXPECT_EQ(wrong(place("2026-11-02", "USD 1.00")),
            "'gpu' was ordered on 2026-11-02 and not acquired; say what it cost: purser asset "
            "acquire gpu --on DATE --cost AMOUNT");
  EXPECT_EQ(wrong(acquire("2026-11-01", "USD 1.00")),
            "'gpu' was ordered on 2026-11-02 and cannot be acquired before, on 2026-11-01");
  ASSERT_TRUE(acquire("2026-11-03", "USD 5000.00"));
  EXPECT_EQ(wrong(place("2026-11-03", "USD 5000.01")), "'gpu' cost USD 5,000.00, not USD 5,000.01");
  ASSERT_TRUE(place("2026-11-03", "USD 5000.00", Effect::kDryRun));
  EXPECT_TRUE(books().assets()->empty());
  ASSERT_TRUE(place("2026-11-03", "USD 5000.00"));
}

// What the same asset is charged, whichever way it came: in every book and month, to the cent.
RC_GTEST_FIXTURE_PROP(PurchaseTest, InTheEnd_ItIsAnAssetAsIfAddedAtOnce, ()) {
  Terms terms = *any_terms(std::nullopt);
  terms.disposed.reset();
  terms.in_service = *parse_date("2026-10-01") + std::chrono::days{*rc::gen::inRange(0, 45)};
  RC_PRE(terms.cost.minor() > 3 && terms.cost.minor() <= kAmountMinorMax);
  Terms tax = *any_terms(std::nullopt);
  tax.disposed.reset();
  tax.cost = terms.cost;
  tax.in_service = terms.in_service;
  tax.salvage = Money(terms.cost.minor() / 7, money::usd());
  RC_PRE(check(terms) && check(tax));

  Asset once = plain_asset("once");
  once.terms = terms;
  RC_ASSERT(books().add_asset(once));
  ASSERT_TRUE(order("2026-09-01", "EUR 1.00"));
  std::int64_t left = terms.cost.minor();
  for (const int days : {20, 7, 0}) {
    const std::int64_t part = days == 0 ? left : *rc::gen::inRange<std::int64_t>(1, left);
    const Date on = std::max(*parse_date("2026-09-01"), terms.in_service - std::chrono::days{days});
    RC_ASSERT(purchases().acquire(
        {"gpu", on, {{*rc::gen::elementOf(kCostKinds), Money(part, money::usd())}}}));
    left -= part;
    if (left < 2) break;
  }
  if (left > 0) {
    RC_ASSERT(purchases().acquire(
        {"gpu", terms.in_service, {{CostKind::kPrice, Money(left, money::usd())}}}));
  }
  Asset stepwise = once;
  stepwise.name = "gpu";
  const auto placed = purchases().place(stepwise);
  RC_ASSERT(placed);
  for (const std::string_view name : {"once", "gpu"}) {
    RC_ASSERT(books().add_to_book(name, {Book::kTax, tax, std::nullopt}));
  }
  for (const std::string_view month : {"2026-10", "2026-11"}) {
    RC_ASSERT(books().post(*parse_month(month)));
  }
  std::map<std::string, std::map<std::string, std::int64_t>>
      standing;  // by asset, book and account
  for (const Entry& entry : journal()) {
    for (const Line& line : entry.lines) {
      standing[entry.asset][entry.book + line.account + format(entry.period)] +=
          line.account.starts_with("Expenses") || line.account.find("Accum") != std::string::npos
              ? line.amount.minor()
              : 0;
      standing[entry.asset][entry.book + line.account] += line.amount.minor();
    }
  }
  for (auto& [asset, sums] : standing) {
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
  }
  RC_ASSERT(standing["once"] == standing["gpu"]);
  for (const Book book : {Book::kFinancial, Book::kTax}) {
    const Course one = *books().asset("once")->course(book);
    const Course other = *books().asset("gpu")->course(book);
    for (int months = 0; months < 200; months += 7) {
      const Date day = add_months(terms.in_service, months);
      RC_ASSERT(one.accumulated(day)->minor() == other.accumulated(day)->minor());
    }
  }
}

}  // namespace
}  // namespace purser::books
