#include "books/disposal.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/chart.h"
#include "books/columns.h"
#include "books/event_kinds.h"
#include "books/posting.h"

namespace purser::books {
namespace {

using money::Currency;
using money::Money;

struct StoredDisposal {
  std::int64_t id = 0;
  std::int64_t asset_id = 0;
  std::int64_t kind = kDisposalKind;
  Currency currency;
  Disposed disposed;
};

// What its lines say; all zero where nothing was posted.
DisposalFigures figures_from(const PostedLines& posted, Currency currency) {
  const auto on = [&](std::string_view account) {
    const auto found = posted.minor.find(account);
    return found == posted.minor.end() ? std::int64_t{0} : found->second;
  };
  const auto money = [&](std::int64_t minor) { return Money(minor, currency); };
  const std::int64_t cost = -on(account::kEquipment);
  const std::int64_t denied = -on(account::kBonus);
  const std::int64_t accumulated = on(account::kAccumulated) - denied;
  const std::int64_t impaired = on(account::kAccumulatedImpairment);
  return {.cost = money(cost),
          .accumulated = money(accumulated),
          .impaired = money(impaired),
          .carrying = money(cost - accumulated - impaired),
          .proceeds = money(on(account::kReceivable) + on(account::kPayable)),
          .gain = money(-on(account::kDisposalGain) - on(account::kDisposalLoss)),
          .surplus = money(on(account::kSurplus)),
          .bonus_denied = money(denied)};
}

bool stands(const PostedLines& posted) {
  return std::any_of(posted.minor.begin(), posted.minor.end(),
                     [](const auto& line) { return line.second != 0; });
}

Result<std::vector<StoredDisposal>> recorded_disposals(store::Database& database, Book book,
                                                       const Period& days) {
  PURSER_ASSIGN(
      auto select,
      database.prepare("SELECT event.id, asset.id, kind, currency, name, class, happened, "
                       "effective, coalesce(amount, 0), recorded, who "
                       "FROM event JOIN asset ON asset.id = event.asset "
                       "WHERE kind IN (?, ?, ?, ?, ?) AND effective >= ? AND effective < ? "
                       "AND event.id NOT IN (SELECT event FROM undone) "
                       "AND EXISTS (SELECT 1 FROM book_terms WHERE book_terms.asset = asset.id "
                       "AND book_terms.book = ?) ORDER BY class, name, effective, event.id"));
  std::vector<StoredDisposal> all;
  PURSER_TRY(select.each(
      {kDisposalKind, kReinstatementKind, kTradeInKind, kDisposalWithSplitKind,
       kTradeInWithSplitKind, stored(days.start), stored(days.end), books::name(book)},
      [&](const store::Row& row) -> Status {
        PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(3)));
        const Money zero = Money::zero(currency);
        const std::int64_t kind = row.integer(2);
        const bool trade_in = kind == kTradeInKind || kind == kTradeInWithSplitKind;
        const Disposal disposal{Money(row.integer(8), currency), trade_in};
        Disposed disposed{
            .asset = std::string(row.text(4)),
            .asset_class = std::string(row.text(5)),
            .how = kind == kReinstatementKind ? Leaving::kReinstated : leaving_of(disposal),
            .on = date_from(row.integer(6)),
            .effective = date_from(row.integer(7)),
            .figures = {zero, zero, zero, zero, zero, zero, zero, zero},
            .recorded = Instant(Nanoseconds{row.integer(9)}),
            .who = who_from(row, 10)};
        all.push_back({row.integer(0), row.integer(1), kind, currency, std::move(disposed)});
        return {};
      }));
  return all;
}

}  // namespace

std::string_view name(Leaving how) {
  constexpr std::array<std::string_view, 4> kNames{"sold", "scrapped", "traded in", "reinstated"};
  return kNames[static_cast<std::size_t>(how)];
}

Leaving leaving_of(const Disposal& disposal) {
  if (disposal.trade_in) return Leaving::kTradedIn;
  return disposal.proceeds.is_zero() ? Leaving::kScrapped : Leaving::kSold;
}

Result<DisposalFigures> disposal_figures(const Asset& asset, Book book, const Event& event) {
  PURSER_ASSIGN(const Course course, asset.course(book));
  const Date end = period_of(month_of(event.effective)).end;
  const Balances balances = course.balances(end);
  const auto money = [&](std::int64_t minor) { return Money(minor, asset.currency()); };
  PURSER_ASSIGN(const Money charged, course.accumulated(end));
  const std::int64_t written_off =
      charged.minor() - balances.eliminated + course.deducted(end).minor();
  const Money carrying = money(balances.cost - balances.impaired - written_off);
  const Money proceeds = std::get<Disposal>(event.what).proceeds;
  PURSER_ASSIGN(const Money gain, money::subtract(proceeds, carrying));
  return DisposalFigures{.cost = money(balances.cost),
                         .accumulated = money(written_off),
                         .impaired = money(balances.impaired),
                         .carrying = carrying,
                         .proceeds = proceeds,
                         .gain = gain,
                         .surplus = money(balances.surplus),
                         .bonus_denied = course.bonus_denied()};
}

Result<std::optional<DisposalFigures>> posted_disposal(BooksStore& store, std::int64_t asset_id,
                                                       const Asset& asset, Book book,
                                                       const Event& event) {
  PURSER_ASSIGN(const PostedLines posted,
                store.posted_lines(month_of(event.effective), asset_id, book, posting_key(event)));
  if (!stands(posted)) return std::nullopt;
  return figures_from(posted, asset.currency());
}

Result<Disposals> disposals(store::Database& database, Book book, Month first, Month last) {
  PURSER_ASSIGN(const auto snapshot, database.begin_snapshot());
  PURSER_ASSIGN(auto recorded,
                recorded_disposals(database, book, {first_day(first), period_of(last).end}));
  BooksStore store(database);
  Disposals disposals;
  for (StoredDisposal& one : recorded) {
    const bool back = one.kind == kReinstatementKind;
    const Happening what =
        back ? Happening(Reinstatement{}) : Happening(Disposal{Money::zero(one.currency)});
    const std::string key = fmt::format("{}:{}", name(what), one.id);
    PURSER_ASSIGN(const PostedLines posted,
                  store.posted_lines(month_of(one.disposed.effective), one.asset_id, book, key));
    if (!stands(posted)) {
      ++disposals.not_posted;
      continue;
    }
    one.disposed.figures = figures_from(posted, one.currency);
    disposals.all.push_back(std::move(one.disposed));
  }
  return disposals;
}

}  // namespace purser::books
