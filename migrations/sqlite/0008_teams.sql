-- What somebody asks for many people at once, what has become of each of them, and the message that tells it.
CREATE TABLE team_asks (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  channel TEXT,
  ts TEXT,
  realm TEXT AS (body ->> '$.realm'),
  state TEXT AS (body ->> '$.state'),
  asker_id TEXT AS (body ->> '$.asker.userId')
);
CREATE UNIQUE INDEX team_asks_one_open ON team_asks (realm, asker_id) WHERE state = 'asking';

-- What a person had lately, and what these people hold now.
ALTER TABLE grants ADD COLUMN live_at INTEGER AS (body ->> '$.liveAt');
ALTER TABLE grants ADD COLUMN person_id TEXT AS (body ->> '$.person.userId');
CREATE INDEX grants_had_by_slack ON grants (realm, person_slack, resource_key, live_at) WHERE live_at IS NOT NULL;
CREATE INDEX grants_live_by_person ON grants (realm, person_id, resource_key) WHERE state = 'live';
