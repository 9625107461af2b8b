// What stands in the journal: asset by asset, by class with what moved it, and on each account.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "books/book.h"
#include "money/money.h"

namespace purser::books {

struct Asset;

// What is not in service yet, as a class of the roll-forward: what is placed passes from it to the
// class of the asset, in `placed` of both. No class can have this name.
inline constexpr std::string_view kInProgressClass = "in progress";

// What was posted for one asset up to the end of a month. Nothing of it is forecast: a month that
// was not posted is not in it.
struct Standing {
  money::Money cost;
  money::Money accumulated;  // depreciation and impairment; positive
  money::Money carrying;     // cost less accumulated
};
using TakeStanding = std::function<Status(const Asset&, const Standing&)>;

// How one side of a class went from one balance to another (IAS 16.73 d, e): closing is opening and
// all between. Depreciation and impairment are positive on their side, and negative in the carrying
// amount.
struct Movements {
  money::Money opening;
  money::Money added;     // purchases and improvements, less credits
  money::Money charged;   // depreciation, what is deducted at once, and what was caught up of it
  money::Money impaired;  // losses in profit
  money::Money impairment_reversed;
  money::Money revalued;  // up and down, and impairments that a surplus bore
  money::Money disposed;
  money::Money placed;  // from what is in progress to the class of the asset
  money::Money other;   // taken over, divided between classes, reinstated
  money::Money closing;
};
struct Movement {
  std::string_view name;  // of JSON
  std::string_view text;
  money::Money Movements::*amount;
};
// In their order, opening first and closing last.
inline constexpr std::array<Movement, 10> kMovements{{
    {"opening", "opening", &Movements::opening},
    {"added", "bought, improved", &Movements::added},
    {"charged", "charged", &Movements::charged},
    {"impaired", "impaired", &Movements::impaired},
    {"impairment_reversed", "impairment taken back", &Movements::impairment_reversed},
    {"revalued", "revalued", &Movements::revalued},
    {"disposed", "disposed of", &Movements::disposed},
    {"placed", "placed in service", &Movements::placed},
    {"other", "other", &Movements::other},
    {"closing", "closing", &Movements::closing},
}};
struct ClassMovements {
  std::string asset_class;
  money::Currency currency;
  Movements cost;
  Movements accumulated;  // depreciation and impairment
};

// What stands on an account of the ledger, under the name by which it was posted; debits are
// positive, credits negative. closing = opening + debits + credits.
struct AccountBalance {
  std::string account;
  money::Money opening;
  money::Money debits;
  money::Money credits;
  money::Money closing;
};

}  // namespace purser::books
