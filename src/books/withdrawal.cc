// An asset that was added, or placed in service, by mistake.
#include <fmt/format.h>

#include "books/division.h"

namespace purser::books {
namespace {

enum class Mistake : std::uint8_t { kAdded, kPlaced };

// Brings all that stands for the asset in a month to zero; if it was only placed by mistake, but
// for the costs of its purchase.
Status clear(BooksStore& store, JournalWriter& writer, const StoredAsset& stored, Month month,
             Mistake mistake) {
  const bool keeps_costs = mistake == Mistake::kPlaced;
  for (const Book book : kBooks) {
    PURSER_ASSIGN(const PostedByEvent posted, store.posted(month, stored.id, book));
    for (const auto& [event, sum] : posted) {
      if (keeps_costs && event.starts_with(kPurchaseKey)) continue;
      PURSER_ASSIGN(const PostedLines standing, store.posted_lines(month, stored.id, book, event));
      Entry entry;
      for (const auto& [account, minor] : standing.minor) {
        if (minor != 0)
          entry.lines.push_back({account, money::Money(-minor, stored.asset.currency())});
      }
      if (entry.lines.empty()) continue;
      entry.date = std::max(first_day(month), stored.asset.begins());
      entry.period = month;
      entry.book = name(book);
      entry.asset = stored.asset.name;
      entry.event = event;
      entry.revision = standing.entries;
      entry.rule = keeps_costs ? "taken back: it is not in service yet"
                               : "withdrawn: it was added by mistake";
      PURSER_TRY(writer.append(std::move(entry), stored.id));
    }
  }
  return {};
}

Status clear_life(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Month now,
                  Mistake mistake) {
  PURSER_ASSIGN(const auto closed, store.closed_through());
  const Month first = month_of(asset.asset.begins());
  if (closed && first <= *closed) {
    return fail(ErrorCode::kRefused,
                fmt::format("'{0}' came into the books on {1}, and {2} is closed and never moves; "
                            "take it out from an open day on: purser asset dispose {0} --scrap",
                            asset.asset.name, format(asset.asset.begins()), format(first)));
  }
  for (Month month = first; month <= std::max(now, first); month += std::chrono::months{1}) {
    PURSER_TRY(clear(store, writer, asset, month, mistake));
  }
  return {};
}

}  // namespace

Status withdraw(BooksStore& store, JournalWriter& writer, const StoredAsset& asset, Month now) {
  PURSER_TRY(clear_life(store, writer, asset, now, Mistake::kAdded));
  return store.insert_withdrawn(asset.id, asset.asset.name, writer.now(), writer.who());
}

Status take_out_of_service(BooksStore& store, JournalWriter& writer, const StoredAsset& asset,
                           Month now) {
  return clear_life(store, writer, asset, now, Mistake::kPlaced);
}

Event addition_of(const Asset& asset) {
  for (const Event& event : asset.events) {
    if (std::holds_alternative<Opening>(event.what)) return event;
  }
  return {.id = 0,
          .asset = asset.name,
          .on = asset.begins(),
          .effective = asset.begins(),
          .what = Opening{},
          .recorded = {}};
}

}  // namespace purser::books
