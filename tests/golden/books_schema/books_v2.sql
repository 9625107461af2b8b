-- Books as version 2 of the schema kept them: a server, a press and a rack, September and October 2026 closed.
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
  convention TEXT NOT NULL, fiscal_year_start TEXT NOT NULL DEFAULT '01-01',
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
CREATE TABLE units_used (
  asset INTEGER NOT NULL REFERENCES asset (id),
  start INTEGER NOT NULL,
  until INTEGER NOT NULL,
  millionths TEXT NOT NULL,
  PRIMARY KEY (asset, start)
) STRICT, WITHOUT ROWID;
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20712,NULL,90000,250000,60000,NULL);
INSERT INTO "asset" VALUES(2,'press',NULL,'USD',3600000,20727,NULL,0,0,NULL,NULL);
INSERT INTO "asset" VALUES(3,'rack',NULL,'USD',500000,20731,NULL,0,0,NULL,NULL);
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','daily','01-01');
INSERT INTO "book_terms" VALUES(2,'financial',0,'4y','units:1000','daily','01-01');
INSERT INTO "book_terms" VALUES(3,'financial',0,'5y','macrs:5:half-year','half-year','07-01');
INSERT INTO "closing" VALUES(24320,4,'c29da3451cb41becb254a3222bb12e6b7b5ddeb2f0ea36e4c1d12851de81dedd',1795219200000000000);
INSERT INTO "closing" VALUES(24321,11,'315d370bae999faa13ee04c8974a3d6fdc401ea69134f55429b90892c07a5082',1795219200000000000);
INSERT INTO "entry" VALUES(1,24320,'financial',1,'acquisition',0,20712,'purchase',NULL,1795253563305229724,'3a074415745b24305997432f12dfe06e4e8f3d5eb8e10b95db55e53db2351f43');
INSERT INTO "entry" VALUES(2,24320,'financial',1,'energy',0,20726,'accrual of the energy used',NULL,1795219200000000000,'b1576f50e277cf54d9034d541a73cf8cf575599f9654026c02c9aba451a3471b');
INSERT INTO "entry" VALUES(3,24320,'financial',1,'depreciation',0,20726,'straight-line, daily',NULL,1795219200000000000,'066c2a003fa0551eeab27298fbddc033bfa7ccc6ff3d9fa145740c277a11c7cf');
INSERT INTO "entry" VALUES(4,24320,'financial',1,'maintenance',0,20726,'contract of a year, by days',NULL,1795219200000000000,'c29da3451cb41becb254a3222bb12e6b7b5ddeb2f0ea36e4c1d12851de81dedd');
INSERT INTO "entry" VALUES(5,24321,'financial',2,'acquisition',0,20727,'purchase',NULL,1795253563763966303,'4fbb294145d76d84fed0e3552030184b3c9507e077cf631d41d40e967ff41338');
INSERT INTO "entry" VALUES(6,24321,'financial',3,'acquisition',0,20731,'purchase',NULL,1795253563827167479,'b428eeeede07844e074df4ba123bd0d3fa36638ece81602b6ff2d74af14815a7');
INSERT INTO "entry" VALUES(7,24321,'financial',1,'energy',0,20757,'accrual of the energy used',NULL,1795219200000000000,'9bf63402b1994bff18b80738d7ba85430728fd4ce7f17af02b80f9104733ca50');
INSERT INTO "entry" VALUES(8,24321,'financial',1,'depreciation',0,20757,'straight-line, daily',NULL,1795219200000000000,'4cf3200fbf3d95e0de98ff01e6d4c87e7c991eacfcbe968d90552dfe7733dd04');
INSERT INTO "entry" VALUES(9,24321,'financial',1,'maintenance',0,20757,'contract of a year, by days',NULL,1795219200000000000,'bfc9709d395761e8a975abb6214c4c0e746010f61b09682162c4ac0bbda1763b');
INSERT INTO "entry" VALUES(10,24321,'financial',2,'depreciation',0,20757,'units:1000, daily',NULL,1795219200000000000,'1c6284fefdb395d9ad9fe2ffa673af73cab56f29e43d13c87bf039ec0a97cee4');
INSERT INTO "entry" VALUES(11,24321,'financial',3,'depreciation',0,20757,'macrs:5:half-year, half-year',NULL,1795219200000000000,'315d370bae999faa13ee04c8974a3d6fdc401ea69134f55429b90892c07a5082');
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Expenses:Energy','USD',486);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Accrued:Energy','USD',-486);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation','USD',10780);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-10780);
INSERT INTO "posting" VALUES(4,0,'Expenses:Maintenance','USD',2466);
INSERT INTO "posting" VALUES(4,1,'Liabilities:Accrued:Maintenance','USD',-2466);
INSERT INTO "posting" VALUES(5,0,'Assets:Equipment','USD',3600000);
INSERT INTO "posting" VALUES(5,1,'Liabilities:Payable','USD',-3600000);
INSERT INTO "posting" VALUES(6,0,'Assets:Equipment','USD',500000);
INSERT INTO "posting" VALUES(6,1,'Liabilities:Payable','USD',-500000);
INSERT INTO "posting" VALUES(7,0,'Expenses:Energy','USD',1004);
INSERT INTO "posting" VALUES(7,1,'Liabilities:Accrued:Energy','USD',-1004);
INSERT INTO "posting" VALUES(8,0,'Expenses:Depreciation','USD',22280);
INSERT INTO "posting" VALUES(8,1,'Assets:Accumulated-Depreciation','USD',-22280);
INSERT INTO "posting" VALUES(9,0,'Expenses:Maintenance','USD',5096);
INSERT INTO "posting" VALUES(9,1,'Liabilities:Accrued:Maintenance','USD',-5096);
INSERT INTO "posting" VALUES(10,0,'Expenses:Depreciation','USD',181800);
INSERT INTO "posting" VALUES(10,1,'Assets:Accumulated-Depreciation','USD',-181800);
INSERT INTO "posting" VALUES(11,0,'Expenses:Depreciation','USD',11111);
INSERT INTO "posting" VALUES(11,1,'Assets:Accumulated-Depreciation','USD',-11111);
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
INSERT INTO "units_used" VALUES(2,20727,20758,'50500000');
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
