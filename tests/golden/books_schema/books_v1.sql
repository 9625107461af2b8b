-- Books as version 1 of the schema kept them: one server, September 2026 closed.
PRAGMA defer_foreign_keys = ON;
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
CREATE TABLE closing (
  period INTEGER PRIMARY KEY,
  head INTEGER NOT NULL,
  hash TEXT NOT NULL,
  recorded INTEGER NOT NULL
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
) STRICT;
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
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20712,NULL,90000,250000,60000,NULL);
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','daily');
INSERT INTO "closing" VALUES(24320,4,'c29da3451cb41becb254a3222bb12e6b7b5ddeb2f0ea36e4c1d12851de81dedd',1795219200000000000);
INSERT INTO "entry" VALUES(1,24320,'financial',1,'acquisition',0,20712,'purchase',NULL,1795253563305229724,'3a074415745b24305997432f12dfe06e4e8f3d5eb8e10b95db55e53db2351f43');
INSERT INTO "entry" VALUES(2,24320,'financial',1,'energy',0,20726,'accrual of the energy used',NULL,1795219200000000000,'b1576f50e277cf54d9034d541a73cf8cf575599f9654026c02c9aba451a3471b');
INSERT INTO "entry" VALUES(3,24320,'financial',1,'depreciation',0,20726,'straight-line, daily',NULL,1795219200000000000,'066c2a003fa0551eeab27298fbddc033bfa7ccc6ff3d9fa145740c277a11c7cf');
INSERT INTO "entry" VALUES(4,24320,'financial',1,'maintenance',0,20726,'contract of a year, by days',NULL,1795219200000000000,'c29da3451cb41becb254a3222bb12e6b7b5ddeb2f0ea36e4c1d12851de81dedd');
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Expenses:Energy','USD',486);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Accrued:Energy','USD',-486);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation','USD',10780);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-10780);
INSERT INTO "posting" VALUES(4,0,'Expenses:Maintenance','USD',2466);
INSERT INTO "posting" VALUES(4,1,'Liabilities:Accrued:Maintenance','USD',-2466);
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
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
