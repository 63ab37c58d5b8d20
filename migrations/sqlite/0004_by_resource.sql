-- Who holds a resource now, and until when somebody had it last.
ALTER TABLE grants ADD COLUMN resource_key TEXT AS ((body ->> '$.resource.kind') || '/' || (body ->> '$.resource.id'));
ALTER TABLE grants ADD COLUMN had_until INTEGER AS (CASE WHEN (body ->> '$.liveAt') IS NOT NULL THEN body ->> '$.endedAt' END);
CREATE INDEX grants_live_by_resource ON grants (realm, resource_key, holding_key, person_slack) WHERE state = 'live';
CREATE INDEX grants_had_by_holding ON grants (realm, holding_key, had_until) WHERE had_until IS NOT NULL;
