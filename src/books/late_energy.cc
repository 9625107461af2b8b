#include "books/late_energy.h"

#include <fmt/format.h>

#include "books/chart.h"
#include "books/checks.h"
#include "books/find.h"

namespace purser::books {
namespace {

using money::Money;

constexpr std::string_view kPrefix = "late-energy:";

std::int64_t minor_of(const PostedByEvent& posted, std::string_view event) {
  const auto found = posted.find(event);
  return found == posted.end() ? 0 : found->second.minor;
}

}  // namespace

// Asked month by month, for the key of an entry is led by its month.
Result<std::int64_t> standing_energy(BooksStore& store, std::int64_t asset_id, Month of,
                                     Month closed) {
  constexpr Book kBook = Book::kFinancial;
  PURSER_ASSIGN(const PostedByEvent own, store.posted(of, asset_id, kBook));
  std::int64_t minor = minor_of(own, name(Kind::kEnergy));
  const std::string event = late_energy_event(of);
  for (Month month = of + std::chrono::months{1}; month <= closed;
       month += std::chrono::months{1}) {
    PURSER_ASSIGN(const PostedByEvent later, store.posted(month, asset_id, kBook));
    minor += minor_of(later, event);
  }
  return minor;
}

std::string late_energy_event(Month of) { return fmt::format("{}{}", kPrefix, format(of)); }

std::optional<Month> late_energy_month(std::string_view event) {
  if (!event.starts_with(kPrefix)) return std::nullopt;
  const auto month = parse_month(event.substr(kPrefix.size()));
  return month ? std::optional(*month) : std::nullopt;
}

Status post_late_energy(BooksStore& store, JournalWriter& writer, const LateAccrual& late,
                        Month into) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  if (!closed || late.month > *closed) {
    return fail(
        ErrorCode::kRefused,
        fmt::format("{} is open: its energy is accrued when it is closed", format(late.month)));
  }
  PURSER_ASSIGN(const StoredAsset asset, find_asset(store, late.asset));
  PURSER_TRY(check_amount("energy of", late.amount, asset.asset.currency()));
  PURSER_ASSIGN(const std::int64_t standing, standing_energy(store, asset.id, late.month, *closed));
  const Money difference(late.amount.minor() - standing, late.amount.currency());
  if (difference.is_zero()) return {};
  Entry entry;
  entry.date = period_of(into).end - std::chrono::days{1};
  entry.period = into;
  entry.book = name(Book::kFinancial);
  entry.asset = asset.asset.name;
  entry.event = late_energy_event(late.month);
  entry.rule = fmt::format("energy of {}, metered after its close", format(late.month));
  entry.lines = {{std::string(account::kEnergy), difference},
                 {std::string(account::kAccruedEnergy), -difference}};
  return writer.append(std::move(entry), asset.id);
}

}  // namespace purser::books
