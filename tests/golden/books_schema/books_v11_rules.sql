-- The indexes and triggers of version 11 of the schema.
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
