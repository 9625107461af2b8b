#include "books/takeover.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/find.h"
#include "books/portions.h"
#include "books/posting.h"
#include "books/segments.h"

namespace purser::books {
namespace {

using money::Money;

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

std::int64_t minor_of(const std::optional<Money>& amount) { return amount ? amount->minor() : 0; }

// What the books before measured.
Status check_measured(const Terms& terms, const Takeover& takeover) {
  struct Amount {
    std::string_view what;
    const std::optional<Money>& amount;
    std::int64_t most;
  };
  const std::int64_t written_off = takeover.accumulated.minor();
  const Amount amounts[] = {
      {"impaired", takeover.impaired, terms.cost.minor() - written_off},
      {"carried at had it never been impaired", takeover.unimpaired, terms.cost.minor()},
      {"of surplus", takeover.surplus, kAmountMinorMax},
      {"of losses in profit", takeover.lost, kAmountMinorMax}};
  const auto& opening = takeover.year_opening;
  bool any = opening.has_value();
  for (const Amount& one : amounts) {
    if (!one.amount) continue;
    any = true;
    if (one.amount->currency() != terms.cost.currency() || one.amount->is_negative() ||
        one.amount->minor() > one.most) {
      return refused(fmt::format("{} {} is not possible: it cost {}, and {} of it were charged",
                                 format(*one.amount), one.what, format(terms.cost),
                                 format(takeover.accumulated)));
    }
  }
  if (takeover.unimpaired && !takeover.impaired) {
    return refused(
        "what it would be carried at had it never been impaired is asked of something "
        "that was impaired; give the impairment too, or leave it out");
  }
  if (opening && (opening->currency != terms.cost.currency() ||
                  !std::holds_alternative<DecliningBalance>(terms.method))) {
    return refused(fmt::format("{} at the start of the year is asked of declining balance, in {}",
                               format(*opening), terms.cost.currency().code()));
  }
  if (!any) return {};
  if (std::holds_alternative<Macrs>(terms.method)) {
    return refused("macrs goes by its table, and is neither impaired nor revalued");
  }
  if (!takeover.catches_up) return {};
  return refused(
      "to catch up is to charge what its terms would have charged alone; leave out what "
      "was impaired or revalued, or the catch-up");
}

Status check_takeover(const Terms& terms, const Takeover& takeover, Money by_terms) {
  const Money given = takeover.accumulated;
  if (given.currency() != terms.cost.currency()) {
    return refused(fmt::format("{} were charged before, and it cost {}; give both in one currency",
                               format(given), format(terms.cost)));
  }
  if (takeover.on < terms.in_service) {
    return refused(fmt::format("it was in service from {} on, and cannot be taken over on {}",
                               format(terms.in_service), format(takeover.on)));
  }
  const Money at_once = deducted_at_once(terms);
  if (given.is_negative() || given.minor() > terms.cost.minor() - at_once.minor()) {
    return refused(fmt::format("{} charged before is not possible: it cost {}", format(given),
                               format(terms.cost)));
  }
  PURSER_TRY(check_measured(terms, takeover));
  if (takeover.catches_up) return {};
  if (std::holds_alternative<Macrs>(terms.method)) {
    // Others round each month; a year's percentage is the same for all.
    const std::int64_t months = (month_of(takeover.on) - month_of(terms.in_service)).count() + 1;
    const auto agrees = [&](Money charged) {
      const std::int64_t off = given.minor() - charged.minor();
      return off <= months && -off <= months;
    };
    if (agrees(by_terms)) return {};
    // The books before may have known what else was bought in its year.
    if (!std::get<Macrs>(terms.method).convention) {
      Terms tipped = terms;
      tipped.convention = Convention::kMidQuarter;
      PURSER_ASSIGN(const Money by_quarter, accumulated(tipped, takeover.on));
      if (agrees(by_quarter)) return {};
    }
    return refused(
        fmt::format("macrs goes by its table, which has charged {} by {}, not {}; give "
                    "that, or catch up the difference",
                    format(by_terms), format(takeover.on), format(given)));
  }
  const std::int64_t left =
      terms.cost.minor() - given.minor() - minor_of(takeover.impaired) - terms.salvage.minor();
  const Segment all{.start = takeover.on, .terms = terms, .opening = 0};
  if (left <= 0 || !fully_charged(all, takeover.on)) return {};
  return refused(
      fmt::format("its life is over by {}, so nothing could wear off the {} that are left; give a "
                  "longer life, or catch up the difference",
                  format(takeover.on), format(Money(left, terms.cost.currency()))));
}

// What of `charged` its convention does not grant to what goes in the month or year of `on`: by its
// terms, and in proportion where the books before charged otherwise. Without it an asset that goes
// in the year of its takeover would keep charges that one which had been here all along gives back.
Result<std::int64_t> ahead_by_terms(const Terms& terms, Date on, std::int64_t charged,
                                    Money by_terms) {
  if (by_terms.is_zero()) return 0;
  PURSER_ASSIGN(const Course course, Course::of(terms, {}));
  PURSER_ASSIGN(const std::vector<Portion> held, course.holdings(on));
  const std::int64_t ahead = held.front().ahead.value_or(0);
  return static_cast<std::int64_t>(money::multiply_divide(ahead, charged, by_terms.minor()));
}

}  // namespace

void keep_convention(Terms& terms, Date taken_over) {
  auto* const macrs = std::get_if<Macrs>(&terms.method);
  if (macrs == nullptr || macrs->convention) return;
  const TaxYear year{.currency = terms.cost.currency(),
                     .start = fiscal_year_start_of(terms.in_service, terms.fiscal_year)};
  if (year.days().end <= taken_over) macrs->convention = terms.convention;
}

Result<Takeover> takeover_by_terms(const Terms& terms, Date on) {
  PURSER_ASSIGN(const Money charged, accumulated(terms, on));
  return Takeover{on, charged};
}

Result<Portion> portion_of(const Terms& terms, Book book, const Takeover& takeover) {
  PURSER_ASSIGN(const Money by_terms, accumulated(terms, takeover.on));
  PURSER_TRY(check_takeover(terms, takeover, by_terms));
  const std::int64_t given = takeover.accumulated.minor();
  const std::int64_t charged = takeover.catches_up ? by_terms.minor() : given;
  const std::int64_t cost = terms.cost.minor();
  const std::int64_t impaired = minor_of(takeover.impaired);
  const std::int64_t carried = cost - charged - impaired;
  Portion portion{.book = book,
                  .in_service = terms.in_service,
                  .cost = cost,
                  .salvage = terms.salvage.minor(),
                  .deducted = deducted_at_once(terms).minor(),
                  .bonus = deducted_of(terms).bonus,
                  .accumulated = charged,
                  .impaired = impaired,
                  .surplus = minor_of(takeover.surplus),
                  .lost = takeover.lost ? takeover.lost->minor() : impaired,
                  .revalued = takeover.surplus.has_value(),
                  .unimpaired = carried,
                  .year_base = takeover.year_opening ? takeover.year_opening->minor : "",
                  .given = takeover.catches_up ? std::optional(given) : std::nullopt};
  PURSER_ASSIGN(portion.ahead, ahead_by_terms(terms, takeover.on, charged, by_terms));
  // What use charged before is told anew with each reading of before.
  const bool by_use = std::holds_alternative<UnitsOfProduction>(terms.method);
  portion.goes_on = charged == by_terms.minor() && impaired == 0 && portion.lost == 0 &&
                    !portion.revalued && portion.year_base.empty() && !by_use;
  if (impaired != 0) {
    portion.unimpaired = takeover.unimpaired ? takeover.unimpaired->minor()
                                             : std::max(carried, cost - by_terms.minor());
  }
  return portion;
}

Status take_over(BooksStore& store, JournalWriter& writer, const Asset& asset,
                 const Takeover& takeover, std::int64_t id) {
  PURSER_ASSIGN(Portion portion, portion_of(asset.terms, Book::kFinancial, takeover));
  Event event{.id = 0,
              .asset = asset.name,
              .book = std::nullopt,
              .on = takeover.on,
              .effective = takeover.on,
              .what = Opening{{std::move(portion)}, {}},
              .recorded = writer.now(),
              .who = writer.who()};
  PURSER_TRY(store.insert_event(id, event));
  PURSER_ASSIGN(const StoredAsset added, find_asset(store, asset.name));
  const auto course = added.asset.course(Book::kFinancial);
  if (!course) return fail(course.error());
  return post_event(store, writer, added, event);
}

}  // namespace purser::books
