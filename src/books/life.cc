// What happens to assets, recorded and posted in one transaction.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "books/addition_checks.h"
#include "books/books_store.h"
#include "books/checks.h"
#include "books/division.h"
#include "books/find.h"
#include "books/in_the_way.h"
#include "books/macrs_years.h"
#include "books/moving.h"
#include "books/posting.h"
#include "books/roles.h"

namespace purser::books {
namespace {

using money::Money;

constexpr std::string_view kCost = "a cost of";
constexpr std::string_view kCredit = "a credit of";
constexpr std::string_view kProceeds = "proceeds of";

// What somebody thinks of it; what was paid or received on the day has a rate.
Status check_amount(const Asset& asset, std::string_view what, Money amount, bool may_be_zero) {
  if (amount.currency() != asset.currency()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is not in {}, the currency of '{}'; convert it first", what,
                            format(amount), asset.currency().code(), asset.name));
  }
  if (amount.minor() < (may_be_zero ? 0 : 1) || amount.minor() > kAmountMinorMax) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is not possible; write an amount {} {}", what, format(amount),
                            may_be_zero ? "from zero to" : "above zero, up to",
                            format(Money(kAmountMinorMax, asset.currency()))));
  }
  return {};
}

Status check_paid(const Asset& asset, std::string_view what, Money amount, const Happening& of) {
  const bool may_be_zero = std::holds_alternative<Disposal>(of);
  if (amount.currency() == asset.currency()) return check_amount(asset, what, amount, may_be_zero);
  return fail(in_another_currency(what, amount, paid_of(of), asset.currency(),
                                  fmt::format("the currency of '{}'", asset.name)));
}

// What is capitalised keeps the sum that one asset may cost; a reduction is checked by the course.
Status check_improvement(const Asset& asset, const Improvement& improvement) {
  const Money cost = improvement.cost;
  if (cost.is_negative()) return check_paid(asset, kCredit, -cost, improvement);
  PURSER_TRY(check_paid(asset, kCost, cost, improvement));
  PURSER_ASSIGN(const Course course, asset.course(Book::kFinancial));
  PURSER_ASSIGN(const Money all,
                money::add(course.cost(Date(std::chrono::year{2160} / 12 / 31)), cost));
  return check_amount(asset, kCost, all, false);
}

Status check_amounts(const Asset& asset, const Event& event) {
  const Happening& what = event.what;
  if (const auto* disposal = std::get_if<Disposal>(&what)) {
    return check_paid(asset, kProceeds, disposal->proceeds, what);
  }
  if (const auto* improvement = std::get_if<Improvement>(&what)) {
    return check_improvement(asset, *improvement);
  }
  if (const auto* repair = std::get_if<Repair>(&what)) {
    return check_paid(asset, kCost, repair->cost, what);
  }
  if (const auto* impairment = std::get_if<Impairment>(&what)) {
    return check_amount(asset, "a recoverable amount of", impairment->recoverable, true);
  }
  if (const auto* revaluation = std::get_if<Revaluation>(&what)) {
    return check_amount(asset, "a fair value of", revaluation->fair_value, true);
  }
  const auto* estimate = std::get_if<Estimate>(&what);
  if (estimate == nullptr || !estimate->salvage) return {};
  return check_amount(asset, "salvage of", *estimate->salvage, true);
}

Status check_move(BooksStore& store, const Asset& asset, const Happening& what) {
  const auto* move = std::get_if<Move>(&what);
  if (move == nullptr) return {};
  if (move->cost_centre && !move->cost_centre->empty()) {
    PURSER_TRY(check_name("a cost centre", *move->cost_centre));
    PURSER_TRY(refuse_alike(store, Named::kCostCentre, *move->cost_centre));
  }
  if (move->node && !move->node->empty()) {
    PURSER_TRY(check_name("a node", *move->node));
    PURSER_TRY(refuse_alike(store, Named::kNode, *move->node));
  }
  if (move->serial) PURSER_TRY(check_reference("a serial number", *move->serial));
  return move->site ? check_site(store, asset, *move->site) : Status();
}

// A disposal in an open month is undone; what comes back later has been gone.
Status check_reinstatement(BooksStore& store, const Asset& asset, const Event& event) {
  if (!std::holds_alternative<Reinstatement>(event.what)) return {};
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const auto& gone = asset.terms.disposed;
  if (!gone) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{}' was not disposed of, so nothing can come back", asset.name));
  }
  if (event.on < *gone) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{}' was disposed of on {}; it cannot come back before, on {}",
                            asset.name, format(*gone), format(event.on)));
  }
  if (closed && month_of(*gone) <= *closed) return {};
  return fail(ErrorCode::kRefused,
              fmt::format("'{0}' was disposed of on {1}, in a month that is open; take that back: "
                          "purser asset undo {0}",
                          asset.name, format(*gone)));
}

// A part is here since it was split off, though that may count from a later day.
Date here_since(const Asset& asset) {
  Date since = asset.entered ? asset.terms.in_service : asset.begins();
  for (const Event& event : asset.events) {
    const auto* const opening = std::get_if<Opening>(&event.what);
    if (opening != nullptr && !opening->part_of.empty()) since = std::min(since, event.on);
  }
  return since;
}

// A month in which nothing wears off may hold nothing but what happened in it.
bool was_posted(const Asset& asset, const PostedByEvent& sums) {
  return std::any_of(
             kKinds.begin(), kKinds.end(),
             [&](Kind kind) { return kind != Kind::kEnergy && sums.contains(name(kind)); }) ||
         std::any_of(asset.events.begin(), asset.events.end(),
                     [&](const Event& event) { return sums.contains(posting_key(event)); });
}

Result<bool> stands(BooksStore& store, const StoredAsset& asset, const Event& event) {
  PostedMonth posted(store, month_of(event.effective), 1);
  for (const Book book : kBooks) {
    PURSER_ASSIGN(const PostedByEvent* const sums, posted.of(asset.id, book));
    if (sums->contains(posting_key(event))) return true;
  }
  return false;
}

// A month of an asset and, of what it shares with others in that month, the other side: nothing is
// on its way between two assets when a transaction ends. `seen`: whose month is posted.
Status post_with_partners(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                          PostedMonth& posted, std::set<std::int64_t>& seen) {
  if (!seen.insert(asset.id).second) return {};
  PURSER_TRY(post_asset(store, writer, asset, posted, std::nullopt));
  for (const Event& event : asset.asset.events) {
    const std::string_view partner = partner_of(event.what);
    if (partner.empty() || month_of(event.effective) != posted.month()) continue;
    PURSER_ASSIGN(const StoredAsset other, find_asset(store, partner));
    const auto its = std::ranges::find(other.asset.events, event.id, &Event::id);
    if (its == other.asset.events.end()) continue;
    PURSER_ASSIGN(const bool is_posted, stands(store, other, *its));
    if (is_posted) continue;
    PostedMonth month(store, posted.month(), 1);
    PURSER_TRY(post_with_partners(store, writer, other, month, seen));
  }
  return {};
}

}  // namespace

Status post_open_months(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                        std::optional<Month> through, Month now) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  Month month = month_of(asset.asset.begins());
  if (closed) month = std::max(month, *closed + std::chrono::months{1});
  for (; month <= now; month += std::chrono::months{1}) {
    PostedMonth posted(store, month, 1);
    bool due = through && month <= *through;
    for (const Book book : kBooks) {
      if (due) break;
      PURSER_ASSIGN(const PostedByEvent* const sums, posted.of(asset.id, book));
      due = was_posted(asset.asset, *sums);
    }
    std::set<std::int64_t> seen;
    if (due) PURSER_TRY(post_with_partners(store, writer, asset, posted, seen));
  }
  return {};
}

// Where an asset stands changes no charge: nothing is posted for that, unless accounts are called
// otherwise there.
Status follow(BooksStore& store, JournalWriter& writer, const Asset& before,
              const StoredAsset& after, const Event& event, std::optional<Month> through,
              Month now) {
  const std::int64_t written = writer.written();
  PURSER_TRY(leave_names(store, writer, before, after, event, now));
  if (!is_of_placement(event.what)) return post_open_months(store, writer, after, through, now);
  if (writer.written() == written) return {};
  return post_open_months(store, writer, after, std::nullopt, now);
}

Result<std::vector<RuledYear>> settle(BooksStore& store, JournalWriter& writer, const Asset& before,
                                      const Event& event, Month now) {
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, before.name));
  PURSER_TRY(check_change(after.asset, event));
  const bool places = std::holds_alternative<Disposal>(event.what) ||
                      std::holds_alternative<Improvement>(event.what) ||
                      std::holds_alternative<Reinstatement>(event.what);
  if (!places) return std::vector<RuledYear>();
  return settle_tax_years_of(store, writer, before, after.asset, now);
}

namespace {

// What is asked of an event before it is recorded. Gives it the day from which it counts.
Status prepare(BooksStore& store, const Asset& asset, Event& event) {
  PURSER_TRY(check_reference("the number of a document", event.document));
  PURSER_TRY(check_amounts(asset, event));
  PURSER_TRY(check_move(store, asset, event.what));
  if (event.book && asset.terms_in(*event.book) == nullptr) {
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' does not stand in the {} book", event.asset, name(*event.book)));
  }
  if (const Date since = here_since(asset); event.on < since) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{}' was in service from {} on; nothing could happen to it on {}",
                            event.asset, format(since), format(event.on)));
  }
  PURSER_ASSIGN(event.effective, effective_day(store, event.on));
  if (!std::holds_alternative<Repair>(event.what)) {  // which changes nothing that was shared
    PURSER_TRY(refuse_before_division(asset, event.effective));
  }
  return check_reinstatement(store, asset, event);
}

}  // namespace

Status check_event(BooksStore& store, const Asset& asset, Event event) {
  PURSER_TRY(prepare(store, asset, event));
  Asset with = asset;
  for (const Event& known : asset.events) event.id = std::max(event.id, known.id + 1);
  const auto later = std::ranges::upper_bound(with.events, event.effective, {}, &Event::effective);
  const Event& put_in = *with.events.insert(later, std::move(event));
  return check_change(with, put_in);
}

Result<std::vector<RuledYear>> record(BooksStore& store, JournalWriter& writer, Event& event,
                                      const Clock& clock) {
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, event.asset));
  PURSER_TRY(prepare(store, before.asset, event));
  event.recorded = clock.now();
  event.who = writer.who();
  PURSER_TRY(store.insert_event(before.id, event));
  const Month now = month_of(date_of(clock.now()));
  PURSER_ASSIGN(std::vector<RuledYear> ruled, settle(store, writer, before.asset, event, now));
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, event.asset));
  PURSER_TRY(follow(store, writer, before.asset, after, event, month_of(event.effective), now));
  return ruled;
}

Result<Date> effective_day(BooksStore& store, Date on) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  return closed ? std::max(on, period_of(*closed).end) : on;
}

Result<Applied> apply_within(BooksStore& store, JournalWriter& writer, Event event,
                             const Clock& clock) {
  PURSER_ASSIGN(const StoredAsset before, find_asset(store, event.asset));
  PURSER_ASSIGN(std::vector<RuledYear> ruled, record(store, writer, event, clock));
  PURSER_ASSIGN(const StoredAsset after, find_asset(store, event.asset));
  return Applied{.event = std::move(event),
                 .before = before.asset,
                 .after = after.asset,
                 .entries = writer.written(),
                 .ruled = std::move(ruled),
                 .again = writer.posted_again()};
}

Result<Applied> Books::apply(Event event, Effect effect, const Observer& tell) {
  if (portions_of(event.what) != nullptr) {
    return fail(ErrorCode::kInvalidInput, "assets divide and become one by split() and merge()");
  }
  BooksStore store(database_);
  PURSER_ASSIGN(auto transaction, begin_as(database_, who_));
  PURSER_ASSIGN(auto writer, JournalWriter::at_end(store, clock_, who_, tell));
  PURSER_ASSIGN(Applied applied, apply_within(store, writer, std::move(event), clock_));
  if (effect == Effect::kWrite) PURSER_TRY(transaction.commit());
  return applied;
}

}  // namespace purser::books
