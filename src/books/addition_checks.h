// What is asked of an asset that comes into the books, whichever way it comes. Behind the door.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "books/books_store.h"

namespace purser::books {

// No asset has that name, not even one that was only ordered.
Status refuse_taken(BooksStore& store, std::string_view name);

// kAlreadyExists: a name of that kind differs from `name` by the case of its letters alone, so that
// one would be taken for the other.
Status refuse_alike(BooksStore& store, Named kind, std::string_view name);

// The same for what is added one after another: names are read from the books once.
class NamesTaken {
 public:
  explicit NamesTaken(BooksStore& store) : store_(store) {}
  // kAlreadyExists: the name of the asset or its class, as refuse_alike().
  Status add(const Asset& asset);

 private:
  Status add_name(std::string_view name);

  BooksStore& store_;
  std::int64_t asked_ = 0;
  std::unordered_set<std::string> names_;  // in lower case, from the second asset on
  std::set<std::string, std::less<>> classes_;
};

// Its name, terms, amounts and site. `way_out` ends the sentence where its site pays its power in
// another currency.
Status check_addition(BooksStore& store, const Asset& asset, std::string_view way_out);

// The first open day, if the month of service is closed: from then on these books have it. None
// otherwise. kInvalidInput: it is to be taken over in a closed month.
Result<std::optional<Date>> entered_on(BooksStore& store, const Asset& asset);

}  // namespace purser::books
