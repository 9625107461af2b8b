-- Books as version 11 of the schema kept them: a server of which a GPU was split off, sold, taken back and merged again, with a service, a warranty and a condition; a machine that was taken over, and one that was withdrawn.
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
INSERT INTO "asset" VALUES(1,'server',1,'USD',800000,20666,NULL,90000,250000,NULL,NULL,'equipment',NULL);
INSERT INTO "asset" VALUES(2,'old',NULL,'USD',240000,19936,NULL,0,0,NULL,NULL,'equipment',20666);
INSERT INTO "asset" VALUES(3,'gpu',1,'USD',100000,20666,NULL,0,0,NULL,NULL,'equipment',20675);
INSERT INTO "asset" VALUES(4,'#4',NULL,'USD',1000,20758,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "book_terms" VALUES(1,'financial',0,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(2,'financial',0,'4y','straight-line','daily','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(3,'financial',0,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(4,'financial',0,'1y','straight-line','daily','01-01',NULL,0);
INSERT INTO "closing" VALUES(24319,9,'fec7db4e09f74edf6a21eb74affcc483b93fe8bc61bb921fb570c9cc30a54f6f',1788307200000000000,0);
INSERT INTO "closing" VALUES(24320,14,'f7ca1bb8c5652e580df4ba107a2800d9c60711c878db4521368bf14f743291e1',1790899200000000000,0);
INSERT INTO "condition" VALUES(1,1,20690,520,61,2,NULL,990,1787616000000000000,'ann');
INSERT INTO "cover" VALUES(1,1,0,21761,'on site',1787616000000000000,'ann');
INSERT INTO "entry" VALUES(1,24319,'financial',1,'acquisition',0,20666,'purchase',NULL,1785542400000000000,'30fb6248c204c378b1ac5afca8e1045bc4633810c94723cdc458e58b3d18c675','ann');
INSERT INTO "entry" VALUES(2,24319,'financial',2,'opening:1',0,20666,'opening',NULL,1785542400000000000,'503984e2ccdc0ae8b379a13272115175a7e0160e278854d1f45b4645c509ac23','ann');
INSERT INTO "entry" VALUES(3,24319,'financial',1,'depreciation',0,20696,'straight-line, daily',NULL,1787184000000000000,'8dde5941863aac194776e713d58343db2c47cdfc645bac602d8a90f3879e350c','ann');
INSERT INTO "entry" VALUES(4,24319,'financial',1,'split:2',0,20675,'split',NULL,1787184000000000000,'3841f97d7f749dd1a758d0e8aae104e7c7b14a58453de1d2a7f42808e353e854','ann');
INSERT INTO "entry" VALUES(5,24319,'financial',3,'depreciation',0,20696,'straight-line, daily',NULL,1787184000000000000,'a19fcee1c613ca653afcaa494d3a8cf031b40f1753e58a4ee5f3feb13e3f94a3','ann');
INSERT INTO "entry" VALUES(6,24319,'financial',3,'opening:2',0,20675,'opening',NULL,1787184000000000000,'a76905b434bfd28765c22c49bcd094f7c0f32f2c0e5018a191c9b389424e904e','ann');
INSERT INTO "entry" VALUES(7,24319,'financial',1,'repair:3',0,20685,'repair',NULL,1787616000000000000,'1616dba7841bb37fcd3fe7b6b55591b06c43c65987c1a2d434a8649186293953','ann');
INSERT INTO "entry" VALUES(8,24319,'financial',1,'energy',0,20696,'accrual of the energy used',NULL,1788307200000000000,'b7569250668f446006fb7575f0e985a9103ca0837d248d317cbb050e2b19ba20','ann');
INSERT INTO "entry" VALUES(9,24319,'financial',2,'depreciation',0,20696,'straight-line, daily',NULL,1788307200000000000,'fec7db4e09f74edf6a21eb74affcc483b93fe8bc61bb921fb570c9cc30a54f6f','ann');
INSERT INTO "entry" VALUES(10,24320,'financial',3,'depreciation',0,20726,'straight-line, daily',NULL,1789084800000000000,'ef8f5a4378f891118690fe8870364e7f3f2525142b4a2bea2b7868058e5bd2f1','bob');
INSERT INTO "entry" VALUES(11,24320,'financial',3,'disposal:4',0,20706,'disposal',NULL,1789084800000000000,'9b44ee6cb54e3bb2b822413fef7d1611e893a525308224872c7f36075cdd762b','bob');
INSERT INTO "entry" VALUES(12,24320,'financial',1,'energy',0,20726,'accrual of the energy used',NULL,1790899200000000000,'9b9c95d2f9240957d1035b3d9ae2f77ecbbf63d8f1c59d9165e8a4b057cbf2ea','ann');
INSERT INTO "entry" VALUES(13,24320,'financial',1,'depreciation',0,20726,'straight-line, daily',NULL,1790899200000000000,'714323107d18ff6f9b7a2ea1bb7a5b85da170922c5998ac008f0d0715f635325','ann');
INSERT INTO "entry" VALUES(14,24320,'financial',2,'depreciation',0,20726,'straight-line, daily',NULL,1790899200000000000,'f7ca1bb8c5652e580df4ba107a2800d9c60711c878db4521368bf14f743291e1','ann');
INSERT INTO "entry" VALUES(15,24321,'financial',3,'depreciation',0,20757,'straight-line, daily',NULL,1791244800000000000,'c7c9e6e5069989c5d8674bcc69845c6308cb8a09f17126db8c253c88ea49e943','bob');
INSERT INTO "entry" VALUES(16,24321,'financial',3,'reinstatement:5',0,20731,'reinstatement',NULL,1791244800000000000,'22fce8129e7e9a2262af4f40be1d71866110e7d362eaedb49d639193b323d373','bob');
INSERT INTO "entry" VALUES(17,24321,'financial',1,'depreciation',0,20757,'straight-line, daily',NULL,1794744000000000000,'5108eddfe5b3b9cb5f8f6207acf99b2af94bd2a91f564f0f83d88c5025f093f2','ann');
INSERT INTO "entry" VALUES(18,24322,'financial',1,'depreciation',0,20787,'straight-line, daily',NULL,1794744000000000000,'7c7c94ca41007cb11cbf7bcfca4ba075384e0049c99fd28615af247ddfa9c135','ann');
INSERT INTO "entry" VALUES(19,24322,'financial',1,'merge:6',0,20758,'merge',NULL,1794744000000000000,'e10fd0190b147f3223372763a19feb1d8f9d3810e0f9c551a69ba52550646f1f','ann');
INSERT INTO "entry" VALUES(20,24322,'financial',3,'merged:6',0,20758,'merged',NULL,1794744000000000000,'4758442563818b599aa85558918092dbc02cf22ffda2ee972d77fe4674d9b1e4','ann');
INSERT INTO "entry" VALUES(21,24322,'financial',4,'acquisition',0,20758,'purchase',NULL,1794744000000000000,'6aa2ce3830cf9d445ba836cfbc446130df616f86a5f1a1971ac7e7530422d151','ann');
INSERT INTO "entry" VALUES(22,24322,'financial',4,'acquisition',1,20758,'withdrawn: it was added by mistake',NULL,1794744000000000000,'c298a545f180d12b567dd3b2445d64ae9796d2b9260787d7f3eb51c4c50f137a','ann');
INSERT INTO "event" VALUES(1,2,NULL,20,20666,20666,NULL,NULL,NULL,NULL,1785542400000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(2,1,NULL,21,20675,20675,NULL,NULL,NULL,NULL,1787184000000000000,'ann',NULL,NULL,NULL,NULL,NULL,3);
INSERT INTO "event" VALUES(3,1,NULL,2,20685,20685,8000,NULL,NULL,NULL,1787616000000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(4,3,NULL,0,20706,20706,90000,NULL,NULL,NULL,1789084800000000000,'bob',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(5,3,NULL,23,20731,20731,NULL,NULL,NULL,NULL,1791244800000000000,'bob',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(6,1,NULL,22,20758,20758,NULL,NULL,NULL,NULL,1794744000000000000,'ann',NULL,NULL,NULL,NULL,NULL,3);
INSERT INTO "portion" VALUES(1,0,0,19936,240000,0,0,115000,0,0,0,0,125000,'',NULL);
INSERT INTO "portion" VALUES(2,0,0,20666,100000,0,0,616,0,0,0,0,99384,'',NULL);
INSERT INTO "portion" VALUES(6,0,0,20666,100000,0,0,4619,0,0,0,0,95381,'',NULL);
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',800000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-800000);
INSERT INTO "posting" VALUES(2,0,'Assets:Equipment','USD',240000);
INSERT INTO "posting" VALUES(2,1,'Assets:Accumulated-Depreciation','USD',-115000);
INSERT INTO "posting" VALUES(2,2,'Equity:Opening-Balances','USD',-125000);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation','USD',15469);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-15469);
INSERT INTO "posting" VALUES(4,0,'Assets:Equipment','USD',-100000);
INSERT INTO "posting" VALUES(4,1,'Assets:Accumulated-Depreciation','USD',616);
INSERT INTO "posting" VALUES(4,2,'Assets:Transfers','USD',99384);
INSERT INTO "posting" VALUES(5,0,'Expenses:Depreciation','USD',1506);
INSERT INTO "posting" VALUES(5,1,'Assets:Accumulated-Depreciation','USD',-1506);
INSERT INTO "posting" VALUES(6,0,'Assets:Equipment','USD',100000);
INSERT INTO "posting" VALUES(6,1,'Assets:Accumulated-Depreciation','USD',-616);
INSERT INTO "posting" VALUES(6,2,'Assets:Transfers','USD',-99384);
INSERT INTO "posting" VALUES(7,0,'Expenses:Repairs','USD',8000);
INSERT INTO "posting" VALUES(7,1,'Liabilities:Payable','USD',-8000);
INSERT INTO "posting" VALUES(8,0,'Expenses:Energy','USD',2009);
INSERT INTO "posting" VALUES(8,1,'Liabilities:Accrued:Energy','USD',-2009);
INSERT INTO "posting" VALUES(9,0,'Expenses:Depreciation','USD',5301);
INSERT INTO "posting" VALUES(9,1,'Assets:Accumulated-Depreciation','USD',-5301);
INSERT INTO "posting" VALUES(10,0,'Expenses:Depreciation','USD',616);
INSERT INTO "posting" VALUES(10,1,'Assets:Accumulated-Depreciation','USD',-616);
INSERT INTO "posting" VALUES(11,0,'Assets:Accumulated-Depreciation','USD',2738);
INSERT INTO "posting" VALUES(11,1,'Assets:Receivable','USD',90000);
INSERT INTO "posting" VALUES(11,2,'Expenses:Disposal-Loss','USD',7262);
INSERT INTO "posting" VALUES(11,3,'Assets:Equipment','USD',-100000);
INSERT INTO "posting" VALUES(12,0,'Expenses:Energy','USD',1944);
INSERT INTO "posting" VALUES(12,1,'Liabilities:Accrued:Energy','USD',-1944);
INSERT INTO "posting" VALUES(13,0,'Expenses:Depreciation','USD',14373);
INSERT INTO "posting" VALUES(13,1,'Assets:Accumulated-Depreciation','USD',-14373);
INSERT INTO "posting" VALUES(14,0,'Expenses:Depreciation','USD',5130);
INSERT INTO "posting" VALUES(14,1,'Assets:Accumulated-Depreciation','USD',-5130);
INSERT INTO "posting" VALUES(15,0,'Expenses:Depreciation','USD',1881);
INSERT INTO "posting" VALUES(15,1,'Assets:Accumulated-Depreciation','USD',-1881);
INSERT INTO "posting" VALUES(16,0,'Assets:Accumulated-Depreciation','USD',-2738);
INSERT INTO "posting" VALUES(16,1,'Assets:Equipment','USD',100000);
INSERT INTO "posting" VALUES(16,2,'Assets:Receivable','USD',-90000);
INSERT INTO "posting" VALUES(16,3,'Expenses:Disposal-Loss','USD',-7262);
INSERT INTO "posting" VALUES(17,0,'Expenses:Depreciation','USD',14853);
INSERT INTO "posting" VALUES(17,1,'Assets:Accumulated-Depreciation','USD',-14853);
INSERT INTO "posting" VALUES(18,0,'Expenses:Depreciation','USD',16464);
INSERT INTO "posting" VALUES(18,1,'Assets:Accumulated-Depreciation','USD',-16464);
INSERT INTO "posting" VALUES(19,0,'Assets:Equipment','USD',100000);
INSERT INTO "posting" VALUES(19,1,'Assets:Accumulated-Depreciation','USD',-4619);
INSERT INTO "posting" VALUES(19,2,'Assets:Transfers','USD',-95381);
INSERT INTO "posting" VALUES(20,0,'Assets:Equipment','USD',-100000);
INSERT INTO "posting" VALUES(20,1,'Assets:Accumulated-Depreciation','USD',4619);
INSERT INTO "posting" VALUES(20,2,'Assets:Transfers','USD',95381);
INSERT INTO "posting" VALUES(21,0,'Assets:Equipment','USD',1000);
INSERT INTO "posting" VALUES(21,1,'Liabilities:Payable','USD',-1000);
INSERT INTO "posting" VALUES(22,0,'Assets:Equipment','USD',-1000);
INSERT INTO "posting" VALUES(22,1,'Liabilities:Payable','USD',1000);
INSERT INTO "service" VALUES(1,1,20685,8000,10800000000000,'new fans',20869,3,1787616000000000000,'ann');
INSERT INTO "site" VALUES(1,'home','USD','1',12000,1000,'UTC');
INSERT INTO "withdrawn" VALUES(4,'stray',1794744000000000000,'ann');
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
