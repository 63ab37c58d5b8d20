-- Sign-ins to Keycloak that wait, or waited, for an approver; of one person at one client one waits at most.
CREATE TABLE gates (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  realm TEXT AS (body ->> '$.realm'),
  state TEXT AS (body ->> '$.state'),
  person_id TEXT AS (body ->> '$.person.userId'),
  client TEXT AS (body ->> '$.client'),
  nonce TEXT AS (body ->> '$.nonce'),
  opened_at INTEGER AS (body ->> '$.openedAt'),
  waits_until INTEGER AS (body ->> '$.waitsUntil')
);
CREATE UNIQUE INDEX gates_one_waits ON gates (realm, person_id, client) WHERE state = 'waiting';
CREATE UNIQUE INDEX gates_one_of_nonce ON gates (realm, nonce);
CREATE INDEX gates_by_person ON gates (realm, person_id, opened_at);
CREATE INDEX gates_waiting ON gates (realm, waits_until) WHERE state = 'waiting';
CREATE INDEX gates_by_end ON gates (realm, waits_until) WHERE state <> 'waiting';
