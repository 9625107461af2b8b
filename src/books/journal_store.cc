#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "books/books_store.h"
#include "books/columns.h"
#include "store/later.h"

namespace purser::books {
namespace {

using money::Currency;
using money::Money;
using store::Row;

// The account of the defaults that a line stands on, whatever it was called.
constexpr std::string_view kAccount =
    "coalesce((SELECT account_name.account FROM account_name "
    "WHERE account_name.name = word.spelling LIMIT 1), word.spelling)";

constexpr std::string_view kEntryColumns =
    "SELECT number, period, book, coalesce(withdrawn.name, asset.name), event, revision, date, "
    "rule, reverses, entry.recorded, entry.who, hash, account, against, entry.currency, minor "
    "FROM entry JOIN asset ON asset.id = entry.asset "
    "LEFT JOIN withdrawn ON withdrawn.asset = entry.asset {}";

}  // namespace

// --- the chart of accounts -----------------------------------------------------------------------

Status BooksStore::insert_account_name(const AccountName& name, Instant recorded,
                                       std::string_view who) {
  return database_.run(
      "INSERT INTO account_name (account, name, class, site, recorded, who) "
      "VALUES (?, ?, ?, (SELECT id FROM site WHERE name = ?), ?, ?)",
      {name.account, name.name, name.asset_class, name.site, stored(recorded), stored_who(who)});
}

Result<Chart> BooksStore::chart() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT account, account_name.name, class, site.name "
                                  "FROM account_name LEFT JOIN site "
                                  "ON site.id = account_name.site ORDER BY account_name.id"));
  std::vector<AccountName> names;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    names.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                     row.is_null(3) ? std::string() : std::string(row.text(3))});
    return {};
  }));
  return Chart(std::move(names));
}

Result<BooksStore::Place> BooksStore::place_of(std::int64_t asset_id, Date date) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT class, site.name FROM asset LEFT JOIN site "
                                  "ON site.id = coalesce((SELECT event.site FROM event "
                                  "WHERE event.asset = ?1 AND effective <= ?2 "
                                  "AND event.site IS NOT NULL "
                                  "AND event.id NOT IN (SELECT event FROM undone) "
                                  "ORDER BY effective DESC, event.id DESC LIMIT 1), asset.site) "
                                  "WHERE asset.id = ?1"));
  Place place;
  PURSER_TRY(select.each({asset_id, stored(date)}, [&](const Row& row) -> Status {
    place.asset_class = row.text(0);
    if (!row.is_null(1)) place.site = row.text(1);
    return {};
  }));
  return place;
}

Result<std::optional<std::string>> BooksStore::first_posted_of_class(std::string_view asset_class) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT name FROM asset WHERE ?1 IN ('', class) AND EXISTS "
                                  "(SELECT 1 FROM entry WHERE entry.asset = asset.id) "
                                  "ORDER BY id LIMIT 1"));
  std::optional<std::string> name;
  PURSER_TRY(select.each({asset_class}, [&](const Row& row) -> Status {
    name = row.text(0);
    return {};
  }));
  return name;
}

// --- the journal ---------------------------------------------------------------------------------

Result<Head> BooksStore::head() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1"));
  Head head;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    head = {row.integer(0), digest_from(row.blob(1))};
    return {};
  }));
  return head;
}

Status BooksStore::insert_entry(const Entry& entry, std::int64_t asset_id) {
  const Line& first = entry.lines.front();
  const bool is_pair = entry.lines.size() == 2 && entry.lines.back().amount == -first.amount;
  PURSER_ASSIGN(const std::int64_t book, words_.number_of(entry.book));
  PURSER_ASSIGN(const std::int64_t event, words_.number_of(entry.event));
  PURSER_ASSIGN(const std::int64_t rule, words_.number_of(entry.rule));
  PURSER_ASSIGN(const std::int64_t account, words_.number_of(first.account));
  PURSER_ASSIGN(const std::int64_t currency, words_.number_of(first.amount.currency().code()));
  std::optional<std::int64_t> who;
  if (!entry.who.empty()) {
    PURSER_ASSIGN(who, words_.number_of(entry.who));
  }
  std::optional<std::int64_t> against;
  if (is_pair) {
    PURSER_ASSIGN(against, words_.number_of(entry.lines.back().account));
  }
  PURSER_ASSIGN(auto insert,
                database_.prepare(std::string(store::kLater) +
                                  "INSERT INTO entry (number, period, asset, book, event, "
                                  "revision, date, rule, who, reverses, recorded, account, "
                                  "against, currency, minor, hash) "
                                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const std::string digest = stored_digest(entry.hash);
  PURSER_TRY(insert.run({entry.number, stored(entry.period), asset_id, book, event, entry.revision,
                         stored(entry.date), rule, who, entry.reverses, stored(entry.recorded),
                         account, against, currency, first.amount.minor(), store::Blob{digest}}));
  return is_pair ? Status() : insert_lines(entry);
}

// All but the first.
Status BooksStore::insert_lines(const Entry& entry) {
  PURSER_ASSIGN(auto insert,
                database_.prepare(std::string(store::kLater) +
                                  "INSERT INTO posting (entry, line, account, currency, minor) "
                                  "VALUES (?, ?, ?, ?, ?)"));
  for (std::size_t i = 1; i < entry.lines.size(); ++i) {
    const Line& line = entry.lines[i];
    PURSER_ASSIGN(const std::int64_t account, words_.number_of(line.account));
    PURSER_ASSIGN(const std::int64_t currency, words_.number_of(line.amount.currency().code()));
    PURSER_TRY(insert.run({entry.number, i, account, currency, line.amount.minor()}));
  }
  return {};
}

Result<PostedByEvent> BooksStore::posted(Month month, std::int64_t asset_id, Book book) {
  PostedByEvent sums;
  const auto take = [&](std::int64_t, Book one, std::string_view event, const PostedSum& sum) {
    if (one == book) sums.emplace(event, sum);
  };
  PURSER_TRY(posted_of_many(month, asset_id, asset_id, take));
  return sums;
}

// The first line of an entry is the account of the expense; its mirror image subtracts.
Status BooksStore::posted_of_many(Month month, std::int64_t first, std::int64_t last,
                                  const TakePosted& take) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT asset, book, event, sum(minor), count(*), "
                                  "sum(iif(reverses IS NULL, 1, -1)) FROM entry WHERE period = ? "
                                  "AND asset BETWEEN ? AND ? GROUP BY asset, book, event "
                                  "ORDER BY asset, book, event"));
  return select.each({stored(month), first, last}, [&](const Row& row) -> Status {
    PURSER_ASSIGN(const std::string_view book_name, words_.text_of(row.integer(1)));
    PURSER_ASSIGN(const Book book, parse_book(book_name));
    PURSER_ASSIGN(const std::string_view event, words_.text_of(row.integer(2)));
    take(row.integer(0), book, event,
         {row.integer(3), static_cast<int>(row.integer(4)), static_cast<int>(row.integer(5))});
    return {};
  });
}

Result<PostedLines> BooksStore::posted_lines(Month month, std::int64_t asset_id, Book book,
                                             std::string_view event, Called called) {
  constexpr std::string_view kOfOne =
      "WHERE period = ?1 AND asset = ?2 AND book = (SELECT id FROM word WHERE spelling = ?3) "
      "AND event = (SELECT id FROM word WHERE spelling = ?4)";
  PURSER_ASSIGN(
      auto select,
      database_.prepare(fmt::format(
          "SELECT {0}, sum(minor), max(revision) + 1 FROM "
          "(SELECT account, minor, revision FROM entry {1} "
          "UNION ALL SELECT against, -minor, revision FROM entry {1} AND against IS NOT NULL "
          "UNION ALL SELECT posting.account, posting.minor, revision FROM entry "
          "JOIN posting ON posting.entry = number {1}) AS lines "
          "JOIN word ON word.id = lines.account GROUP BY 1",
          called == Called::kByDefault ? kAccount : "word.spelling", kOfOne)));
  PostedLines lines;
  PURSER_TRY(select.each(
      {stored(month), asset_id, books::name(book), event}, [&](const Row& row) -> Status {
        lines.minor[std::string(row.text(0))] = row.integer(1);
        lines.entries = std::max(lines.entries, static_cast<int>(row.integer(2)));
        return {};
      }));
  return lines;
}

// A mirror image stands beside what it mirrors.
Result<bool> BooksStore::is_reversed(std::int64_t number) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT number FROM entry "
                                  "WHERE period = (SELECT period FROM entry WHERE number = ?1) "
                                  "AND asset = (SELECT asset FROM entry WHERE number = ?1) "
                                  "AND reverses = ?1"));
  return select.first({number}, [](const Row&) -> Status { return {}; });
}

Result<bool> BooksStore::any_charge(Month month, Book book) {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT number FROM entry WHERE period = ? "
                                  "AND book = (SELECT id FROM word WHERE spelling = ?) "
                                  "AND event IN (SELECT id FROM word WHERE spelling IN (?, ?, ?)) "
                                  "LIMIT 1"));
  return select.first({stored(month), books::name(book), name(Kind::kDepreciation),
                       name(Kind::kMaintenance), name(Kind::kSpace)},
                      [](const Row&) -> Status { return {}; });
}

Result<bool> BooksStore::is_of_withdrawn(std::int64_t number) {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT number FROM entry WHERE number = ? "
                                               "AND asset IN (SELECT asset FROM withdrawn)"));
  return select.first({number}, [](const Row&) -> Status { return {}; });
}

// --- reading entries -----------------------------------------------------------------------------

Result<Line> BooksStore::line_from(std::int64_t account, std::int64_t currency,
                                   std::int64_t minor) {
  PURSER_ASSIGN(const std::string_view code, words_.text_of(currency));
  PURSER_ASSIGN(const Currency parsed, Currency::parse(code));
  PURSER_ASSIGN(const std::string_view name, words_.text_of(account));
  return Line{std::string(name), Money(minor, parsed)};
}

// A number of which only a part fits would be read, and hashed, as another one.
static Status check_ranges(const Row& row) {
  constexpr std::int64_t kMonthsMost = std::int64_t{10'000} * kMonthsPerYear;
  constexpr std::int64_t kDaysMost = 4'000'000;
  const auto within = [&](int column, std::int64_t least, std::int64_t most) {
    return row.integer(column) >= least && row.integer(column) <= most;
  };
  if (within(1, 0, kMonthsMost) && within(5, 0, std::numeric_limits<int>::max()) &&
      within(6, -kDaysMost, kDaysMost)) {
    return {};
  }
  return fail(ErrorCode::kCorrupt, "its month, day or revision is none");
}

// Columns as in kEntryColumns; without the lines that stand elsewhere.
Status BooksStore::read_entry(const Row& row, Entry& entry) {
  const auto word = [&](int column, std::string& text) -> Status {
    PURSER_ASSIGN(text, words_.text_of(row.integer(column)));
    return {};
  };
  entry.number = row.integer(0);
  PURSER_TRY(check_ranges(row));
  entry.period = month_from(row.integer(1));
  PURSER_TRY(word(2, entry.book));
  entry.asset = row.text(3);
  PURSER_TRY(word(4, entry.event));
  entry.revision = static_cast<int>(row.integer(5));
  entry.date = date_from(row.integer(6));
  PURSER_TRY(word(7, entry.rule));
  if (!row.is_null(8)) entry.reverses = row.integer(8);
  entry.recorded = Instant(Nanoseconds{row.integer(9)});
  if (!row.is_null(10)) PURSER_TRY(word(10, entry.who));
  entry.hash = digest_from(row.blob(11));
  if (row.is_null(12))
    return fail(ErrorCode::kCorrupt,
                "its first line is missing; restore the books from a backup "
                "made before that");
  PURSER_ASSIGN(Line line, line_from(row.integer(12), row.integer(14), row.integer(15)));
  entry.lines.push_back(std::move(line));
  if (row.is_null(13)) return {};
  PURSER_ASSIGN(Line other, line_from(row.integer(13), row.integer(14), -row.integer(15)));
  entry.lines.push_back(std::move(other));
  return {};
}

Status BooksStore::entries_where(std::string_view where,
                                 std::initializer_list<store::Parameter> parameters,
                                 const TakeEntry& take) {
  PURSER_ASSIGN(auto entries, database_.prepare(fmt::format(kEntryColumns, where)));
  PURSER_ASSIGN(auto lines, database_.prepare("SELECT account, currency, minor FROM posting "
                                              "WHERE entry = ? ORDER BY line"));
  return entries.each(parameters, [&](const Row& row) -> Status {
    Entry entry;
    if (Status read = read_entry(row, entry); !read) {
      return fail(std::move(read).error().in(fmt::format("entry {}", row.integer(0))));
    }
    if (!row.is_null(13)) return take(entry);
    auto read = lines.each({entry.number}, [&](const Row& more) -> Status {
      PURSER_ASSIGN(Line line, line_from(more.integer(0), more.integer(1), more.integer(2)));
      entry.lines.push_back(std::move(line));
      return {};
    });
    if (!read) return fail(std::move(read).error().in(fmt::format("entry {}", entry.number)));
    return take(entry);
  });
}

Status BooksStore::each_entry(std::optional<Month> month, const TakeEntry& take) {
  if (month) return entries_where("WHERE period = ? ORDER BY number", {stored(*month)}, take);
  return entries_where("ORDER BY number", {}, take);
}

Status BooksStore::each_entry_by_date(Book book, std::optional<Month> month,
                                      const TakeEntry& take) {
  if (month) {
    return entries_where(
        "WHERE period = ? AND book = (SELECT id FROM word WHERE spelling = ?) ORDER BY date, "
        "number",
        {stored(*month), books::name(book)}, take);
  }
  return entries_where(
      "WHERE book = (SELECT id FROM word WHERE spelling = ?) ORDER BY date, number",
      {books::name(book)}, take);
}

Status BooksStore::each_entry_numbered(std::int64_t number, const TakeEntry& take) {
  return entries_where("WHERE number = ?", {number}, take);
}

Status BooksStore::each_entry_of(Month month, std::int64_t asset_id, std::string_view event,
                                 const TakeEntry& take) {
  return entries_where(
      "WHERE period = ? AND entry.asset = ? AND event = (SELECT id FROM word WHERE spelling = ?) "
      "ORDER BY number",
      {stored(month), asset_id, event}, take);
}

// An entry that balances in two lines has no others.
Result<StrayLines> BooksStore::stray_lines() {
  PURSER_ASSIGN(auto select,
                database_.prepare("SELECT count(*), coalesce(min(posting.entry), 0) FROM posting "
                                  "LEFT JOIN entry ON number = posting.entry "
                                  "WHERE number IS NULL OR against IS NOT NULL"));
  StrayLines stray;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    stray = {row.integer(0), row.integer(1)};
    return {};
  }));
  return stray;
}

// --- closed months -------------------------------------------------------------------------------

Status BooksStore::insert_closing(const Closing& closing, Instant recorded, std::string_view who) {
  return database_.run(
      "INSERT INTO closing (period, head, hash, recorded, usage_seen, who) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      {stored(closing.month), closing.head.number, closing.head.hash, stored(recorded),
       closing.usage_seen, stored_who(who)});
}

Result<std::optional<Month>> BooksStore::closed_through() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT max(period) FROM closing"));
  std::optional<Month> last;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    if (!row.is_null(0)) last = month_from(row.integer(0));
    return {};
  }));
  return last;
}

Result<std::vector<Closing>> BooksStore::closings() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT period, head, hash, usage_seen FROM closing "
                                               "ORDER BY period"));
  std::vector<Closing> closings;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    closings.push_back(
        {month_from(row.integer(0)), {row.integer(1), std::string(row.text(2))}, row.integer(3)});
    return {};
  }));
  return closings;
}

Result<std::int64_t> BooksStore::usage_seen() {
  PURSER_ASSIGN(auto select, database_.prepare("SELECT usage_seen FROM closing "
                                               "ORDER BY period DESC LIMIT 1"));
  std::int64_t seen = 0;
  PURSER_TRY(select.each({}, [&](const Row& row) -> Status {
    seen = row.integer(0);
    return {};
  }));
  return seen;
}

}  // namespace purser::books
