-- Books as version 8 of the schema kept them: a server, August and September 2026 closed, an improvement that bob undid, and an impairment.
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
, who TEXT) STRICT;
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
INSERT INTO "account_name" VALUES(1,'Expenses:Energy','Expenses:Power','',1,1795283248601768026);
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20666,NULL,90000,250000,NULL,NULL,'gpus');
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "closing" VALUES(24319,3,'bd1292c45850db20e51695eca88f3b8df8b53d6601df515aefee401581707934',1790928000000000000,0);
INSERT INTO "closing" VALUES(24320,5,'00a8e97ea92147ed9849e5ceacb58b42d11250bd09020cdd77bfd11f7142f20e',1790928000000000000,0);
INSERT INTO "entry" VALUES(1,24319,'financial',1,'acquisition',0,20666,'purchase',NULL,1785571200000000000,'975acc1da6a729b11d15230390694aa52be5056fc642b730b3b40565ad37003a','ann');
INSERT INTO "entry" VALUES(2,24319,'financial',1,'energy',0,20696,'accrual of the energy used',NULL,1790928000000000000,'c71da9af79cba1114149f577476cc9661ff973400b590f120f675371ff95804c','ann');
INSERT INTO "entry" VALUES(3,24319,'financial',1,'depreciation',0,20696,'straight-line, daily',NULL,1790928000000000000,'bd1292c45850db20e51695eca88f3b8df8b53d6601df515aefee401581707934','ann');
INSERT INTO "entry" VALUES(4,24320,'financial',1,'energy',0,20726,'accrual of the energy used',NULL,1790928000000000000,'086f38da7ba947b7ead54b5476cf98b74d887052680849fd5b5456cd222c85ed','ann');
INSERT INTO "entry" VALUES(5,24320,'financial',1,'depreciation',0,20726,'straight-line, daily',NULL,1790928000000000000,'00a8e97ea92147ed9849e5ceacb58b42d11250bd09020cdd77bfd11f7142f20e','ann');
INSERT INTO "entry" VALUES(6,24321,'financial',1,'depreciation',0,20757,'straight-line, daily',NULL,1791187200000000000,'40b02e9048d5e4ae607a580fdd3b0d522ef366a3244818485e3d9ae8cf87b4e4','ann');
INSERT INTO "entry" VALUES(7,24321,'financial',1,'improvement:1',0,20729,'improvement',NULL,1791187200000000000,'379a203fb029ee2c4310d1610d9e59d2b0c1956d5c32d86a7c97276fd123e030','ann');
INSERT INTO "entry" VALUES(8,24321,'financial',1,'improvement:1',1,20729,'reversal of entry 7',7,1791273600000000000,'c83f0f11a631cf3f2fad2250149c3b9a3cbed756890e9d941274cdd7040bc39f','bob');
INSERT INTO "entry" VALUES(9,24321,'financial',1,'depreciation',1,20757,'straight-line, daily',NULL,1791273600000000000,'a3ae742ff6488eaf462ea8f46a332d6004cef2d0446303e9c8d17d38e1b13617','bob');
INSERT INTO "entry" VALUES(10,24321,'financial',1,'depreciation',2,20757,'straight-line, daily',NULL,1791360000000000000,'f5bf61dab7ba2df8e5e37f945ca02eb2618296691bcf14b416a07f44ec142262','ann');
INSERT INTO "entry" VALUES(11,24321,'financial',1,'impairment:2',0,20733,'impairment',NULL,1791360000000000000,'c71873c4a2fde910e093da3b9c514cc3cd1d47d1b7a6cf5b83001e1caf5ec52f','ann');
INSERT INTO "event" VALUES(1,1,NULL,1,20729,20729,80000,NULL,NULL,NULL,1791187200000000000,'ann');
INSERT INTO "event" VALUES(2,1,0,4,20733,20733,900000,NULL,NULL,NULL,1791360000000000000,'ann');
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Expenses:Power','USD',1004);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Accrued:Energy','USD',-1004);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation','USD',22279);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-22279);
INSERT INTO "posting" VALUES(4,0,'Expenses:Power','USD',972);
INSERT INTO "posting" VALUES(4,1,'Liabilities:Accrued:Energy','USD',-972);
INSERT INTO "posting" VALUES(5,0,'Expenses:Depreciation','USD',21561);
INSERT INTO "posting" VALUES(5,1,'Assets:Accumulated-Depreciation','USD',-21561);
INSERT INTO "posting" VALUES(6,0,'Expenses:Depreciation','USD',23938);
INSERT INTO "posting" VALUES(6,1,'Assets:Accumulated-Depreciation','USD',-23938);
INSERT INTO "posting" VALUES(7,0,'Assets:Equipment','USD',80000);
INSERT INTO "posting" VALUES(7,1,'Liabilities:Payable','USD',-80000);
INSERT INTO "posting" VALUES(8,0,'Assets:Equipment','USD',-80000);
INSERT INTO "posting" VALUES(8,1,'Liabilities:Payable','USD',80000);
INSERT INTO "posting" VALUES(9,0,'Expenses:Depreciation','USD',-1659);
INSERT INTO "posting" VALUES(9,1,'Assets:Accumulated-Depreciation','USD',1659);
INSERT INTO "posting" VALUES(10,0,'Expenses:Depreciation','USD',-4516);
INSERT INTO "posting" VALUES(10,1,'Assets:Accumulated-Depreciation','USD',4516);
INSERT INTO "posting" VALUES(11,0,'Expenses:Impairment-Loss','USD',251848);
INSERT INTO "posting" VALUES(11,1,'Assets:Accumulated-Impairment','USD',-251848);
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
INSERT INTO "undone" VALUES(1,1791273600000000000,'bob');
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
