#include "books/moving.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "books/find.h"
#include "books/mirror.h"

namespace purser::books {
namespace {

using money::Money;

// Whether the move gives an account of the entry another name. One that the company renamed since
// is not looked at: what was posted under it stays.
bool is_renamed(const Chart& chart, const Entry& entry, const Asset& before, const Asset& after) {
  const std::string left = placement_on(before, entry.date).site;
  const std::string entered = placement_on(after, entry.date).site;
  return std::any_of(entry.lines.begin(), entry.lines.end(), [&](const Line& line) {
    const std::string_view account = chart.account_of(line.account);
    return chart.name_of(account, after.asset_class, left) !=
           chart.name_of(account, after.asset_class, entered);
  });
}

Status leave_names_of(BooksStore& store, JournalWriter& writer, const Asset& before,
                      const StoredAsset& asset, Kind kind, Month month) {
  PURSER_ASSIGN(const std::vector<Entry> entries,
                standing_entries(store, month, asset.id, name(kind)));
  const bool renamed = std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    return is_renamed(writer.chart(), entry, before, asset.asset);
  });
  if (!renamed) return {};
  PURSER_TRY(mirror(store, writer, entries, asset.id));
  Money energy = Money::zero(asset.asset.currency());
  for (const Entry& entry : entries) {
    PURSER_ASSIGN(energy, money::add(energy, entry.lines.front().amount));
  }
  if (kind != Kind::kEnergy) return {};
  PURSER_ASSIGN(const PostedByEvent posted, store.posted(month, asset.id, Book::kFinancial));
  return writer.bring_to(Book::kFinancial, kind, energy, posted, month, asset,
                         "accrual of the energy used");
}

}  // namespace

Status check_site(BooksStore& store, const Asset& asset, std::string_view site_name) {
  PURSER_ASSIGN(const Site site, find_site(store, site_name));
  if (site.tariff.currency() == asset.currency()) return {};
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' costs {} but site '{}' pays its power in {}; convert one of them",
                  asset.name, format(asset.terms.cost), site.name, site.tariff.currency().code()));
}

Status leave_names(BooksStore& store, JournalWriter& writer, const Asset& before,
                   const StoredAsset& after, const Event& event, Month now) {
  const auto* move = std::get_if<Move>(&event.what);
  if (move == nullptr || !move->site) return {};
  PURSER_ASSIGN(const auto closed, store.closed_through());
  Month month = month_of(event.effective);
  if (closed) month = std::max(month, *closed + std::chrono::months{1});
  for (; month <= now; month += std::chrono::months{1}) {
    for (const Kind kind : kKinds) {
      PURSER_TRY(leave_names_of(store, writer, before, after, kind, month));
    }
  }
  return {};
}

}  // namespace purser::books
