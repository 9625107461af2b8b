-- Books as version 11 of the schema kept them: a server, a part of it, and a rack; entries of two lines and of more, in two books, by ann, the last by bob; June 2026 is closed.
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
INSERT INTO "account_name" VALUES(1,'Expenses:Energy','Expenses:Power','gpus',NULL,1784109600000000000);
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20620,NULL,90000,250000,60000,NULL,'gpus',NULL);
INSERT INTO "asset" VALUES(2,'rack',NULL,'USD',500000,20605,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "asset" VALUES(3,'gpu',1,'USD',300000,20620,NULL,0,0,NULL,NULL,'gpus',20659);
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(1,'tax',0,'5y','macrs:5:half-year','half-year','01-01',100000,4000);
INSERT INTO "book_terms" VALUES(2,'financial',0,'60mo','straight-line','full-month','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(3,'financial',37500,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(3,'tax',0,'5y','macrs:5:half-year','half-year','01-01',135000,0);
INSERT INTO "closing" VALUES(24317,10,'521330b92a856c21fd99a28efe9c8e232d37fb1b719fe1429f163144d2e23731',1784505600000000000,0);
INSERT INTO "entry" VALUES(1,24317,'financial',1,'acquisition',0,20620,'purchase',NULL,1784109600000000000,'c9968b8171aae5b6b49d85e103e5bd1888f99ef7c283b8346e4daeb891172d33','ann');
INSERT INTO "entry" VALUES(2,24317,'financial',2,'acquisition',0,20605,'purchase',NULL,1784109600000000000,'db14a080cf017ffd0e8300aad3ff22c2118bf6dbadd67c1aac28904c103b2213','ann');
INSERT INTO "entry" VALUES(3,24317,'tax',1,'acquisition',0,20620,'purchase',NULL,1784109600000000000,'9bf1f278633451a29447ddaff7d6f53310cfc0548de16ee70307709f702a22c0','ann');
INSERT INTO "entry" VALUES(4,24317,'tax',1,'section-179',0,20620,'expensed when placed in service',NULL,1784109600000000000,'52e2be5c75d55d6cd51ac27821e8b81171405296965577de8cc412735b3bd7ba','ann');
INSERT INTO "entry" VALUES(5,24317,'tax',1,'bonus',0,20620,'deducted when placed in service',NULL,1784109600000000000,'158865b77dec4be3d1c99ae0521722d684ddbcffeb52a24298c204cfa763129c','ann');
INSERT INTO "entry" VALUES(6,24317,'financial',1,'energy',0,20634,'accrual of the energy used',NULL,1784505600000000000,'8453d3c285e574eef933690afd7850eb3680b789a2e8ec22286a06c14d1c66b5','ann');
INSERT INTO "entry" VALUES(7,24317,'financial',1,'depreciation',0,20634,'straight-line, daily',NULL,1784505600000000000,'fa49884499677d48613356b9c39524cc029cd7c932c9369f1443b339e523a2cd','ann');
INSERT INTO "entry" VALUES(8,24317,'financial',1,'maintenance',0,20634,'contract of a year, by days',NULL,1784505600000000000,'f507ac1679def3c9a65dfd070462e68e1a893ddac1d1e2c698bf0973b27dee5c','ann');
INSERT INTO "entry" VALUES(9,24317,'tax',1,'depreciation',0,20634,'macrs:5:half-year, half-year',NULL,1784505600000000000,'2e4cf51cb5e6a28268d59f6c920a1fb3b2cbb224512e1a96e38193ea897df449','ann');
INSERT INTO "entry" VALUES(10,24317,'financial',2,'depreciation',0,20634,'straight-line, full-month',NULL,1784505600000000000,'521330b92a856c21fd99a28efe9c8e232d37fb1b719fe1429f163144d2e23731','ann');
INSERT INTO "entry" VALUES(11,24318,'financial',1,'depreciation',0,20665,'straight-line, daily',NULL,1785628800000000000,'b4bddde3a4ac98fa3fca93ac8b43ea0770fae970f21d1ad5f083f297726f11a7','ann');
INSERT INTO "entry" VALUES(12,24318,'financial',1,'maintenance',0,20665,'contract of a year, by days',NULL,1785628800000000000,'ff227e03aefce8819003834500e8de333bcd28d8d0e68042b399a541510983ee','ann');
INSERT INTO "entry" VALUES(13,24318,'tax',1,'depreciation',0,20665,'macrs:5:half-year, half-year',NULL,1785628800000000000,'b7a3d4bd194b1bed48fa778d66d6ba078b10a4f20e7ba37c61a3aeea2f27e436','ann');
INSERT INTO "entry" VALUES(14,24318,'financial',2,'depreciation',0,20665,'straight-line, full-month',NULL,1785628800000000000,'aaeb52aef9f8e6dfc33cf876bf0f687c0e4548e3e756b22d238d58388f1b09f3','ann');
INSERT INTO "entry" VALUES(15,24318,'financial',2,'depreciation',1,20665,'straight-line, full-month',NULL,1785715200000000000,'a69f11e41544b32a2581e977e52d0db95e92140b7d4d829f2ebdaa3240377a44','ann');
INSERT INTO "entry" VALUES(16,24318,'financial',2,'revaluation:1',0,20654,'revaluation',NULL,1785715200000000000,'8abfeb6fcc1dac4728429b2926c9ffb06099775e5fcaae74b0de39bb4ec74fd6','ann');
INSERT INTO "entry" VALUES(17,24318,'financial',1,'depreciation',1,20665,'straight-line, daily',NULL,1785801600000000000,'fad9aa9616a21c45881e0d9825b9c156c6b075996b18f087366ce4ef141a1515','ann');
INSERT INTO "entry" VALUES(18,24318,'financial',1,'impairment:2',0,20655,'impairment',NULL,1785801600000000000,'c7553c13b040263d812e8c42617cd64cd1040e52e6d23b3f37fb80503dcf7a11','ann');
INSERT INTO "entry" VALUES(19,24318,'financial',2,'depreciation',2,20665,'straight-line, full-month',NULL,1785888000000000000,'45f4a514f69f9a36c045b36e285dfae63381e6f8db0ef3179a1f49673587a410','ann');
INSERT INTO "entry" VALUES(20,24318,'financial',2,'disposal:3',0,20662,'disposal',NULL,1785888000000000000,'2d231d177d9334e0debf56d45b1704d40d56a2dae7affe39fa293d2a3567e151','ann');
INSERT INTO "entry" VALUES(21,24318,'financial',1,'depreciation',2,20665,'straight-line, daily',NULL,1785974400000000000,'413696f73635145ec13c1c62b92701a2a07e517c25f3675aa493fa6287f38eba','bob');
INSERT INTO "entry" VALUES(22,24318,'tax',1,'depreciation',1,20665,'macrs:5:half-year, half-year',NULL,1785974400000000000,'dd27f0b91a29473312423bf6269a8a820b60bb99777a7f437b764efaccb4dc28','bob');
INSERT INTO "entry" VALUES(23,24318,'financial',1,'split:4',0,20659,'split',NULL,1785974400000000000,'017b6639f7e8889728e4e8f0b560e2e2ee57946f4ed6ef56d714c2f0dd77301c','bob');
INSERT INTO "entry" VALUES(24,24318,'tax',1,'split:4',0,20659,'split',NULL,1785974400000000000,'23712fe8b3dd7ae23094f79446c6dd7ec36a772efa22b70787e280cd16904b6f','bob');
INSERT INTO "entry" VALUES(25,24318,'financial',3,'depreciation',0,20665,'straight-line, daily',NULL,1785974400000000000,'9516f1aef9b69e79130eaf355f04993d05b2774886f9c1022f6fbe431ba31d97','bob');
INSERT INTO "entry" VALUES(26,24318,'tax',3,'depreciation',0,20665,'macrs:5:half-year, half-year',NULL,1785974400000000000,'99ac3f601da3764c2e302b5f71732c258055070157d51f3cb1ef51ede141ae0c','bob');
INSERT INTO "entry" VALUES(27,24318,'financial',3,'opening:4',0,20659,'opening',NULL,1785974400000000000,'f8a95b958c1c29d49c5cb6c0fd6c8af56d018f9f0d653119a48594c0ae515fdf','bob');
INSERT INTO "entry" VALUES(28,24318,'tax',3,'opening:4',0,20659,'opening',NULL,1785974400000000000,'95ad14aab180ad0af6e7c95165184a638976ed763b77741cb6353da3595a3905','bob');
INSERT INTO "entry" VALUES(29,24318,'financial',1,'maintenance',1,20665,'reversal of entry 12',12,1786060800000000000,'f79a5bf63a753b10e646296d36cf63e78e86afc50dd81f8ea49b140a2b37d894','bob');
INSERT INTO "event" VALUES(1,2,0,5,20654,20654,600000,NULL,NULL,NULL,1785715200000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(2,1,0,4,20655,20655,900000,NULL,NULL,NULL,1785801600000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(3,2,NULL,0,20662,20662,550000,NULL,NULL,NULL,1785888000000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(4,1,NULL,21,20659,20659,NULL,NULL,NULL,NULL,1785974400000000000,'bob',NULL,NULL,NULL,NULL,NULL,3);
INSERT INTO "portion" VALUES(4,0,0,20620,300000,37500,0,6814,68711,0,68519,0,292993,'',NULL);
INSERT INTO "portion" VALUES(4,1,0,20620,300000,0,135000,8364,0,0,0,0,291636,'',NULL);
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Assets:Equipment','USD',500000);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Payable','USD',-500000);
INSERT INTO "posting" VALUES(3,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(3,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(4,0,'Expenses:Depreciation:Section-179','USD',100000);
INSERT INTO "posting" VALUES(4,1,'Assets:Accumulated-Depreciation','USD',-100000);
INSERT INTO "posting" VALUES(5,0,'Expenses:Depreciation:Bonus','USD',440000);
INSERT INTO "posting" VALUES(5,1,'Assets:Accumulated-Depreciation','USD',-440000);
INSERT INTO "posting" VALUES(6,0,'Expenses:Power','USD',486);
INSERT INTO "posting" VALUES(6,1,'Liabilities:Accrued:Energy','USD',-486);
INSERT INTO "posting" VALUES(7,0,'Expenses:Depreciation','USD',10780);
INSERT INTO "posting" VALUES(7,1,'Assets:Accumulated-Depreciation','USD',-10780);
INSERT INTO "posting" VALUES(8,0,'Expenses:Maintenance','USD',2466);
INSERT INTO "posting" VALUES(8,1,'Liabilities:Accrued:Maintenance','USD',-2466);
INSERT INTO "posting" VALUES(9,0,'Expenses:Depreciation','USD',18857);
INSERT INTO "posting" VALUES(9,1,'Assets:Accumulated-Depreciation','USD',-18857);
INSERT INTO "posting" VALUES(10,0,'Expenses:Depreciation','USD',8333);
INSERT INTO "posting" VALUES(10,1,'Assets:Accumulated-Depreciation','USD',-8333);
INSERT INTO "posting" VALUES(11,0,'Expenses:Depreciation','USD',22280);
INSERT INTO "posting" VALUES(11,1,'Assets:Accumulated-Depreciation','USD',-22280);
INSERT INTO "posting" VALUES(12,0,'Expenses:Maintenance','USD',5096);
INSERT INTO "posting" VALUES(12,1,'Liabilities:Accrued:Maintenance','USD',-5096);
INSERT INTO "posting" VALUES(13,0,'Expenses:Depreciation','USD',18857);
INSERT INTO "posting" VALUES(13,1,'Assets:Accumulated-Depreciation','USD',-18857);
INSERT INTO "posting" VALUES(14,0,'Expenses:Depreciation','USD',8334);
INSERT INTO "posting" VALUES(14,1,'Assets:Accumulated-Depreciation','USD',-8334);
INSERT INTO "posting" VALUES(15,0,'Expenses:Depreciation','USD',752);
INSERT INTO "posting" VALUES(15,1,'Assets:Accumulated-Depreciation','USD',-752);
INSERT INTO "posting" VALUES(16,0,'Assets:Accumulated-Depreciation','USD',13441);
INSERT INTO "posting" VALUES(16,1,'Assets:Equipment','USD',100000);
INSERT INTO "posting" VALUES(16,2,'Equity:Revaluation-Surplus','USD',-113441);
INSERT INTO "posting" VALUES(17,0,'Expenses:Depreciation','USD',-2121);
INSERT INTO "posting" VALUES(17,1,'Assets:Accumulated-Depreciation','USD',2121);
INSERT INTO "posting" VALUES(18,0,'Expenses:Impairment-Loss','USD',274846);
INSERT INTO "posting" VALUES(18,1,'Assets:Accumulated-Impairment','USD',-274846);
INSERT INTO "posting" VALUES(19,0,'Expenses:Depreciation','USD',-3978);
INSERT INTO "posting" VALUES(19,1,'Assets:Accumulated-Depreciation','USD',3978);
INSERT INTO "posting" VALUES(20,0,'Assets:Receivable','USD',550000);
INSERT INTO "posting" VALUES(20,1,'Expenses:Disposal-Loss','USD',50000);
INSERT INTO "posting" VALUES(20,2,'Assets:Equipment','USD',-600000);
INSERT INTO "posting" VALUES(20,3,'Equity:Revaluation-Surplus','USD',113441);
INSERT INTO "posting" VALUES(20,4,'Equity:Retained-Earnings','USD',-113441);
INSERT INTO "posting" VALUES(21,0,'Expenses:Depreciation','USD',-920);
INSERT INTO "posting" VALUES(21,1,'Assets:Accumulated-Depreciation','USD',920);
INSERT INTO "posting" VALUES(22,0,'Expenses:Depreciation','USD',-1064);
INSERT INTO "posting" VALUES(22,1,'Assets:Accumulated-Depreciation','USD',1064);
INSERT INTO "posting" VALUES(23,0,'Assets:Equipment','USD',-300000);
INSERT INTO "posting" VALUES(23,1,'Assets:Accumulated-Depreciation','USD',6814);
INSERT INTO "posting" VALUES(23,2,'Assets:Accumulated-Impairment','USD',68711);
INSERT INTO "posting" VALUES(23,3,'Assets:Transfers','USD',224475);
INSERT INTO "posting" VALUES(24,0,'Assets:Equipment','USD',-300000);
INSERT INTO "posting" VALUES(24,1,'Assets:Accumulated-Depreciation','USD',143364);
INSERT INTO "posting" VALUES(24,2,'Assets:Transfers','USD',156636);
INSERT INTO "posting" VALUES(25,0,'Expenses:Depreciation','USD',920);
INSERT INTO "posting" VALUES(25,1,'Assets:Accumulated-Depreciation','USD',-920);
INSERT INTO "posting" VALUES(26,0,'Expenses:Depreciation','USD',1065);
INSERT INTO "posting" VALUES(26,1,'Assets:Accumulated-Depreciation','USD',-1065);
INSERT INTO "posting" VALUES(27,0,'Assets:Equipment','USD',300000);
INSERT INTO "posting" VALUES(27,1,'Assets:Accumulated-Depreciation','USD',-6814);
INSERT INTO "posting" VALUES(27,2,'Assets:Accumulated-Impairment','USD',-68711);
INSERT INTO "posting" VALUES(27,3,'Assets:Transfers','USD',-224475);
INSERT INTO "posting" VALUES(28,0,'Assets:Equipment','USD',300000);
INSERT INTO "posting" VALUES(28,1,'Assets:Accumulated-Depreciation','USD',-143364);
INSERT INTO "posting" VALUES(28,2,'Assets:Transfers','USD',-156636);
INSERT INTO "posting" VALUES(29,0,'Expenses:Maintenance','USD',-5096);
INSERT INTO "posting" VALUES(29,1,'Liabilities:Accrued:Maintenance','USD',5096);
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
CREATE INDEX account_of_name ON account_name (name);
CREATE INDEX condition_of_asset ON condition (asset, happened);
CREATE INDEX cover_of_asset ON cover (asset, kind);
CREATE UNIQUE INDEX entry_key ON entry (period, book, asset, event, revision);
CREATE INDEX event_of_asset ON event (asset, effective);
CREATE INDEX event_of_other ON event (other, effective) WHERE other IS NOT NULL;
CREATE INDEX service_of_asset ON service (asset, happened);
CREATE INDEX site_change_of_site ON site_change (site, effective);
CREATE TRIGGER account_name_stands BEFORE UPDATE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
CREATE TRIGGER account_name_stays BEFORE DELETE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
CREATE TRIGGER closing_stands BEFORE UPDATE ON closing
  BEGIN SELECT RAISE(ABORT, 'a closed month stays closed'); END;
CREATE TRIGGER closing_stays BEFORE DELETE ON closing
  BEGIN SELECT RAISE(ABORT, 'a closed month stays closed'); END;
CREATE TRIGGER condition_stands BEFORE UPDATE ON condition
  BEGIN SELECT RAISE(ABORT, 'what was seen never changes'); END;
CREATE TRIGGER condition_stays BEFORE DELETE ON condition
  BEGIN SELECT RAISE(ABORT, 'what was seen is never deleted'); END;
CREATE TRIGGER cover_stands BEFORE UPDATE ON cover
  BEGIN SELECT RAISE(ABORT, 'what was agreed never changes; record what is agreed now'); END;
CREATE TRIGGER cover_stays BEFORE DELETE ON cover
  BEGIN SELECT RAISE(ABORT, 'what was agreed is never deleted; record what is agreed now'); END;
CREATE TRIGGER entry_in_open_month BEFORE INSERT ON entry
  WHEN NEW.period <= (SELECT max(period) FROM closing)
  BEGIN SELECT RAISE(ABORT, 'the month of this entry is closed'); END;
CREATE TRIGGER entry_stands BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'a posted entry never changes; reverse it instead'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'a posted entry is never deleted; reverse it instead'); END;
CREATE TRIGGER event_stands BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
CREATE TRIGGER portion_stands BEFORE UPDATE ON portion
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER portion_stays BEFORE DELETE ON portion
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
CREATE TRIGGER posting_stands BEFORE UPDATE ON posting
  BEGIN SELECT RAISE(ABORT, 'a posted line never changes; reverse its entry instead'); END;
CREATE TRIGGER posting_stays BEFORE DELETE ON posting
  BEGIN SELECT RAISE(ABORT, 'a posted line is never deleted; reverse its entry instead'); END;
CREATE TRIGGER service_stands BEFORE UPDATE ON service
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER service_stays BEFORE DELETE ON service
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
CREATE TRIGGER site_change_stands BEFORE UPDATE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost never changes'); END;
CREATE TRIGGER site_change_stays BEFORE DELETE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost is never deleted'); END;
CREATE TRIGGER undone_stands BEFORE UPDATE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER undone_stays BEFORE DELETE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER withdrawn_stands BEFORE UPDATE ON withdrawn
  BEGIN SELECT RAISE(ABORT, 'what was withdrawn stays so'); END;
CREATE TRIGGER withdrawn_stays BEFORE DELETE ON withdrawn
  BEGIN SELECT RAISE(ABORT, 'what was withdrawn stays so'); END;
