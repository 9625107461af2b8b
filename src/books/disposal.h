// What left the books with a disposal, and what it gained or lost; one of them, or all of a period.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "money/money.h"
#include "store/store.h"

namespace purser::books {

// carrying = cost - accumulated - impaired; gain = proceeds - carrying (IAS 16.71).
struct DisposalFigures {
  money::Money cost;
  money::Money accumulated;  // depreciation, with what was deducted at once
  money::Money impaired;
  money::Money carrying;
  money::Money proceeds;
  money::Money gain;          // negative: a loss
  money::Money surplus;       // of revaluations, which goes to retained earnings
  money::Money bonus_denied;  // of MACRS that leaves in its first year: no part of accumulated
};

// By its terms, as it is posted: at the end of the month of the event, which is a disposal of that
// asset. It must stand in the book.
Result<DisposalFigures> disposal_figures(const Asset& asset, Book book, const Event& event);

class BooksStore;
// By the journal; none where nothing of it stands there. Behind the door.
Result<std::optional<DisposalFigures>> posted_disposal(BooksStore& store, std::int64_t asset_id,
                                                       const Asset& asset, Book book,
                                                       const Event& event);

enum class Leaving : std::uint8_t { kSold, kScrapped, kTradedIn, kReinstated };
std::string_view name(Leaving how);  // "sold", "scrapped", "traded in", "reinstated"
Leaving leaving_of(const Disposal& disposal);

// What the journal says of a disposal; of a reinstatement the same, negative.
struct Disposed {
  std::string asset;
  std::string asset_class;
  Leaving how = Leaving::kSold;
  Date on{};
  Date effective{};  // that day, or the first open one if it was closed
  DisposalFigures figures;
  Instant recorded{};
  std::string who = {};
};
struct Disposals {
  std::vector<Disposed> all;    // by class, asset and day
  std::int64_t not_posted = 0;  // recorded in those months and not posted, which are not in it
};
// Of the assets that stand in that book, from the first day of `first` to the end of `last`. What
// was undone is none.
Result<Disposals> disposals(store::Database& database, Book book, Month first, Month last);

}  // namespace purser::books
