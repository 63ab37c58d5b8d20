-- When the holder of a live lease is to be told that it ends soon.
ALTER TABLE grants ADD COLUMN warn_at BIGINT GENERATED ALWAYS AS ((body ->> 'warnAt')::BIGINT) STORED;
CREATE INDEX grants_to_warn ON grants (realm, warn_at) WHERE state = 'live' AND warn_at IS NOT NULL;
