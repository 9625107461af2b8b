-- Books as version 13 of the schema kept them: a rack in two books, of which a quarter was split off when section 179 and bonus of a part were one amount; a server taken over; what ann and bob may do.
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
  recorded INTEGER NOT NULL,
  usage_seen INTEGER NOT NULL DEFAULT 0
) STRICT;
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
  asset INTEGER NOT NULL REFERENCES asset (id),
  book INTEGER NOT NULL,
  event INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  date INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  who INTEGER,
  reverses INTEGER,
  recorded INTEGER NOT NULL,
  account INTEGER,
  against INTEGER,
  currency INTEGER,
  minor INTEGER,
  hash BLOB NOT NULL
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
  entry INTEGER NOT NULL,
  line INTEGER NOT NULL,
  account INTEGER NOT NULL,
  currency INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  PRIMARY KEY (entry, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE role_grant (
  id INTEGER PRIMARY KEY,
  person TEXT NOT NULL,
  role INTEGER,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
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
CREATE TABLE word (
  id INTEGER PRIMARY KEY,
  spelling TEXT NOT NULL UNIQUE
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
INSERT INTO "entry" VALUES(1,24315,1,1,2,0,20544,3,6,NULL,1789430400000000000,4,7,5,3600000,X'69e9b2f5d50b705306dcf6d5679733913f98e9985a34f3ff8a261096143166c9');
INSERT INTO "entry" VALUES(2,24315,1,8,2,0,20544,3,6,NULL,1789430400000000000,4,7,5,3600000,X'8ec62673a32c20d6bc6aeecf69a400de4dbddef5c4be5bf59e5424ab05437f69');
INSERT INTO "entry" VALUES(3,24315,1,8,9,0,20544,10,6,NULL,1789430400000000000,11,12,5,600000,X'0e161a1422ceedcf07b2299eec480b41b86166cf0fa2dd526cfad1040618c153');
INSERT INTO "entry" VALUES(4,24315,1,8,13,0,20544,14,6,NULL,1789430400000000000,15,12,5,1200000,X'd7575bdc48ed8f7e28fc21e70139287b6b7f30b31321a138183a10756bee03bb');
INSERT INTO "entry" VALUES(5,24315,1,1,16,0,20573,17,6,NULL,1789430400000000000,18,12,5,68750,X'57db30e3ffdacc62fce4461c5a4cb51b69a5fb6c399eecf6e2684ba12745093d');
INSERT INTO "entry" VALUES(6,24315,1,8,16,0,20573,19,6,NULL,1789430400000000000,18,12,5,40000,X'6ffdf8129d8c9f0aa35023dc8c285ea084e6d5185f8332cd7c64f232abaa8938');
INSERT INTO "entry" VALUES(7,24316,1,1,16,0,20604,17,6,NULL,1789430400000000000,18,12,5,68750,X'4505023984b876f5fc525901ccb9bf8dae3dec5766ec7717deafdfc2233f937f');
INSERT INTO "entry" VALUES(8,24316,1,8,16,0,20604,19,6,NULL,1789430400000000000,18,12,5,40000,X'1f463d025aad097a96d0398efe5e71e316e1a9f80d37b4dc194abaac3531baa9');
INSERT INTO "entry" VALUES(9,24317,1,1,16,0,20634,17,6,NULL,1789430400000000000,18,12,5,68750,X'029351aed33d1899ccf47327cdcafc055ebcb58c14c790f1c7dccdcfd1c60b71');
INSERT INTO "entry" VALUES(10,24317,1,8,16,0,20634,19,6,NULL,1789430400000000000,18,12,5,40000,X'fc7ea87633eab07efad6c7372b4df12b0f54142a1e033e2660542c2fe7674eeb');
INSERT INTO "entry" VALUES(11,24318,1,1,16,0,20665,17,6,NULL,1789430400000000000,18,12,5,68750,X'b834a15ee8c1e6b7fd8e650f35daf04d1cc3bd7519e9643dcb6d25979438e6fd');
INSERT INTO "entry" VALUES(12,24318,1,8,16,0,20665,19,6,NULL,1789430400000000000,18,12,5,40000,X'4b6e4f2b1d8298d63dcd7883e6bc35bdff63e9343bfb5f93fefa3cdbd7e1567a');
INSERT INTO "entry" VALUES(13,24319,1,1,16,0,20696,17,6,NULL,1789430400000000000,18,12,5,68750,X'c696d9a57a7f8e2016bf44b031546423c258d192e165e7cd9c678c0a3e750450');
INSERT INTO "entry" VALUES(14,24319,1,8,16,0,20696,19,6,NULL,1789430400000000000,18,12,5,40000,X'd79dc14a156d9f892210bc5f373d26502827e4887cd83e4899da44b76157bacc');
INSERT INTO "entry" VALUES(15,24320,1,1,16,0,20726,17,6,NULL,1789430400000000000,18,12,5,51562,X'a2d333d05fe3b2366a0e34a6bc766095f3d14708e037cd14d78580bfd7a5cb84');
INSERT INTO "entry" VALUES(16,24320,1,8,16,0,20726,19,6,NULL,1789430400000000000,18,12,5,30000,X'48416802679e9f4dff56576d391a9607d39a1296e28dc944ba3e21d367b17584');
INSERT INTO "entry" VALUES(17,24320,1,1,20,0,20697,21,6,NULL,1789430400000000000,4,NULL,5,-900000,X'1175acdfbf973a88148b498c2d08ebb8902721000f5e66ac5b05cb5604558ef7');
INSERT INTO "entry" VALUES(18,24320,1,8,20,0,20697,21,6,NULL,1789430400000000000,4,NULL,5,-900000,X'054a631e00423e03b5b9f11ee6004aca79f494ae3dba59a69647501da68c5050');
INSERT INTO "entry" VALUES(19,24320,2,1,16,0,20726,17,6,NULL,1789430400000000000,18,12,5,17188,X'd65d10b2837b2b271e21a87dcabcd151df6c66dc506405ed91b60aea15d27d0f');
INSERT INTO "entry" VALUES(20,24320,2,8,16,0,20726,19,6,NULL,1789430400000000000,18,12,5,10000,X'd7abb18dcf6cef9156c31c7d6b51f3a5c7a5852f4a6b0419cdf7962eacbb5da3');
INSERT INTO "entry" VALUES(21,24320,2,1,23,0,20697,24,6,NULL,1789430400000000000,4,NULL,5,900000,X'c90396ea8928ce1fd4c4f4f5b88058083a4859376d8e8a4a64b1cc857b320cbd');
INSERT INTO "entry" VALUES(22,24320,2,8,23,0,20697,24,6,NULL,1789430400000000000,4,NULL,5,900000,X'74151319180232bbae80151a325c9fb2c82b16fb52d0e9c25aeaae6e619a0ecf');
INSERT INTO "entry" VALUES(23,24319,3,1,25,0,20666,24,6,NULL,1789430400000000000,4,NULL,5,1200000,X'9b360f2737529c2d913a14470fe1962dde1093b842b0d1c5fee7388e55e7cec4');
INSERT INTO "entry" VALUES(24,24320,1,1,27,0,20706,28,6,NULL,1789430400000000000,29,7,5,12000,X'ad005c488b1562f9d8acf56478de558c08cdc84e9d250f242ab591908609317d');
INSERT INTO "entry" VALUES(25,24320,1,8,27,0,20706,28,6,NULL,1789430400000000000,29,7,5,12000,X'03bdfef7183960c640dcc2ada66d67c58483f5cfbd49848be488c6d87523201e');
INSERT INTO "entry" VALUES(26,24319,3,1,16,0,20696,17,6,NULL,1789430400000000000,18,12,5,25000,X'1ae69227e2647e3184c7ee980456999167e7079982f8ca8dfe9bf5055185918e');
INSERT INTO "event" VALUES(1,1,NULL,21,20697,20697,NULL,NULL,NULL,NULL,1789430400000000000,'ann',NULL,NULL,NULL,NULL,NULL,2);
INSERT INTO "event" VALUES(2,3,NULL,20,20666,20666,NULL,NULL,NULL,NULL,1789430400000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(3,1,NULL,2,20706,20706,12000,NULL,NULL,NULL,1789430400000000000,'ann',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "portion" VALUES(1,0,0,20544,900000,75000,0,85937,0,0,0,0,814063,'',NULL);
INSERT INTO "portion" VALUES(1,1,0,20544,900000,0,450000,50000,0,0,0,0,850000,'',NULL);
INSERT INTO "portion" VALUES(2,0,0,20120,1200000,0,0,450000,0,0,0,0,750000,'',NULL);
INSERT INTO "posting" VALUES(17,1,12,5,85937);
INSERT INTO "posting" VALUES(17,2,22,5,814063);
INSERT INTO "posting" VALUES(18,1,12,5,500000);
INSERT INTO "posting" VALUES(18,2,22,5,400000);
INSERT INTO "posting" VALUES(21,1,12,5,-85937);
INSERT INTO "posting" VALUES(21,2,22,5,-814063);
INSERT INTO "posting" VALUES(22,1,12,5,-500000);
INSERT INTO "posting" VALUES(22,2,22,5,-400000);
INSERT INTO "posting" VALUES(23,1,12,5,-450000);
INSERT INTO "posting" VALUES(23,2,26,5,-750000);
INSERT INTO "role_grant" VALUES(1,'ann',2,1789430400000000000,'ann');
INSERT INTO "role_grant" VALUES(2,'bob',0,1789430400000000000,'ann');
INSERT INTO "service" VALUES(1,1,20706,12000,0,'new fan',20878,3,1789430400000000000,'ann');
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
INSERT INTO "word" VALUES(1,'financial');
INSERT INTO "word" VALUES(2,'acquisition');
INSERT INTO "word" VALUES(3,'purchase');
INSERT INTO "word" VALUES(4,'Assets:Equipment');
INSERT INTO "word" VALUES(5,'USD');
INSERT INTO "word" VALUES(6,'ann');
INSERT INTO "word" VALUES(7,'Liabilities:Payable');
INSERT INTO "word" VALUES(8,'tax');
INSERT INTO "word" VALUES(9,'section-179');
INSERT INTO "word" VALUES(10,'expensed when placed in service');
INSERT INTO "word" VALUES(11,'Expenses:Depreciation:Section-179');
INSERT INTO "word" VALUES(12,'Assets:Accumulated-Depreciation');
INSERT INTO "word" VALUES(13,'bonus');
INSERT INTO "word" VALUES(14,'deducted when placed in service');
INSERT INTO "word" VALUES(15,'Expenses:Depreciation:Bonus');
INSERT INTO "word" VALUES(16,'depreciation');
INSERT INTO "word" VALUES(17,'straight-line, full-month');
INSERT INTO "word" VALUES(18,'Expenses:Depreciation');
INSERT INTO "word" VALUES(19,'macrs:5:half-year, half-year');
INSERT INTO "word" VALUES(20,'split:1');
INSERT INTO "word" VALUES(21,'split');
INSERT INTO "word" VALUES(22,'Assets:Transfers');
INSERT INTO "word" VALUES(23,'opening:1');
INSERT INTO "word" VALUES(24,'opening');
INSERT INTO "word" VALUES(25,'opening:2');
INSERT INTO "word" VALUES(26,'Equity:Opening-Balances');
INSERT INTO "word" VALUES(27,'repair:3');
INSERT INTO "word" VALUES(28,'repair');
INSERT INTO "word" VALUES(29,'Expenses:Repairs');
CREATE INDEX account_of_name ON account_name (name);
CREATE INDEX condition_of_asset ON condition (asset, happened);
CREATE INDEX cover_of_asset ON cover (asset, kind);
CREATE UNIQUE INDEX entry_key ON entry (period, asset, book, event, revision);
CREATE INDEX event_of_asset ON event (asset, effective);
CREATE INDEX event_of_other ON event (other, effective) WHERE other IS NOT NULL;
CREATE INDEX role_of_person ON role_grant (person, id);
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
CREATE TRIGGER role_grant_stands BEFORE UPDATE ON role_grant
  BEGIN SELECT RAISE(ABORT, 'who could do what never changes; give another role'); END;
CREATE TRIGGER role_grant_stays BEFORE DELETE ON role_grant
  BEGIN SELECT RAISE(ABORT, 'who could do what is never deleted; give another role'); END;
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
CREATE TRIGGER word_stands BEFORE UPDATE ON word
  BEGIN SELECT RAISE(ABORT, 'a posted text never changes'); END;
CREATE TRIGGER word_stays BEFORE DELETE ON word
  BEGIN SELECT RAISE(ABORT, 'a posted text is never deleted'); END;
