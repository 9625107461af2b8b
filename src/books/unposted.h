// Which months of a book lack charges, because nobody posted them for every machine. Behind them
// stand registers that say less than they will.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "books/book.h"
#include "store/store.h"

namespace purser::books {

struct Unposted {
  Month month{};
  bool in_part = false;  // some charge of it was posted in that book
  std::string asset;     // the first by the order of recording that lacks one
};

// The open months until `last`, in their order, in which posting the month would charge a machine
// that has no charge of it: the month was never posted, the machine was added since, or its charge
// was reversed. One pass over the assets, whatever the number of months; it ends as soon as each
// of them lacks one.
Result<std::vector<Unposted>> unposted(store::Database& database, Book book, Month last);

}  // namespace purser::books
