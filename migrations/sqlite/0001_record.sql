-- The record: requests, grants, holdings, messages and the audit chain. Times are epoch ms.
-- `body` holds the whole domain value as JSON; the columns derived from it exist to be searched, so no fact is kept twice.

CREATE TABLE requests (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  realm TEXT AS (body ->> '$.realm'),
  state TEXT AS (body ->> '$.state'),
  requester_id TEXT AS (body ->> '$.requester.userId'),
  requester_slack TEXT AS ((body ->> '$.requester.slack.teamId') || '/' || (body ->> '$.requester.slack.userId')),
  beneficiary_id TEXT AS (body ->> '$.beneficiary.userId'),
  beneficiary_slack TEXT AS ((body ->> '$.beneficiary.slack.teamId') || '/' || (body ->> '$.beneficiary.slack.userId')),
  resource_kind TEXT AS (body ->> '$.resource.kind'),
  resource_id TEXT AS (body ->> '$.resource.id'),
  submitted_at INTEGER AS (body ->> '$.submittedAt'),
  waits_until INTEGER AS (body ->> '$.waitsUntil'),
  reminded_at INTEGER AS (body ->> '$.remindedAt')
);
CREATE UNIQUE INDEX requests_one_pending ON requests (realm, beneficiary_id, resource_kind, resource_id) WHERE state = 'pending';
CREATE INDEX requests_waiting ON requests (realm, waits_until) WHERE state = 'pending';
CREATE INDEX requests_to_remind ON requests (realm, submitted_at) WHERE state = 'pending' AND reminded_at IS NULL;
CREATE INDEX requests_by_requester ON requests (realm, requester_id, submitted_at);
CREATE INDEX requests_pending_by_slack ON requests (realm, requester_slack, submitted_at) WHERE state = 'pending';
CREATE INDEX requests_by_slack ON requests (realm, beneficiary_slack, beneficiary_id);
CREATE INDEX requests_denied ON requests (realm) WHERE state = 'denied';

-- A justification is people's text: it can be erased here while the audit keeps its salted commitment.
CREATE TABLE justifications (
  request_id TEXT PRIMARY KEY REFERENCES requests (id),
  realm TEXT NOT NULL,
  salt TEXT NOT NULL,
  text TEXT NOT NULL
);

CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  realm TEXT AS (body ->> '$.realm'),
  state TEXT AS (body ->> '$.state'),
  request_id TEXT AS (body ->> '$.requestId'),
  person_slack TEXT AS ((body ->> '$.person.slack.teamId') || '/' || (body ->> '$.person.slack.userId')),
  holding_key TEXT AS ((body ->> '$.realm') || '/' || (body ->> '$.person.userId') || '/' || (body ->> '$.resource.kind') || '/' || (body ->> '$.resource.id'))
);
CREATE UNIQUE INDEX grants_by_request ON grants (request_id);
CREATE INDEX grants_open_by_holding ON grants (realm, holding_key) WHERE state <> 'ended';
CREATE INDEX grants_open_by_slack ON grants (realm, person_slack) WHERE state <> 'ended';

-- Epoch, row lease and next look are bookkeeping that claims change by themselves; the rest of the holding is in `body`.
CREATE TABLE holdings (
  key TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  lease_replica TEXT,
  lease_until INTEGER,
  next_look_at INTEGER,
  body TEXT NOT NULL,
  realm TEXT AS (body ->> '$.realm'),
  failures INTEGER AS (body ->> '$.failures'),
  unresolved INTEGER AS ((body ->> '$.puts') + (body ->> '$.deletes'))
);
CREATE INDEX holdings_by_next_look ON holdings (realm, next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX holdings_failing ON holdings (realm, next_look_at) WHERE failures > 0;
CREATE INDEX holdings_unresolved ON holdings (realm, key) WHERE unresolved > 0;

-- Every resource that ever had a holding, so that the sweep need not read all holdings to know what to look at.
CREATE TABLE resources (
  realm TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (realm, kind, id)
) WITHOUT ROWID;

-- The Slack messages whose buttons count: one per request, role and stage.
CREATE TABLE posted (
  request_id TEXT NOT NULL,
  role TEXT NOT NULL,
  stage INTEGER NOT NULL,
  realm TEXT NOT NULL,
  channel TEXT NOT NULL,
  ts TEXT NOT NULL,
  line TEXT,
  PRIMARY KEY (request_id, role, stage)
) WITHOUT ROWID;
CREATE UNIQUE INDEX posted_by_message ON posted (channel, ts);

-- What came in and what goes out. The text is dropped when the work is done, the key stays a while so that a repeat is known.
-- A lane is worked off in order by one replica at a time. `rank` 0 goes first, 2 is a card that is only to be brought up to date.
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  key TEXT NOT NULL,
  lane TEXT NOT NULL,
  item TEXT,
  done_at INTEGER,
  UNIQUE (realm, key)
);
CREATE INDEX inbox_unfinished ON inbox (realm, lane, id) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  key TEXT NOT NULL,
  lane TEXT NOT NULL,
  rank INTEGER NOT NULL,
  message TEXT,
  sent_at INTEGER,
  UNIQUE (realm, key)
);
CREATE INDEX outbox_unsent ON outbox (realm, rank, id) WHERE sent_at IS NULL;
CREATE INDEX outbox_lanes ON outbox (realm, lane, id) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

-- Who works on what, by name: lanes of the inbox and outbox, and jobs. Nobody else gets it before `until`; without a
-- replica nobody gets it before then. Where there is no row it is free.
CREATE TABLE leases (
  realm TEXT NOT NULL,
  name TEXT NOT NULL,
  replica TEXT,
  until INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (realm, name)
) WITHOUT ROWID;

-- `entry` is the very text that was hashed. One chain per database.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  entry TEXT NOT NULL,
  hash TEXT NOT NULL,
  realm TEXT AS (entry ->> '$.realm'),
  at INTEGER AS (entry ->> '$.at'),
  actor_slack TEXT AS (entry ->> '$.actor.slack'),
  subject_id TEXT AS (entry ->> '$.subject.userId'),
  resource_path TEXT AS (entry ->> '$.resource.path'),
  request_id TEXT AS (entry ->> '$.requestId')
);
CREATE INDEX audit_by_time ON audit (realm, at);
CREATE INDEX audit_by_actor ON audit (realm, actor_slack) WHERE actor_slack IS NOT NULL;
CREATE INDEX audit_by_subject ON audit (realm, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_by_path ON audit (realm, resource_path) WHERE resource_path IS NOT NULL;
CREATE INDEX audit_by_request ON audit (realm, request_id) WHERE request_id IS NOT NULL;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit cannot be changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit cannot be changed');
END;

-- One row: who this database is, the highest time it has seen, and where the audit ends.
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  realm TEXT NOT NULL,
  instance TEXT NOT NULL,
  highest_time INTEGER,
  audit_seq INTEGER NOT NULL,
  audit_hash TEXT NOT NULL
);
