-- What somebody asks for many people at once, what has become of each of them, and the message that tells it.
CREATE TABLE team_asks (
  id TEXT COLLATE "C" PRIMARY KEY,
  revision INTEGER NOT NULL,
  body JSONB NOT NULL,
  channel TEXT COLLATE "C",
  ts TEXT COLLATE "C",
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'realm') STORED,
  state TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'state') STORED,
  asker_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{asker,userId}') STORED
);
CREATE UNIQUE INDEX team_asks_one_open ON team_asks (realm, asker_id) WHERE state = 'asking';

-- What a person had lately, and what these people hold now.
ALTER TABLE grants ADD COLUMN live_at BIGINT GENERATED ALWAYS AS ((body ->> 'liveAt')::BIGINT) STORED;
ALTER TABLE grants ADD COLUMN person_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{person,userId}') STORED;
CREATE INDEX grants_had_by_slack ON grants (realm, person_slack, resource_key, live_at) WHERE live_at IS NOT NULL;
CREATE INDEX grants_live_by_person ON grants (realm, person_id, resource_key) WHERE state = 'live';
