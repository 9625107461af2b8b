-- Books as version 11 of the schema kept them: a server that bob repaired and improved, a machine that was taken over, and one in two books; August 2026 is closed.
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
INSERT INTO "asset" VALUES(1,'server',NULL,'USD',1200000,20666,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "asset" VALUES(2,'old',NULL,'USD',480000,20301,NULL,0,0,NULL,NULL,'equipment',20666);
INSERT INTO "asset" VALUES(3,'late',NULL,'USD',9000000,20727,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','full-month','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(1,'tax',0,'5y','macrs:5:half-year','half-year','01-01',NULL,4000);
INSERT INTO "book_terms" VALUES(2,'financial',0,'48mo','straight-line','full-month','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(3,'financial',0,'48mo','straight-line','daily','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(3,'tax',0,'5y','macrs:5:half-year','half-year','01-01',NULL,0);
INSERT INTO "closing" VALUES(24319,7,'b7abc4a701b22d3dc157f6df94db8dd8028a76a4faeeea374b094d8d0e411bf5',1788307200000000000,0);
INSERT INTO "entry" VALUES(1,24319,'financial',1,'acquisition',0,20666,'purchase',NULL,1785628800000000000,'0beece854d36225cdd3f2bbefb9abe327a54e9ec050cfa695ef40ccf9d28d195','ann');
INSERT INTO "entry" VALUES(2,24319,'financial',2,'opening:1',0,20666,'opening',NULL,1785628800000000000,'200682336a3f69a424f43646101814405d212e615c0e5b027f5180e4e5df8979','ann');
INSERT INTO "entry" VALUES(3,24319,'tax',1,'acquisition',0,20666,'purchase',NULL,1785628800000000000,'6e23674fd26297cfbebff791ccd07d9ed964739bd56c7f3b1414acfec56f8cd0','ann');
INSERT INTO "entry" VALUES(4,24319,'tax',1,'bonus',0,20666,'deducted when placed in service',NULL,1785628800000000000,'cdb8ba587f37439656ca5dde8b791323f85dfdeae9edb6eb0a125548fc878ba9','ann');
INSERT INTO "entry" VALUES(5,24319,'financial',1,'depreciation',0,20696,'straight-line, full-month',NULL,1788307200000000000,'0d8945d80333994806f9af3ae4aae82d0cece687521c513b81c7ec809a6c930d','ann');
INSERT INTO "entry" VALUES(6,24319,'tax',1,'depreciation',0,20696,'macrs:5, half-year',NULL,1788307200000000000,'0da109ebeeef298d997e911ac90e78d641216c8c2e2988f84576f1b9482de445','ann');
INSERT INTO "entry" VALUES(7,24319,'financial',2,'depreciation',0,20696,'straight-line, full-month',NULL,1788307200000000000,'b7abc4a701b22d3dc157f6df94db8dd8028a76a4faeeea374b094d8d0e411bf5','ann');
INSERT INTO "entry" VALUES(8,24320,'financial',1,'depreciation',0,20726,'straight-line, full-month',NULL,1789171200000000000,'41693b53db4c85dccf45c2d20e2e724c0de738048a463dd3350e343b955dba32','bob');
INSERT INTO "entry" VALUES(9,24320,'tax',1,'depreciation',0,20726,'macrs:5, half-year',NULL,1789171200000000000,'512aef124549d3f7c648832346296e5014b2fc42690658655569065582e1c66a','bob');
INSERT INTO "entry" VALUES(10,24320,'financial',1,'repair:2',0,20708,'repair',NULL,1789171200000000000,'19782d12b009807544ac7df97cfeef6d6e1293f59c60f838ed5766bf7b5a09db','bob');
INSERT INTO "entry" VALUES(11,24320,'tax',1,'repair:2',0,20708,'repair',NULL,1789171200000000000,'029eacb8ca249c45e308dcdd327e2d21fefa7041d985eaf3a9b6624ce1b7af5e','bob');
INSERT INTO "entry" VALUES(12,24320,'financial',1,'depreciation',1,20726,'straight-line, full-month',NULL,1789257600000000000,'dd91c188ddc5fb4d650f25760e060c62cacf1e26e270edd43468067586f65e0b','bob');
INSERT INTO "entry" VALUES(13,24320,'tax',1,'depreciation',1,20726,'macrs:5, half-year',NULL,1789257600000000000,'c2fd2e9d46719a6276ae1075356f7bea01208d5421175c7b645bf4b616ebc679','bob');
INSERT INTO "entry" VALUES(14,24320,'financial',1,'improvement:3',0,20709,'improvement',NULL,1789257600000000000,'686367c65cf9918d1a3076f1ecd49317c7028046d307058a07455502fad09399','bob');
INSERT INTO "entry" VALUES(15,24320,'tax',1,'improvement:3',0,20709,'improvement',NULL,1789257600000000000,'d2e98f9fb517d674aac5d18aa7656a770570fe88059ecb4258a22f486515a94c','bob');
INSERT INTO "entry" VALUES(16,24321,'financial',3,'acquisition',0,20727,'purchase',NULL,1790899200000000000,'38d4e960941093080e280b70689fb0d4d71a4202c983f6213b6c155e929f94ae','ann');
INSERT INTO "entry" VALUES(17,24321,'tax',3,'acquisition',0,20727,'purchase',NULL,1790899200000000000,'ef55d6b0148387f0b33445e189fe38a78a58da113d1667b3388e483583ea494f','ann');
INSERT INTO "entry" VALUES(18,24320,'tax',1,'depreciation',2,20726,'macrs:5, mid-quarter',NULL,1790899200000000000,'5b0fe47d8c45eb701acedab404d6e265aa54fea6ab3f434143e33d53f7e03af7','ann');
INSERT INTO "event" VALUES(1,2,NULL,20,20666,20666,NULL,NULL,NULL,NULL,1785628800000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(2,1,NULL,2,20708,20708,8000,NULL,NULL,NULL,1789171200000000000,'bob',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(3,1,NULL,1,20709,20709,80000,NULL,NULL,NULL,1789257600000000000,'bob',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "portion" VALUES(1,0,0,20301,480000,0,0,120000,0,0,0,0,360000,'',NULL);
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(2,0,'Assets:Equipment','USD',480000);
INSERT INTO "posting" VALUES(2,1,'Assets:Accumulated-Depreciation','USD',-120000);
INSERT INTO "posting" VALUES(2,2,'Equity:Opening-Balances','USD',-360000);
INSERT INTO "posting" VALUES(3,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(3,1,'Liabilities:Payable','USD',-1200000);
INSERT INTO "posting" VALUES(4,0,'Expenses:Depreciation:Bonus','USD',480000);
INSERT INTO "posting" VALUES(4,1,'Assets:Accumulated-Depreciation','USD',-480000);
INSERT INTO "posting" VALUES(5,0,'Expenses:Depreciation','USD',21875);
INSERT INTO "posting" VALUES(5,1,'Assets:Accumulated-Depreciation','USD',-21875);
INSERT INTO "posting" VALUES(6,0,'Expenses:Depreciation','USD',28800);
INSERT INTO "posting" VALUES(6,1,'Assets:Accumulated-Depreciation','USD',-28800);
INSERT INTO "posting" VALUES(7,0,'Expenses:Depreciation','USD',10000);
INSERT INTO "posting" VALUES(7,1,'Assets:Accumulated-Depreciation','USD',-10000);
INSERT INTO "posting" VALUES(8,0,'Expenses:Depreciation','USD',21875);
INSERT INTO "posting" VALUES(8,1,'Assets:Accumulated-Depreciation','USD',-21875);
INSERT INTO "posting" VALUES(9,0,'Expenses:Depreciation','USD',28800);
INSERT INTO "posting" VALUES(9,1,'Assets:Accumulated-Depreciation','USD',-28800);
INSERT INTO "posting" VALUES(10,0,'Expenses:Repairs','USD',8000);
INSERT INTO "posting" VALUES(10,1,'Liabilities:Payable','USD',-8000);
INSERT INTO "posting" VALUES(11,0,'Expenses:Repairs','USD',8000);
INSERT INTO "posting" VALUES(11,1,'Liabilities:Payable','USD',-8000);
INSERT INTO "posting" VALUES(12,0,'Expenses:Depreciation','USD',1030);
INSERT INTO "posting" VALUES(12,1,'Assets:Accumulated-Depreciation','USD',-1030);
INSERT INTO "posting" VALUES(13,0,'Expenses:Depreciation','USD',4000);
INSERT INTO "posting" VALUES(13,1,'Assets:Accumulated-Depreciation','USD',-4000);
INSERT INTO "posting" VALUES(14,0,'Assets:Equipment','USD',80000);
INSERT INTO "posting" VALUES(14,1,'Liabilities:Payable','USD',-80000);
INSERT INTO "posting" VALUES(15,0,'Assets:Equipment','USD',80000);
INSERT INTO "posting" VALUES(15,1,'Liabilities:Payable','USD',-80000);
INSERT INTO "posting" VALUES(16,0,'Assets:Equipment','USD',9000000);
INSERT INTO "posting" VALUES(16,1,'Liabilities:Payable','USD',-9000000);
INSERT INTO "posting" VALUES(17,0,'Assets:Equipment','USD',9000000);
INSERT INTO "posting" VALUES(17,1,'Liabilities:Payable','USD',-9000000);
INSERT INTO "posting" VALUES(18,0,'Expenses:Depreciation','USD',-15400);
INSERT INTO "posting" VALUES(18,1,'Assets:Accumulated-Depreciation','USD',15400);
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
