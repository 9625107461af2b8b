-- Books as version 4 of the schema kept them: a server in two books, improved, repaired and estimated anew, September and October 2026 closed.
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
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20712,NULL,90000,250000,NULL,NULL);
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','full-month','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(1,'tax',0,'5y','macrs:5:half-year','half-year','01-01',NULL,4000);
INSERT INTO "closing" VALUES(24320,6,'b5db2c27c38d0678e62a389f92b216098b7beb8ae37536502d75628c7d878bd0',1790899200000000000);
INSERT INTO "closing" VALUES(24321,15,'952b60e9c03d5881d115658afada1ae81ab6f91827fa054b0baa53d5691acc72',1794268800000000000);
INSERT INTO "entry" VALUES(1,24320,'financial',1,'acquisition',0,20712,'purchase',NULL,1789516800000000000,'3ba34993568b7ced6b10229921db7f226ef396e282aa74905c7ab7855a79fc45');
INSERT INTO "entry" VALUES(2,24320,'tax',1,'acquisition',0,20712,'purchase',NULL,1789603200000000000,'d64002fc3a3b3420dff8f5568c813e2eb378e93d2ea109daecabbe714aaf4357');
INSERT INTO "entry" VALUES(3,24320,'tax',1,'bonus',0,20712,'deducted when placed in service',NULL,1789603200000000000,'f3eb90d5218a3e4e399f2579a90abc79b9555cd5e48e3f1cbfcb2b1c9358aaeb');
INSERT INTO "entry" VALUES(4,24320,'financial',1,'energy',0,20726,'accrual of the energy used',NULL,1790899200000000000,'a6bce34407de48fb6e94188b994b9fd81512f645d76a0e2fa1608c7475fc24ca');
INSERT INTO "entry" VALUES(5,24320,'financial',1,'depreciation',0,20726,'straight-line, full-month',NULL,1790899200000000000,'841720e50efe77f1f03b269b050a7d99011d2d9948c079c94a2d6b2bf6e79c45');
INSERT INTO "entry" VALUES(6,24320,'tax',1,'depreciation',0,20726,'macrs:5:half-year, half-year',NULL,1790899200000000000,'b5db2c27c38d0678e62a389f92b216098b7beb8ae37536502d75628c7d878bd0');
INSERT INTO "entry" VALUES(7,24321,'financial',1,'depreciation',0,20757,'straight-line, full-month',NULL,1791590400000000000,'d3f1d9048cc99b8787e63ba6959ae0580513483ff4ff0b78dce8cebf386376df');
INSERT INTO "entry" VALUES(8,24321,'tax',1,'depreciation',0,20757,'macrs:5:half-year, half-year',NULL,1791590400000000000,'ad58fa4967fdd99fea6bc3f27b6aacecc6ef15686fb09de0119dbe0d488644f7');
INSERT INTO "entry" VALUES(9,24321,'financial',1,'improvement:1',0,20731,'improvement',NULL,1791590400000000000,'699e5486a28b5e117cee469ee3c8257fa2c221662c4b568bbaebbbe350a1d91f');
INSERT INTO "entry" VALUES(10,24321,'tax',1,'improvement:1',0,20731,'improvement',NULL,1791590400000000000,'c4a82cc344fc962e4322df1f06ff79f8a3060e7084c9484a61f2623e61e705b7');
INSERT INTO "entry" VALUES(11,24321,'financial',1,'repair:2',0,20737,'repair',NULL,1791763200000000000,'1264f4ada168ea410ad36b5ce504a9b09f32dd0a5434139b74e661e29574b33c');
INSERT INTO "entry" VALUES(12,24321,'tax',1,'repair:2',0,20737,'repair',NULL,1791763200000000000,'31cbb72d7f983c0a04008c2d19d5b2b30733d1df2a544552bd226c542c012d60');
INSERT INTO "entry" VALUES(13,24322,'financial',1,'depreciation',0,20787,'straight-line, full-month',NULL,1794268800000000000,'cd4b9106b4658fd519271394fc2fcedd63429180ac9419aed9e15acba6f441e1');
INSERT INTO "entry" VALUES(14,24322,'tax',1,'depreciation',0,20787,'macrs:5:half-year, half-year',NULL,1794268800000000000,'930633e162e7e9c8155f4fc7d5e82753b913cf6b10d95628420d91c3ff9ac14b');
INSERT INTO "entry" VALUES(15,24321,'financial',1,'energy',0,20757,'accrual of the energy used',NULL,1794268800000000000,'952b60e9c03d5881d115658afada1ae81ab6f91827fa054b0baa53d5691acc72');
INSERT INTO "event" VALUES(1,1,NULL,1,20731,20731,80000,NULL,NULL,NULL,1791590400000000000);
INSERT INTO "event" VALUES(2,1,NULL,2,20737,20737,8000,NULL,NULL,NULL,1791763200000000000);
INSERT INTO "event" VALUES(3,1,0,3,20758,20758,NULL,NULL,'5y',NULL,1794268800000000000);
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation:Bonus','USD',480000);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-480000);
INSERT INTO "posting" VALUES(4,0,'Expenses:Energy','USD',486);
INSERT INTO "posting" VALUES(4,1,'Liabilities:Accrued:Energy','USD',-486);
INSERT INTO "posting" VALUES(5,0,'Expenses:Depreciation','USD',21875);
INSERT INTO "posting" VALUES(5,1,'Assets:Accumulated-Depreciation','USD',-21875);
INSERT INTO "posting" VALUES(6,0,'Expenses:Depreciation','USD',36000);
INSERT INTO "posting" VALUES(6,1,'Assets:Accumulated-Depreciation','USD',-36000);
INSERT INTO "posting" VALUES(7,0,'Expenses:Depreciation','USD',23362);
INSERT INTO "posting" VALUES(7,1,'Assets:Accumulated-Depreciation','USD',-23362);
INSERT INTO "posting" VALUES(8,0,'Expenses:Depreciation','USD',41333);
INSERT INTO "posting" VALUES(8,1,'Assets:Accumulated-Depreciation','USD',-41333);
INSERT INTO "posting" VALUES(9,0,'Assets:Equipment','USD',80000);
INSERT INTO "posting" VALUES(9,1,'Liabilities:Payable','USD',-80000);
INSERT INTO "posting" VALUES(10,0,'Assets:Equipment','USD',80000);
INSERT INTO "posting" VALUES(10,1,'Liabilities:Payable','USD',-80000);
INSERT INTO "posting" VALUES(11,0,'Expenses:Repairs','USD',8000);
INSERT INTO "posting" VALUES(11,1,'Liabilities:Payable','USD',-8000);
INSERT INTO "posting" VALUES(12,0,'Expenses:Repairs','USD',8000);
INSERT INTO "posting" VALUES(12,1,'Liabilities:Payable','USD',-8000);
INSERT INTO "posting" VALUES(13,0,'Expenses:Depreciation','USD',18703);
INSERT INTO "posting" VALUES(13,1,'Assets:Accumulated-Depreciation','USD',-18703);
INSERT INTO "posting" VALUES(14,0,'Expenses:Depreciation','USD',41334);
INSERT INTO "posting" VALUES(14,1,'Assets:Accumulated-Depreciation','USD',-41334);
INSERT INTO "posting" VALUES(15,0,'Expenses:Energy','USD',1004);
INSERT INTO "posting" VALUES(15,1,'Liabilities:Accrued:Energy','USD',-1004);
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
CREATE UNIQUE INDEX entry_key ON entry (period, book, asset, event, revision);
CREATE INDEX event_of_asset ON event (asset, effective);
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
CREATE TRIGGER event_stands BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
