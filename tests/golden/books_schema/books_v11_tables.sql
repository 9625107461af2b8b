-- The tables of version 11 of the schema; what books kept in them is in the files of their own.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE account_name (
  id INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  class TEXT NOT NULL,
  site INTEGER REFERENCES site (id),
  recorded INTEGER NOT NULL
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
, class TEXT NOT NULL DEFAULT 'equipment', begins INTEGER) STRICT;
CREATE TABLE book_terms (
  asset INTEGER NOT NULL REFERENCES asset (id),
  book TEXT NOT NULL,
  salvage INTEGER NOT NULL,
  life TEXT NOT NULL,
  method TEXT NOT NULL,
  convention TEXT NOT NULL, fiscal_year_start TEXT NOT NULL DEFAULT '01-01', section_179 INTEGER, bonus_basis_points INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (asset, book)
) STRICT, WITHOUT ROWID;
CREATE TABLE closing (
  period INTEGER PRIMARY KEY,
  head INTEGER NOT NULL,
  hash TEXT NOT NULL,
  recorded INTEGER NOT NULL
, usage_seen INTEGER NOT NULL DEFAULT 0) STRICT;
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
CREATE TABLE cover (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  kind INTEGER NOT NULL,
  until INTEGER NOT NULL,
  note TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
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
, who TEXT) STRICT;
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
, who TEXT, site INTEGER REFERENCES site (id), cost_centre TEXT, node TEXT, idle_milliwatts INTEGER, load_milliwatts INTEGER, other INTEGER REFERENCES asset (id)) STRICT;
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
CREATE TABLE posting (
  entry INTEGER NOT NULL REFERENCES entry (number),
  line INTEGER NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  minor INTEGER NOT NULL,
  PRIMARY KEY (entry, line)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  currency TEXT NOT NULL,
  tariff_billionths TEXT NOT NULL,   -- 128 bits, per tariff_microjoules
  tariff_microjoules INTEGER NOT NULL CHECK (tariff_microjoules > 0),
  pue_thousandths INTEGER NOT NULL,
  zone TEXT NOT NULL
) STRICT;
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
CREATE TABLE undone (
  event INTEGER PRIMARY KEY REFERENCES event (id),
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TABLE units_used (
  asset INTEGER NOT NULL REFERENCES asset (id),
  start INTEGER NOT NULL,
  until INTEGER NOT NULL,
  millionths TEXT NOT NULL,
  PRIMARY KEY (asset, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawn (
  asset INTEGER PRIMARY KEY REFERENCES asset (id),
  name TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
