// All that was ever recorded of one asset, in the order in which it happened, and the log of what
// was looked after. Nothing of it is derived but what the journal says of a disposal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "books/disposal.h"
#include "books/purchase.h"
#include "books/upkeep.h"
#include "store/store.h"

namespace purser::books {

// It came into a book at once, and not by steps or out of another asset.
struct IntoBook {
  Book book = Book::kFinancial;
  money::Money cost;
  std::optional<Terms> terms = std::nullopt;  // none of what was taken back
};

struct Undone {
  Instant recorded{};
  std::string who = {};
};

// Of a repair that was a service, the service alone.
struct Happened {
  Date on{};         // of a cover, when it was recorded
  Date effective{};  // from when on it counts: that day, or the first open one if it was closed
  std::variant<IntoBook, PurchaseStep, Event, Service, Cover, Condition> what;
  std::optional<Instant> recorded = std::nullopt;  // none: nothing was posted that would say so
  std::string who = {};                            // empty: nobody said
  std::optional<Undone> undone = std::nullopt;
  // By which it can be taken back by itself: "improvement:3", "service:4", "joining:tax". Empty of
  // what was taken back, of steps of a purchase, and of what goes with the asset alone.
  std::string key = {};
  // Of a disposal that stands, by book: what was posted or, of one that lies ahead, will be.
  std::vector<std::pair<Book, DisposalFigures>> gone = {};
};

struct History {
  std::string asset;
  std::optional<Asset> stands = std::nullopt;  // as it is; none where it is in no book (yet)
  std::vector<Happened> happened = {};         // by day and as recorded
};
// With what was added by mistake under that name and taken back. kNotFound says which name is near.
Result<History> history_of(store::Database& database, std::string_view asset);

struct LoggedService {
  Service service;
  Instant recorded{};
  std::string who = {};
};
// The services of all assets on those days, by day and asset; what was undone is none.
Result<std::vector<LoggedService>> service_log(store::Database& database, Period days);

}  // namespace purser::books
