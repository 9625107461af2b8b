-- Books as version 4 of the schema kept them: a server in two books and a rack that was sold, September and October 2026 closed.
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
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20712,NULL,90000,250000,60000,NULL);
INSERT INTO "asset" VALUES(2,'rack',NULL,'USD',500000,20697,NULL,0,0,NULL,NULL);
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(1,'tax',0,'5y','macrs:5:half-year','half-year','01-01',NULL,4000);
INSERT INTO "book_terms" VALUES(2,'financial',0,'5y','straight-line','daily','01-01',NULL,0);
INSERT INTO "closing" VALUES(24320,9,'5cdc095f99218aa4e7b6b39f7250b8013cd8a02a10888f5f4a7922256de453a7',1795219200000000000);
INSERT INTO "closing" VALUES(24321,18,'35617b769eb6571a0e4ca4cd7ec05cb82191e74d95bb13c585f609f198fec886',1795219200000000000);
INSERT INTO "entry" VALUES(1,24320,'financial',1,'acquisition',0,20712,'purchase',NULL,1795219200000000000,'0bc043360ccd61d9ec4bae2094c32d5e033563309066d6709d68d42c1981799c');
INSERT INTO "entry" VALUES(2,24320,'financial',2,'acquisition',0,20697,'purchase',NULL,1795219200000000000,'11428b57c8685424b8a847d01d3f21541897b187a8d74cc838adbb95cd99c07b');
INSERT INTO "entry" VALUES(3,24320,'tax',1,'acquisition',0,20712,'purchase',NULL,1795219200000000000,'2ae0d5874442196b414aee6b96b3530154cf9341259c231877fd3b0868f6545d');
INSERT INTO "entry" VALUES(4,24320,'tax',1,'bonus',0,20712,'deducted when placed in service',NULL,1795219200000000000,'0d9b5c3d314ea3b372627642315527b07aeaa514dd7d47d0c8013c1d3d13d50e');
INSERT INTO "entry" VALUES(5,24320,'financial',1,'energy',0,20726,'accrual of the energy used',NULL,1795219200000000000,'a172b269e62f5edc16421f5bf5acccf212db1f4b479a77aba9e20a04c2f19f00');
INSERT INTO "entry" VALUES(6,24320,'financial',1,'depreciation',0,20726,'straight-line, daily',NULL,1795219200000000000,'c39107315e4e45b371fec5f2b2c76f00663dd049eaaca4890decd59afed4ae2c');
INSERT INTO "entry" VALUES(7,24320,'financial',1,'maintenance',0,20726,'contract of a year, by days',NULL,1795219200000000000,'6ad7c589e038e752370f01761adf1ed20b4fb68bab2732587a1a6deedbb42ff8');
INSERT INTO "entry" VALUES(8,24320,'tax',1,'depreciation',0,20726,'macrs:5:half-year, half-year',NULL,1795219200000000000,'7d664a0bf991f0b2a5feed29c2cd13493e7c29690c2b90d5b39658b562c06d23');
INSERT INTO "entry" VALUES(9,24320,'financial',2,'depreciation',0,20726,'straight-line, daily',NULL,1795219200000000000,'5cdc095f99218aa4e7b6b39f7250b8013cd8a02a10888f5f4a7922256de453a7');
INSERT INTO "entry" VALUES(10,24321,'financial',1,'depreciation',0,20757,'straight-line, daily',NULL,1795219200000000000,'616060083d11d98a703ec082ae68ebb16b68b47a05775a429b0d0340735a715e');
INSERT INTO "entry" VALUES(11,24321,'financial',1,'maintenance',0,20757,'contract of a year, by days',NULL,1795219200000000000,'9dd287d5472472cec4346c49f6fcc2eb9a3779dc57a8809ad38973ac4ef2b71b');
INSERT INTO "entry" VALUES(12,24321,'tax',1,'depreciation',0,20757,'macrs:5:half-year, half-year',NULL,1795219200000000000,'f1c88430b1067a82ba9dd03d471864417c0fd1b6892cc352fa1b74b264262285');
INSERT INTO "entry" VALUES(13,24321,'financial',1,'improvement:1',0,20736,'improvement',NULL,1795219200000000000,'85941c1c5378ca4bd471ae9b5a741e98b89ecb2217366b286943dfc9661e16bf');
INSERT INTO "entry" VALUES(14,24321,'tax',1,'improvement:1',0,20736,'improvement',NULL,1795219200000000000,'a92202610112295077ac267cf22f104035ced4e463c5ea9a512335257100cc60');
INSERT INTO "entry" VALUES(15,24321,'financial',2,'depreciation',0,20757,'straight-line, daily',NULL,1795219200000000000,'5f75d2dc391cc770a2d34d4f674920148746034a86b5f813707ded57132ce0d4');
INSERT INTO "entry" VALUES(16,24322,'financial',2,'depreciation',0,20787,'straight-line, daily',NULL,1795219200000000000,'aec4faa9d6e316b34a5fddef271ee95ca657c61e7346898944100fe87ac96d64');
INSERT INTO "entry" VALUES(17,24322,'financial',2,'disposal:3',0,20762,'disposal',NULL,1795219200000000000,'b242a0854f309b304cc1a25bad27e94419ff9732738c4b288e25bb272567b8e8');
INSERT INTO "entry" VALUES(18,24321,'financial',1,'energy',0,20757,'accrual of the energy used',NULL,1795219200000000000,'35617b769eb6571a0e4ca4cd7ec05cb82191e74d95bb13c585f609f198fec886');
INSERT INTO "event" VALUES(1,1,NULL,1,20736,20736,80000,NULL,NULL,NULL,1795219200000000000);
INSERT INTO "event" VALUES(2,2,0,3,20727,20727,NULL,NULL,'4y',NULL,1795219200000000000);
INSERT INTO "event" VALUES(3,2,NULL,0,20762,20762,400000,NULL,NULL,NULL,1795219200000000000);
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Assets:Equipment','USD',500000);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Payable','USD',-500000);
INSERT INTO "posting" VALUES(3,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(3,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(4,0,'Expenses:Depreciation:Bonus','USD',480000);
INSERT INTO "posting" VALUES(4,1,'Assets:Accumulated-Depreciation','USD',-480000);
INSERT INTO "posting" VALUES(5,0,'Expenses:Energy','USD',972);
INSERT INTO "posting" VALUES(5,1,'Liabilities:Accrued:Energy','USD',-972);
INSERT INTO "posting" VALUES(6,0,'Expenses:Depreciation','USD',10780);
INSERT INTO "posting" VALUES(6,1,'Assets:Accumulated-Depreciation','USD',-10780);
INSERT INTO "posting" VALUES(7,0,'Expenses:Maintenance','USD',2466);
INSERT INTO "posting" VALUES(7,1,'Liabilities:Accrued:Maintenance','USD',-2466);
INSERT INTO "posting" VALUES(8,0,'Expenses:Depreciation','USD',36000);
INSERT INTO "posting" VALUES(8,1,'Assets:Accumulated-Depreciation','USD',-36000);
INSERT INTO "posting" VALUES(9,0,'Expenses:Depreciation','USD',8215);
INSERT INTO "posting" VALUES(9,1,'Assets:Accumulated-Depreciation','USD',-8215);
INSERT INTO "posting" VALUES(10,0,'Expenses:Depreciation','USD',23504);
INSERT INTO "posting" VALUES(10,1,'Assets:Accumulated-Depreciation','USD',-23504);
INSERT INTO "posting" VALUES(11,0,'Expenses:Maintenance','USD',5096);
INSERT INTO "posting" VALUES(11,1,'Liabilities:Accrued:Maintenance','USD',-5096);
INSERT INTO "posting" VALUES(12,0,'Expenses:Depreciation','USD',41333);
INSERT INTO "posting" VALUES(12,1,'Assets:Accumulated-Depreciation','USD',-41333);
INSERT INTO "posting" VALUES(13,0,'Assets:Equipment','USD',80000);
INSERT INTO "posting" VALUES(13,1,'Liabilities:Payable','USD',-80000);
INSERT INTO "posting" VALUES(14,0,'Assets:Equipment','USD',80000);
INSERT INTO "posting" VALUES(14,1,'Liabilities:Payable','USD',-80000);
INSERT INTO "posting" VALUES(15,0,'Expenses:Depreciation','USD',10654);
INSERT INTO "posting" VALUES(15,1,'Assets:Accumulated-Depreciation','USD',-10654);
INSERT INTO "posting" VALUES(16,0,'Expenses:Depreciation','USD',1374);
INSERT INTO "posting" VALUES(16,1,'Assets:Accumulated-Depreciation','USD',-1374);
INSERT INTO "posting" VALUES(17,0,'Assets:Accumulated-Depreciation','USD',20243);
INSERT INTO "posting" VALUES(17,1,'Assets:Receivable','USD',400000);
INSERT INTO "posting" VALUES(17,2,'Expenses:Disposal-Loss','USD',79757);
INSERT INTO "posting" VALUES(17,3,'Assets:Equipment','USD',-500000);
INSERT INTO "posting" VALUES(18,0,'Expenses:Energy','USD',2009);
INSERT INTO "posting" VALUES(18,1,'Liabilities:Accrued:Energy','USD',-2009);
INSERT INTO "site" VALUES(1,'lab','USD','1',18000,1500,'UTC');
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
