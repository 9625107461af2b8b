// What stands on every account of a book, and what moved there in whole months.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/book.h"
#include "books/registers.h"
#include "store/store.h"

namespace purser::books {

struct TrialBalance {
  std::vector<AccountBalance> accounts;  // by currency and account
  std::optional<Month> last;             // of what is in it; none: nothing was posted by then
};
// Opening is what stood before `first`; none: nothing did. Up to the end of `last`; none: all that
// was posted, of months that lie ahead too. Closed months cost their sums alone.
Result<TrialBalance> trial_balance(store::Database& database, Book book, std::optional<Month> first,
                                   std::optional<Month> last);

}  // namespace purser::books
