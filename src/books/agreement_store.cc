// Where the journal and the facts beside it do not say the same: what no chain of hashes shows,
// because an entry is hashed with the name of its asset and the number of its event alone.
#include <charconv>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/columns.h"
#include "money/money.h"

namespace purser::books {
namespace {

using money::Int128;
using store::Row;

// What an entry of an event says of it.
struct Told {
  std::int64_t number = 0;
  std::string kind;
  std::int64_t id = 0;
  std::int64_t asset = 0;
  std::int64_t date = 0;
  std::int64_t minor = 0;  // of its first line
  bool is_first = false;   // of its event, and no reversal
  bool is_financial = false;
};

// "improvement:3"; none where no number is behind the colon.
bool read_key(std::string_view key, Told& told) {
  const std::size_t colon = key.find(':');
  told.kind = key.substr(0, colon);
  const std::string_view digits = key.substr(colon + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), told.id);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
}

}  // namespace

Result<std::int64_t> BooksStore::count_entries() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT count(*) FROM entry"));
  std::int64_t count = 0;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    count = row.integer(0);
    return {};
  }));
  return count;
}

Result<std::optional<std::int64_t>> BooksStore::number_found(
    std::string_view sql, std::initializer_list<store::Parameter> parameters) {
  PURSER_ASSIGN(auto select, database_.prepare(sql));
  std::optional<std::int64_t> number;
  PURSER_TRY(select.each(parameters, [&](const Row& row) -> Status {
    number = count_from(row, 0);
    return {};
  }));
  return number;
}

Result<std::optional<std::int64_t>> BooksStore::entry_of_no_asset() {
  return number_found("SELECT min(number) FROM entry WHERE asset NOT IN (SELECT id FROM asset)",
                      {});
}

// It was bought for what it cost, when it came into service or was told of later.
Result<std::optional<std::int64_t>> BooksStore::entry_of_other_cost() {
  return number_found(
      "SELECT min(number) FROM entry JOIN asset ON asset.id = entry.asset "
      "JOIN word ON word.id = entry.currency "
      "WHERE event = (SELECT id FROM word WHERE spelling = 'acquisition') "
      "AND book = (SELECT id FROM word WHERE spelling = 'financial') "
      "AND revision = 0 AND (minor <> cost OR word.spelling <> asset.currency "
      "OR date < in_service)",
      {});
}

// The lines of what was withdrawn, on the accounts of the defaults: earlier versions took back
// under the names of that day.
Result<std::optional<std::string>> BooksStore::unsettled_withdrawn() {
  constexpr std::string_view kTheirs = "entry.asset IN (SELECT withdrawn.asset FROM withdrawn)";
  PURSER_ASSIGN(
      auto select,
      database_.prepare(fmt::format(
          "SELECT withdrawn.name, lines.asset, book, account, currency, sum(minor) FROM ("
          "SELECT asset, book, account, currency, minor FROM entry WHERE {0} "
          "UNION ALL SELECT asset, book, against, currency, -minor FROM entry WHERE {0} "
          "AND against IS NOT NULL "
          "UNION ALL SELECT asset, book, posting.account, posting.currency, posting.minor "
          "FROM posting JOIN entry ON number = posting.entry WHERE {0}) AS lines "
          "JOIN withdrawn ON withdrawn.asset = lines.asset "
          "GROUP BY withdrawn.name, lines.asset, book, account, currency ORDER BY lines.asset",
          kTheirs)));
  PURSER_ASSIGN(const Chart names, chart());
  struct OnAccount {
    std::string asset;
    Int128 minor = 0;
  };
  std::map<std::string, OnAccount> standing;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const std::string_view account, words_.text_of(row.integer(3)));
    OnAccount& one = standing[fmt::format("{}/{}/{}/{}", row.integer(1), row.integer(2),
                                          names.account_of(account), row.integer(4))];
    one.asset = row.text(0);
    one.minor += row.integer(5);
    return {};
  }));
  for (const auto& [key, one] : standing) {
    if (one.minor != 0) return std::optional(one.asset);
  }
  return std::nullopt;
}

// A name is free when all that was posted under it is; its next bearer comes behind that. (CROSS:
// all entries are read once, and not once for each bearer.)
Result<std::optional<std::string>> BooksStore::entangled_name() {
  PURSER_ASSIGN(
      auto select,
      database_.prepare("SELECT bearers.name, entry.asset, min(number), max(number) FROM entry "
                        "CROSS JOIN (SELECT withdrawn.asset AS id, withdrawn.name FROM withdrawn "
                        "UNION ALL SELECT asset.id, asset.name FROM asset WHERE asset.name IN "
                        "(SELECT withdrawn.name FROM withdrawn)) AS bearers "
                        "WHERE bearers.id = entry.asset "
                        "GROUP BY bearers.name, entry.asset ORDER BY bearers.name, entry.asset"));
  std::optional<std::string> entangled;
  std::string name;
  std::int64_t last = 0;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    if (row.text(0) == name && row.integer(2) <= last && !entangled) entangled = name;
    name = row.text(0);
    last = row.integer(3);
    return {};
  }));
  return entangled;
}

Result<std::optional<std::int64_t>> BooksStore::entry_of_other_event() {
  PURSER_ASSIGN(
      auto select,
      database_.prepare("SELECT number, events.spelling, asset, date, minor, revision, reverses, "
                        "books.spelling FROM entry JOIN word AS events ON events.id = entry.event "
                        "JOIN word AS books ON books.id = entry.book "
                        "WHERE entry.event IN (SELECT word.id FROM word "
                        "WHERE instr(word.spelling, ':') > 0) ORDER BY number"));
  std::optional<std::int64_t> found;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    Told told{.number = row.integer(0),
              .kind = {},
              .asset = row.integer(2),
              .date = row.integer(3),
              .minor = row.integer(4),
              .is_first = row.integer(5) == 0 && row.is_null(6),
              .is_financial = row.text(7) == name(Book::kFinancial)};
    if (found || !read_key(row.text(1), told)) return {};  // late energy has a month there
    PURSER_ASSIGN(const std::optional<Fact> fact, told.kind == "purchase"
                                                      ? purchase_fact(told.id)
                                                      : event_fact(told.id, told.asset));
    const bool agrees =
        fact && fact->asset == told.asset && fact->kind == told.kind &&
        (!told.is_financial || fact->effective == told.date) &&
        (!told.is_first || !told.is_financial || fact->amount.value_or(told.minor) == told.minor);
    if (!agrees) found = told.number;
    return {};
  }));
  return found;
}

Result<std::optional<BooksStore::Fact>> BooksStore::purchase_fact(std::int64_t id) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT asset, effective, (SELECT sum(minor) FROM purchase_cost "
                                  "WHERE purchase_cost.purchase = purchase.id) FROM purchase "
                                  "WHERE id = ? AND kind = 1"));
  std::optional<Fact> fact;
  PURSER_TRY(select.each({id}, [&](const Row& row) -> Status {
    fact = Fact{row.integer(0), "purchase", row.integer(1), count_from(row, 2)};
    return {};
  }));
  return fact;
}

}  // namespace purser::books
