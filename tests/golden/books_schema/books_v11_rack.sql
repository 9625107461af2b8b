-- Books as version 11 of the schema kept them: a rack in two books, of which a quarter was split off when section 179 and bonus of a part were one amount; a server taken over.
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
INSERT INTO "asset" VALUES(1,'rack',NULL,'USD',3600000,20544,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "asset" VALUES(2,'blade',NULL,'USD',900000,20544,NULL,0,0,NULL,NULL,'equipment',20697);
INSERT INTO "asset" VALUES(3,'old',NULL,'USD',1200000,20120,NULL,0,0,NULL,NULL,'equipment',20666);
INSERT INTO "book_terms" VALUES(1,'financial',300000,'4y','straight-line','full-month','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(1,'tax',0,'5y','macrs:5:half-year','half-year','01-01',600000,4000);
INSERT INTO "book_terms" VALUES(2,'financial',75000,'4y','straight-line','full-month','01-01',NULL,0);
INSERT INTO "book_terms" VALUES(2,'tax',0,'5y','macrs:5:half-year','half-year','01-01',450000,0);
INSERT INTO "book_terms" VALUES(3,'financial',0,'48mo','straight-line','full-month','01-01',NULL,0);
INSERT INTO "closing" VALUES(24315,25,'03bdfef7183960c640dcc2ada66d67c58483f5cfbd49848be488c6d87523201e',1789430400000000000,0);
INSERT INTO "closing" VALUES(24316,25,'03bdfef7183960c640dcc2ada66d67c58483f5cfbd49848be488c6d87523201e',1789430400000000000,0);
INSERT INTO "closing" VALUES(24317,25,'03bdfef7183960c640dcc2ada66d67c58483f5cfbd49848be488c6d87523201e',1789430400000000000,0);
INSERT INTO "closing" VALUES(24318,25,'03bdfef7183960c640dcc2ada66d67c58483f5cfbd49848be488c6d87523201e',1789430400000000000,0);
INSERT INTO "closing" VALUES(24319,26,'1ae69227e2647e3184c7ee980456999167e7079982f8ca8dfe9bf5055185918e',1789430400000000000,0);
INSERT INTO "condition" VALUES(1,1,20708,NULL,64,NULL,NULL,960,1789430400000000000,'ann');
INSERT INTO "cover" VALUES(1,1,0,21274,'',1789430400000000000,'ann');
INSERT INTO "entry" VALUES(1,24315,'financial',1,'acquisition',0,20544,'purchase',NULL,1789430400000000000,'69e9b2f5d50b705306dcf6d5679733913f98e9985a34f3ff8a261096143166c9','ann');
INSERT INTO "entry" VALUES(2,24315,'tax',1,'acquisition',0,20544,'purchase',NULL,1789430400000000000,'8ec62673a32c20d6bc6aeecf69a400de4dbddef5c4be5bf59e5424ab05437f69','ann');
INSERT INTO "entry" VALUES(3,24315,'tax',1,'section-179',0,20544,'expensed when placed in service',NULL,1789430400000000000,'0e161a1422ceedcf07b2299eec480b41b86166cf0fa2dd526cfad1040618c153','ann');
INSERT INTO "entry" VALUES(4,24315,'tax',1,'bonus',0,20544,'deducted when placed in service',NULL,1789430400000000000,'d7575bdc48ed8f7e28fc21e70139287b6b7f30b31321a138183a10756bee03bb','ann');
INSERT INTO "entry" VALUES(5,24315,'financial',1,'depreciation',0,20573,'straight-line, full-month',NULL,1789430400000000000,'57db30e3ffdacc62fce4461c5a4cb51b69a5fb6c399eecf6e2684ba12745093d','ann');
INSERT INTO "entry" VALUES(6,24315,'tax',1,'depreciation',0,20573,'macrs:5:half-year, half-year',NULL,1789430400000000000,'6ffdf8129d8c9f0aa35023dc8c285ea084e6d5185f8332cd7c64f232abaa8938','ann');
INSERT INTO "entry" VALUES(7,24316,'financial',1,'depreciation',0,20604,'straight-line, full-month',NULL,1789430400000000000,'4505023984b876f5fc525901ccb9bf8dae3dec5766ec7717deafdfc2233f937f','ann');
INSERT INTO "entry" VALUES(8,24316,'tax',1,'depreciation',0,20604,'macrs:5:half-year, half-year',NULL,1789430400000000000,'1f463d025aad097a96d0398efe5e71e316e1a9f80d37b4dc194abaac3531baa9','ann');
INSERT INTO "entry" VALUES(9,24317,'financial',1,'depreciation',0,20634,'straight-line, full-month',NULL,1789430400000000000,'029351aed33d1899ccf47327cdcafc055ebcb58c14c790f1c7dccdcfd1c60b71','ann');
INSERT INTO "entry" VALUES(10,24317,'tax',1,'depreciation',0,20634,'macrs:5:half-year, half-year',NULL,1789430400000000000,'fc7ea87633eab07efad6c7372b4df12b0f54142a1e033e2660542c2fe7674eeb','ann');
INSERT INTO "entry" VALUES(11,24318,'financial',1,'depreciation',0,20665,'straight-line, full-month',NULL,1789430400000000000,'b834a15ee8c1e6b7fd8e650f35daf04d1cc3bd7519e9643dcb6d25979438e6fd','ann');
INSERT INTO "entry" VALUES(12,24318,'tax',1,'depreciation',0,20665,'macrs:5:half-year, half-year',NULL,1789430400000000000,'4b6e4f2b1d8298d63dcd7883e6bc35bdff63e9343bfb5f93fefa3cdbd7e1567a','ann');
INSERT INTO "entry" VALUES(13,24319,'financial',1,'depreciation',0,20696,'straight-line, full-month',NULL,1789430400000000000,'c696d9a57a7f8e2016bf44b031546423c258d192e165e7cd9c678c0a3e750450','ann');
INSERT INTO "entry" VALUES(14,24319,'tax',1,'depreciation',0,20696,'macrs:5:half-year, half-year',NULL,1789430400000000000,'d79dc14a156d9f892210bc5f373d26502827e4887cd83e4899da44b76157bacc','ann');
INSERT INTO "entry" VALUES(15,24320,'financial',1,'depreciation',0,20726,'straight-line, full-month',NULL,1789430400000000000,'a2d333d05fe3b2366a0e34a6bc766095f3d14708e037cd14d78580bfd7a5cb84','ann');
INSERT INTO "entry" VALUES(16,24320,'tax',1,'depreciation',0,20726,'macrs:5:half-year, half-year',NULL,1789430400000000000,'48416802679e9f4dff56576d391a9607d39a1296e28dc944ba3e21d367b17584','ann');
INSERT INTO "entry" VALUES(17,24320,'financial',1,'split:1',0,20697,'split',NULL,1789430400000000000,'1175acdfbf973a88148b498c2d08ebb8902721000f5e66ac5b05cb5604558ef7','ann');
INSERT INTO "entry" VALUES(18,24320,'tax',1,'split:1',0,20697,'split',NULL,1789430400000000000,'054a631e00423e03b5b9f11ee6004aca79f494ae3dba59a69647501da68c5050','ann');
INSERT INTO "entry" VALUES(19,24320,'financial',2,'depreciation',0,20726,'straight-line, full-month',NULL,1789430400000000000,'d65d10b2837b2b271e21a87dcabcd151df6c66dc506405ed91b60aea15d27d0f','ann');
INSERT INTO "entry" VALUES(20,24320,'tax',2,'depreciation',0,20726,'macrs:5:half-year, half-year',NULL,1789430400000000000,'d7abb18dcf6cef9156c31c7d6b51f3a5c7a5852f4a6b0419cdf7962eacbb5da3','ann');
INSERT INTO "entry" VALUES(21,24320,'financial',2,'opening:1',0,20697,'opening',NULL,1789430400000000000,'c90396ea8928ce1fd4c4f4f5b88058083a4859376d8e8a4a64b1cc857b320cbd','ann');
INSERT INTO "entry" VALUES(22,24320,'tax',2,'opening:1',0,20697,'opening',NULL,1789430400000000000,'74151319180232bbae80151a325c9fb2c82b16fb52d0e9c25aeaae6e619a0ecf','ann');
INSERT INTO "entry" VALUES(23,24319,'financial',3,'opening:2',0,20666,'opening',NULL,1789430400000000000,'9b360f2737529c2d913a14470fe1962dde1093b842b0d1c5fee7388e55e7cec4','ann');
INSERT INTO "entry" VALUES(24,24320,'financial',1,'repair:3',0,20706,'repair',NULL,1789430400000000000,'ad005c488b1562f9d8acf56478de558c08cdc84e9d250f242ab591908609317d','ann');
INSERT INTO "entry" VALUES(25,24320,'tax',1,'repair:3',0,20706,'repair',NULL,1789430400000000000,'03bdfef7183960c640dcc2ada66d67c58483f5cfbd49848be488c6d87523201e','ann');
INSERT INTO "entry" VALUES(26,24319,'financial',3,'depreciation',0,20696,'straight-line, full-month',NULL,1789430400000000000,'1ae69227e2647e3184c7ee980456999167e7079982f8ca8dfe9bf5055185918e','ann');
INSERT INTO "event" VALUES(1,1,NULL,21,20697,20697,NULL,NULL,NULL,NULL,1789430400000000000,'ann',NULL,NULL,NULL,NULL,NULL,2);
INSERT INTO "event" VALUES(2,3,NULL,20,20666,20666,NULL,NULL,NULL,NULL,1789430400000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(3,1,NULL,2,20706,20706,12000,NULL,NULL,NULL,1789430400000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "portion" VALUES(1,0,0,20544,900000,75000,0,85937,0,0,0,0,814063,'',NULL);
INSERT INTO "portion" VALUES(1,1,0,20544,900000,0,450000,50000,0,0,0,0,850000,'',NULL);
INSERT INTO "portion" VALUES(2,0,0,20120,1200000,0,0,450000,0,0,0,0,750000,'',NULL);
INSERT INTO "posting" VALUES(1,0,'Assets:Equipment','USD',3600000);
INSERT INTO "posting" VALUES(1,1,'Liabilities:Payable','USD',-3600000);
INSERT INTO "posting" VALUES(2,0,'Assets:Equipment','USD',3600000);
INSERT INTO "posting" VALUES(2,1,'Liabilities:Payable','USD',-3600000);
INSERT INTO "posting" VALUES(3,0,'Expenses:Depreciation:Section-179','USD',600000);
INSERT INTO "posting" VALUES(3,1,'Assets:Accumulated-Depreciation','USD',-600000);
INSERT INTO "posting" VALUES(4,0,'Expenses:Depreciation:Bonus','USD',1200000);
INSERT INTO "posting" VALUES(4,1,'Assets:Accumulated-Depreciation','USD',-1200000);
INSERT INTO "posting" VALUES(5,0,'Expenses:Depreciation','USD',68750);
INSERT INTO "posting" VALUES(5,1,'Assets:Accumulated-Depreciation','USD',-68750);
INSERT INTO "posting" VALUES(6,0,'Expenses:Depreciation','USD',40000);
INSERT INTO "posting" VALUES(6,1,'Assets:Accumulated-Depreciation','USD',-40000);
INSERT INTO "posting" VALUES(7,0,'Expenses:Depreciation','USD',68750);
INSERT INTO "posting" VALUES(7,1,'Assets:Accumulated-Depreciation','USD',-68750);
INSERT INTO "posting" VALUES(8,0,'Expenses:Depreciation','USD',40000);
INSERT INTO "posting" VALUES(8,1,'Assets:Accumulated-Depreciation','USD',-40000);
INSERT INTO "posting" VALUES(9,0,'Expenses:Depreciation','USD',68750);
INSERT INTO "posting" VALUES(9,1,'Assets:Accumulated-Depreciation','USD',-68750);
INSERT INTO "posting" VALUES(10,0,'Expenses:Depreciation','USD',40000);
INSERT INTO "posting" VALUES(10,1,'Assets:Accumulated-Depreciation','USD',-40000);
INSERT INTO "posting" VALUES(11,0,'Expenses:Depreciation','USD',68750);
INSERT INTO "posting" VALUES(11,1,'Assets:Accumulated-Depreciation','USD',-68750);
INSERT INTO "posting" VALUES(12,0,'Expenses:Depreciation','USD',40000);
INSERT INTO "posting" VALUES(12,1,'Assets:Accumulated-Depreciation','USD',-40000);
INSERT INTO "posting" VALUES(13,0,'Expenses:Depreciation','USD',68750);
INSERT INTO "posting" VALUES(13,1,'Assets:Accumulated-Depreciation','USD',-68750);
INSERT INTO "posting" VALUES(14,0,'Expenses:Depreciation','USD',40000);
INSERT INTO "posting" VALUES(14,1,'Assets:Accumulated-Depreciation','USD',-40000);
INSERT INTO "posting" VALUES(15,0,'Expenses:Depreciation','USD',51562);
INSERT INTO "posting" VALUES(15,1,'Assets:Accumulated-Depreciation','USD',-51562);
INSERT INTO "posting" VALUES(16,0,'Expenses:Depreciation','USD',30000);
INSERT INTO "posting" VALUES(16,1,'Assets:Accumulated-Depreciation','USD',-30000);
INSERT INTO "posting" VALUES(17,0,'Assets:Equipment','USD',-900000);
INSERT INTO "posting" VALUES(17,1,'Assets:Accumulated-Depreciation','USD',85937);
INSERT INTO "posting" VALUES(17,2,'Assets:Transfers','USD',814063);
INSERT INTO "posting" VALUES(18,0,'Assets:Equipment','USD',-900000);
INSERT INTO "posting" VALUES(18,1,'Assets:Accumulated-Depreciation','USD',500000);
INSERT INTO "posting" VALUES(18,2,'Assets:Transfers','USD',400000);
INSERT INTO "posting" VALUES(19,0,'Expenses:Depreciation','USD',17188);
INSERT INTO "posting" VALUES(19,1,'Assets:Accumulated-Depreciation','USD',-17188);
INSERT INTO "posting" VALUES(20,0,'Expenses:Depreciation','USD',10000);
INSERT INTO "posting" VALUES(20,1,'Assets:Accumulated-Depreciation','USD',-10000);
INSERT INTO "posting" VALUES(21,0,'Assets:Equipment','USD',900000);
INSERT INTO "posting" VALUES(21,1,'Assets:Accumulated-Depreciation','USD',-85937);
INSERT INTO "posting" VALUES(21,2,'Assets:Transfers','USD',-814063);
INSERT INTO "posting" VALUES(22,0,'Assets:Equipment','USD',900000);
INSERT INTO "posting" VALUES(22,1,'Assets:Accumulated-Depreciation','USD',-500000);
INSERT INTO "posting" VALUES(22,2,'Assets:Transfers','USD',-400000);
INSERT INTO "posting" VALUES(23,0,'Assets:Equipment','USD',1200000);
INSERT INTO "posting" VALUES(23,1,'Assets:Accumulated-Depreciation','USD',-450000);
INSERT INTO "posting" VALUES(23,2,'Equity:Opening-Balances','USD',-750000);
INSERT INTO "posting" VALUES(24,0,'Expenses:Repairs','USD',12000);
INSERT INTO "posting" VALUES(24,1,'Liabilities:Payable','USD',-12000);
INSERT INTO "posting" VALUES(25,0,'Expenses:Repairs','USD',12000);
INSERT INTO "posting" VALUES(25,1,'Liabilities:Payable','USD',-12000);
INSERT INTO "posting" VALUES(26,0,'Expenses:Depreciation','USD',25000);
INSERT INTO "posting" VALUES(26,1,'Assets:Accumulated-Depreciation','USD',-25000);
INSERT INTO "service" VALUES(1,1,20706,12000,0,'new fan',20878,3,1789430400000000000,'ann');
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
