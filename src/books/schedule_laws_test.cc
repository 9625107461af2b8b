// What every schedule promises, whatever the terms.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "books/declining_balance.h"
#include "books/macrs.h"
#include "books/schedule.h"
#include "books/schedule_oracle.h"
#include "books/terms_gen.h"

namespace purser::books {
namespace {

using money::Money;

std::int64_t base_of(const Terms& terms) {
  const bool macrs = std::holds_alternative<Macrs>(terms.method);
  return terms.cost.minor() - (macrs ? 0 : terms.salvage.minor());
}

RC_GTEST_PROP(Schedule, SumsToItsDepreciableBase_ToTheCent, ()) {
  Terms terms = all_terms();
  terms.disposed.reset();
  const Schedule result = *schedule(terms, any_length());
  std::int64_t sum = 0;
  for (const Charge& charge : result.charges) sum += charge.amount.minor();
  RC_ASSERT(sum == base_of(terms));
  RC_ASSERT(result.total.minor() == sum);
}

RC_GTEST_PROP(Schedule, NeverChargesLessThanNothing_NorLeavesAGap, ()) {
  const Terms terms = all_terms();
  const Schedule result = *schedule(terms, any_length());
  std::int64_t left = base_of(terms);
  for (std::size_t i = 0; i < result.charges.size(); ++i) {
    RC_ASSERT(!result.charges[i].amount.is_negative());
    left -= result.charges[i].amount.minor();
    RC_ASSERT(left >= 0);
    if (i > 0) RC_ASSERT(result.charges[i].period.start == result.charges[i - 1].period.end);
  }
}

RC_GTEST_PROP(Schedule, ByAnyPeriod_AccumulatesTheSame, ()) {
  const Terms terms = all_terms();
  const std::int64_t whole = accumulated(terms, *parse_date("2160-01-01"))->minor();
  for (const auto length :
       {PeriodLength::kDay, PeriodLength::kMonth, PeriodLength::kQuarter, PeriodLength::kYear}) {
    std::int64_t sum = 0;
    const Schedule result = *schedule(terms, length);
    for (std::size_t i = 0; i < result.charges.size(); ++i) {
      sum += result.charges[i].amount.minor();
      if (i % 7 != 0) continue;  // each asks from the start of the life on
      RC_ASSERT(accumulated(terms, result.charges[i].period.end)->minor() == sum);
    }
    RC_ASSERT(sum == whole);  // nothing is charged outside its periods
  }
}

RC_GTEST_PROP(Schedule, UsedAgain_ForgetsWhatItHeld, ()) {
  Schedule result = *schedule(all_terms(), any_length());
  const Terms terms = all_terms();
  const PeriodLength length = any_length();
  RC_ASSERT(schedule(terms, length, result).has_value());
  const Schedule fresh = *schedule(terms, length);
  RC_ASSERT(result.total == fresh.total && result.opening == fresh.opening);
  RC_ASSERT(result.charges.size() == fresh.charges.size());
}

// MACRS is the same curve behind other tables: those are golden files.
std::vector<int> table_of(const Terms& terms) {
  const auto* macrs = std::get_if<Macrs>(&terms.method);
  if (macrs == nullptr) return {};
  const int month = oracle::number_of(terms.in_service) -
                    (static_cast<int>(static_cast<unsigned>(terms.fiscal_year.month)) - 1);
  const auto table = macrs_table(macrs->years, terms.convention, month % 12 / 3);
  return {table.begin(), table.end()};
}

void check_against_oracle(const Terms& terms, PeriodLength length) {
  oracle::Oracle exact(terms);
  exact.table_ = table_of(terms);
  std::int64_t sum = 0;
  const Schedule result = *schedule(terms, length);
  for (const Charge& charge : result.charges) {
    sum += charge.amount.minor();
    const std::int64_t expected = oracle::rounded(exact.accumulated(charge.period.end));
    if (sum != expected) {
      RC_FAIL(fmt::format("{} {} {} of {} from {} fiscal {} disposed {}: {} at {}, should be {}",
                          name(terms.method), name(terms.convention), format(terms.life),
                          format(terms.cost), format(terms.in_service), format(terms.fiscal_year),
                          terms.disposed ? format(*terms.disposed) : "never", sum,
                          format(charge.period.end), expected));
    }
  }
}

RC_GTEST_PROP(Schedule, IsTheExactAmountRounded_AtEveryYearAndQuarter, ()) {
  const Terms terms = *any_terms(std::nullopt);
  check_against_oracle(terms, *rc::gen::element(PeriodLength::kQuarter, PeriodLength::kYear));
}

RC_GTEST_PROP(Schedule, IsTheExactAmountRounded_PerPeriod, ()) {
  const PeriodLength length =
      *rc::gen::element(PeriodLength::kMonth, PeriodLength::kQuarter, PeriodLength::kYear);
  const Terms terms = *any_terms(length);
  if (std::holds_alternative<DecliningBalance>(terms.method)) check_against_oracle(terms, length);
}

RC_GTEST_PROP(Schedule, IsTheExactAmountRounded_AtEveryMonth, ()) {
  check_against_oracle(*any_terms(std::nullopt), PeriodLength::kMonth);
}

// With twenty bits behind the point, most schedules meet amounts that only exact fractions decide.
RC_GTEST_PROP(DecliningBalance, WithHardlyAnyBits_IsStillExact, ()) {
  Terms terms = *any_terms(std::nullopt);
  terms.cost = Money(*rc::gen::inRange<std::int64_t>(1, 2'000), money::usd());
  terms.salvage = Money::zero(money::usd());
  if (std::holds_alternative<Macrs>(terms.method)) terms.convention = Convention::kFullMonth;
  if (terms.convention != Convention::kDaily) terms.life = {61, Life::Unit::kMonths};
  const DecliningBalance method{*rc::gen::inRange(5'000, 40'000), *rc::gen::arbitrary<bool>(),
                                PeriodLength::kMonth};
  terms.method = method;
  const Timeline timeline(terms);
  const Timeline whole(terms, Timeline::Disposal::kIgnored);
  CrampedDecliningBalance curve({terms.cost.minor(), 0, method, terms.fiscal_year}, timeline,
                                whole);
  const oracle::Oracle exact(terms);
  for (Periods months(terms.in_service, PeriodLength::kMonth, {});
       months.start() < timeline.charged().end; months.next()) {
    RC_ASSERT(curve.accumulated(months.end()) ==
              oracle::rounded(exact.accumulated(months.end().date)));
  }
}

}  // namespace
}  // namespace purser::books
