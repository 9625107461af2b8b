// The schema of the books, version by version. A version that was released never changes.
#include "books/books_schema.h"

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

constexpr std::array kUpTo11{
    store::Migration{"books", 1, kFirst},    store::Migration{"books", 2, kSecond},
    store::Migration{"books", 3, kThird},    store::Migration{"books", 4, kFourth},
    store::Migration{"books", 5, kFifth},    store::Migration{"books", 6, kSixth},
    store::Migration{"books", 7, kSeventh},  store::Migration{"books", 8, kEighth},
    store::Migration{"books", 9, kNinth},    store::Migration{"books", 10, kTenth},
    store::Migration{"books", 11, kEleventh}};

std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all(kUpTo11.begin(), kUpTo11.end());
  for (const auto& later : {migrations_from_12_on(), migrations_from_14_on()}) {
    all.insert(all.end(), later.begin(), later.end());
  }
  return all;
}

}  // namespace

std::span<const store::Migration> Books::migrations() {
  static const std::vector<store::Migration> kAll = all_migrations();
  return kAll;
}

}  // namespace purser::books
