-- Books as version 9 of the schema kept them: a server that moved, was measured anew and rested in August 2026, which is closed; a site whose tariff and PUE changed; and a move that bob undid.
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
, class TEXT NOT NULL DEFAULT 'equipment') STRICT;
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
, who TEXT, site INTEGER REFERENCES site (id), cost_centre TEXT, node TEXT, idle_milliwatts INTEGER, load_milliwatts INTEGER) STRICT;
CREATE TABLE posting (
  entry INTEGER NOT NULL REFERENCES entry (number),
  line INTEGER NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  minor INTEGER NOT NULL,
  PRIMARY KEY (entry, line)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20666,NULL,90000,250000,NULL,NULL,'equipment');
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "closing" VALUES(24319,3,'fd139f3270fea2c1d0a663fd74017ea3ff9b0966132bf8e8839295848cbe0a39',1788336000000000000,0);
INSERT INTO "entry" VALUES(1,24319,'financial',1,'acquisition',0,20666,'purchase',NULL,1785571200000000000,'975acc1da6a729b11d15230390694aa52be5056fc642b730b3b40565ad37003a','ann');
INSERT INTO "entry" VALUES(2,24319,'financial',1,'energy',0,20696,'accrual of the energy used',NULL,1788336000000000000,'78becce699eed76c01cd41797f8c3e74425b47f7776d45730ca10275e1eb1651','ann');
INSERT INTO "entry" VALUES(3,24319,'financial',1,'depreciation',0,20696,'straight-line, daily',NULL,1788336000000000000,'fd139f3270fea2c1d0a663fd74017ea3ff9b0966132bf8e8839295848cbe0a39','ann');
INSERT INTO "event" VALUES(1,1,NULL,6,20685,20685,NULL,NULL,NULL,NULL,1786521600000000000,'ann',2,NULL,'rack-7',NULL,NULL);
INSERT INTO "event" VALUES(2,1,NULL,7,20687,20687,NULL,NULL,NULL,NULL,1786521600000000000,'ann',NULL,NULL,NULL,60000,NULL);
INSERT INTO "event" VALUES(3,1,NULL,8,20690,20690,NULL,NULL,NULL,NULL,1786521600000000000,'ann',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(4,1,NULL,9,20693,20693,NULL,NULL,NULL,NULL,1786521600000000000,'ann',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(5,1,NULL,6,20701,20701,NULL,NULL,NULL,NULL,1788595200000000000,'ann',1,NULL,NULL,NULL,NULL);
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Expenses:Energy','USD',944);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Accrued:Energy','USD',-944);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation','USD',22279);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-22279);
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
INSERT INTO "site" VALUES(2,'oslo','USD','1',18000,1000,'UTC');
INSERT INTO "site_change" VALUES(1,1,20680,20680,'1',24000,NULL,1786348800000000000,'ann');
INSERT INTO "site_change" VALUES(2,1,20706,20706,NULL,NULL,1100,1786435200000000000,'ann');
INSERT INTO "undone" VALUES(5,1788681600000000000,'bob');
CREATE UNIQUE INDEX entry_key ON entry (period, book, asset, event, revision);
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
CREATE INDEX event_of_asset ON event (asset, effective);
CREATE TRIGGER event_stands BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
CREATE INDEX account_of_name ON account_name (name);
CREATE TRIGGER account_name_stands BEFORE UPDATE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
CREATE TRIGGER account_name_stays BEFORE DELETE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
CREATE TRIGGER undone_stands BEFORE UPDATE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER undone_stays BEFORE DELETE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE INDEX site_change_of_site ON site_change (site, effective);
CREATE TRIGGER site_change_stands BEFORE UPDATE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost never changes'); END;
CREATE TRIGGER site_change_stays BEFORE DELETE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost is never deleted'); END;
