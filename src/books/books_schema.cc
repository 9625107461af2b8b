// The schema of the books, version by version. A version that was released never changes.
#include <array>

#include "books/books.h"

namespace purser::books {
namespace {

// period: months since the year 0. Amounts: minor units. book_terms is a table of its own because
// an asset will stand in several books. The key of an entry is led by its period: led by the
// asset, the index slows down with every month that is posted.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  currency TEXT NOT NULL,
  tariff_billionths TEXT NOT NULL,   -- 128 bits, per tariff_microjoules
  tariff_microjoules INTEGER NOT NULL CHECK (tariff_microjoules > 0),
  pue_thousandths INTEGER NOT NULL,
  zone TEXT NOT NULL
) STRICT;

CREATE TABLE asset (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  site INTEGER REFERENCES site (id),
  currency TEXT NOT NULL,
  cost INTEGER NOT NULL,
  in_service INTEGER NOT NULL,
  disposed INTEGER,
  idle_milliwatts INTEGER NOT NULL,
  load_milliwatts INTEGER NOT NULL,
  maintenance_per_year INTEGER,
  space_per_month INTEGER
) STRICT;

CREATE TABLE book_terms (
  asset INTEGER NOT NULL REFERENCES asset (id),
  book TEXT NOT NULL,
  salvage INTEGER NOT NULL,
  life TEXT NOT NULL,
  method TEXT NOT NULL,
  convention TEXT NOT NULL,
  PRIMARY KEY (asset, book)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
  number INTEGER PRIMARY KEY,
  period INTEGER NOT NULL,
  book TEXT NOT NULL,
  asset INTEGER NOT NULL REFERENCES asset (id),
  event TEXT NOT NULL,
  revision INTEGER NOT NULL,
  date INTEGER NOT NULL,
  rule TEXT NOT NULL,
  reverses INTEGER REFERENCES entry (number),
  recorded INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX entry_key ON entry (period, book, asset, event, revision);

CREATE TABLE posting (
  entry INTEGER NOT NULL REFERENCES entry (number),
  line INTEGER NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  minor INTEGER NOT NULL,
  PRIMARY KEY (entry, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE closing (
  period INTEGER PRIMARY KEY,
  head INTEGER NOT NULL,
  hash TEXT NOT NULL,
  recorded INTEGER NOT NULL
) STRICT;

-- Append-only, whoever writes. verify() finds what gets past these all the same.
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
)sql";

// Methods that go by fiscal years, and units of production: days since 1970, [start, until), and
// millionths of a unit (128 bits).
constexpr std::string_view kSecond = R"sql(
ALTER TABLE book_terms ADD COLUMN fiscal_year_start TEXT NOT NULL DEFAULT '01-01';

CREATE TABLE units_used (
  asset INTEGER NOT NULL REFERENCES asset (id),
  start INTEGER NOT NULL,
  until INTEGER NOT NULL,
  millionths TEXT NOT NULL,
  PRIMARY KEY (asset, start)
) STRICT, WITHOUT ROWID;
)sql";

// What MACRS deducts at once: minor units, and hundredths of a percent of the rest.
constexpr std::string_view kThird = R"sql(
ALTER TABLE book_terms ADD COLUMN section_179 INTEGER;
ALTER TABLE book_terms ADD COLUMN bonus_basis_points INTEGER NOT NULL DEFAULT 0;
)sql";

// What happens to assets. book: null for all, else 0 financial, 1 tax, 2 management. kind: 0
// disposal, 1 improvement, 2 repair, 3 estimate, 4 impairment, 5 revaluation. amount: proceeds,
// cost, recoverable amount or fair value.
constexpr std::string_view kFourth = R"sql(
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  book INTEGER,
  kind INTEGER NOT NULL,
  happened INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  amount INTEGER,
  salvage INTEGER,
  life TEXT,
  method TEXT,
  recorded INTEGER NOT NULL
) STRICT;
CREATE INDEX event_of_asset ON event (asset, effective);
CREATE TRIGGER event_stands BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
)sql";

// How far the meter had counted when the month was closed. What earlier versions closed has seen
// nothing: the next close looks at all of it, and posts what was never paid.
constexpr std::string_view kFifth = R"sql(
ALTER TABLE closing ADD COLUMN usage_seen INTEGER NOT NULL DEFAULT 0;
)sql";

// What accountants sum up together.
constexpr std::string_view kSixth = R"sql(
ALTER TABLE asset ADD COLUMN class TEXT NOT NULL DEFAULT 'equipment';
)sql";

// What a company calls the accounts. class: empty, any. site: null, any.
constexpr std::string_view kSeventh = R"sql(
CREATE TABLE account_name (
  id INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  class TEXT NOT NULL,
  site INTEGER REFERENCES site (id),
  recorded INTEGER NOT NULL
) STRICT;
CREATE INDEX account_of_name ON account_name (name);
CREATE TRIGGER account_name_stands BEFORE UPDATE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
CREATE TRIGGER account_name_stays BEFORE DELETE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
)sql";

// Who recorded what; null in rows of earlier versions. What was taken back no longer counts.
constexpr std::string_view kEighth = R"sql(
ALTER TABLE entry ADD COLUMN who TEXT;
ALTER TABLE event ADD COLUMN who TEXT;

CREATE TABLE undone (
  event INTEGER PRIMARY KEY REFERENCES event (id),
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TRIGGER undone_stands BEFORE UPDATE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER undone_stays BEFORE DELETE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
)sql";

// Where machines stand and what they draw, by date. site_change: what is null goes on as it was;
// since: the day that was named, effective: from when on it counts. Of an event, kind 6 is a move
// (site, cost_centre, node), 7 a measurement (watts), 8 a pause and 9 its end.
constexpr std::string_view kNinth = R"sql(
CREATE TABLE site_change (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES site (id),
  since INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  tariff_billionths TEXT,   -- 128 bits, per tariff_microjoules
  tariff_microjoules INTEGER CHECK (tariff_microjoules > 0),
  pue_thousandths INTEGER,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE INDEX site_change_of_site ON site_change (site, effective);
CREATE TRIGGER site_change_stands BEFORE UPDATE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost never changes'); END;
CREATE TRIGGER site_change_stays BEFORE DELETE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost is never deleted'); END;

ALTER TABLE event ADD COLUMN site INTEGER REFERENCES site (id);
ALTER TABLE event ADD COLUMN cost_centre TEXT;
ALTER TABLE event ADD COLUMN node TEXT;
ALTER TABLE event ADD COLUMN idle_milliwatts INTEGER;
ALTER TABLE event ADD COLUMN load_milliwatts INTEGER;
)sql";

// Assets that come in the middle of their lives, divide and become one. begins: null, when in
// service. other: the part that a split (21) made, or what a merge (22) took in; its events are
// those of both. portion: minor units; lost, unimpaired and year_base as in event.h; given: of a
// takeover (20), what the books before had charged. What was withdrawn has given its name back.
// More kinds: 23 reinstatement, 24 trade-in.
constexpr std::string_view kTenth = R"sql(
ALTER TABLE asset ADD COLUMN begins INTEGER;
ALTER TABLE event ADD COLUMN other INTEGER REFERENCES asset (id);
CREATE INDEX event_of_other ON event (other, effective) WHERE other IS NOT NULL;

CREATE TABLE portion (
  event INTEGER NOT NULL REFERENCES event (id),
  book INTEGER NOT NULL,
  layer INTEGER NOT NULL,
  in_service INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  salvage INTEGER NOT NULL,
  deducted INTEGER NOT NULL,
  accumulated INTEGER NOT NULL,
  impaired INTEGER NOT NULL,
  surplus INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  revalued INTEGER NOT NULL,
  unimpaired INTEGER NOT NULL,
  year_base TEXT NOT NULL,
  given INTEGER,
  PRIMARY KEY (event, book, layer)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER portion_stands BEFORE UPDATE ON portion
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER portion_stays BEFORE DELETE ON portion
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;

CREATE TABLE withdrawn (
  asset INTEGER PRIMARY KEY REFERENCES asset (id),
  name TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TRIGGER withdrawn_stands BEFORE UPDATE ON withdrawn
  BEGIN SELECT RAISE(ABORT, 'what was withdrawn stays so'); END;
CREATE TRIGGER withdrawn_stays BEFORE DELETE ON withdrawn
  BEGIN SELECT RAISE(ABORT, 'what was withdrawn stays so'); END;
)sql";

// What keeps assets going, and how they are. Days since 1970. downtime: nanoseconds. event: the
// repair that a service's cost is. kind of a cover: 0 warranty, 1 maintenance contract; until: its
// last day. Of a condition, what was not looked at is null.
constexpr std::string_view kEleventh = R"sql(
CREATE TABLE service (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  happened INTEGER NOT NULL,
  cost INTEGER,
  downtime INTEGER NOT NULL,
  note TEXT NOT NULL,
  next_due INTEGER,
  event INTEGER REFERENCES event (id),
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE INDEX service_of_asset ON service (asset, happened);
CREATE TRIGGER service_stands BEFORE UPDATE ON service
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER service_stays BEFORE DELETE ON service
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;

CREATE TABLE cover (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  kind INTEGER NOT NULL,
  until INTEGER NOT NULL,
  note TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE INDEX cover_of_asset ON cover (asset, kind);
CREATE TRIGGER cover_stands BEFORE UPDATE ON cover
  BEGIN SELECT RAISE(ABORT, 'what was agreed never changes; record what is agreed now'); END;
CREATE TRIGGER cover_stays BEFORE DELETE ON cover
  BEGIN SELECT RAISE(ABORT, 'what was agreed is never deleted; record what is agreed now'); END;

CREATE TABLE condition (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  happened INTEGER NOT NULL,
  hours INTEGER,
  celsius INTEGER,
  ecc_errors INTEGER,
  xid_errors INTEGER,
  work_permille INTEGER,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE INDEX condition_of_asset ON condition (asset, happened);
CREATE TRIGGER condition_stands BEFORE UPDATE ON condition
  BEGIN SELECT RAISE(ABORT, 'what was seen never changes'); END;
CREATE TRIGGER condition_stays BEFORE DELETE ON condition
  BEGIN SELECT RAISE(ABORT, 'what was seen is never deleted'); END;
)sql";

// Who may do what: 0 read, 1 operate, 2 close; null, nothing is said any more. The last row of a
// person counts.
constexpr std::string_view kTwelfth = R"sql(
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
)sql";

// Entries of a few dozen bytes. word: texts that entries share, by their numbers; of an entry book,
// event, rule, who, account, against and currency are such. account, currency and minor are its
// first line; against is the account of a second one that balances it alone, which nearly every
// entry is. What other lines there are stand in posting. The key is led by period and asset, in the
// order in which a month is posted, so that its index grows at one end. hash: 32 bytes. Nothing
// refers to another entry by a foreign key: what is astray must reach verify(), which names it.
constexpr std::string_view kThirteenth = R"sql(
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
  usage_seen INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO closing SELECT period, head, hash, recorded, usage_seen FROM closing_before;
DROP TABLE closing_before;

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
)sql";

// The convention of a tax year, from a day on: the last one that counts by then; none, half-year.
// book: 0 financial, 1 tax, 2 management. Of what is deducted at once, bonus is a part; rows of
// earlier versions did not tell it from section 179.
constexpr std::string_view kFourteenth = R"sql(
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
CREATE INDEX asset_in_service ON asset (in_service);
CREATE INDEX event_by_day ON event (kind, effective);
CREATE INDEX portion_in_service ON portion (in_service);
)sql";

// How assets come into the books. kind of a step: 0 an order, 1 costs, 2 placed in service, 3 added
// at once. An asset has no terms before it is placed. Of costs: 0 price, 1 freight, 2 installation;
// paid: in a foreign currency, at that rate. What an order will cost is in any currency.
constexpr std::string_view kFifteenth = R"sql(
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  kind INTEGER NOT NULL,
  happened INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  expected INTEGER,
  vendor TEXT NOT NULL,
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
)sql";

// What each closed month moved, in minor units; credits are not above zero. class: of accounts on
// which assets stand, empty elsewhere. event: without its number. Filled when a month is closed,
// and here for those that are.
//
// In which order records of upkeep were written that cost nothing (kind: 0 service, 1 cover,
// 2 condition), and behind which event; and with which class something was ordered: both to be
// undone. What earlier versions wrote stays.
constexpr std::string_view kSixteenth = R"sql(
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

ALTER TABLE purchase ADD COLUMN ordered_class TEXT;

ALTER TABLE portion ADD COLUMN ahead INTEGER;
)sql";

constexpr std::array kMigrations{
    store::Migration{"books", 1, kFirst},       store::Migration{"books", 2, kSecond},
    store::Migration{"books", 3, kThird},       store::Migration{"books", 4, kFourth},
    store::Migration{"books", 5, kFifth},       store::Migration{"books", 6, kSixth},
    store::Migration{"books", 7, kSeventh},     store::Migration{"books", 8, kEighth},
    store::Migration{"books", 9, kNinth},       store::Migration{"books", 10, kTenth},
    store::Migration{"books", 11, kEleventh},   store::Migration{"books", 12, kTwelfth},
    store::Migration{"books", 13, kThirteenth}, store::Migration{"books", 14, kFourteenth},
    store::Migration{"books", 15, kFifteenth},  store::Migration{"books", 16, kSixteenth}};

}  // namespace

std::span<const store::Migration> Books::migrations() { return kMigrations; }

}  // namespace purser::books
