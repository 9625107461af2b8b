// Decides the convention of tax years within a transaction, and corrects what was posted by
// another. Behind the door.
#pragma once

#include <set>
#include <vector>

#include "books/books_store.h"
#include "books/journal.h"
#include "books/macrs_year.h"

namespace purser::books {

// Adds the tax years in which property of the asset was placed in service, in every book.
Status add_tax_years(const Asset& asset, std::set<TaxYear>& years);

// Makes the test of those years and rules anew where its answer changed: from the first day of the
// year or, if a month of it is closed, from the first open day. Open months up to `now` that were
// posted are corrected. Gives the years whose convention changed.
Result<std::vector<RuledYear>> settle_tax_years(BooksStore& store, JournalWriter& writer,
                                                const std::set<TaxYear>& years, Month now);
// Those of the property of an asset, as it was and as it is.
Result<std::vector<RuledYear>> settle_tax_years_of(BooksStore& store, JournalWriter& writer,
                                                   const Asset& before, const Asset& after,
                                                   Month now);

}  // namespace purser::books
