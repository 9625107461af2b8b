// How an accumulated amount came about, in one clause for a person. Behind the door of schedule.h,
// which has workings() of an asset to which nothing happened.
#pragma once

#include <string>

#include "books/terms.h"

namespace purser::books {

// The same of one to which something happened on `since`: `charged` by then, in minor units, and
// from then on what is left of `terms`, whose cost is what charges count down from. Empty where no
// clause says it: under MACRS and declining balance.
std::string workings_since(const Terms& terms, Date since, std::int64_t charged, Date date);

}  // namespace purser::books
