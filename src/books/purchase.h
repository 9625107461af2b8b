// How assets come into the books step by step: ordered, acquired at all that they cost, placed in
// service.
//
// An order is a promise on both sides and posts nothing. What is acquired is posted to
// Assets:In-Progress, each cost with its month, until the asset is placed in service: then the sum
// passes to Assets:Equipment, its charges begin, and it is an asset as if Books::add_asset() had
// been given that sum. Cost is what brings it to its place and makes it work: price, freight,
// installation and testing; no training and no administration (IAS 16.16 to 16.19, ASC
// 360-10-30-1). What was paid in a foreign currency is converted at the rate of that day, once
// (IAS 21.21, 21.23 b).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/books.h"
#include "money/exchange.h"
#include "money/money.h"
#include "store/store.h"

namespace purser::books {

enum class CostKind : std::uint8_t { kPrice, kFreight, kInstallation };
inline constexpr std::array kCostKinds{CostKind::kPrice, CostKind::kFreight,
                                       CostKind::kInstallation};
std::string_view name(CostKind kind);  // "price", "freight", "installation"

struct PurchaseCost {
  CostKind kind = CostKind::kPrice;
  money::Money amount;                                // > 0
  std::optional<money::Foreign> paid = std::nullopt;  // what `amount` is by its rate
};

// kAddition: bought and placed at once, by Additions::add_asset(), in a foreign currency or with a
// document.
enum class StepKind : std::uint8_t { kOrder, kCosts, kPlacing, kAddition };
std::string_view name(StepKind kind);  // "order", "purchase", "placing", "addition"

struct PurchaseStep {
  std::int64_t id = 0;  // given by the books, in the order of recording
  StepKind kind = StepKind::kOrder;
  Date on{};
  Date effective{};                             // that day, or the first open one if it was closed
  std::optional<Date> expected = std::nullopt;  // of an order: the day of its delivery
  std::string vendor = {};                      // empty: nobody said
  std::vector<PurchaseCost> costs = {};         // of an order what it will cost, in any currency
  std::string asset_class = {};                 // of an order; empty: of books of before
  Instant recorded{};
  std::string who = {};
  std::string serial = {};    // of the machine, as it was known then; empty: nobody said
  std::string document = {};  // the number of its invoice or voucher; empty: nobody said
};

// The steps of an asset that stand, in the order of recording.
struct Purchase {
  std::string asset;
  std::string asset_class;
  money::Currency currency;  // of its costs; while there are none, of what it will cost
  std::vector<PurchaseStep> steps = {};

  const PurchaseStep* step(StepKind kind) const;  // the last of that kind; null: none
  money::Money cost() const;                      // without the order
  std::string_view serial() const;                // as it was said last; empty: nobody did
};

struct Order {
  std::string asset;
  Date on{};
  money::Money cost;  // in any currency; what it costs in the books is known when it is acquired
  std::optional<Date> expected = std::nullopt;  // >= on
  std::string vendor = {};
  std::string asset_class = std::string(kDefaultClass);
  std::string serial = {};
  std::string document = {};
};

struct Acquisition {
  std::string asset;
  Date on{};
  std::vector<PurchaseCost> costs;  // at most one of a kind, all in one currency
  std::string vendor = {};
  std::optional<std::string> asset_class = std::nullopt;  // none: as ordered, or the default
  std::string serial = {};                                // empty: as ordered
  std::string document = {};
};

// What acquire() or undo() did.
struct PurchaseAnswer {
  PurchaseStep step;                  // recorded, or taken back
  Purchase purchase;                  // with it, or without it
  bool forgotten = false;             // no step is left: the name is free
  std::vector<RuledYear> ruled = {};  // tax years whose convention changed with it
  // Of a placing that was taken back: as it stood in service.
  std::optional<Asset> stood = std::nullopt;
  std::vector<UnitsUsed> readings = {};  // and what was known of its use, by day
  // Charges that had been reversed by hand and that were posted again with it.
  std::vector<PostedAgain> again = {};
};

struct Placed {
  Asset asset;        // as it stands
  Purchase purchase;  // with the placing
  std::vector<RuledYear> ruled = {};
  std::vector<PostedAgain> again = {};  // as above
};

// What was acquired by the end of a month and not placed by then.
struct InProgress {
  std::string asset;
  std::string asset_class;
  money::Money cost;
};

// What is known of a purchase at once, by asset.
struct AtOnce {
  std::optional<money::Foreign> paid = std::nullopt;
  std::string document = {};
};
using BoughtAtOnce = std::map<std::string, AtOnce, std::less<>>;

class Purchases {
 public:
  // As Books: borrowed, one thread at a time, every call that writes is one transaction.
  Purchases(store::Database& database, const Clock& clock, std::string who = {})
      : database_(database), clock_(clock), who_(std::move(who)) {}

  // Refused: a name that is taken, a day that is still to come, a delivery before the order.
  Result<PurchaseStep> order(const Order& order, Effect effect = Effect::kWrite);
  // Of an asset that was ordered or is in progress, or of a new one. Refused: an asset that is in
  // service, a day that is still to come or before the order, another currency or class than that
  // of its costs before.
  Result<PurchaseAnswer> acquire(const Acquisition& acquisition, Effect effect = Effect::kWrite,
                                 const Observer& tell = {});
  // `asset` without a takeover, and with the cost of its purchase; without a serial number it has
  // that of its purchase. Refused: what add_asset() refuses, nothing acquired, a cost behind the
  // day of service.
  Result<Placed> place(const Asset& asset, Effect effect = Effect::kWrite,
                       const Observer& tell = {}, std::string_view document = {});
  // Takes back the last step; of costs the last that count in an open month. Its entries by their
  // mirror images; of a placing all that was posted since, its terms in every book and its
  // readings. None, and nothing is done, where something else was recorded of the asset later, or
  // it was added at once: that is Books::undo()'s. Refused: what counts in a closed month.
  Result<std::optional<PurchaseAnswer>> undo(std::string_view asset, Effect effect = Effect::kWrite,
                                             const Observer& tell = {});

  // The same of the step that an entry of the journal was posted for; of costs before it was placed
  // in service any step, of a placing the last. None: the entry is of no such step that can be
  // taken back by itself, and nothing is done.
  Result<std::optional<PurchaseAnswer>> undo_entry(std::int64_t number,
                                                   Effect effect = Effect::kWrite,
                                                   const Observer& tell = {});

  // None: not bought by steps, nor in a foreign currency, nor with a document.
  Result<std::optional<Purchase>> purchase(std::string_view asset) const;
  // Of those that were bought and placed at once, in a foreign currency or with a document.
  Result<BoughtAtOnce> bought_at_once() const;
  Result<std::vector<Purchase>> pending() const;                     // not in service yet; by name
  Result<std::vector<InProgress>> in_progress(Month through) const;  // by class and name

 private:
  store::Database& database_;
  const Clock& clock_;
  std::string who_;
};

}  // namespace purser::books
