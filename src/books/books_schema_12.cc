// The schema of the books from version 12 on.
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "books/books_schema.h"

namespace purser::books {
namespace {

constexpr std::string_view kTwelfth = R"sql(
-- Who may do what: 0 read, 1 operate, 2 close; null, nothing is said any more. The last row of a
-- person counts.
CREATE TABLE role_grant (
  id INTEGER PRIMARY KEY,
  person TEXT NOT NULL,
  role INTEGER,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE INDEX role_of_person ON role_grant (person, id);
CREATE TRIGGER role_grant_stands BEFORE UPDATE ON role_grant
  BEGIN SELECT RAISE(ABORT, 'who could do what never changes; give another role'); END;
CREATE TRIGGER role_grant_stays BEFORE DELETE ON role_grant
  BEGIN SELECT RAISE(ABORT, 'who could do what is never deleted; give another role'); END;

-- Entries of a few dozen bytes. word: texts that entries share, by their numbers; of an entry book,
-- event, rule, who, account, against and currency are such. account, currency and minor are its
-- first line; against is the account of a second one that balances it alone, which nearly every
-- entry is. What other lines there are stand in posting. The key is led by period and asset, in the
-- order in which a month is posted, so that its index grows at one end. hash: 32 bytes. Nothing
-- refers to another entry by a foreign key: what is astray must reach verify(), which names it.
CREATE TABLE word (
  id INTEGER PRIMARY KEY,
  spelling TEXT NOT NULL UNIQUE
) STRICT;

ALTER TABLE entry RENAME TO entry_before;
ALTER TABLE posting RENAME TO posting_before;

INSERT INTO word (id, spelling)
  SELECT row_number() OVER (ORDER BY spelling), spelling FROM (
    SELECT book AS spelling FROM entry_before UNION SELECT event FROM entry_before
    UNION SELECT rule FROM entry_before
    UNION SELECT who FROM entry_before WHERE who IS NOT NULL
    UNION SELECT account FROM posting_before UNION SELECT currency FROM posting_before) AS spellings;

CREATE TABLE entry (
  number INTEGER PRIMARY KEY,
  period INTEGER NOT NULL,
  asset INTEGER NOT NULL REFERENCES asset (id),
  book INTEGER NOT NULL,
  event INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  date INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  who INTEGER,
  reverses INTEGER,
  recorded INTEGER NOT NULL,
  account INTEGER,
  against INTEGER,
  currency INTEGER,
  minor INTEGER,
  hash BLOB NOT NULL
) STRICT;

INSERT INTO entry
  SELECT number, period, asset, books.id, events.id, revision, date, rules.id, people.id, reverses,
    recorded, accounts.id, others.id, currencies.id, first.minor, digest_bytes(hash)
  FROM entry_before
  JOIN word AS books ON books.spelling = book
  JOIN word AS events ON events.spelling = event
  JOIN word AS rules ON rules.spelling = rule
  LEFT JOIN word AS people ON people.spelling = who
  LEFT JOIN posting_before AS first ON first.entry = number AND first.line = 0
  LEFT JOIN word AS accounts ON accounts.spelling = first.account
  LEFT JOIN word AS currencies ON currencies.spelling = first.currency
  LEFT JOIN posting_before AS second ON second.entry = number AND second.line = 1
    AND second.currency = first.currency AND second.minor = -first.minor
    AND (SELECT count(*) FROM posting_before AS every WHERE every.entry = number) = 2
  LEFT JOIN word AS others ON others.spelling = second.account
  ORDER BY number;

CREATE TABLE posting (
  entry INTEGER NOT NULL,
  line INTEGER NOT NULL,
  account INTEGER NOT NULL,
  currency INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  PRIMARY KEY (entry, line)
) STRICT, WITHOUT ROWID;

INSERT INTO posting
  SELECT posting_before.entry, line, accounts.id, currencies.id, posting_before.minor
  FROM posting_before
  JOIN word AS accounts ON accounts.spelling = posting_before.account
  JOIN word AS currencies ON currencies.spelling = posting_before.currency
  LEFT JOIN entry ON number = posting_before.entry
  WHERE number IS NULL OR (line = 0 AND entry.account IS NULL)
    OR (line <> 0 AND against IS NULL);

DROP TABLE posting_before;
-- Each row that goes is looked for among those that refer to it.
CREATE INDEX entry_before_reverses ON entry_before (reverses);
DROP TABLE entry_before;

-- Tables are copied in the order in which they were made: a month has its entries before it closes.
ALTER TABLE closing RENAME TO closing_before;
CREATE TABLE closing (
  period INTEGER PRIMARY KEY,
  head INTEGER NOT NULL,
  hash TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  usage_seen INTEGER NOT NULL DEFAULT 0,
  who TEXT   -- null of what earlier versions closed
) STRICT;
INSERT INTO closing (period, head, hash, recorded, usage_seen)
  SELECT period, head, hash, recorded, usage_seen FROM closing_before;
DROP TABLE closing_before;
-- Null of what earlier versions named.
ALTER TABLE account_name ADD COLUMN who TEXT;

CREATE UNIQUE INDEX entry_key ON entry (period, asset, book, event, revision);

CREATE TRIGGER word_stands BEFORE UPDATE ON word
  BEGIN SELECT RAISE(ABORT, 'a posted text never changes'); END;
CREATE TRIGGER word_stays BEFORE DELETE ON word
  BEGIN SELECT RAISE(ABORT, 'a posted text is never deleted'); END;
CREATE TRIGGER entry_stands BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'a posted entry never changes; reverse it instead'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'a posted entry is never deleted; reverse it instead'); END;
CREATE TRIGGER posting_stands BEFORE UPDATE ON posting
  BEGIN SELECT RAISE(ABORT, 'a posted line never changes; reverse its entry instead'); END;
CREATE TRIGGER posting_stays BEFORE DELETE ON posting
  BEGIN SELECT RAISE(ABORT, 'a posted line is never deleted; reverse its entry instead'); END;
CREATE TRIGGER closing_stands BEFORE UPDATE ON closing
  BEGIN SELECT RAISE(ABORT, 'a closed month stays closed'); END;
CREATE TRIGGER closing_stays BEFORE DELETE ON closing
  BEGIN SELECT RAISE(ABORT, 'a closed month stays closed'); END;
CREATE TRIGGER entry_in_open_month BEFORE INSERT ON entry
  WHEN NEW.period <= (SELECT max(period) FROM closing)
  BEGIN SELECT RAISE(ABORT, 'the month of this entry is closed'); END;
CREATE TRIGGER entry_goes_on BEFORE INSERT ON entry
  WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM entry)
  BEGIN SELECT RAISE(ABORT, 'an entry is added behind all others'); END;

-- The convention of a tax year, from a day on: the last one that counts by then; none, half-year.
-- book: 0 financial, 1 tax, 2 management. Of what is deducted at once, bonus is a part; rows of
-- earlier versions did not tell it from section 179.
CREATE TABLE ruling (
  id INTEGER PRIMARY KEY,
  book INTEGER NOT NULL,
  currency TEXT NOT NULL,
  year INTEGER NOT NULL,
  convention TEXT NOT NULL,
  effective INTEGER NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TRIGGER ruling_stands BEFORE UPDATE ON ruling
  BEGIN SELECT RAISE(ABORT, 'what was ruled never changes; rule anew'); END;
CREATE TRIGGER ruling_stays BEFORE DELETE ON ruling
  BEGIN SELECT RAISE(ABORT, 'what was ruled is never deleted; rule anew'); END;

ALTER TABLE book_terms ADD COLUMN bonus INTEGER;
ALTER TABLE portion ADD COLUMN bonus INTEGER NOT NULL DEFAULT 0;
ALTER TABLE portion ADD COLUMN ahead INTEGER;
CREATE INDEX asset_in_service ON asset (in_service);
CREATE INDEX event_by_day ON event (kind, effective);
CREATE INDEX portion_in_service ON portion (in_service);

-- How assets come into the books. kind of a step: 0 an order, 1 costs, 2 placed in service, 3 added
-- at once. An asset has no terms before it is placed. Of costs: 0 price, 1 freight, 2 installation;
-- paid: in a foreign currency, at that rate. What an order will cost is in any currency. ordered_class:
-- with which it was ordered, to be undone.
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  kind INTEGER NOT NULL,
  happened INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  expected INTEGER,
  vendor TEXT NOT NULL,
  ordered_class TEXT,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE INDEX purchase_of_asset ON purchase (asset);
CREATE TRIGGER purchase_stands BEFORE UPDATE ON purchase
  BEGIN SELECT RAISE(ABORT, 'what was bought never changes'); END;
CREATE TRIGGER purchase_stays BEFORE DELETE ON purchase
  BEGIN SELECT RAISE(ABORT, 'what was bought is never deleted'); END;

CREATE TABLE purchase_cost (
  purchase INTEGER NOT NULL REFERENCES purchase (id),
  kind INTEGER NOT NULL,
  currency TEXT NOT NULL,
  minor INTEGER NOT NULL,
  paid_currency TEXT,
  paid_minor INTEGER,
  rate TEXT,
  PRIMARY KEY (purchase, kind)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER purchase_cost_stands BEFORE UPDATE ON purchase_cost
  BEGIN SELECT RAISE(ABORT, 'what was bought never changes'); END;
CREATE TRIGGER purchase_cost_stays BEFORE DELETE ON purchase_cost
  BEGIN SELECT RAISE(ABORT, 'what was bought is never deleted'); END;

CREATE TABLE purchase_undone (
  purchase INTEGER PRIMARY KEY REFERENCES purchase (id),
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TRIGGER purchase_undone_stands BEFORE UPDATE ON purchase_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER purchase_undone_stays BEFORE DELETE ON purchase_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;

ALTER TABLE event ADD COLUMN paid_currency TEXT;
ALTER TABLE event ADD COLUMN paid_minor INTEGER;
ALTER TABLE event ADD COLUMN rate TEXT;

-- What each closed month moved, in minor units; credits are not above zero. class: of accounts on
-- which assets stand, empty elsewhere. event: without its number. Filled when a month is closed,
-- and here for those that are.
CREATE TABLE month_sum (
  period INTEGER NOT NULL,
  book TEXT NOT NULL,
  class TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  event TEXT NOT NULL,
  debits INTEGER NOT NULL,
  credits INTEGER NOT NULL,
  PRIMARY KEY (period, book, class, account, currency, event)
) STRICT, WITHOUT ROWID;

INSERT INTO month_sum
  SELECT period, book, CASE
      WHEN stands = 'Assets:In-Progress' THEN 'in progress'
      WHEN stands IN ('Assets:Equipment', 'Assets:Accumulated-Depreciation',
        'Assets:Accumulated-Impairment', 'Expenses:Depreciation',
        'Expenses:Impairment-Loss', 'Income:Impairment-Reversal') THEN class
      ELSE '' END AS class_then,
    account, currency, event, sum(debits), sum(credits)
  FROM (
    SELECT period, books.spelling AS book, class, accounts.spelling AS account,
      coalesce((SELECT account_name.account FROM account_name
        WHERE account_name.name = accounts.spelling LIMIT 1), accounts.spelling) AS stands,
      currencies.spelling AS currency,
      CASE WHEN instr(events.spelling, ':') = 0 THEN events.spelling
        ELSE substr(events.spelling, 1, instr(events.spelling, ':') - 1) END AS event,
      debits, credits
    FROM (
      SELECT period, book, asset.class AS class, event, account, lines.currency AS currency,
        sum(CASE WHEN minor > 0 THEN minor ELSE 0 END) AS debits,
        sum(CASE WHEN minor < 0 THEN minor ELSE 0 END) AS credits
      FROM (
        SELECT period, book, asset, event, account, currency, minor FROM entry
          WHERE account IS NOT NULL
        UNION ALL SELECT period, book, asset, event, against, currency, -minor FROM entry
          WHERE against IS NOT NULL
        UNION ALL SELECT period, book, asset, event, posting.account, posting.currency,
          posting.minor FROM posting JOIN entry ON number = posting.entry) AS lines
      JOIN asset ON asset.id = lines.asset
      WHERE period <= (SELECT max(period) FROM closing)
      GROUP BY period, book, asset.class, event, account, lines.currency) AS numbered
    JOIN word AS books ON books.id = numbered.book
    JOIN word AS events ON events.id = numbered.event
    JOIN word AS accounts ON accounts.id = numbered.account
    JOIN word AS currencies ON currencies.id = numbered.currency) AS named
  GROUP BY period, book, class_then, account, currency, event;

CREATE TRIGGER month_sum_stands BEFORE UPDATE ON month_sum
  BEGIN SELECT RAISE(ABORT, 'the sums of a closed month never change'); END;
CREATE TRIGGER month_sum_stays BEFORE DELETE ON month_sum
  BEGIN SELECT RAISE(ABORT, 'the sums of a closed month stay'); END;

-- In which order was recorded what is no event and can be undone, and behind which event. kind:
-- 0 service, 1 cover, 2 condition, which cost nothing; 3 that an asset was added to a further book.
-- What earlier versions wrote stays. portion_undone: of an asset that was taken over, what it had in
-- a book of which it was taken out again.
CREATE TABLE upkeep (
  number INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  kind INTEGER NOT NULL,
  record INTEGER NOT NULL,
  behind INTEGER NOT NULL
) STRICT;
CREATE INDEX upkeep_of_asset ON upkeep (asset, number);
CREATE TRIGGER upkeep_stands BEFORE UPDATE ON upkeep
  BEGIN SELECT RAISE(ABORT, 'what was recorded never changes'); END;
CREATE TRIGGER upkeep_stays BEFORE DELETE ON upkeep
  BEGIN SELECT RAISE(ABORT, 'what was recorded is never deleted'); END;
CREATE TABLE upkeep_undone (
  number INTEGER PRIMARY KEY REFERENCES upkeep (number),
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TRIGGER upkeep_undone_stands BEFORE UPDATE ON upkeep_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER upkeep_undone_stays BEFORE DELETE ON upkeep_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;

CREATE TABLE book_joined (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  book INTEGER NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE INDEX book_joined_of_asset ON book_joined (asset);
CREATE TRIGGER book_joined_stands BEFORE UPDATE ON book_joined
  BEGIN SELECT RAISE(ABORT, 'what was recorded never changes'); END;
CREATE TRIGGER book_joined_stays BEFORE DELETE ON book_joined
  BEGIN SELECT RAISE(ABORT, 'what was recorded is never deleted'); END;
CREATE TABLE portion_undone (
  event INTEGER NOT NULL REFERENCES event (id),
  book INTEGER NOT NULL,
  layer INTEGER NOT NULL,
  PRIMARY KEY (event, book, layer)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER portion_undone_stands BEFORE UPDATE ON portion_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER portion_undone_stays BEFORE DELETE ON portion_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;

-- What a reading said before another took its place.
CREATE TABLE units_replaced (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  start INTEGER NOT NULL,
  until INTEGER NOT NULL,
  millionths TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TRIGGER units_replaced_stands BEFORE UPDATE ON units_replaced
  BEGIN SELECT RAISE(ABORT, 'what was read never changes'); END;
CREATE TRIGGER units_replaced_stays BEFORE DELETE ON units_replaced
  BEGIN SELECT RAISE(ABORT, 'what was read is never deleted'); END;
)sql";

// What is only ever added to, with the columns that tell one row from another.
struct Kept {
  std::string_view table;
  std::vector<std::string_view> key;
};
const std::vector<Kept>& all_kept() {
  static const std::vector<Kept> kAll{
      {"word", {"spelling"}},
      {"entry", {"period", "asset", "book", "event", "revision"}},
      {"posting", {"entry", "line"}},
      {"closing", {"period"}},
      {"month_sum", {"period", "book", "class", "account", "currency", "event"}},
      {"event", {"id"}},
      {"undone", {"event"}},
      {"portion", {"event", "book", "layer"}},
      {"portion_undone", {"event", "book", "layer"}},
      {"withdrawn", {"asset"}},
      {"site_change", {"id"}},
      {"account_name", {"id"}},
      {"role_grant", {"id"}},
      {"ruling", {"id"}},
      {"purchase", {"id"}},
      {"purchase_cost", {"purchase", "kind"}},
      {"purchase_undone", {"purchase"}},
      {"service", {"id"}},
      {"cover", {"id"}},
      {"condition", {"id"}},
      {"upkeep", {"number"}},
      {"upkeep_undone", {"number"}},
      {"book_joined", {"id"}},
      {"units_replaced", {"id"}},
  };
  return kAll;
}

// REPLACE takes a row away without a word to the triggers on DELETE, unless whoever writes asked
// for that (PRAGMA recursive_triggers); those on INSERT come before it, in every program.
std::string sqlite_guards() {
  std::string sql = R"sql(
CREATE TRIGGER word_is_new BEFORE INSERT ON word
  WHEN EXISTS (SELECT 1 FROM word WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in word is never replaced'); END;
)sql";
  for (const Kept& kept : all_kept()) {
    std::vector<std::string> same;
    for (const std::string_view column : kept.key) {
      same.push_back(fmt::format("{0} = NEW.{0}", column));
    }
    sql += fmt::format(
        "CREATE TRIGGER {0}_is_added BEFORE INSERT ON {0}\n"
        "  WHEN EXISTS (SELECT 1 FROM {0} WHERE {1})\n"
        "  BEGIN SELECT RAISE(ABORT, 'what is kept in {0} is never replaced'); END;\n",
        kept.table, fmt::join(same, " AND "));
  }
  return sql;
}

// TRUNCATE asks no trigger of rows.
std::string postgres_guards() {
  std::string sql = R"sql(
CREATE OR REPLACE FUNCTION stays_whole() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
  RAISE EXCEPTION USING MESSAGE = format('what is kept in %s is never deleted', TG_TABLE_NAME);
END $body$;
)sql";
  for (const Kept& kept : all_kept()) {
    sql += fmt::format(
        "CREATE TRIGGER {0}_stays_whole BEFORE TRUNCATE ON {0} FOR EACH STATEMENT "
        "EXECUTE FUNCTION stays_whole();\n",
        kept.table);
  }
  return sql;
}

}  // namespace

std::vector<store::Migration> migrations_from_12_on() {
  static const std::string kGuards = sqlite_guards();
  static const std::string kServersGuards = postgres_guards();
  return {{"books", 12, kTwelfth}, {"books", 13, kGuards, kServersGuards}};
}

}  // namespace purser::books
