-- Usage as version 3 of the schema kept it: three machines; a beat across two months, one across three, one up to a midnight, one without length.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE run (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    verb TEXT NOT NULL,
    resource TEXT NOT NULL,
    model TEXT NOT NULL,
    model_version TEXT NOT NULL,
    budget TEXT NOT NULL,
    started_ns INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    spool_bytes_read INTEGER NOT NULL
  , spool_folder TEXT NOT NULL DEFAULT '', books TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE usage (
    run_id TEXT NOT NULL REFERENCES run (id),
    sequence INTEGER NOT NULL,
    started_ns INTEGER NOT NULL,
    ended_ns INTEGER NOT NULL,
    device_time_ns INTEGER NOT NULL,
    energy_microjoules INTEGER NOT NULL,
    energy_source INTEGER NOT NULL,
    peak_tensor_memory_bytes INTEGER NOT NULL,
    work INTEGER NOT NULL,
    work_unit INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    PRIMARY KEY (run_id, sequence)
  ) STRICT, WITHOUT ROWID;
INSERT INTO "run" VALUES('run-brave-otter','brave-otter','serve','rack','','','',1769860800000000000,1,579,'/srv/purser/.purser/spool#1','');
INSERT INTO "run" VALUES('run-calm-heron','calm-heron','train','server','','','',1790798400000000000,1,581,'/srv/purser/.purser/spool#1','');
INSERT INTO "run" VALUES('run-keen-lynx','keen-lynx','train','server','','','',1796079600000000000,1,577,'/srv/purser/.purser/spool#1','');
INSERT INTO "run" VALUES('run-late-gull','late-gull','train','server','','','',1792922400000000000,1,581,'/srv/purser/.purser/spool#1','');
INSERT INTO "run" VALUES('run-shy-newt','shy-newt','serve','laptop','','','',1796083200000000000,1,552,'/srv/purser/.purser/spool#1','');
INSERT INTO "usage" VALUES('run-brave-otter',0,1769860800000000000,1772326800000000000,3600000000000,648000000000,1,1048576,0,0,1);
INSERT INTO "usage" VALUES('run-calm-heron',0,1790798400000000000,1790827200000000000,28800000000000,5184000000000,1,1048576,0,0,1);
INSERT INTO "usage" VALUES('run-keen-lynx',0,1796079600000000000,1796083200000000000,1800000000000,324000000000,1,1048576,0,0,1);
INSERT INTO "usage" VALUES('run-late-gull',0,1792922400000000000,1793282400000000000,360000000000000,64800000000000,1,1048576,0,0,1);
INSERT INTO "usage" VALUES('run-shy-newt',0,1796083200000000000,1796083200000000000,0,0,1,1048576,0,0,1);
CREATE INDEX usage_by_end ON usage (ended_ns);
