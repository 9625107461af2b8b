// What stands in the journal: asset by asset, and by class with what moved it.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "books/book.h"
#include "money/money.h"

namespace purser::books {

struct Asset;

// What was posted for one asset up to the end of a month. Nothing of it is forecast: a month that
// was not posted is not in it.
struct Standing {
  money::Money cost;
  money::Money accumulated;  // depreciation and impairment; positive
  money::Money carrying;     // cost less accumulated
};
using TakeStanding = std::function<Status(const Asset&, const Standing&)>;

// How one side of a class went from one balance to another (IAS 16.73):
// closing = opening + added + disposed + other.
struct Movements {
  money::Money opening;
  money::Money added;     // to cost: purchases and improvements; to depreciation: what was charged
  money::Money disposed;  // negative: what left the books
  money::Money other;
  money::Money closing;
};
struct ClassMovements {
  std::string asset_class;
  money::Currency currency;
  Movements cost;
  Movements accumulated;  // positive is depreciation, or impairment, which is `other`
};

}  // namespace purser::books
