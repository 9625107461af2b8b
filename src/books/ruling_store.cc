// The convention of tax years under MACRS, as the tables keep it.
#include <algorithm>

#include "books/books_store.h"
#include "books/columns.h"

namespace purser::books {
namespace {

using money::Currency;
using store::Row;

// Whether the law decides for it in some book.
bool is_unnamed(const Terms& terms) {
  const auto* const macrs = std::get_if<Macrs>(&terms.method);
  return macrs != nullptr && !macrs->convention;
}
bool is_unnamed_in(const Asset& asset, Book book) {
  const Terms* const terms = asset.terms_in(book);
  return terms != nullptr && is_unnamed(*terms);
}

}  // namespace

Status BooksStore::insert_ruling(const MacrsRuling& ruling) {
  return database_.run(
      "INSERT INTO ruling (book, currency, year, convention, effective, recorded, who) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {static_cast<int>(ruling.year.book), ruling.year.currency.code(), stored(ruling.year.start),
       name(ruling.convention), stored(ruling.effective), stored(ruling.recorded),
       stored_who(ruling.who)});
}

Result<std::vector<MacrsRuling>> BooksStore::rulings() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT book, currency, year, convention, effective, recorded, "
                                  "who FROM ruling ORDER BY id"));
  std::vector<MacrsRuling> all;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const Currency currency, Currency::parse(row.text(1)));
    PURSER_ASSIGN(const Convention convention, parse_convention(row.text(3)));
    all.push_back({.year = {.book = row.enumerator<Book>(0, Book::kManagement),
                            .currency = currency,
                            .start = date_from(row.integer(2))},
                   .convention = convention,
                   .effective = date_from(row.integer(4)),
                   .recorded = Instant(Nanoseconds{row.integer(5)}),
                   .who = who_from(row, 6)});
    return {};
  }));
  return all;
}

Status BooksStore::read_rulings(std::vector<StoredAsset>& assets) {
  const bool asked = std::any_of(assets.begin(), assets.end(), [](const StoredAsset& stored_asset) {
    return std::any_of(kBooks.begin(), kBooks.end(),
                       [&](Book book) { return is_unnamed_in(stored_asset.asset, book); });
  });
  if (!asked) return {};
  PURSER_ASSIGN(const std::vector<MacrsRuling> made, rulings());
  const std::vector<MacrsRuling> all = in_force(made);
  for (StoredAsset& stored_asset : assets) {
    Asset& asset = stored_asset.asset;
    for (const MacrsRuling& ruling : all) {
      const bool its =
          ruling.year.currency == asset.currency() && is_unnamed_in(asset, ruling.year.book);
      if (its) asset.rulings.push_back(ruling);
    }
  }
  return {};
}

// What was bought then, improved, divided or taken in, whenever it was told.
Status BooksStore::each_asset_placed_in(const Period& days, const TakeAsset& take) {
  return assets_where(
      "WHERE asset.id IN (SELECT id FROM asset WHERE in_service >= ?1 AND in_service < ?2 "
      "UNION SELECT asset FROM event WHERE kind = 1 AND happened >= ?1 AND happened < ?2 "
      "UNION SELECT event.asset FROM portion JOIN event ON event.id = portion.event "
      "WHERE in_service >= ?1 AND in_service < ?2 "
      "UNION SELECT event.other FROM portion JOIN event ON event.id = portion.event "
      "WHERE in_service >= ?1 AND in_service < ?2 AND event.other IS NOT NULL) ORDER BY asset.id",
      {stored(days.start), stored(days.end)}, 1000, take);
}

Result<std::optional<FiscalYearStart>> BooksStore::macrs_year_start(Book book, Currency currency) {
  PURSER_ASSIGN(auto select,
                database_.prepare(
                    "SELECT fiscal_year_start FROM book_terms JOIN asset ON asset.id = asset "
                    "WHERE book = ? AND method LIKE 'macrs:%' AND currency = ? AND asset NOT IN "
                    "(SELECT asset FROM withdrawn) ORDER BY asset DESC LIMIT 1"));
  std::optional<FiscalYearStart> start;
  PURSER_TRY(select.each({name(book), currency.code()}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(start, parse_fiscal_year_start(row.text(0)));
    return {};
  }));
  return start;
}

}  // namespace purser::books
