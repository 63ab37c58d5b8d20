-- Sign-ins to Keycloak that wait, or waited, for an approver; of one person at one client one waits at most.
CREATE TABLE gates (
  id TEXT COLLATE "C" PRIMARY KEY,
  revision INTEGER NOT NULL,
  body JSONB NOT NULL,
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'realm') STORED,
  state TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'state') STORED,
  person_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{person,userId}') STORED,
  client TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'client') STORED,
  nonce TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'nonce') STORED,
  opened_at BIGINT GENERATED ALWAYS AS ((body ->> 'openedAt')::BIGINT) STORED,
  waits_until BIGINT GENERATED ALWAYS AS ((body ->> 'waitsUntil')::BIGINT) STORED
);
CREATE UNIQUE INDEX gates_one_waits ON gates (realm, person_id, client) WHERE state = 'waiting';
CREATE UNIQUE INDEX gates_one_of_nonce ON gates (realm, nonce);
CREATE INDEX gates_by_person ON gates (realm, person_id, opened_at);
CREATE INDEX gates_waiting ON gates (realm, waits_until) WHERE state = 'waiting';
CREATE INDEX gates_by_end ON gates (realm, waits_until) WHERE state <> 'waiting';
