-- Books as version 5 of the schema kept them: a server, September to November 2026 closed, October with energy that was metered after its close.
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
) STRICT;
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
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "closing" VALUES(24320,4,'26cd02a1439f64e525f2293798db351c477795c881a2780e3027fb3e4471dc06',1793664000000000000,0);
INSERT INTO "closing" VALUES(24321,7,'060443992cd14357d79a7e86dacd03e1c5bb312d45f5bae35e09efa938b1d881',1793664000000000000,0);
INSERT INTO "closing" VALUES(24322,11,'fed68be56de3922da3da609eef5b8383e1fc740ec5a29300a329040c5c4c23f9',1796256000000000000,6);
INSERT INTO "entry" VALUES(1,24320,'financial',1,'acquisition',0,20712,'purchase',NULL,1795271965625903369,'1fadb49d4c359bc846fac60d08f686735c11675177d1ffc7dbda4e7131f16bd8');
INSERT INTO "entry" VALUES(2,24320,'financial',1,'energy',0,20726,'accrual of the energy used',NULL,1793664000000000000,'6668ffc9b962d9a4d009040664788b4f69c2523a124a12ce6f334ad07fde2269');
INSERT INTO "entry" VALUES(3,24320,'financial',1,'depreciation',0,20726,'straight-line, daily',NULL,1793664000000000000,'a17cd6858651dd6ffdb61768bcc4be33cc61af1143816c00a0c0c864c75c4da2');
INSERT INTO "entry" VALUES(4,24320,'financial',1,'maintenance',0,20726,'contract of a year, by days',NULL,1793664000000000000,'26cd02a1439f64e525f2293798db351c477795c881a2780e3027fb3e4471dc06');
INSERT INTO "entry" VALUES(5,24321,'financial',1,'energy',0,20757,'accrual of the energy used',NULL,1793664000000000000,'a70c43f59838169422ec9bade3334655fb9a14842d72f9ded26428c2fb3aad87');
INSERT INTO "entry" VALUES(6,24321,'financial',1,'depreciation',0,20757,'straight-line, daily',NULL,1793664000000000000,'48c66e405dc1022bb403b64f411f12254af306ad0746b35aca87d7045d60d3e4');
INSERT INTO "entry" VALUES(7,24321,'financial',1,'maintenance',0,20757,'contract of a year, by days',NULL,1793664000000000000,'060443992cd14357d79a7e86dacd03e1c5bb312d45f5bae35e09efa938b1d881');
INSERT INTO "entry" VALUES(8,24322,'financial',1,'energy',0,20787,'accrual of the energy used',NULL,1796256000000000000,'0adb68e983872767bca5a72f65967a52ece9828f471f62883052ba0287303f6c');
INSERT INTO "entry" VALUES(9,24322,'financial',1,'late-energy:2026-10',0,20787,'energy of 2026-10, metered after its close',NULL,1796256000000000000,'e5d192475f6b47124df1b8393af0e673d6d5f83654b5435d617b99e2bcb08781');
INSERT INTO "entry" VALUES(10,24322,'financial',1,'depreciation',0,20787,'straight-line, daily',NULL,1796256000000000000,'46fc44e16f5e5fbca1c8e0a2910b7f30bd7a41d35d43cc7fad11219a8e55e0ce');
INSERT INTO "entry" VALUES(11,24322,'financial',1,'maintenance',0,20787,'contract of a year, by days',NULL,1796256000000000000,'fed68be56de3922da3da609eef5b8383e1fc740ec5a29300a329040c5c4c23f9');
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Expenses:Energy','USD',491);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Accrued:Energy','USD',-491);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation','USD',10780);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-10780);
INSERT INTO "posting" VALUES(4,0,'Expenses:Maintenance','USD',2466);
INSERT INTO "posting" VALUES(4,1,'Liabilities:Accrued:Maintenance','USD',-2466);
INSERT INTO "posting" VALUES(5,0,'Expenses:Energy','USD',1010);
INSERT INTO "posting" VALUES(5,1,'Liabilities:Accrued:Energy','USD',-1010);
INSERT INTO "posting" VALUES(6,0,'Expenses:Depreciation','USD',22280);
INSERT INTO "posting" VALUES(6,1,'Assets:Accumulated-Depreciation','USD',-22280);
INSERT INTO "posting" VALUES(7,0,'Expenses:Maintenance','USD',5096);
INSERT INTO "posting" VALUES(7,1,'Liabilities:Accrued:Maintenance','USD',-5096);
INSERT INTO "posting" VALUES(8,0,'Expenses:Energy','USD',973);
INSERT INTO "posting" VALUES(8,1,'Liabilities:Accrued:Energy','USD',-973);
INSERT INTO "posting" VALUES(9,0,'Expenses:Energy','USD',135);
INSERT INTO "posting" VALUES(9,1,'Liabilities:Accrued:Energy','USD',-135);
INSERT INTO "posting" VALUES(10,0,'Expenses:Depreciation','USD',21560);
INSERT INTO "posting" VALUES(10,1,'Assets:Accumulated-Depreciation','USD',-21560);
INSERT INTO "posting" VALUES(11,0,'Expenses:Maintenance','USD',4931);
INSERT INTO "posting" VALUES(11,1,'Liabilities:Accrued:Maintenance','USD',-4931);
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
CREATE INDEX event_of_asset ON event (asset, effective);
CREATE TRIGGER event_stands BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
