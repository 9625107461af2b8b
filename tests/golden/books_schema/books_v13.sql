-- Books as version 13 of the schema kept them: a server in two books, of which a part was split off, machines that ann bought step by step and abroad, and what bob recorded of them; August 2026 is closed.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE account_name (
  id INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  class TEXT NOT NULL,
  site INTEGER REFERENCES site (id),
  recorded INTEGER NOT NULL
, who TEXT) STRICT;
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
CREATE TABLE book_joined (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  book INTEGER NOT NULL,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TABLE book_terms (
  asset INTEGER NOT NULL REFERENCES asset (id),
  book TEXT NOT NULL,
  salvage INTEGER NOT NULL,
  life TEXT NOT NULL,
  method TEXT NOT NULL,
  convention TEXT NOT NULL, fiscal_year_start TEXT NOT NULL DEFAULT '01-01', section_179 INTEGER, bonus_basis_points INTEGER NOT NULL DEFAULT 0, bonus INTEGER,
  PRIMARY KEY (asset, book)
) STRICT, WITHOUT ROWID;
CREATE TABLE closing (
  period INTEGER PRIMARY KEY,
  head INTEGER NOT NULL,
  hash TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  usage_seen INTEGER NOT NULL DEFAULT 0,
  who TEXT   -- null of what earlier versions closed
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
, who TEXT, site INTEGER REFERENCES site (id), cost_centre TEXT, node TEXT, idle_milliwatts INTEGER, load_milliwatts INTEGER, other INTEGER REFERENCES asset (id), paid_currency TEXT, paid_minor INTEGER, rate TEXT) STRICT;
CREATE TABLE month_sum (
  period INTEGER NOT NULL,
  book TEXT NOT NULL,
  class TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  event TEXT NOT NULL,
  debits INTEGER NOT NULL,
  credits INTEGER NOT NULL,
  PRIMARY KEY (period, book, class, account, currency, event)
) STRICT, WITHOUT ROWID;
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
  given INTEGER, bonus INTEGER NOT NULL DEFAULT 0, ahead INTEGER,
  PRIMARY KEY (event, book, layer)
) STRICT, WITHOUT ROWID;
CREATE TABLE portion_undone (
  event INTEGER NOT NULL REFERENCES event (id),
  book INTEGER NOT NULL,
  layer INTEGER NOT NULL,
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
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  kind INTEGER NOT NULL,
  happened INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  expected INTEGER,
  vendor TEXT NOT NULL,
  ordered_class TEXT,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TABLE purchase_cost (
  purchase INTEGER NOT NULL REFERENCES purchase (id),
  kind INTEGER NOT NULL,
  currency TEXT NOT NULL,
  minor INTEGER NOT NULL,
  paid_currency TEXT,
  paid_minor INTEGER,
  rate TEXT,
  PRIMARY KEY (purchase, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE purchase_undone (
  purchase INTEGER PRIMARY KEY REFERENCES purchase (id),
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TABLE role_grant (
  id INTEGER PRIMARY KEY,
  person TEXT NOT NULL,
  role INTEGER,
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
CREATE TABLE ruling (
  id INTEGER PRIMARY KEY,
  book INTEGER NOT NULL,
  currency TEXT NOT NULL,
  year INTEGER NOT NULL,
  convention TEXT NOT NULL,
  effective INTEGER NOT NULL,
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
CREATE TABLE units_replaced (
  id INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  start INTEGER NOT NULL,
  until INTEGER NOT NULL,
  millionths TEXT NOT NULL,
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
CREATE TABLE upkeep (
  number INTEGER PRIMARY KEY,
  asset INTEGER NOT NULL REFERENCES asset (id),
  kind INTEGER NOT NULL,
  record INTEGER NOT NULL,
  behind INTEGER NOT NULL
) STRICT;
CREATE TABLE upkeep_undone (
  number INTEGER PRIMARY KEY REFERENCES upkeep (number),
  recorded INTEGER NOT NULL,
  who TEXT
) STRICT;
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
INSERT INTO "asset" VALUES(1,'server',1,'USD',1200000,20666,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "asset" VALUES(2,'node',NULL,'USD',1114200,20686,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "asset" VALUES(3,'abroad',NULL,'USD',98100,20687,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "asset" VALUES(4,'blade',1,'USD',300000,20666,NULL,0,0,NULL,NULL,'equipment',20702);
INSERT INTO "asset" VALUES(5,'later',NULL,'USD',0,20703,NULL,0,0,NULL,NULL,'equipment',NULL);
INSERT INTO "book_joined" VALUES(1,1,1,1785580200000000000,'ann');
INSERT INTO "book_terms" VALUES(1,'financial',150000,'48mo','straight-line','full-month','01-01',NULL,0,NULL);
INSERT INTO "book_terms" VALUES(1,'tax',0,'5y','macrs:5','half-year','01-01',NULL,4000,NULL);
INSERT INTO "book_terms" VALUES(2,'financial',0,'48mo','straight-line','daily','01-01',NULL,0,NULL);
INSERT INTO "book_terms" VALUES(3,'financial',0,'3y','straight-line','daily','01-01',NULL,0,NULL);
INSERT INTO "book_terms" VALUES(4,'financial',37500,'48mo','straight-line','full-month','01-01',NULL,0,NULL);
INSERT INTO "book_terms" VALUES(4,'tax',0,'5y','macrs:5','half-year','01-01',NULL,0,120000);
INSERT INTO "closing" VALUES(24319,10,'a496beee5db3167091367a8001cc4fa6cb8e540fd869ce3995e163bc6216ce3a',1788343200000000000,0,'ann');
INSERT INTO "entry" VALUES(1,24319,1,1,2,0,20666,3,6,NULL,1785578400000000000,4,7,5,1200000,X'EE48473EAC6823EF8A266D81A6F4B35FD04E87792E05DE959C20E2477CB1DC0E');
INSERT INTO "entry" VALUES(2,24319,1,8,2,0,20666,3,6,NULL,1785580200000000000,4,7,5,1200000,X'41846C427BBD2587660FAD02EA71FE2FF7C6E136F69D425255CEE25E1A8E7C00');
INSERT INTO "entry" VALUES(3,24319,1,8,9,0,20666,10,6,NULL,1785580200000000000,11,12,5,480000,X'8540F85E23337702A539C7A82B1123CAF9B041729CF0F46D195F90E78106028F');
INSERT INTO "entry" VALUES(4,24319,2,1,13,0,20685,14,6,NULL,1787220000000000000,15,7,5,1114200,X'8F95A04BD022116FFCABC8E2DFAF43E7681ECCA6FD73A9EF7C8EA260FB165EC2');
INSERT INTO "entry" VALUES(5,24319,2,1,16,0,20686,17,6,NULL,1787306400000000000,4,15,5,1114200,X'36CD600F89F5BB9C53A8011BA708BA3E7D870D2702C06CB4CC0BDAAC093B99C1');
INSERT INTO "entry" VALUES(6,24319,3,1,2,0,20687,18,6,NULL,1787392800000000000,4,7,5,98100,X'CB20AE8D53A8C7327C6F67FF15602F0D89ABB3CDF50E1947FC48B814BD7B3C98');
INSERT INTO "entry" VALUES(7,24319,1,1,19,0,20696,20,6,NULL,1788343200000000000,21,12,5,21875,X'FC2836AA8D79C6E76440BC0CBE59B4C03FB447F91BA728F138B7CD9A662B2741');
INSERT INTO "entry" VALUES(8,24319,1,8,19,0,20696,22,6,NULL,1788343200000000000,21,12,5,28800,X'2E5B6CCB399AAC6BDA705A4EAF3651815E973B3F33F6A872BD84C49536321DDE');
INSERT INTO "entry" VALUES(9,24319,2,1,19,0,20696,23,6,NULL,1788343200000000000,21,12,5,8389,X'BBEE46EF79A5D3B20FECECE178D41BC5DE83F0820AAEE6090E2FE997114E956F');
INSERT INTO "entry" VALUES(10,24319,3,1,19,0,20696,23,6,NULL,1788343200000000000,21,12,5,895,X'A496BEEE5DB3167091367A8001CC4FA6CB8E540FD869CE3995E163BC6216CE3A');
INSERT INTO "entry" VALUES(11,24320,1,1,19,0,20726,20,24,NULL,1788429600000000000,21,12,5,21875,X'1BC02FDB4BA4AFD5841BE63E69857C02DDA378B508BAE1958B019172DBBDDAFF');
INSERT INTO "entry" VALUES(12,24320,1,8,19,0,20726,22,24,NULL,1788429600000000000,21,12,5,28800,X'C06E01D191B0658277EE916B4A055806C326740AB48BFD7E27B6B3C633484084');
INSERT INTO "entry" VALUES(13,24320,1,1,25,0,20699,26,24,NULL,1788429600000000000,27,7,5,8000,X'FC8832D28A05CE3AAE40539FAEF272DDB7FC17F838CC3CB72E471867A78DFB09');
INSERT INTO "entry" VALUES(14,24320,1,8,25,0,20699,26,24,NULL,1788429600000000000,27,7,5,8000,X'517E7A2957C765072CDF0D38ED92456E4332AAA248AB6B8798676C5999664A0B');
INSERT INTO "entry" VALUES(15,24320,2,1,19,0,20726,23,24,NULL,1788602400000000000,21,12,5,23073,X'4FCE327A8993C1FD690602C1CF97D93AC2519FAAC642281D31826EA82B8D0269');
INSERT INTO "entry" VALUES(16,24320,2,1,28,0,20701,29,24,NULL,1788602400000000000,4,7,5,10800,X'FF20DA8590F5A09B21045330F1C6BA565235655A7094BDEFE9DB082E5396EFF5');
INSERT INTO "entry" VALUES(17,24320,1,1,19,1,20726,20,24,NULL,1788688800000000000,21,12,5,-4557,X'C7A20C45205E4D9AFB55AB452043535831D86452C12E632750DEB0E0249E9C42');
INSERT INTO "entry" VALUES(18,24320,1,8,19,1,20726,22,24,NULL,1788688800000000000,21,12,5,-6000,X'42689F96972BA3A060A1C08AD6A9BD3ADB819CB0F6EB33E5AAE8F98DA12386C1');
INSERT INTO "entry" VALUES(19,24320,1,1,30,0,20702,31,24,NULL,1788688800000000000,4,NULL,5,-300000,X'FC6A8DB095550C87A616C1C0261CD30CB2A2CA8AD52242B972C4C36344F5DB5C');
INSERT INTO "entry" VALUES(20,24320,1,8,30,0,20702,31,24,NULL,1788688800000000000,4,NULL,5,-300000,X'301FB014BFE10CC1653EBFFDE8EF94E1611D47E05A13DB45D05FFD4B51A20941');
INSERT INTO "entry" VALUES(21,24320,4,1,19,0,20726,20,24,NULL,1788688800000000000,21,12,5,4557,X'004AA7EEBAB52A6D98E226949B8292F83AC33FD7F9B76605A47E749D014C8019');
INSERT INTO "entry" VALUES(22,24320,4,8,19,0,20726,22,24,NULL,1788688800000000000,21,12,5,6000,X'EE04D19C2B678770583BC51F22365E85B8A1A927D7763FA1ECDF4C4D056F05E6');
INSERT INTO "entry" VALUES(23,24320,4,1,33,0,20702,34,24,NULL,1788688800000000000,4,NULL,5,300000,X'B1FFEE043694ED934B3BCF6B0570E898BA81457B4D83D5F362C863ADB8539D7C');
INSERT INTO "entry" VALUES(24,24320,4,8,33,0,20702,34,24,NULL,1788688800000000000,4,NULL,5,300000,X'ECCDA13181633191E00024EF9691D6DE9B428FCDF06B3310AC6267B780C7D550');
INSERT INTO "event" VALUES(1,1,NULL,2,20699,20699,8000,NULL,NULL,NULL,1788429600000000000,'bob',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(2,2,NULL,6,20700,20700,NULL,NULL,NULL,NULL,1788516000000000000,'bob',1,NULL,'rack-7',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "event" VALUES(3,2,NULL,1,20701,20701,10800,NULL,NULL,NULL,1788602400000000000,'bob',NULL,NULL,NULL,NULL,NULL,NULL,'EUR',10000,'USD 1.08');
INSERT INTO "event" VALUES(4,1,NULL,21,20702,20702,NULL,NULL,NULL,NULL,1788688800000000000,'bob',NULL,NULL,NULL,NULL,NULL,4,NULL,NULL,NULL);
INSERT INTO "month_sum" VALUES(24319,'financial','','Liabilities:Payable','USD','acquisition',0,-1298100);
INSERT INTO "month_sum" VALUES(24319,'financial','','Liabilities:Payable','USD','purchase',0,-1114200);
INSERT INTO "month_sum" VALUES(24319,'financial','equipment','Assets:Accumulated-Depreciation','USD','depreciation',0,-31159);
INSERT INTO "month_sum" VALUES(24319,'financial','equipment','Assets:Equipment','USD','acquisition',1298100,0);
INSERT INTO "month_sum" VALUES(24319,'financial','equipment','Assets:Equipment','USD','placing',1114200,0);
INSERT INTO "month_sum" VALUES(24319,'financial','equipment','Expenses:Depreciation','USD','depreciation',31159,0);
INSERT INTO "month_sum" VALUES(24319,'financial','in progress','Assets:In-Progress','USD','placing',0,-1114200);
INSERT INTO "month_sum" VALUES(24319,'financial','in progress','Assets:In-Progress','USD','purchase',1114200,0);
INSERT INTO "month_sum" VALUES(24319,'tax','','Expenses:Depreciation:Bonus','USD','bonus',480000,0);
INSERT INTO "month_sum" VALUES(24319,'tax','','Liabilities:Payable','USD','acquisition',0,-1200000);
INSERT INTO "month_sum" VALUES(24319,'tax','equipment','Assets:Accumulated-Depreciation','USD','bonus',0,-480000);
INSERT INTO "month_sum" VALUES(24319,'tax','equipment','Assets:Accumulated-Depreciation','USD','depreciation',0,-28800);
INSERT INTO "month_sum" VALUES(24319,'tax','equipment','Assets:Equipment','USD','acquisition',1200000,0);
INSERT INTO "month_sum" VALUES(24319,'tax','equipment','Expenses:Depreciation','USD','depreciation',28800,0);
INSERT INTO "portion" VALUES(4,0,0,20666,300000,37500,0,6380,0,0,0,0,293620,'',NULL,0,911);
INSERT INTO "portion" VALUES(4,1,0,20666,300000,0,120000,8400,0,0,0,0,291600,'',NULL,120000,0);
INSERT INTO "posting" VALUES(19,1,12,5,6380);
INSERT INTO "posting" VALUES(19,2,32,5,293620);
INSERT INTO "posting" VALUES(20,1,12,5,128400);
INSERT INTO "posting" VALUES(20,2,32,5,171600);
INSERT INTO "posting" VALUES(23,1,12,5,-6380);
INSERT INTO "posting" VALUES(23,2,32,5,-293620);
INSERT INTO "posting" VALUES(24,1,12,5,-128400);
INSERT INTO "posting" VALUES(24,2,32,5,-171600);
INSERT INTO "purchase" VALUES(1,2,0,20667,20667,20685,'ACME','equipment',1785664800000000000,'ann');
INSERT INTO "purchase" VALUES(2,2,1,20685,20685,NULL,'ACME',NULL,1787220000000000000,'ann');
INSERT INTO "purchase" VALUES(3,2,2,20686,20686,NULL,'',NULL,1787306400000000000,'ann');
INSERT INTO "purchase" VALUES(4,3,3,20687,20687,NULL,'',NULL,1787392800000000000,'ann');
INSERT INTO "purchase" VALUES(5,5,0,20703,20703,NULL,'','equipment',1788775200000000000,'bob');
INSERT INTO "purchase_cost" VALUES(1,0,'EUR',1000000,NULL,NULL,NULL);
INSERT INTO "purchase_cost" VALUES(2,0,'USD',1084200,'EUR',1000000,'USD 1.0842');
INSERT INTO "purchase_cost" VALUES(2,1,'USD',30000,NULL,NULL,NULL);
INSERT INTO "purchase_cost" VALUES(4,0,'USD',98100,'EUR',90000,'USD 1.09');
INSERT INTO "purchase_cost" VALUES(5,0,'USD',50000,NULL,NULL,NULL);
INSERT INTO "service" VALUES(1,1,20699,8000,0,'new fans',20880,1,1788429600000000000,'bob');
INSERT INTO "site" VALUES(1,'home','USD','1',30000,1250,'UTC');
INSERT INTO "upkeep" VALUES(1,1,3,1,0);
INSERT INTO "word" VALUES(1,'financial');
INSERT INTO "word" VALUES(2,'acquisition');
INSERT INTO "word" VALUES(3,'purchase');
INSERT INTO "word" VALUES(4,'Assets:Equipment');
INSERT INTO "word" VALUES(5,'USD');
INSERT INTO "word" VALUES(6,'ann');
INSERT INTO "word" VALUES(7,'Liabilities:Payable');
INSERT INTO "word" VALUES(8,'tax');
INSERT INTO "word" VALUES(9,'bonus');
INSERT INTO "word" VALUES(10,'deducted when placed in service');
INSERT INTO "word" VALUES(11,'Expenses:Depreciation:Bonus');
INSERT INTO "word" VALUES(12,'Assets:Accumulated-Depreciation');
INSERT INTO "word" VALUES(13,'purchase:2');
INSERT INTO "word" VALUES(14,'price USD 10,842.00 (EUR 10,000.00 at USD 1.0842), freight USD 300.00, from ACME');
INSERT INTO "word" VALUES(15,'Assets:In-Progress');
INSERT INTO "word" VALUES(16,'placing');
INSERT INTO "word" VALUES(17,'placed in service');
INSERT INTO "word" VALUES(18,'purchase, EUR 900.00 at USD 1.09');
INSERT INTO "word" VALUES(19,'depreciation');
INSERT INTO "word" VALUES(20,'straight-line, full-month');
INSERT INTO "word" VALUES(21,'Expenses:Depreciation');
INSERT INTO "word" VALUES(22,'macrs:5, half-year');
INSERT INTO "word" VALUES(23,'straight-line, daily');
INSERT INTO "word" VALUES(24,'bob');
INSERT INTO "word" VALUES(25,'repair:1');
INSERT INTO "word" VALUES(26,'repair');
INSERT INTO "word" VALUES(27,'Expenses:Repairs');
INSERT INTO "word" VALUES(28,'improvement:3');
INSERT INTO "word" VALUES(29,'improvement, EUR 100.00 at USD 1.08');
INSERT INTO "word" VALUES(30,'split:4');
INSERT INTO "word" VALUES(31,'split');
INSERT INTO "word" VALUES(32,'Assets:Transfers');
INSERT INTO "word" VALUES(33,'opening:4');
INSERT INTO "word" VALUES(34,'opening');
CREATE INDEX account_of_name ON account_name (name);
CREATE INDEX asset_in_service ON asset (in_service);
CREATE INDEX book_joined_of_asset ON book_joined (asset);
CREATE INDEX condition_of_asset ON condition (asset, happened);
CREATE INDEX cover_of_asset ON cover (asset, kind);
CREATE UNIQUE INDEX entry_key ON entry (period, asset, book, event, revision);
CREATE INDEX event_by_day ON event (kind, effective);
CREATE INDEX event_of_asset ON event (asset, effective);
CREATE INDEX event_of_other ON event (other, effective) WHERE other IS NOT NULL;
CREATE INDEX portion_in_service ON portion (in_service);
CREATE INDEX purchase_of_asset ON purchase (asset);
CREATE INDEX role_of_person ON role_grant (person, id);
CREATE INDEX service_of_asset ON service (asset, happened);
CREATE INDEX site_change_of_site ON site_change (site, effective);
CREATE INDEX upkeep_of_asset ON upkeep (asset, number);
CREATE TRIGGER account_name_is_added BEFORE INSERT ON account_name
  WHEN EXISTS (SELECT 1 FROM account_name WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in account_name is never replaced'); END;
CREATE TRIGGER account_name_stands BEFORE UPDATE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
CREATE TRIGGER account_name_stays BEFORE DELETE ON account_name
  BEGIN SELECT RAISE(ABORT, 'a name that was posted stays; give another one'); END;
CREATE TRIGGER book_joined_is_added BEFORE INSERT ON book_joined
  WHEN EXISTS (SELECT 1 FROM book_joined WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in book_joined is never replaced'); END;
CREATE TRIGGER book_joined_stands BEFORE UPDATE ON book_joined
  BEGIN SELECT RAISE(ABORT, 'what was recorded never changes'); END;
CREATE TRIGGER book_joined_stays BEFORE DELETE ON book_joined
  BEGIN SELECT RAISE(ABORT, 'what was recorded is never deleted'); END;
CREATE TRIGGER closing_is_added BEFORE INSERT ON closing
  WHEN EXISTS (SELECT 1 FROM closing WHERE period = NEW.period)
  BEGIN SELECT RAISE(ABORT, 'what is kept in closing is never replaced'); END;
CREATE TRIGGER closing_stands BEFORE UPDATE ON closing
  BEGIN SELECT RAISE(ABORT, 'a closed month stays closed'); END;
CREATE TRIGGER closing_stays BEFORE DELETE ON closing
  BEGIN SELECT RAISE(ABORT, 'a closed month stays closed'); END;
CREATE TRIGGER condition_is_added BEFORE INSERT ON condition
  WHEN EXISTS (SELECT 1 FROM condition WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in condition is never replaced'); END;
CREATE TRIGGER condition_stands BEFORE UPDATE ON condition
  BEGIN SELECT RAISE(ABORT, 'what was seen never changes'); END;
CREATE TRIGGER condition_stays BEFORE DELETE ON condition
  BEGIN SELECT RAISE(ABORT, 'what was seen is never deleted'); END;
CREATE TRIGGER cover_is_added BEFORE INSERT ON cover
  WHEN EXISTS (SELECT 1 FROM cover WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in cover is never replaced'); END;
CREATE TRIGGER cover_stands BEFORE UPDATE ON cover
  BEGIN SELECT RAISE(ABORT, 'what was agreed never changes; record what is agreed now'); END;
CREATE TRIGGER cover_stays BEFORE DELETE ON cover
  BEGIN SELECT RAISE(ABORT, 'what was agreed is never deleted; record what is agreed now'); END;
CREATE TRIGGER entry_goes_on BEFORE INSERT ON entry
  WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM entry)
  BEGIN SELECT RAISE(ABORT, 'an entry is added behind all others'); END;
CREATE TRIGGER entry_in_open_month BEFORE INSERT ON entry
  WHEN NEW.period <= (SELECT max(period) FROM closing)
  BEGIN SELECT RAISE(ABORT, 'the month of this entry is closed'); END;
CREATE TRIGGER entry_is_added BEFORE INSERT ON entry
  WHEN EXISTS (SELECT 1 FROM entry WHERE period = NEW.period AND asset = NEW.asset AND book = NEW.book AND event = NEW.event AND revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'what is kept in entry is never replaced'); END;
CREATE TRIGGER entry_stands BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'a posted entry never changes; reverse it instead'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'a posted entry is never deleted; reverse it instead'); END;
CREATE TRIGGER event_is_added BEFORE INSERT ON event
  WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in event is never replaced'); END;
CREATE TRIGGER event_stands BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
CREATE TRIGGER month_sum_is_added BEFORE INSERT ON month_sum
  WHEN EXISTS (SELECT 1 FROM month_sum WHERE period = NEW.period AND book = NEW.book AND class = NEW.class AND account = NEW.account AND currency = NEW.currency AND event = NEW.event)
  BEGIN SELECT RAISE(ABORT, 'what is kept in month_sum is never replaced'); END;
CREATE TRIGGER month_sum_stands BEFORE UPDATE ON month_sum
  BEGIN SELECT RAISE(ABORT, 'the sums of a closed month never change'); END;
CREATE TRIGGER month_sum_stays BEFORE DELETE ON month_sum
  BEGIN SELECT RAISE(ABORT, 'the sums of a closed month stay'); END;
CREATE TRIGGER portion_is_added BEFORE INSERT ON portion
  WHEN EXISTS (SELECT 1 FROM portion WHERE event = NEW.event AND book = NEW.book AND layer = NEW.layer)
  BEGIN SELECT RAISE(ABORT, 'what is kept in portion is never replaced'); END;
CREATE TRIGGER portion_stands BEFORE UPDATE ON portion
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER portion_stays BEFORE DELETE ON portion
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
CREATE TRIGGER portion_undone_is_added BEFORE INSERT ON portion_undone
  WHEN EXISTS (SELECT 1 FROM portion_undone WHERE event = NEW.event AND book = NEW.book AND layer = NEW.layer)
  BEGIN SELECT RAISE(ABORT, 'what is kept in portion_undone is never replaced'); END;
CREATE TRIGGER portion_undone_stands BEFORE UPDATE ON portion_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER portion_undone_stays BEFORE DELETE ON portion_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER posting_is_added BEFORE INSERT ON posting
  WHEN EXISTS (SELECT 1 FROM posting WHERE entry = NEW.entry AND line = NEW.line)
  BEGIN SELECT RAISE(ABORT, 'what is kept in posting is never replaced'); END;
CREATE TRIGGER posting_stands BEFORE UPDATE ON posting
  BEGIN SELECT RAISE(ABORT, 'a posted line never changes; reverse its entry instead'); END;
CREATE TRIGGER posting_stays BEFORE DELETE ON posting
  BEGIN SELECT RAISE(ABORT, 'a posted line is never deleted; reverse its entry instead'); END;
CREATE TRIGGER purchase_cost_is_added BEFORE INSERT ON purchase_cost
  WHEN EXISTS (SELECT 1 FROM purchase_cost WHERE purchase = NEW.purchase AND kind = NEW.kind)
  BEGIN SELECT RAISE(ABORT, 'what is kept in purchase_cost is never replaced'); END;
CREATE TRIGGER purchase_cost_stands BEFORE UPDATE ON purchase_cost
  BEGIN SELECT RAISE(ABORT, 'what was bought never changes'); END;
CREATE TRIGGER purchase_cost_stays BEFORE DELETE ON purchase_cost
  BEGIN SELECT RAISE(ABORT, 'what was bought is never deleted'); END;
CREATE TRIGGER purchase_is_added BEFORE INSERT ON purchase
  WHEN EXISTS (SELECT 1 FROM purchase WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in purchase is never replaced'); END;
CREATE TRIGGER purchase_stands BEFORE UPDATE ON purchase
  BEGIN SELECT RAISE(ABORT, 'what was bought never changes'); END;
CREATE TRIGGER purchase_stays BEFORE DELETE ON purchase
  BEGIN SELECT RAISE(ABORT, 'what was bought is never deleted'); END;
CREATE TRIGGER purchase_undone_is_added BEFORE INSERT ON purchase_undone
  WHEN EXISTS (SELECT 1 FROM purchase_undone WHERE purchase = NEW.purchase)
  BEGIN SELECT RAISE(ABORT, 'what is kept in purchase_undone is never replaced'); END;
CREATE TRIGGER purchase_undone_stands BEFORE UPDATE ON purchase_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER purchase_undone_stays BEFORE DELETE ON purchase_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER role_grant_is_added BEFORE INSERT ON role_grant
  WHEN EXISTS (SELECT 1 FROM role_grant WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in role_grant is never replaced'); END;
CREATE TRIGGER role_grant_stands BEFORE UPDATE ON role_grant
  BEGIN SELECT RAISE(ABORT, 'who could do what never changes; give another role'); END;
CREATE TRIGGER role_grant_stays BEFORE DELETE ON role_grant
  BEGIN SELECT RAISE(ABORT, 'who could do what is never deleted; give another role'); END;
CREATE TRIGGER ruling_is_added BEFORE INSERT ON ruling
  WHEN EXISTS (SELECT 1 FROM ruling WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in ruling is never replaced'); END;
CREATE TRIGGER ruling_stands BEFORE UPDATE ON ruling
  BEGIN SELECT RAISE(ABORT, 'what was ruled never changes; rule anew'); END;
CREATE TRIGGER ruling_stays BEFORE DELETE ON ruling
  BEGIN SELECT RAISE(ABORT, 'what was ruled is never deleted; rule anew'); END;
CREATE TRIGGER service_is_added BEFORE INSERT ON service
  WHEN EXISTS (SELECT 1 FROM service WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in service is never replaced'); END;
CREATE TRIGGER service_stands BEFORE UPDATE ON service
  BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END;
CREATE TRIGGER service_stays BEFORE DELETE ON service
  BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
CREATE TRIGGER site_change_is_added BEFORE INSERT ON site_change
  WHEN EXISTS (SELECT 1 FROM site_change WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in site_change is never replaced'); END;
CREATE TRIGGER site_change_stands BEFORE UPDATE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost never changes'); END;
CREATE TRIGGER site_change_stays BEFORE DELETE ON site_change
  BEGIN SELECT RAISE(ABORT, 'what power cost is never deleted'); END;
CREATE TRIGGER undone_is_added BEFORE INSERT ON undone
  WHEN EXISTS (SELECT 1 FROM undone WHERE event = NEW.event)
  BEGIN SELECT RAISE(ABORT, 'what is kept in undone is never replaced'); END;
CREATE TRIGGER undone_stands BEFORE UPDATE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER undone_stays BEFORE DELETE ON undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER units_replaced_is_added BEFORE INSERT ON units_replaced
  WHEN EXISTS (SELECT 1 FROM units_replaced WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in units_replaced is never replaced'); END;
CREATE TRIGGER units_replaced_stands BEFORE UPDATE ON units_replaced
  BEGIN SELECT RAISE(ABORT, 'what was read never changes'); END;
CREATE TRIGGER units_replaced_stays BEFORE DELETE ON units_replaced
  BEGIN SELECT RAISE(ABORT, 'what was read is never deleted'); END;
CREATE TRIGGER upkeep_is_added BEFORE INSERT ON upkeep
  WHEN EXISTS (SELECT 1 FROM upkeep WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what is kept in upkeep is never replaced'); END;
CREATE TRIGGER upkeep_stands BEFORE UPDATE ON upkeep
  BEGIN SELECT RAISE(ABORT, 'what was recorded never changes'); END;
CREATE TRIGGER upkeep_stays BEFORE DELETE ON upkeep
  BEGIN SELECT RAISE(ABORT, 'what was recorded is never deleted'); END;
CREATE TRIGGER upkeep_undone_is_added BEFORE INSERT ON upkeep_undone
  WHEN EXISTS (SELECT 1 FROM upkeep_undone WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what is kept in upkeep_undone is never replaced'); END;
CREATE TRIGGER upkeep_undone_stands BEFORE UPDATE ON upkeep_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER upkeep_undone_stays BEFORE DELETE ON upkeep_undone
  BEGIN SELECT RAISE(ABORT, 'what was undone stays so'); END;
CREATE TRIGGER withdrawn_is_added BEFORE INSERT ON withdrawn
  WHEN EXISTS (SELECT 1 FROM withdrawn WHERE asset = NEW.asset)
  BEGIN SELECT RAISE(ABORT, 'what is kept in withdrawn is never replaced'); END;
CREATE TRIGGER withdrawn_stands BEFORE UPDATE ON withdrawn
  BEGIN SELECT RAISE(ABORT, 'what was withdrawn stays so'); END;
CREATE TRIGGER withdrawn_stays BEFORE DELETE ON withdrawn
  BEGIN SELECT RAISE(ABORT, 'what was withdrawn stays so'); END;
CREATE TRIGGER word_is_added BEFORE INSERT ON word
  WHEN EXISTS (SELECT 1 FROM word WHERE spelling = NEW.spelling)
  BEGIN SELECT RAISE(ABORT, 'what is kept in word is never replaced'); END;
CREATE TRIGGER word_is_new BEFORE INSERT ON word
  WHEN EXISTS (SELECT 1 FROM word WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'what is kept in word is never replaced'); END;
CREATE TRIGGER word_stands BEFORE UPDATE ON word
  BEGIN SELECT RAISE(ABORT, 'a posted text never changes'); END;
CREATE TRIGGER word_stays BEFORE DELETE ON word
  BEGIN SELECT RAISE(ABORT, 'a posted text is never deleted'); END;
